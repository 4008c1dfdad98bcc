package dev.nightjar.faults.cluster;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Starts each process as the leader of a group of its own, which all that it starts belongs to. A
 * watchdog ends every group when this JVM is gone, however it went: it waits at the other end of a
 * pipe. Thread-safe.
 */
final class Groups implements AutoCloseable {
  private final Path file;
  private final Process watchdog;
  private final OutputStream pipe;

  Groups(Path folder) {
    file = folder.resolve("groups");
    try {
      Files.createFile(file);
      watchdog =
          new ProcessBuilder(
                  "setsid",
                  "sh",
                  "-c",
                  "cat >/dev/null; while read p; do kill -s KILL -- -$p; done <\"$0\"",
                  file.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    pipe = watchdog.getOutputStream();
  }

  /** Starts a command, which setsid makes a leader without changing its id. */
  synchronized Process start(ProcessBuilder builder) {
    builder.command().add(0, "setsid");
    try {
      Process process = builder.start();
      Files.writeString(file, process.pid() + "\n", StandardOpenOption.APPEND);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends every group, by the watchdog: so it is known to work where it is needed most. */
  @Override
  public synchronized void close() {
    try {
      pipe.close();
      watchdog.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
