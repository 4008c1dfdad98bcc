package dev.nightjar.pipeline;

import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.ColumnBatch;
import java.util.List;
import java.util.Optional;

/**
 * The rows of a batch, scored: the outputs as columns and the fate of each row, in the order of the
 * rows that came in. Outputs are null where the row was not scored. Immutable; it stays as it is
 * when its scorer goes on.
 */
public final class ScoredBatch {
  private final ColumnBatch outputs;
  private final RowFates fates;

  /**
   * @throws IllegalArgumentException when the two differ in their number of rows
   */
  public ScoredBatch(ColumnBatch outputs, RowFates fates) {
    if (outputs.rows() != fates.rows()) {
      throw new IllegalArgumentException(
          outputs.rows() + " rows of outputs cannot belong to " + fates.rows() + " rows");
    }
    this.outputs = outputs;
    this.fates = fates;
    fates.seal();
  }

  public int rows() {
    return outputs.rows();
  }

  /** The contract's outputs. */
  public ColumnBatch outputs() {
    return outputs;
  }

  public Outcome outcome(int row) {
    return fates.outcome(row);
  }

  /** Present exactly where the outcome is {@link Outcome#REJECTED}. */
  public Optional<Rejection> rejection(int row) {
    return fates.rejection(row);
  }

  /**
   * What was invented for a row: {@code imputed:<field>}, {@code unknown-category:<field>}, in the
   * order of the contract. Rows with equal flags mostly have the same list, also rows of different
   * batches of a scorer: what is made of a list may be kept by its identity, but for so many lists
   * only, since flags that were not seen for a while come in a new one.
   */
  public List<String> flags(int row) {
    return fates.flags(row);
  }
}
