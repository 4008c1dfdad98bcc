package dev.nightjar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.faults.Readings.Version;
import dev.nightjar.faults.check.Checker.Verdict;
import dev.nightjar.faults.check.PublishedResult;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.Failure;
import dev.nightjar.run.JobRunner;
import dev.nightjar.run.RunListener;
import dev.nightjar.run.RunResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.apache.spark.sql.SparkSession;

/**
 * The course of every case: an old result is published, a run that would publish a new one is
 * broken, a run after it goes well; a reader looks on throughout. What is left of the promises is
 * counted and asserted.
 */
final class Broken {
  static final Clock CLOCK = Clock.fixed(Instant.parse("2024-03-06T04:30:00Z"), ZoneOffset.UTC);

  private final Readings readings;
  private final String name;

  /**
   * A case.
   *
   * @param name of it, and of its output folder
   */
  Broken(Readings readings, String name) {
    this.readings = readings;
    this.name = name;
  }

  /** One session for all tests of this JVM; a task that fails is tried once more. */
  static SparkSession spark() {
    return SparkSession.builder()
        .master("local[2,2]")
        .appName("jobs/faults")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.default.parallelism", "2")
        .getOrCreate();
  }

  /** Runs a version of the case in this process. */
  int run(Version version) {
    return run(name, version, "out/" + name);
  }

  /** Runs a version with an output path of its own; what is thrown is an exit code too. */
  int run(String job, Version version, String output) {
    try {
      RunResult result =
          new JobRunner(spark(), CLOCK, RunListener.NONE)
              .run(readings.job(job, version, output), readings.interval());
      return result.exit().code();
    } catch (RuntimeException e) {
      return Failure.of(e).exit().code();
    }
  }

  /**
   * Goes through the case.
   *
   * @param old a folder with the old result; it is copied
   * @param broken runs the new version with its fault and gives the exit code
   */
  void go(Path old, IntSupplier broken) {
    readings.copyOutput(old, name);
    Path output = readings.output(name);
    PollingReader reader =
        new PollingReader(output, Readings.DAY, true, Version.OLD.checker(), Version.NEW.checker());
    try (reader) {
      int exit = broken.getAsInt();
      assertTruthful(exit, visible(output));
      assertThat(run(Version.NEW)).as("exit of the run after " + name).isZero();
    }
    Verdict verdict = Version.NEW.checker().check(read(output).orElseThrow().rows());
    count(verdict, reader);
    assertThat(verdict.isRight()).as(name + ": " + verdict).isTrue();
    assertThat(reader.violations()).as(name).isEmpty();
  }

  /** Counts what a case came to. */
  static void count(Verdict verdict, PollingReader reader) {
    Figures.atMost(0, "rows-lost", (double) verdict.lost());
    Figures.atMost(0, "rows-duplicated", (double) verdict.duplicated());
    Figures.atMost(0, "rows-unexpected", (double) verdict.unexpected());
    Figures.atMost(0, "rows-wrong", (double) verdict.wrong());
    Figures.atMost(0, "old-or-new-violations", reader.violations().size());
    Figures.report("reads-while-broken", (double) reader.reads(), Figures.Better.HIGHER);
  }

  /** Exit 0 if and only if the new result is what readers see; 4 when a newer one is. */
  private void assertTruthful(int exit, Version visible) {
    boolean truthful =
        switch (exit) {
          case 0 -> visible == Version.NEW;
          case 1, 2, 3 -> visible == Version.OLD;
          case 4 -> visible == Version.NEW; // of the run beside it
          case 5 -> true;
          default -> true; // killed: it has not said anything
        };
    Figures.atMost(0, "untruthful-exits", truthful ? 0 : 1);
    assertThat(truthful).as("%s: exit %s while readers see the %s", name, exit, visible).isTrue();
  }

  /** Which version readers see. */
  static Version visible(Path output) {
    PublishedResult result = read(output).orElseThrow();
    return Version.NEW.checker().check(result.rows()).isRight() ? Version.NEW : Version.OLD;
  }

  static Optional<PublishedResult> read(Path output) {
    try {
      return PublishedResult.read(output, Readings.DAY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Publishes the old result that cases begin with. */
  static Path publishOld(Readings readings) {
    assertThat(new Broken(readings, "old").run(Version.OLD)).isEqualTo(ExitCode.PUBLISHED.code());
    return readings.output("old");
  }
}
