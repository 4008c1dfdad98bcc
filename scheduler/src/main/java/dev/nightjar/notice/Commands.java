package dev.nightjar.notice;

import dev.nightjar.notice.Sender.Sent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Commands that are handed messages: JSON on their standard input, the most needed words in their
 * environment. No shell reads any of it. Thread-safe.
 */
final class Commands implements AutoCloseable {
  private final Path project;
  private final Duration timeout;
  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private volatile boolean isClosed;

  Commands(Path project, Duration timeout) {
    this.project = project;
    this.timeout = timeout;
  }

  Sent run(List<String> words, String name, Message message) {
    Path log = project.resolve("log/_notify").resolve(name.replace(' ', '.') + ".log");
    Process process;
    try {
      Files.createDirectories(log.getParent());
      ProcessBuilder builder =
          new ProcessBuilder(resolved(words))
              .directory(project.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(message.environment());
      process = builder.start();
    } catch (IOException e) {
      return new Sent.Again("could not be started: " + e.getMessage(), Optional.empty());
    }
    running.add(process);
    try {
      return await(process, message, log);
    } finally {
      end(process);
      running.remove(process);
    }
  }

  private Sent await(Process process, Message message, Path log) {
    if (isClosed) {
      return stopped();
    }
    // By a thread of its own: who does not read must not hold it up.
    Thread writing = new Thread(() -> write(process, message), "notify-command");
    writing.setDaemon(true);
    writing.start();
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        return new Sent.Again(
            "has not ended within " + Deliveries.words(timeout) + " (" + log + ")",
            Optional.empty());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return stopped();
    }
    int code = process.exitValue();
    if (code != 0 && isClosed) {
      return stopped();
    }
    return code == 0
        ? new Sent.Arrived()
        : new Sent.Again("ended with code " + code + " (" + log + ")", Optional.empty());
  }

  private static Sent stopped() {
    return new Sent.Again("the scheduler was stopped", Optional.empty());
  }

  private static void write(Process process, Message message) {
    try (OutputStream out = process.getOutputStream()) {
      out.write(message.json().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It has not read to the end, which is its own business: its exit code says how it went.
    }
  }

  /** A program that is named with a folder lies in the project. */
  private List<String> resolved(List<String> words) {
    List<String> line = new ArrayList<>(words);
    if (words.get(0).contains("/")) {
      line.set(0, project.resolve(words.get(0)).toString());
    }
    return line;
  }

  private static void end(Process process) {
    List<ProcessHandle> others = process.descendants().toList();
    process.destroyForcibly();
    others.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    isClosed = true;
    running.forEach(Commands::end);
  }
}
