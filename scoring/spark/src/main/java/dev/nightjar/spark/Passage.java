package dev.nightjar.spark;

import dev.nightjar.config.Section;
import dev.nightjar.pipeline.Scorer;
import java.util.Collections;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * How rows get from Spark to the scorer and back. Moving them costs more than a fast network, so
 * the usual ways go past Spark's public interface; all that is not public is in this class and the
 * ones that it calls {@link Blocks}. The public way does the same, and is chosen by {@value #KEY}
 * where a Spark of another make does not have the others.
 */
enum Passage {
  /** Vectors of the scan where nothing lies between, else internal rows. */
  COLUMNS,

  /** Spark's internal rows, without making objects of their values. */
  INTERNAL_ROWS,

  /** Spark's public interface alone. */
  ROWS;

  /** The setting of the session that chooses one, by its word. */
  static final String KEY = "spark.nightjar.passage";

  /**
   * The one that a session's settings choose; the first unless they say otherwise.
   *
   * @throws IllegalArgumentException when they choose none that there is
   */
  static Passage of(SparkSession spark) {
    String word = spark.conf().get(KEY, Section.word(COLUMNS));
    return Section.named(Passage.class, word.toLowerCase(Locale.ROOT))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    KEY + " is '" + word + "' and must be columns, internal-rows or rows"));
  }

  /** Scores rows of the task's input columns. */
  Dataset<Row> score(Dataset<Row> rows, ScoreTask task) {
    if (this == ROWS
        || !(rows.sparkSession() instanceof org.apache.spark.sql.classic.SparkSession session)) {
      return rows.mapPartitions(new ScorePartition(task), Encoders.row(task.result()));
    }
    Optional<RDD<ColumnarBatch>> vectors =
        this == COLUMNS ? vectors(rows.queryExecution().executedPlan()) : Optional.empty();
    JavaRDD<InternalRow> scored =
        vectors.isPresent()
            ? mapped(vectors.get(), task, ColumnBlocks::new)
            : mapped(rows.queryExecution().toRdd(), task, RowBlocks::new);
    return session.internalCreateDataFrame(scored.rdd(), task.result(), rows.isStreaming());
  }

  /** How those rows would go, without reading any. */
  String words(Dataset<Row> rows) {
    boolean asked = this == COLUMNS;
    return Section.word(
        asked && scan(rows.queryExecution().executedPlan()).isEmpty() ? INTERNAL_ROWS : this);
  }

  /** Makes blocks of a partition. */
  private interface Maker<T> extends java.io.Serializable {
    Blocks of(Iterator<T> from, RowLayout layout, BatchBounds bounds);
  }

  private static <T> JavaRDD<InternalRow> mapped(RDD<T> from, ScoreTask task, Maker<T> maker) {
    FlatMapFunction<Iterator<T>, InternalRow> score =
        rows -> {
          if (!rows.hasNext()) {
            return Collections.emptyIterator(); // an empty partition needs no model
          }
          Scorer scorer = task.scorer();
          RowLayout layout = task.layout(scorer);
          return new ScoredBlocks(
              maker.of(rows, layout, task.bounds()), scorer, layout, task.sampler(scorer));
        };
    return from.toJavaRDD().mapPartitions(score);
  }

  /** The vectors of a scan, when the plan does nothing but read columns. */
  static Optional<RDD<ColumnarBatch>> vectors(SparkPlan plan) {
    return scan(plan).map(SparkPlan::executeColumnar);
  }

  /** The scan under a plan that does nothing but read columns and make rows of them. */
  private static Optional<SparkPlan> scan(SparkPlan plan) {
    SparkPlan scan = plan;
    while (!scan.supportsColumnar()) {
      if (scan instanceof WholeStageCodegenExec stage) {
        scan = stage.child();
      } else if (scan instanceof InputAdapter adapter) {
        scan = adapter.child();
      } else if (scan instanceof ColumnarToRowExec rows) {
        scan = rows.child();
      } else {
        return Optional.empty();
      }
    }
    return plan.output().equals(scan.output()) ? Optional.of(scan) : Optional.empty();
  }
}
