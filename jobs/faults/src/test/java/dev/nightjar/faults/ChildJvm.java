package dev.nightjar.faults;

import dev.nightjar.fault.Failpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own with the class path of the tests; it is ended when it takes too long.
 *
 * @param before the command that starts it, such as one that enters a namespace; may be empty
 */
record ChildJvm(List<String> before, List<String> options, String main, List<String> arguments) {
  private static final int MOST_SECONDS = 900;

  /** What became of it. */
  record Ended(int exit, String output) {}

  /**
   * A process that was started.
   *
   * @param log its output
   */
  record Running(Process process, Path log) {

    /** Waits for its end. */
    Ended await() {
      try {
        if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
        }
        return new Ended(process.exitValue(), Files.readString(log));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /** A short process of this main class, with these options of its own. */
  static ChildJvm of(String main, List<String> options, String... arguments) {
    List<String> all = new ArrayList<>(List.of("-Xmx700m", "-XX:TieredStopAtLevel=1"));
    all.add("-Xshare:auto");
    all.addAll(options);
    return new ChildJvm(List.of(), all, main, List.of(arguments));
  }

  /** The command {@code nightjar}. */
  static ChildJvm nightjar(List<String> options, String... arguments) {
    return of("dev.nightjar.cli.Main", options, arguments);
  }

  /** {@code nightjar run} of a job of these readings. */
  static ChildJvm run(Readings readings, String job, String... options) {
    return nightjar(
        List.of(options),
        "run",
        job,
        "--interval",
        Readings.DAY,
        "--project",
        readings.folder().toString());
  }

  /** The option that makes a process act at the N-th passing of a place, once, leaving a file. */
  static String failpoint(Failpoint at, int nth, String action, Path struck) {
    return "-D" + Failpoint.PROPERTY + "=" + at.word() + "#" + nth + "=" + action + "@" + struck;
  }

  /** The same process, started by another command. */
  ChildJvm startedBy(List<String> command) {
    return new ChildJvm(command, options, main, arguments);
  }

  /** Runs it and waits for its end; its output goes to a file. */
  Ended run(Path log) {
    return start(log).await();
  }

  /** Starts it; its output goes to a file. */
  Running start(Path log) {
    List<String> line = new ArrayList<>(before);
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(
        Arrays.stream(System.getProperty("nightjar.spark.jvm.flags").trim().split("\\s+"))
            .toList());
    line.addAll(options);
    line.add("-cp");
    line.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    line.add(main);
    line.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
      return new Running(process, log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
