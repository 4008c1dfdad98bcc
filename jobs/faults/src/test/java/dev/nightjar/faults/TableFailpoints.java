package dev.nightjar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.faults.Readings.Version;
import dev.nightjar.faults.check.Checker.Verdict;
import dev.nightjar.faults.check.PublishedResult;
import dev.nightjar.job.Job;
import dev.nightjar.run.JobRunner;
import dev.nightjar.run.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A run that publishes to a table is broken at every failpoint, while a reader of the table looks
 * on: it sees the complete old result or the complete new one, and the exit code says which. One
 * table goes through all cases; what one of them has published is the old result of the next.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class TableFailpoints {
  private static final String JOB = "to-a-table";

  @TempDir static Path folder;

  private final AtomicInteger cases = new AtomicInteger();
  private Readings readings;
  private Version shown = Version.OLD;

  /** The table's keys under {@code output}. */
  abstract String table();

  /** What a reader of the table sees, without Spark and without Nightjar. */
  abstract List<Map<String, Object>> read() throws IOException;

  /** Makes the place where the table will be. */
  void prepare() throws IOException {}

  @BeforeAll
  void publishOld() throws IOException {
    prepare();
    readings = Readings.in(folder.resolve(getClass().getSimpleName()));
    assertThat(run(shown)).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = "SINK_AFTER_COMMIT")
  void a_run_that_throws_behind_the_commit_leaves_the_old_result_or_the_new_one(Failpoint at) {
    broken(at, 1, TableFailpoints::throwIt);
  }

  @Tag("soak")
  @ParameterizedTest
  @EnumSource(names = "GC_MID", mode = EnumSource.Mode.EXCLUDE)
  void a_run_that_throws_anywhere_leaves_the_old_result_or_the_new_one(Failpoint at) {
    everyHit(at, TableFailpoints::throwIt);
  }

  @Tag("soak")
  @ParameterizedTest
  @EnumSource(names = "GC_MID", mode = EnumSource.Mode.EXCLUDE)
  void a_step_that_is_done_and_then_fails_leaves_the_old_result_or_the_new_one(Failpoint at) {
    everyHit(at, point -> Failpoint.throwAtNext());
  }

  @Tag("soak")
  @ParameterizedTest
  @EnumSource(names = "GC_MID", mode = EnumSource.Mode.EXCLUDE)
  void of_two_runs_at_once_one_publishes_and_the_table_shows_it_whole(Failpoint at) {
    everyHit(at, point -> beside(shown.other()));
  }

  private static void throwIt(Failpoint at) {
    throw new Failpoint.Injected("at " + at.word());
  }

  /** A file that only one may create is created five times in a run: a manifest twice. */
  private void everyHit(Failpoint at, Consumer<Failpoint> fault) {
    int hits = at == Failpoint.CREATE_HALF_WRITTEN ? 5 : 1;
    for (int nth = 1; nth <= hits; nth++) {
      broken(at, nth, fault);
    }
  }

  private void broken(Failpoint at, int nth, Consumer<Failpoint> fault) {
    Version next = shown.other();
    String name = cases.incrementAndGet() + ", " + at.word() + " " + nth;
    AtomicInteger hits = new AtomicInteger();
    PollingReader reader =
        new PollingReader(
            this::result, true, Version.OLD.tableChecker(), Version.NEW.tableChecker());
    try (reader) {
      int exit =
          Failpoint.during(
              () -> run(next),
              point -> {
                if (point == at && hits.incrementAndGet() == nth) {
                  fault.accept(point);
                }
              });
      assertThat(hits.get()).as("hits of " + name).isGreaterThanOrEqualTo(nth);
      assertTruthful(name, exit, next);
      assertThat(run(next)).as("exit of the run after " + name).isZero();
    }
    shown = next;
    Verdict verdict = next.tableChecker().check(rows());
    Broken.count(verdict, reader);
    Figures.report("table-failpoint-combinations", 1, Figures.Better.HIGHER);
    Figures.struck(1);
    assertThat(verdict.isRight()).as(name + ": " + verdict).isTrue();
    assertThat(Broken.visible(readings.output(JOB))).as("by the manifest").isEqualTo(next);
    assertThat(reader.violations()).as(name).isEmpty();
  }

  /** What the exit code says of the table, and of the manifest. */
  private void assertTruthful(String name, int exit, Version next) {
    boolean isNew = next.tableChecker().check(rows()).isRight();
    boolean isTold = Broken.visible(readings.output(JOB)) == next;
    boolean truthful =
        switch (exit) {
          case 0, 4 -> isNew && isTold;
          case 1, 2, 3 -> !isNew && !isTold;
          case 5 -> true;
          default -> false;
        };
    Figures.atMost(0, "untruthful-exits", truthful ? 0 : 1);
    assertThat(truthful)
        .as("%s: exit %s, table new: %s, manifest new: %s", name, exit, isNew, isTold)
        .isTrue();
  }

  private void beside(Version version) {
    FutureTask<Integer> other = new FutureTask<>(() -> run(version));
    new Thread(other, "the run beside").start();
    try {
      assertThat(other.get()).as("exit of the run beside").isZero();
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private int run(Version version) {
    Job job = readings.job(JOB, version, table(), "out/" + JOB);
    return new JobRunner(Broken.spark(), Broken.CLOCK, RunListener.NONE)
        .run(job, readings.interval())
        .exit()
        .code();
  }

  private List<Map<String, Object>> rows() {
    try {
      return read();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** All rows of a whole attempt have its token. */
  private Optional<PublishedResult> result() throws IOException {
    List<Map<String, Object>> rows = new ArrayList<>(read());
    List<Long> tokens =
        rows.stream()
            .map(row -> String.valueOf(row.get("_nightjar_run")))
            .map(run -> Long.parseLong(run.substring(run.lastIndexOf('/') + 1)))
            .distinct()
            .toList();
    assertThat(tokens).as("tokens of one interval").hasSizeLessThanOrEqualTo(1);
    return rows.isEmpty()
        ? Optional.empty()
        : Optional.of(new PublishedResult(tokens.get(0), rows));
  }
}
