package dev.nightjar.faults.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.faults.Figures;
import dev.nightjar.faults.check.Checker;
import dev.nightjar.faults.check.PublishedResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A project whose first result is published, a reader who watches it, and what is asked after every
 * fault.
 */
final class Bench implements AutoCloseable {
  private final Cluster cluster;
  private final ManyReadings readings;
  private final Checker checker = ManyReadings.checker();
  private final Path natives;
  private final Path marks;
  private final Watcher watcher;
  private int marked;

  /**
   * Makes the project and publishes its first result, on cold executors with caches of their own.
   */
  Bench(Cluster cluster, String name) {
    this.cluster = cluster;
    this.readings = ManyReadings.in(cluster.folder().resolve(name));
    this.natives = Folders.create(cluster.folder().resolve("natives"));
    this.marks = Folders.create(readings.folder().resolve("marks"));
    this.watcher = new Watcher(readings.output(), ManyReadings.ROWS);
    // The driver unpacks the natives here before any executor needs them.
    Submission.Ended first = submission().start().await();
    assertThat(first.exit()).as(first.err()).isZero();
    requireRight(first.err());
    cluster.removeWork();
  }

  Cluster cluster() {
    return cluster;
  }

  ManyReadings readings() {
    return readings;
  }

  Submission.Builder submission() {
    return Submission.of(cluster, readings.folder()).nativeCache(natives);
  }

  /** A pause that no earlier one is mistaken for. */
  Failpoints.Pause pause(Failpoint point, int nth) {
    return Failpoints.Pause.at(point, nth, marks, point.word() + "-" + ++marked);
  }

  /** What readers see now. */
  Published visible() {
    return Published.newest(readings.output(), ManyReadings.DAY)
        .orElseThrow(() -> new AssertionError("nothing is published in " + readings.output()));
  }

  /** The token that readers see now. */
  long token() {
    return visible().token();
  }

  /** Holds the visible result against what it must be, row by row. */
  void requireRight(String said) {
    Checker.Verdict differences = checker.check(rows());
    Figures.atMost(0, "rows-lost", (double) differences.lost());
    Figures.atMost(0, "rows-duplicated", (double) differences.duplicated());
    Figures.atMost(0, "rows-unexpected", (double) differences.unexpected());
    Figures.atMost(0, "rows-wrong", (double) differences.wrong());
    Figures.report("rows-checked", ManyReadings.ROWS, Figures.Better.HIGHER);
    assertThat(differences).as(said).matches(Checker.Verdict::isRight, "none");
  }

  private List<Map<String, Object>> rows() {
    try {
      return PublishedResult.read(readings.output(), ManyReadings.DAY).orElseThrow().rows();
    } catch (IOException e) {
      throw new UncheckedIOException("what is published cannot be read", e);
    }
  }

  /** The values of a column of the visible result, in all rows that have it. */
  List<Object> column(String name) {
    return rows().stream().filter(row -> row.containsKey(name)).map(row -> row.get(name)).toList();
  }

  /** The run came to its end in spite of what was done to it, and its result is right. */
  void requirePublished(Submission submission, long before, Optional<Instant> struck) {
    Submission.Ended ended = submission.await();
    assertThat(ended.exit()).as(submission.describe()).isZero();
    assertThat(token()).as("a new result is visible").isGreaterThan(before);
    struck.ifPresent(at -> Recoveries.add(Duration.between(at, visible().appeared())));
    requireRight(submission.describe());
    cluster.removeWork();
  }

  @Override
  public void close() {
    watcher.close();
    Figures.atMost(0, "old-or-new-violations", (double) watcher.violations());
    Figures.report("polled-reads", (double) watcher.reads(), Figures.Better.HIGHER);
    assertThat(watcher.violations()).as("violations of old or new").isZero();
    assertThat(watcher.reads()).isPositive();
  }
}
