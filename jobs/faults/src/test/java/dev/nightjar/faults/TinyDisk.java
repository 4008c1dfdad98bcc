package dev.nightjar.faults;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A disk of some kilobytes in memory. It is mounted in a namespace of its own, so nobody else finds
 * it: processes get onto it by {@link #entering}, this one reads and writes it through {@code
 * /proc}. It is gone with the last process on it, also when this one is killed.
 */
final class TinyDisk implements AutoCloseable {
  static final String BALLAST = "ballast";

  private final Process holder;
  private final Path mounted;

  private TinyDisk(Process holder, Path mounted) {
    this.holder = holder;
    this.mounted = mounted;
  }

  /**
   * Mounts one over a folder; the test is skipped where that may not be done.
   *
   * @param folder empty; it stays so for everybody else
   */
  static TinyDisk at(Path folder, int kilobytes) {
    try {
      Files.createDirectories(folder);
      // It waits for input that never comes, and ends with us.
      Process holder =
          new ProcessBuilder(
                  "unshare",
                  "-m",
                  "sh",
                  "-c",
                  "mount -t tmpfs -o size=$1k tiny \"$0\" && echo mounted && exec cat",
                  folder.toString(),
                  Integer.toString(kilobytes))
              .redirectErrorStream(true)
              .start();
      BufferedReader said = holder.inputReader(StandardCharsets.UTF_8);
      String line = said.readLine();
      assumeTrue(
          "mounted".equals(line), () -> "no small disk can be mounted here (needs root): " + line);
      return new TinyDisk(holder, folder);
    } catch (IOException e) {
      assumeTrue(false, "no small disk can be mounted here (needs unshare): " + e.getMessage());
      throw new UncheckedIOException(e);
    }
  }

  /** The command that starts another on this disk. */
  List<String> entering() {
    return List.of("nsenter", "--mount=/proc/" + holder.pid() + "/ns/mnt", "--");
  }

  /** Where this process finds what others on the disk find in its folder. */
  Path seenFromOutside() {
    return Path.of("/proc", Long.toString(holder.pid()), "root" + mounted);
  }

  /** Fills it up to so many bytes, or makes the room that is missing for them. */
  void leave(long bytes) {
    Path ballast = seenFromOutside().resolve(BALLAST);
    try {
      Files.deleteIfExists(ballast);
      long room = Files.getFileStore(seenFromOutside()).getUsableSpace();
      Files.write(ballast, new byte[(int) Math.max(0, room - bytes)]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes room again. */
  void empty() {
    try {
      Files.deleteIfExists(seenFromOutside().resolve(BALLAST));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      holder.getOutputStream().close();
      holder.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
