package dev.nightjar.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server as a process of its own, which prints a line with {@code ready on http://…} when it is.
 * Not thread-safe.
 */
final class ServerProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile(".*ready on (http://[^\\s/]+).*");
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final double KIBIBYTES_OF_A_MEBIBYTE = 1024;
  private static final double MILLIS_OF_A_SECOND = 1_000;
  private static final String ENDED = "";

  private final Process process;
  private final URI address;
  private final long started;

  private ServerProcess(Process process, URI address, long started) {
    this.process = process;
    this.address = address;
    this.started = started;
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param log where its errors and other lines go
   * @throws BenchException when it ends, or says nothing for two minutes
   */
  static ServerProcess start(List<String> command, Path log) {
    long started = System.nanoTime();
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      BlockingQueue<String> lines = new LinkedBlockingQueue<>();
      Thread reader = new Thread(() -> read(process, lines, log), "lines of " + command.get(0));
      reader.setDaemon(true);
      reader.start();
      String ready = lines.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      if (ready == null || ready.equals(ENDED)) {
        process.destroyForcibly();
        throw new BenchException(
            String.join(" ", command)
                + (ready == null ? ": not ready within " + LIMIT : ": ended before it was ready")
                + "; see "
                + log);
      }
      return new ServerProcess(process, URI.create(ready), started);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a server starts", e);
    }
  }

  /** Notes the address, then goes on reading, or the server would wait for somebody to do it. */
  private static void read(Process process, BlockingQueue<String> lines, Path log) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        Matcher ready = READY.matcher(line);
        if (ready.matches()) {
          lines.add(ready.group(1));
        }
        Files.writeString(log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
    } catch (IOException e) {
      // It was ended; that is what the queue's end says.
    }
    lines.add(ENDED);
  }

  /** {@code http://host:port}. */
  URI address() {
    return address;
  }

  /** When it was started, by {@link System#nanoTime}. */
  long started() {
    return started;
  }

  /** What of its memory is resident; only where there is a {@code /proc}. */
  double residentMib() {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElseThrow(
                  () -> new BenchException("the server's process does not tell its memory"))
          / KIBIBYTES_OF_A_MEBIBYTE;
    } catch (IOException e) {
      throw new UncheckedIOException("memory is only read where there is a /proc", e);
    }
  }

  /** What it has computed so far, in seconds of one core. */
  double cpuSeconds() {
    return seconds(process.info());
  }

  /** The same of this process. */
  static double ownCpuSeconds() {
    return seconds(ProcessHandle.current().info());
  }

  private static double seconds(ProcessHandle.Info process) {
    return process
            .totalCpuDuration()
            .orElseThrow(() -> new BenchException("this system does not tell what a process takes"))
            .toMillis()
        / MILLIS_OF_A_SECOND;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends SIGTERM, and does not wait. */
  void terminate() {
    process.destroy();
  }

  /** Waits until it has ended; whether it has. */
  boolean awaitEnd(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a server ends", e);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    awaitEnd(LIMIT);
  }
}
