package dev.nightjar.dl4j;

import dev.nightjar.dl4j.HostileBundle.Kind;
import dev.nightjar.dl4j.canary.Canary;
import dev.nightjar.pipeline.LoadedBundle;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Loads the whole corpus in a JVM of its own and prints one line of JSON: how many cases there
 * were, were refused in the expected words, let a canary run, and had a Java object deserialized;
 * and by how many MiB the heap grew at most while a bomb was loaded. Wants a small heap ({@code
 * -Xmx256m}) and all of its sampling is done while nothing else runs. Exits with 1 when any case
 * got through.
 */
public final class HostileBundlesMain {
  private static final int MEBIBYTE = 1 << 20;

  private HostileBundlesMain() {}

  /** The first argument names a folder for the bundles; without one it is a temporary one. */
  public static void main(String[] arguments) throws IOException {
    AtomicInteger deserializing = countObjectStreams();
    Path folder =
        arguments.length > 0 ? Path.of(arguments[0]) : Files.createTempDirectory("hostile");
    Files.createDirectories(folder);
    List<HostileBundle> cases = HostileBundles.all();
    // The first load makes ready what any load needs: natives, classes, tables.
    LoadedBundle.load(SoundBundle.bundle()).close();
    int refused = 0;
    long grown = 0;
    long slowest = 0;
    Canary.forget();
    for (HostileBundle hostile : cases) {
      Path path = hostile.make(folder);
      int streams = deserializing.get();
      HeapWatch heap = HeapWatch.begin();
      long start = System.nanoTime();
      boolean as =
          hostile.load(path).filter(e -> e.getMessage().contains(hostile.expected())).isPresent();
      slowest = Math.max(slowest, (System.nanoTime() - start) / 1_000_000);
      long growth = heap.end();
      if (hostile.kind() == Kind.BOMB) {
        grown = Math.max(grown, growth);
      }
      refused += as ? 1 : 0;
      if (!as || Canary.ran() || streams != deserializing.get()) {
        System.err.println("got through: " + hostile + " " + Canary.sung());
      }
      delete(path.getParent());
    }
    System.out.printf(
        Locale.ROOT,
        "{\"cases\":%d,\"refused\":%d,\"canaries\":%d,\"deserialized\":%d,\"heapMib\":%d,"
            + "\"slowestMillis\":%d}%n",
        cases.size(),
        refused,
        Canary.sung().size(),
        deserializing.get(),
        grown / MEBIBYTE,
        slowest);
    System.exit(refused == cases.size() && !Canary.ran() && deserializing.get() == 0 ? 0 : 1);
  }

  /** Every stream of Java objects that anybody opens in this JVM asks here first. */
  private static AtomicInteger countObjectStreams() {
    AtomicInteger opened = new AtomicInteger();
    ObjectInputFilter.Config.setSerialFilterFactory(
        (current, next) -> {
          opened.incrementAndGet();
          return next;
        });
    return opened;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      paths
          .sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
