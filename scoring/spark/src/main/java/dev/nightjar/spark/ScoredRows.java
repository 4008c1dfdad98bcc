package dev.nightjar.spark;

import dev.nightjar.data.ColumnBatch;
import dev.nightjar.fault.Failpoint;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;

/**
 * The rows of a partition, scored batch by batch: at most one batch is held at a time. Closes the
 * scorer after the last row; where a task ends early, its completion listener does.
 */
final class ScoredRows implements Iterator<Row> {
  private final Iterator<Row> rows;
  private final Scorer scorer;
  private final RowLayout layout;
  private final BatchBounds bounds;
  private Iterator<Row> ready = Collections.emptyIterator();

  ScoredRows(Iterator<Row> rows, Scorer scorer, RowLayout layout, BatchBounds bounds) {
    this.rows = rows;
    this.scorer = scorer;
    this.layout = layout;
    this.bounds = bounds;
  }

  @Override
  public boolean hasNext() {
    if (!ready.hasNext() && rows.hasNext()) {
      ready = scoreNextBatch();
    }
    if (ready.hasNext()) {
      return true;
    }
    scorer.close();
    return false;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the partition has no further row");
    }
    return ready.next();
  }

  private Iterator<Row> scoreNextBatch() {
    List<Row> batch = new ArrayList<>();
    ColumnBatch.Builder columns = layout.batch();
    long bytes = 0;
    while (rows.hasNext() && batch.size() < bounds.rows() && bytes < bounds.bytes()) {
      Row row = rows.next();
      batch.add(row);
      bytes += layout.estimateBytes(row);
      if (!layout.isRejected(row)) {
        layout.addTo(columns, row);
      }
    }
    ScoredBatch scored = scorer.score(columns.build());
    Failpoint.TASK_BATCH_SCORED.hit();
    List<Row> results = new ArrayList<>(batch.size());
    int next = 0;
    for (Row row : batch) {
      results.add(layout.isRejected(row) ? layout.passOn(row) : layout.result(row, scored, next++));
    }
    return results.iterator();
  }
}
