package dev.nightjar.bench;

import dev.nightjar.bench.worker.RequestLoop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A JVM that is told line by line what to do. It starts with the first request, and again with the
 * one after it was ended for taking too long. Not thread-safe.
 */
final class Child implements AutoCloseable {
  private final Environment environment;
  private final Path log;
  private @Nullable Process process;
  private BlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>();

  /**
   * What a JVM is started with.
   *
   * @param name for people
   * @param classPath as {@code -cp} takes it
   * @param ompThreads {@code OMP_NUM_THREADS}; empty to leave it unset
   * @param options of the JVM
   */
  record Environment(
      String name,
      String classPath,
      Optional<String> ompThreads,
      List<String> options,
      String main,
      List<String> arguments) {}

  /**
   * @param log where its standard error goes
   */
  Child(Environment environment, Path log) {
    this.environment = environment;
    this.log = log;
  }

  String name() {
    return environment.name();
  }

  /** Asks and waits for the answer, at most so long. */
  Answer ask(Duration limit, String... words) {
    try {
      Process running = process;
      if (running == null) {
        running = start();
      }
      Writer requests = running.outputWriter(StandardCharsets.UTF_8);
      requests.write(String.join(RequestLoop.TAB, words) + "\n");
      requests.flush();
      Optional<String> line = answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (line == null) {
        close();
        return new Answer.TimedOut(limit);
      }
      return line.map(Child::parse).orElseGet(this::died);
    } catch (IOException e) {
      return died();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Asks for what has to be there.
   *
   * @throws BenchException when it fails or takes too long
   */
  Answer.Done done(Duration limit, String... words) {
    Answer answer = ask(limit, words);
    if (answer instanceof Answer.Done done) {
      return done;
    }
    String reason =
        answer instanceof Answer.Failed failed ? failed.reason() : "not done within " + limit;
    throw new BenchException(String.join(" ", words) + ": " + reason);
  }

  private Answer died() {
    close();
    return new Answer.Failed("the JVM '" + name() + "' ended; see " + log);
  }

  private static Answer parse(String line) {
    List<String> words = List.of(line.split(RequestLoop.TAB));
    if (!words.get(0).equals(RequestLoop.DONE)) {
      return new Answer.Failed(String.join(" ", words.subList(1, words.size())));
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    for (String word : words.subList(1, words.size())) {
      int equals = word.indexOf('=');
      figures.put(word.substring(0, equals), Double.valueOf(word.substring(equals + 1)));
    }
    return new Answer.Done(figures);
  }

  private Process start() {
    ProcessBuilder builder =
        new ProcessBuilder(commandLine())
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().remove("OMP_NUM_THREADS");
    environment
        .ompThreads()
        .ifPresent(threads -> builder.environment().put("OMP_NUM_THREADS", threads));
    try {
      Process started = builder.start();
      process = started;
      BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
      answers = lines;
      Thread reader = new Thread(() -> read(started, lines, log), "answers of " + name());
      reader.setDaemon(true);
      reader.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Options and class path are in a file: ONNX Runtime 1.29 recurses the deeper the longer the
   * process's command line is, and some thousand characters overflow the stack.
   */
  private List<String> commandLine() {
    List<String> options = new ArrayList<>(environment.options());
    options.addAll(List.of("-cp", environment.classPath()));
    Path file = log.resolveSibling(name() + ".options");
    try {
      Files.write(file, options.stream().map(option -> "\"" + option + "\"").toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("@" + file);
    line.add(environment.main());
    line.addAll(environment.arguments());
    return line;
  }

  private static void read(Process process, BlockingQueue<Optional<String>> lines, Path log) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (isAnswer(line)) {
          lines.add(Optional.of(line));
        } else {
          Files.writeString(log, line + "\n", StandardOpenOption.APPEND);
        }
      }
    } catch (IOException e) {
      // It was ended; that is what the queue's end says.
    }
    lines.add(Optional.empty());
  }

  /** Native libraries print to the standard output too, past Java's own. */
  private static boolean isAnswer(String line) {
    String word = line.split(RequestLoop.TAB, 2)[0];
    return word.equals(RequestLoop.DONE) || word.equals(RequestLoop.FAILED);
  }

  @Override
  public void close() {
    Process running = process;
    process = null;
    if (running != null) {
      running.destroyForcibly();
      try {
        running.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
