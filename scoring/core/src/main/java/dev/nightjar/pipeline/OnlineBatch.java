package dev.nightjar.pipeline;

import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.Schema;
import dev.nightjar.feature.JoinedBatch;
import dev.nightjar.feature.ViewAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows that were joined and scored on request, with the outcomes, flags and rejections that a batch
 * job would have written for them. Immutable.
 */
public final class OnlineBatch {
  private final JoinedBatch joined;
  private final ScoredBatch scored;

  OnlineBatch(JoinedBatch joined, ScoredBatch scored) {
    this.joined = joined;
    this.scored = scored;
  }

  public int rows() {
    return scored.rows();
  }

  /** The rows that came in, with their features. */
  public ColumnBatch joined() {
    return joined.rows();
  }

  /** The contract's outputs. */
  public Schema outputs() {
    return scored.outputs().schema();
  }

  /**
   * The value of an output; null where the row was not scored.
   *
   * @param output its position
   */
  public @Nullable Object output(int row, int output) {
    return isTied(row) ? null : scored.outputs().column(output).get(row);
  }

  /** What became of a row. */
  public Outcome outcome(int row) {
    return isTied(row) ? Outcome.REJECTED : scored.outcome(row);
  }

  /** Present exactly where the outcome is {@link Outcome#REJECTED}. */
  public Optional<Rejection> rejection(int row) {
    Optional<JoinedBatch.Tie> tie = joined.ties().get(row);
    return tie.isPresent()
        ? tie.map(of -> new Rejection(Stage.JOIN, of.view(), of.reason()))
        : scored.rejection(row);
  }

  /** What was invented for a row: the flags of the join, then those of the contract. */
  public List<String> flags(int row) {
    List<String> flags = new ArrayList<>(joined.flags().get(row));
    if (!isTied(row)) {
      flags.addAll(scored.flags(row));
    }
    return List.copyOf(flags);
  }

  /**
   * Where a row's features came from, by view in the bundle's order; empty for a row that came
   * joined.
   */
  public List<ViewAnswer> views(int row) {
    return joined.views().get(row);
  }

  /** A row whose features are tied goes no further. */
  private boolean isTied(int row) {
    return joined.ties().get(row).isPresent();
  }
}
