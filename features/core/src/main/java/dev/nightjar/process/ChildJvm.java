package dev.nightjar.process;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Java process of this one's classes, with a folder of its own for what goes in and comes out.
 * Closing ends it, whatever it does, and takes the folder away; so does the end of this process.
 * Thread-safe.
 */
public final class ChildJvm implements AutoCloseable {
  private static final String LOG = "output.txt";
  private static final String CRASH = "crash.log";
  private static final String ARGUMENTS = "java.arguments";
  private static final int LINES_SHOWN = 3;
  private static final int LONGEST_LOG = 64 << 10;
  private static final int LONGEST_WORDS = 1000;

  private final Path folder;
  private final Process process;
  private final Thread hook;

  private ChildJvm(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
    this.hook = new Thread(this::end, "nightjar-child-stop");
  }

  /** Puts what a process is to find into its folder. */
  public interface Filling {
    /** Writes files. */
    void into(Path folder) throws IOException;
  }

  /**
   * What is started.
   *
   * @param name of its folder, before what makes it the only one
   * @param main the class, which finds the folder as its first argument and the id of this process
   *     as its second
   * @param options of the JVM
   * @param environment what is set beside this process's own
   */
  public record Command(
      String name, Class<?> main, List<String> options, Map<String, String> environment) {}

  /**
   * Starts a process, in a new folder that is readable for this user alone. Its output goes to a
   * file there.
   *
   * @param filling what it is to find there
   * @throws IOException when it cannot be started; nothing is left then
   */
  public static ChildJvm start(Command command, Filling filling) throws IOException {
    Path folder = Files.createTempDirectory("nightjar-" + command.name() + "-");
    try {
      filling.into(folder);
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "@" + arguments(folder, command))
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve(LOG).toFile());
      builder.environment().putAll(command.environment());
      // In the folder of this process: the class path may be relative to it.
      ChildJvm child = new ChildJvm(folder, builder.start());
      Runtime.getRuntime().addShutdownHook(child.hook);
      return child;
    } catch (IOException e) {
      delete(folder);
      throw e;
    }
  }

  /** A class path of hundreds of jars is longer than a word of a command line may be. */
  private static Path arguments(Path folder, Command command) throws IOException {
    List<String> words = new ArrayList<>(command.options());
    words.add("-XX:-CreateCoredumpOnCrash");
    words.add("-XX:ErrorFile=" + folder.resolve(CRASH));
    words.add("-cp");
    words.add(classPath(command.main()));
    words.add(command.main().getName());
    words.add(folder.toString());
    words.add(Long.toString(ProcessHandle.current().pid()));
    List<String> quoted =
        words.stream()
            .map(word -> '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
            .toList();
    return Files.write(folder.resolve(ARGUMENTS), quoted, StandardCharsets.UTF_8);
  }

  /**
   * All that the class's loader finds: on the driver of a cluster the jars that were submitted are
   * not on the JVM's own class path.
   */
  private static String classPath(Class<?> main) {
    Set<String> entries = new LinkedHashSet<>();
    for (@Nullable ClassLoader at = main.getClassLoader(); at != null; at = at.getParent()) {
      if (at instanceof URLClassLoader urls) {
        for (URL url : urls.getURLs()) {
          add(entries, url);
        }
      }
    }
    entries.add(System.getProperty("java.class.path"));
    return String.join(System.getProperty("path.separator"), entries);
  }

  private static void add(Set<String> entries, URL url) {
    try {
      if (url.getProtocol().equals("file")) {
        entries.add(Path.of(url.toURI()).toString());
      }
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a class loader has an address that is none: " + url, e);
    }
  }

  /**
   * Called by a child: it ends when that process does, whatever it is doing. A parent that was
   * killed cannot end it.
   */
  public static void endWith(long parent) {
    CompletableFuture<ProcessHandle> end =
        ProcessHandle.of(parent)
            .map(ProcessHandle::onExit)
            .orElseGet(() -> CompletableFuture.completedFuture(ProcessHandle.current()));
    Thread watch =
        new Thread(
            () -> {
              end.join();
              Runtime.getRuntime().halt(1);
            },
            "watch-parent");
    watch.setDaemon(true);
    watch.start();
  }

  /** Its folder. */
  public Path folder() {
    return folder;
  }

  /** The process, whose input can be written to. */
  public Process process() {
    return process;
  }

  /**
   * Waits for its end.
   *
   * @return false when it has not ended by then
   */
  public boolean await(Duration most) throws InterruptedException {
    return process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether it ended in native code. */
  public boolean hasCrashed() {
    return Files.exists(folder.resolve(CRASH));
  }

  /** The last lines of its output, as one line of plain text. */
  public String lastWords() throws IOException {
    Path log = folder.resolve(LOG);
    byte[] bytes;
    try (InputStream in = Files.newInputStream(log)) {
      in.skipNBytes(Math.max(0, Files.size(log) - LONGEST_LOG));
      bytes = in.readNBytes(LONGEST_LOG);
    }
    List<String> lines =
        new String(bytes, StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank()).toList();
    return lines.isEmpty()
        ? "none"
        : readable(
            String.join(
                " / ", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size())));
  }

  /** A text of a process as one short line, without what a terminal obeys. */
  public static String readable(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ");
    return line.length() <= LONGEST_WORDS ? line : line.substring(0, LONGEST_WORDS) + "…";
  }

  /** Ends it and whatever it started, waits until it is gone, and takes its folder away. */
  @Override
  public void close() throws IOException {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This JVM is ending, and the hook runs: there is nothing left to remove.
      return;
    } finally {
      delete(folder);
    }
  }

  private void end() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
