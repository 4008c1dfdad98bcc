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
import org.jspecify.annotations.Nullable;

/**
 * The rows of a partition, scored batch by batch: at most one batch is held at a time. Closes the
 * scorer after the last row; where a task ends early, its completion listener does.
 */
final class ScoredRows implements Iterator<Row> {
  private final Iterator<Row> rows;
  private final Scorer scorer;
  private final RowLayout layout;
  private final BatchBounds bounds;
  private final @Nullable RowSampler sampler;
  private Iterator<Row> ready = Collections.emptyIterator();

  /**
   * @param sampler null when no rows are sampled
   */
  ScoredRows(
      Iterator<Row> rows,
      Scorer scorer,
      RowLayout layout,
      BatchBounds bounds,
      @Nullable RowSampler sampler) {
    this.sampler = sampler;
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
    ColumnBatch built = columns.build();
    ScoredBatch scored = scorer.score(built);
    Failpoint.TASK_BATCH_SCORED.hit();
    List<Row> results = new ArrayList<>(batch.size());
    int next = 0;
    for (Row row : batch) {
      if (layout.isRejected(row)) {
        results.add(layout.passOn(row));
        continue;
      }
      int at = next++;
      byte[] sample =
          sampler == null ? null : sampler.sample(row, layout.keptPositions(), built, at, scored);
      results.add(layout.result(row, scored, at, sample));
    }
    return results.iterator();
  }
}
