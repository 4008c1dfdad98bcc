package dev.nightjar.pipeline;

import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.ColumnBatch;

/**
 * The stages between contract and outputs: transform, normalize, model. Not thread-safe: one for
 * each thread.
 */
interface Stages extends AutoCloseable {

  /**
   * Runs the living rows of a batch; verdicts go into its fates.
   *
   * @param rows in the contract's columns and types, as the contract let them through; not kept
   * @return valid until the next batch
   */
  Activations run(ColumnBatch rows, RowFates fates);

  /**
   * What a row of the last batch was after each of these stages; for golden rows.
   *
   * @param fates of the last batch, as later stages have left them: the row's fate is taken from
   *     them
   */
  StageValues values(int row, RowFates fates);

  @Override
  void close();
}
