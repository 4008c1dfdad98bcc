package dev.nightjar.bench;

import dev.nightjar.bench.work.BackfillWork;
import dev.nightjar.bench.worker.BackfillWorker;
import dev.nightjar.run.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The benchmark of many small intervals. Not thread-safe. */
final class BackfillBenchmark implements AutoCloseable {
  private static final Duration PREPARING = Duration.ofMinutes(15);

  /** January and February and two days: as many as November and December have. */
  private static final int DAYS = 61;

  private static final String BACKFILL = "backfill";
  private static final String TWO_AT_ONCE = "backfill-two-at-once";
  private static final String PLAIN = "plain-spark";

  private final Scale scale;
  private final Path folder;
  private final Path nightjar;
  private final Consumer<String> hear;
  private final BackfillWork work;
  private final Child child;
  private final Figures figures = new Figures();

  /**
   * How much is measured.
   *
   * @param rows of a day
   * @param warmUp rounds before those that count
   * @param rounds that count
   * @param commands how often the command that does nothing is started
   */
  record Scale(String name, long rows, int warmUp, int rounds, int commands) {
    /** The one of that name: {@code quick}, {@code normal} or {@code full}. */
    static Scale of(String name) {
      return switch (name) {
        case "quick" -> new Scale(name, 500, 1, 2, 5);
        case "normal", "full" -> new Scale(name, 2_000, 1, 5, 11);
        default -> throw new IllegalArgumentException("there is no scale '" + name + "'");
      };
    }
  }

  /**
   * @param folder for the project and logs
   * @param nightjar the script of the distribution
   * @param hear what goes on, for people
   */
  BackfillBenchmark(Scale scale, Path folder, Path nightjar, Jvms jvms, Consumer<String> hear) {
    this.scale = scale;
    this.folder = folder;
    this.nightjar = nightjar;
    this.hear = hear;
    this.work = new BackfillWork(folder.resolve("project"), DAYS, scale.rows());
    this.child =
        jvms.child(
            BACKFILL,
            jvms.classPath(),
            Optional.of("1"),
            BackfillWorker.class.getName(),
            List.of(
                work.folder().toString(),
                Integer.toString(work.days()),
                Long.toString(work.rows())),
            folder);
  }

  Figures run() {
    hear.accept("making " + DAYS + " days and the bundle");
    child.done(PREPARING, "prepare");
    overhead();
    child.close();
    nothing();
    return figures;
  }

  /** What a run of an interval costs beyond the plain job of Spark that does the same. */
  private void overhead() {
    Contest contest = new Contest(BACKFILL, DAYS * scale.rows());
    contest.add(PLAIN, child, "plain");
    contest.add(TWO_AT_ONCE, child, BACKFILL, "2");
    contest.add(BACKFILL, child, BACKFILL, "1");
    contest.run(scale.warmUp(), scale.rounds(), PREPARING, hear);
    Samples ours = contest.samples(BACKFILL);
    double plain = contest.samples(PLAIN).median();
    figures.atMost(
        0.3,
        "backfill-overhead-seconds",
        (ours.median() - plain) / DAYS,
        "an interval, beyond the " + Figures.number(plain / DAYS) + " of a plain job of Spark");
    figures.report(
        "backfill-two-at-once-overhead-seconds",
        (contest.samples(TWO_AT_ONCE).median() - plain) / DAYS,
        Figures.Better.LOWER,
        "the same, --parallel 2");
    for (Step step : Step.values()) {
      double seconds = ours.median(step.word());
      if (!Double.isNaN(seconds)) {
        figures.report(
            "backfill-" + step.word() + "-seconds", seconds, Figures.Better.LOWER, step.doing());
      }
    }
  }

  /** The whole command, from its start to its end: first to score all days, then to find none. */
  private void nothing() {
    hear.accept("scoring " + DAYS + " days by the command, then looking for changes");
    figures.report(
        "backfill-command-seconds",
        command("published"),
        Figures.Better.LOWER,
        DAYS + " days, with the start of Spark");
    double[] seconds = new double[scale.commands()];
    for (int i = 0; i < seconds.length; i++) {
      seconds[i] = command("unchanged", "--changed");
    }
    figures.atMost(
        1.5, "noop-backfill-seconds", OnlineBenchmark.median(seconds), DAYS + " days, --changed");
  }

  /** The seconds of a command after which each day has come to this. */
  private double command(String fate, String... options) {
    List<String> words = new ArrayList<>(List.of(nightjar.toString(), "backfill"));
    words.addAll(List.of(BackfillWork.JOB, "--project", work.folder().toString(), "--json"));
    words.addAll(List.of("--from", work.all().get(0).toString()));
    words.addAll(List.of("--to", work.all().get(DAYS - 1).toString()));
    words.addAll(List.of(options));
    Path out = folder.resolve("command.out");
    long start = System.nanoTime();
    try {
      Process process =
          new ProcessBuilder(words)
              .redirectOutput(out.toFile())
              .redirectError(folder.resolve("command.log").toFile())
              .start();
      boolean ended = process.waitFor(PREPARING.toSeconds(), TimeUnit.SECONDS);
      double seconds = (System.nanoTime() - start) / 1e9;
      long days =
          Files.readAllLines(out, StandardCharsets.UTF_8).stream()
              .filter(line -> line.contains("\"fate\":\"" + fate + "\""))
              .count();
      if (!ended || process.exitValue() != 0 || days != DAYS) {
        process.destroyForcibly();
        throw new BenchException(
            String.join(" ", words) + ": " + days + " days are " + fate + "; see " + out);
      }
      return seconds;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a command runs", e);
    }
  }

  @Override
  public void close() {
    child.close();
  }
}
