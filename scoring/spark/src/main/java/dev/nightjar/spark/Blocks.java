package dev.nightjar.spark;

import dev.nightjar.data.ColumnBatch;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a partition, block by block. What a block gives is good until the next one is asked
 * for. Not thread-safe.
 */
interface Blocks {

  /** Goes to the next block, of one row or more; false when there is none. */
  boolean next();

  /** How many rows the block has. */
  int rows();

  /** The contract's columns of the rows that are to be scored, in order. */
  ColumnBatch columns();

  /** Which row of {@link #columns} it is; negative when an earlier step has rejected it. */
  int place(int row);

  /** The columns that go along. */
  InternalRow kept(int row);

  /** The flags that the row brings along; null for none. */
  @Nullable ArrayData flags(int row);

  /** Why an earlier step has rejected the row; null when none has. */
  @Nullable InternalRow rejection(int row);
}
