package dev.nightjar.spark;

import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.fault.Failpoint;
import dev.nightjar.pipeline.Scorer;
import java.io.Serial;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** What a task does with its partition. Holds all that crosses to executors. */
final class ScorePartition implements MapPartitionsFunction<Row, Row> {
  @Serial private static final long serialVersionUID = 1L;

  private final Broadcast<BundleFiles> files;
  private final String digest;
  private final StructType input;
  private final StructType result;
  private final BatchBounds bounds;

  ScorePartition(
      Broadcast<BundleFiles> files,
      String digest,
      StructType input,
      StructType result,
      BatchBounds bounds) {
    this.files = files;
    this.digest = digest;
    this.input = input;
    this.result = result;
    this.bounds = bounds;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return rows; // an empty partition needs no model
    }
    Failpoint.TASK_START.hit();
    Scorer scorer = ExecutorBundles.scorer(digest, files.value());
    TaskContext task = TaskContext.get();
    if (task != null) {
      task.addTaskCompletionListener(
          (org.apache.spark.util.TaskCompletionListener) context -> scorer.close());
    }
    return new ScoredRows(
        rows, scorer, new RowLayout(input, result, scorer.contract(), digest), bounds);
  }
}
