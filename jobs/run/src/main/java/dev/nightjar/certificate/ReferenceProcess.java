package dev.nightjar.certificate;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.config.Durations;
import dev.nightjar.process.ChildJvm;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The reference in a process of its own, seen from the driver. Not thread-safe. */
final class ReferenceProcess implements AutoCloseable {
  private static final long MEBIBYTE = 1 << 20;
  private static final long LEAST_HEAP = 384;

  /** The files, the network and the copies that are made on the way to it, with much to spare. */
  private static final long HEAP_OF_FILES = 8;

  private static final List<String> PASSED_ON =
      List.of("org.bytedeco.javacpp.cachedir", "org.bytedeco.javacpp.cachedir.nosubdir");

  private final Bundle bundle;
  private final ChildJvm child;

  private ReferenceProcess(Bundle bundle, ChildJvm child) {
    this.bundle = bundle;
    this.child = child;
  }

  /** What came of asking. */
  sealed interface Answer {
    /** The rows as the reference has them. */
    record Traced(GoldenRows rows) implements Answer {}

    /** The reference said nothing. */
    record Silent(String why) implements Answer {}
  }

  /**
   * Starts it; loading goes on meanwhile.
   *
   * @throws IOException when it cannot be started
   */
  static ReferenceProcess start(Bundle bundle) throws IOException {
    return start(bundle, ReferenceMain.class);
  }

  /**
   * @param main what runs in it
   */
  static ReferenceProcess start(Bundle bundle, Class<?> main) throws IOException {
    // More threads inside the process would take the cores that score meanwhile.
    ChildJvm.Command command =
        new ChildJvm.Command(
            "reference", main, options(bundle.files()), Map.of("OMP_NUM_THREADS", "1"));
    return new ReferenceProcess(
        bundle, ChildJvm.start(command, folder -> write(bundle.files(), folder)));
  }

  private static void write(BundleFiles files, Path folder) throws IOException {
    for (String name : files.names()) {
      Path file = folder.resolve(ReferenceMain.BUNDLE).resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, files.get(name));
    }
  }

  private static List<String> options(BundleFiles files) {
    long heap = LEAST_HEAP + HEAP_OF_FILES * files.bytes() / MEBIBYTE;
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Xmx" + heap + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                // Nobody reads its log, and what writes one takes a fifth of its time.
                "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider",
                "-Dorg.bytedeco.javacpp.maxbytes=" + heap + "m",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=" + 4 * heap + "m",
                "-Djava.awt.headless=true"));
    for (String name : PASSED_ON) {
      Optional.ofNullable(System.getProperty(name))
          .ifPresent(value -> options.add("-D" + name + "=" + value));
    }
    return options;
  }

  /** Where it reads and writes; gone when it has been closed. */
  Path folder() {
    return child.folder();
  }

  /** Hands it the rows that it is to score; it begins at once, or as soon as it has loaded. */
  void ask(GoldenRows rows) throws IOException {
    Files.write(child.folder().resolve(ReferenceMain.ROWS), rows.toBytes());
    try (OutputStream in = child.process().getOutputStream()) {
      in.write('\n');
    } catch (IOException e) {
      // It has ended already, and its answer says why.
      return;
    }
  }

  /** What it says, when it says it in time. */
  Answer await(Duration deadline) throws IOException {
    try {
      if (!child.await(deadline)) {
        return new Answer.Silent(
            "it did not answer within " + Durations.text(deadline) + " (audit.deadline)");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Silent("waiting for it was interrupted");
    }
    Path refusal = child.folder().resolve(ReferenceMain.REFUSAL);
    Path traces = child.folder().resolve(ReferenceMain.TRACES);
    if (Files.exists(refusal)) {
      return new Answer.Silent(
          ChildJvm.readable(Files.readString(refusal, StandardCharsets.UTF_8)));
    }
    if (child.process().exitValue() != 0 || !Files.exists(traces)) {
      return new Answer.Silent(
          (child.hasCrashed() ? "its process crashed in native code" : "its process ended")
              + " with the exit code "
              + child.process().exitValue()
              + "; its last words: "
              + child.lastWords());
    }
    try {
      return new Answer.Traced(ReferenceMain.read(traces, bundle));
    } catch (BundleException e) {
      return new Answer.Silent(ChildJvm.readable(String.valueOf(e.getMessage())));
    }
  }

  @Override
  public void close() throws IOException {
    child.close();
  }
}
