package dev.nightjar.spark;

import dev.nightjar.pipeline.Scorer;
import java.io.Serial;
import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;

/** What a task does with its partition where rows go through Spark's public interface. */
final class ScorePartition implements MapPartitionsFunction<Row, Row> {
  @Serial private static final long serialVersionUID = 1L;

  private final ScoreTask task;

  ScorePartition(ScoreTask task) {
    this.task = task;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return rows; // an empty partition needs no model
    }
    Scorer scorer = task.scorer();
    return new ScoredRows(rows, scorer, task.layout(scorer), task.bounds(), task.sampler(scorer));
  }
}
