package dev.nightjar.pipeline;

import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Contract;
import dev.nightjar.data.ColumnBatch;

/**
 * A loaded pipeline: columns in, scored columns out. The input batch has at least the contract's
 * columns, by name, in types that convert without loss; others are left alone. Not thread-safe:
 * each thread takes its own from {@link LoadedBundle#scorer} and closes it, which gives it back.
 */
public interface Scorer extends AutoCloseable {

  /** What comes in and what comes out. */
  Contract contract();

  /**
   * Scores a batch of any size, also none. No row makes this fail: what is wrong with a row is its
   * rejection.
   *
   * @param rows are not kept and not written to; a batch of the same schema as the one before is
   *     scored sooner, and a column of texts that is {@link dev.nightjar.data.Column.Coded} by a
   *     dictionary that many batches share is too
   * @return the fates and outputs of these rows alone, which stay as they are when the scorer goes
   *     on
   * @throws IllegalArgumentException when the batch lacks a column of the contract, or has it in a
   *     type that cannot be converted
   */
  ScoredBatch score(ColumnBatch rows);

  /**
   * What a row of the last batch was after each of the stages in the middle; to be asked of few
   * rows, for each answer has arrays of its own.
   */
  StageValues values(int row);

  @Override
  void close();
}
