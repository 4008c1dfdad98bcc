package dev.nightjar.engine;

import dev.nightjar.bundle.StageValues;
import dev.nightjar.data.ColumnBatch;
import java.util.List;

/**
 * Transform, normalizer and network of one bundle, as training's own libraries run them. Not
 * thread-safe: a network is not, so there is one for each thread.
 */
public interface ReferencePipeline extends AutoCloseable {

  /**
   * Runs rows that the contract let through, in the contract's columns and types.
   *
   * @return one element for each row, in order; a row that a stage cannot take is rejected there
   *     and does not disturb the others
   */
  List<StageValues> run(ColumnBatch rows);

  @Override
  void close();
}
