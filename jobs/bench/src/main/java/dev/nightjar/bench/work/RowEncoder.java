package dev.nightjar.bench.work;

import java.io.Serializable;
import org.apache.spark.sql.Row;

/** Makes a row's numbers, as the network of the hand-written peer takes them. */
@FunctionalInterface
public interface RowEncoder extends Serializable {

  /**
   * Writes the transform's columns of a row.
   *
   * @param row id, then the contract's columns
   * @param into where they go
   * @param at the position of the first of them
   */
  void encode(Row row, float[] into, int at);
}
