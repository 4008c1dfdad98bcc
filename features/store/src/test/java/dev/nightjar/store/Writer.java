package dev.nightjar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.NullPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A process of its own that writes {@link Batches} to a store, one after the other, from where the
 * store ends, until it is told to stop. It says each step in a line; at a step that was named it
 * waits, so that it can be killed there.
 */
final class Writer implements AutoCloseable {
  private static final String REDIS = "redis ";

  /** How long the store waits for a writer of whom it hears nothing. */
  static final Duration LEASE = Duration.ofSeconds(1);

  private final Process process;
  private final BufferedReader lines;

  private Writer(Process process) {
    this.process = process;
    this.lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** What a writer does with a batch, in order. */
  enum Step {
    /** Half of the rows were added. */
    HALF,
    /** All rows were added. */
    ADDED,
    /** The batch is committed. */
    STORED
  }

  /** A writer that goes on until it is told to stop. */
  static Writer start(Path folder, Keeping keeping) {
    return start(folder, keeping.name(), "NONE", NullPolicy.LATEST_ROW.name());
  }

  /** A writer that waits at a step of its first batch. */
  static Writer pausingAt(Step step, Path folder, Keeping keeping) {
    return start(folder, keeping.name(), step.name(), NullPolicy.LATEST_ROW.name());
  }

  /** A writer to whom the view has another rule, and who waits at a step of its first batch. */
  static Writer ofAnotherRulePausingAt(Step step, Path folder, Keeping keeping) {
    return start(folder, keeping.name(), step.name(), NullPolicy.LAST_KNOWN.name());
  }

  /** A writer to a Redis that waits at a step of its first batch. */
  static Writer pausingAt(Step step, RedisPlace place, Keeping keeping) {
    return start(text(place), keeping.name(), step.name(), NullPolicy.LATEST_ROW.name());
  }

  /** A writer to a Redis that goes on until it is told to stop. */
  static Writer start(RedisPlace place, Keeping keeping) {
    return start(text(place), keeping.name(), "NONE", NullPolicy.LATEST_ROW.name());
  }

  private static String text(RedisPlace place) {
    return REDIS + place.port() + " " + place.prefix();
  }

  private static Writer start(Path folder, String... words) {
    return start(folder.toString(), words);
  }

  private static Writer start(String place, String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(
        List.of(
            "-Xmx128m", "-XX:TieredStopAtLevel=1", "--add-opens=java.base/java.nio=ALL-UNNAMED"));
    command.add("--add-opens=java.base/sun.nio.ch=ALL-UNNAMED");
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    command.addAll(List.of("-cp", classes, Writer.class.getName(), place));
    command.addAll(List.of(words));
    try {
      return new Writer(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A store in a folder, or in a Redis by the port and the beginning of its keys. */
  private static OnlineStore write(String place, List<FeatureView> views) {
    if (!place.startsWith(REDIS)) {
      return EmbeddedStore.write(Path.of(place), views);
    }
    String[] words = place.substring(REDIS.length()).split(" ", 2);
    return RedisStore.write(RedisServer.place(Integer.parseInt(words[0]), words[1]), LEASE, views);
  }

  /** Writes what it was told to. */
  public static void main(String[] arguments) throws IOException {
    Keeping keeping = Keeping.valueOf(arguments[1]);
    FeatureView view = Batches.view(NullPolicy.valueOf(arguments[3]));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (OnlineStore store = write(arguments[0], List.of(view));
        WriterLock lock = store.lockForWriting()) {
      assertThat(lock).isNotNull();
      AtomicBoolean hasWaited = new AtomicBoolean();
      while (System.in.available() == 0) {
        Batches.writeNext(
            store,
            keeping,
            (step, batch) -> {
              out.println(step + " " + batch);
              if (step.name().equals(arguments[2]) && !hasWaited.getAndSet(true)) {
                read();
              }
            });
      }
    }
  }

  /** Waits, in the child, for a word of the parent. */
  private static void read() {
    try {
      if (System.in.read() < 0) {
        throw new IllegalStateException("the parent has gone");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The batch of the next line that says a step; empty lines of a dead process are none. */
  long await(Step step) {
    for (String line = next(); line != null; line = next()) {
      String[] words = line.split(" ", 2);
      if (words[0].equals(step.name())) {
        return Long.parseLong(words[1]);
      }
    }
    throw new IllegalStateException("the writer ended before it said " + step);
  }

  private @Nullable String next() {
    try {
      return lines.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Kills it, as {@code kill -9} does, and gives the last batch that it said to be stored, or 0.
   */
  long kill() {
    process.toHandle().destroyForcibly(); // the process's own method would close what it has said
    long stored = 0;
    for (String line = next(); line != null; line = next()) {
      if (line.startsWith(Step.STORED.name())) {
        stored = Long.parseLong(line.substring(Step.STORED.name().length() + 1));
      }
    }
    awaitEnd();
    return stored;
  }

  /** Its number, for signals. */
  long pid() {
    return process.pid();
  }

  /** Tells it to go on from the step at which it waits, and gives how it ended, if it did. */
  int goOnUntilItEnds() {
    try {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    while (next() != null) {
      // What it says until then.
    }
    awaitEnd();
    return process.exitValue();
  }

  /** Tells it to stop after the batch that it is at, and waits until it has. */
  void stop() {
    try {
      // One for the step at which it may wait, one to stop it.
      process.getOutputStream().write(new byte[] {'\n', '\n'});
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    while (next() != null) {
      // What it says until then; else it would wait for somebody to read it.
    }
    awaitEnd();
    assertThat(process.exitValue()).isZero();
  }

  private void awaitEnd() {
    try {
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
