package dev.nightjar.bench.peer;

import dev.nightjar.bench.work.JoinWork;
import dev.nightjar.bench.work.TableWork;
import dev.nightjar.feature.spark.PointInTimeJoin;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.JobRunner;
import dev.nightjar.run.RunListener;
import dev.nightjar.run.RunResult;
import dev.nightjar.run.Step;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A whole job with two as-of joins: by Nightjar's runner, with its audit and publication, and by
 * the same join with DataVec and DL4J behind it. Not thread-safe.
 */
public final class JoinedJob {
  private static final double MILLIS = 1000;

  private final SparkSession spark;
  private final JoinWork work;
  private final Map<String, Double> steps = new LinkedHashMap<>();
  private final JobRunner runner;
  private final Contestant.RowScorer byTheBook;

  public JoinedJob(SparkSession spark, JoinWork work) {
    this.spark = spark;
    this.work = work;
    this.runner = new JobRunner(spark, Clock.systemUTC(), new StepTimes());
    this.byTheBook = ByTheBook.of(new TableWork(), work.bundle());
  }

  private final class StepTimes implements RunListener {
    @Override
    public void finished(Step step, Duration took) {
      steps.put(step.word(), took.toMillis() / MILLIS);
    }
  }

  /**
   * Runs the job and publishes its result.
   *
   * @return what each step took, in seconds
   */
  public Map<String, Double> run() {
    steps.clear();
    RunResult result = runner.run(work.job(), work.interval());
    if (result.exit() != ExitCode.PUBLISHED) {
      throw new IllegalStateException("the run was not published: " + result.record().ending());
    }
    return Map.copyOf(steps);
  }

  /** The same join and scores by the book, not written yet. */
  public Dataset<Row> byTheBook() {
    try (TableReader tables = new TableReader(spark, work.folder().toString())) {
      Dataset<Row> joined =
          PointInTimeJoin.of(work.job().views(), view -> tables.read(view, Map.of()))
              .join(work.inputRows(spark), Optional.of(work.time()), Optional.of(work.range()));
      return byTheBook.score(JoinWork.rows(joined));
    }
  }
}
