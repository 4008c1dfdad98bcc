package dev.nightjar.faults.cluster;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.faults.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Places in processes of a run where tests make them wait or end. */
final class Failpoints {
  private static final Duration REACHED = Duration.ofMinutes(4);

  private Failpoints() {}

  /** The JVM option that ends a process when it passes a place for the N-th time. */
  static String halt(Failpoint point, int nth) {
    return "-D" + Failpoint.PROPERTY + "=" + point.word() + "#" + nth + "=halt";
  }

  /** The JVM option that ends every process that passes a place. */
  static String halt(Failpoint point) {
    return "-D" + Failpoint.PROPERTY + "=" + point.word() + "=halt";
  }

  /**
   * A pause that the first process to pass a place makes, and no other.
   *
   * @param file is created by that process, with its id
   */
  record Pause(Failpoint point, int nth, Path file) {
    static Pause at(Failpoint point, int nth, Path folder, String name) {
      return new Pause(point, nth, folder.resolve(name));
    }

    /** The JVM option that sets it. */
    String option() {
      return "-D" + Failpoint.PROPERTY + "=" + point.word() + "#" + nth + "=pause@" + file;
    }

    /** Waits until a process has paused there; its id. */
    long awaitPaused(Submission submission) {
      Await.until(
          "a process waits at " + point.word() + "; " + submission.describe(),
          REACHED,
          () -> isReached() || !submission.isAlive());
      if (!isReached()) {
        throw new AssertionError(
            "the run ended before " + point.word() + "; " + submission.describe());
      }
      return Long.parseLong(Cluster.read(file).strip());
    }

    boolean isReached() {
      return Cluster.read(file).endsWith("\n");
    }

    /** Lets it go on. */
    void go() {
      try {
        Files.createFile(file.resolveSibling(file.getFileName() + ".go"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
