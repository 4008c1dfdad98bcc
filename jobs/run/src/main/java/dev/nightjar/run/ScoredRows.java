package dev.nightjar.run;

import static org.apache.spark.sql.functions.lit;

import dev.nightjar.data.Field;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.spark.AsOfRange;
import dev.nightjar.feature.spark.JoinChoice;
import dev.nightjar.feature.spark.PointInTimeAudit;
import dev.nightjar.feature.spark.PointInTimeJoin;
import dev.nightjar.spark.Sampling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * A run's rows on their way from the input to the writer: joined, scored, and the columns chosen.
 */
final class ScoredRows {
  /** Half of what Spark reads per task: shuffled rows are wider than the input's. */
  private static final long BYTES_PER_TASK = 64L << 20;

  private ScoredRows() {}

  /** Some of the interval's rows, as {@link InputRows#ofInterval} reads them, with features. */
  static Dataset<Row> joined(Plan plan, Dataset<Row> rows) {
    return plan.views().isEmpty()
        ? rows
        : join(plan).join(rows, plan.job().input().asOf(), asOfRange(plan));
  }

  /** The columns of {@link #joined}, without reading a row. */
  static StructType joinedColumns(Plan plan) {
    StructType columns = plan.input().ofInterval().schema();
    return plan.views().isEmpty() ? columns : join(plan).schema(columns);
  }

  /** How each of the views will be joined; their rows are counted, no further than needed. */
  static List<JoinChoice> joinChoices(Plan plan) {
    // The interval's bounds stand for those that the join may read the input to find.
    AsOfRange bounds = new AsOfRange(plan.interval().start(), plan.interval().end());
    return plan.views().isEmpty()
        ? List.of()
        : join(plan)
            .choices(
                plan.input().ofInterval().sparkSession(),
                plan.input().ofInterval().schema(),
                plan.job().input().asOf(),
                Optional.of(bounds));
  }

  /**
   * The join of the interval held against time, for a sample of its rows that their keys choose.
   */
  static PointInTimeReport auditTimes(Plan plan, int sample, List<Duration> delays) {
    List<String> timeless =
        plan.views().stream().filter(FeatureView::isStatic).map(FeatureView::name).toList();
    Dataset<Row> all = plan.input().ofInterval();
    long rows = all.count();
    if (timeless.size() == plan.views().size()) {
      return new PointInTimeReport(rows, 0, List.of(), timeless);
    }
    String asOf = plan.job().input().asOf().orElseThrow();
    List<String> key = plan.job().input().key();
    Dataset<Row> asking =
        all.filter(
            InputRows.quoted(ReservedColumns.REJECTION)
                .isNull()
                .and(InputRows.quoted(asOf).isNotNull()));
    Column[] named = key.stream().map(InputRows::quoted).toArray(Column[]::new);
    Dataset<Row> chosen = asking.orderBy(functions.xxhash64(named)).limit(sample).cache();
    try {
      return new PointInTimeReport(
          rows,
          chosen.count(),
          new PointInTimeAudit(
                  plan.views(), view -> plan.tables().read(view, Map.of()), plan.job().joins())
              .of(chosen, key, asOf, delays),
          timeless);
    } finally {
      chosen.unpersist();
    }
  }

  private static PointInTimeJoin join(Plan plan) {
    return PointInTimeJoin.of(plan.views(), view -> plan.tables().read(view, Map.of()))
        .with(plan.job().joins());
  }

  /** The interval's bounds, where the as-of time is the time that assigns rows to intervals. */
  private static Optional<AsOfRange> asOfRange(Plan plan) {
    return plan.job().input().asOf().equals(Optional.of(plan.job().input().time()))
        ? Optional.of(new AsOfRange(plan.interval().start(), plan.interval().end()))
        : Optional.empty();
  }

  /** All rows of the interval, scored, with the columns that are written and no others. */
  static Dataset<Row> of(Plan plan, String run) {
    return of(plan, run, Optional.empty());
  }

  /**
   * {@link #of(Plan, String)} of which chosen rows carry along what the scorer read of them, in
   * {@link ReservedColumns#SAMPLE}.
   */
  static Dataset<Row> of(Plan plan, String run, Optional<Sampling> sampling) {
    return of(plan, plan.input().ofInterval(), run, sampling);
  }

  /** {@link #of(Plan, String, Optional)} of some of the interval's rows. */
  static Dataset<Row> of(Plan plan, Dataset<Row> rows, String run, Optional<Sampling> sampling) {
    Dataset<Row> scored =
        plan.scoring()
            .score(joined(plan, rows), keptColumns(plan), sampling)
            .withColumn(ReservedColumns.RUN, lit(run));
    List<String> columns = writtenColumns(plan);
    sampling.ifPresent(any -> columns.add(ReservedColumns.SAMPLE));
    Dataset<Row> written =
        scored.select(columns.stream().map(InputRows::quoted).toArray(Column[]::new));
    return plan.snapshot().inputBytes().isPresent()
        ? written.coalesce(mostTasks(written, plan.snapshot().inputBytes().getAsLong()))
        : written;
  }

  /**
   * As many tasks as the input's bytes need, and no fewer than keep all cores busy: each task
   * writes up to three files, and thousands of tiny input files would come out as hundreds of tiny
   * ones.
   */
  private static int mostTasks(Dataset<Row> rows, long bytes) {
    long needed = bytes / BYTES_PER_TASK + 1;
    int cores = rows.sparkSession().sparkContext().defaultParallelism();
    return (int) Math.min(Integer.MAX_VALUE, Math.max(needed, 2L * cores));
  }

  /** The names of the columns that are written, in order. */
  static List<String> writtenColumns(Plan plan) {
    List<String> columns = readerColumns(plan);
    columns.add(ReservedColumns.REJECTION);
    columns.add(ReservedColumns.OUTCOME);
    return columns;
  }

  /** The names of the input's columns that are written along, in order. */
  static List<String> keptColumns(Plan plan) {
    List<String> columns = new ArrayList<>(plan.job().input().key());
    columns.addAll(plan.job().output().passThrough());
    return columns;
  }

  /** The names of the columns that readers of scored rows see, in order. */
  static List<String> readerColumns(Plan plan) {
    List<String> columns = keptColumns(plan);
    plan.scoring().contract().outputSchema().fields().stream()
        .map(Field::name)
        .forEach(columns::add);
    columns.add(ReservedColumns.FLAGS);
    columns.add(ReservedColumns.BUNDLE);
    columns.add(ReservedColumns.RUN);
    return columns;
  }
}
