package dev.nightjar.spark;

import dev.nightjar.data.ColumnBatch;
import dev.nightjar.fault.Failpoint;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a partition, scored block by block. The row that it gives is the same object each
 * time, good until the next one is asked for. Closes the scorer after the last row; where a task
 * ends early, its completion listener does.
 */
final class ScoredBlocks implements Iterator<InternalRow> {
  private final Blocks blocks;
  private final Scorer scorer;
  private final ResultRow result;
  private final JoinedRow row = new JoinedRow();
  private final @Nullable RowSampler sampler;
  private @Nullable ColumnBatch columns;
  private @Nullable ScoredBatch scored;
  private int next;

  /**
   * @param sampler null when no rows are sampled
   */
  ScoredBlocks(Blocks blocks, Scorer scorer, RowLayout layout, @Nullable RowSampler sampler) {
    this.blocks = blocks;
    this.scorer = scorer;
    this.sampler = sampler;
    this.result = layout.result();
  }

  @Override
  public boolean hasNext() {
    if (scored != null && next < blocks.rows()) {
      return true;
    }
    if (!blocks.next()) {
      scored = null;
      scorer.close();
      return false;
    }
    next = 0;
    columns = blocks.columns();
    scored = scorer.score(columns);
    result.look(scored);
    Failpoint.TASK_BATCH_SCORED.hit();
    return true;
  }

  @Override
  public InternalRow next() {
    if (!hasNext() || scored == null || columns == null) {
      throw new NoSuchElementException("the partition has no further row");
    }
    int at = next++;
    InternalRow kept = blocks.kept(at);
    InternalRow rejection = blocks.rejection(at);
    if (rejection != null) {
      result.pass(rejection, blocks.flags(at));
    } else {
      result.move(scored, blocks.place(at), blocks.flags(at));
    }
    if (sampler != null) {
      result.carry(
          rejection == null ? sampler.sample(kept, columns, blocks.place(at), scored) : null);
    }
    return row.apply(kept, result);
  }
}
