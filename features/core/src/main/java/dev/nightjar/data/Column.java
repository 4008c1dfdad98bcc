package dev.nightjar.data;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * One column of a batch: a primitive array and the rows that are null. At a null row the array
 * holds an unspecified value, so ask {@link #isNull} first. Immutable; the arrays are not copied,
 * who made the column must not write to them any more.
 */
@SuppressWarnings("ArrayRecordComponent") // arrays are the point; batches are never compared
public sealed interface Column {

  DataType type();

  /** How many rows the column has. */
  int size();

  boolean isNull(int row);

  /**
   * The value at a row, boxed (Boolean, Integer, Long, Float, Double, String; a timestamp as Long
   * microseconds), null where the row is null. For code that handles a few rows; loops over batches
   * use the typed accessors.
   */
  @Nullable Object get(int row);

  private static void requireLength(int length, int size) {
    if (size < 0 || length < size) {
      throw new IllegalArgumentException(
          "a column of " + size + " rows cannot stand on an array of " + length);
    }
  }

  /** Values of {@link DataType#BOOLEAN}. */
  record Booleans(boolean[] values, BitSet nulls, int size) implements Column {
    public Booleans {
      requireLength(values.length, size);
    }

    @Override
    public DataType type() {
      return DataType.BOOLEAN;
    }

    @Override
    public boolean isNull(int row) {
      return nulls.get(row);
    }

    @Override
    public @Nullable Object get(int row) {
      return isNull(row) ? null : values[row];
    }
  }

  /** Values of {@link DataType#INTEGER}. */
  record Integers(int[] values, BitSet nulls, int size) implements Column {
    public Integers {
      requireLength(values.length, size);
    }

    @Override
    public DataType type() {
      return DataType.INTEGER;
    }

    @Override
    public boolean isNull(int row) {
      return nulls.get(row);
    }

    @Override
    public @Nullable Object get(int row) {
      return isNull(row) ? null : values[row];
    }
  }

  /** Values of {@link DataType#LONG} or {@link DataType#TIMESTAMP}. */
  record Longs(DataType type, long[] values, BitSet nulls, int size) implements Column {
    public Longs {
      if (type != DataType.LONG && type != DataType.TIMESTAMP) {
        throw new IllegalArgumentException("a column of longs cannot have the type " + type.word());
      }
      requireLength(values.length, size);
    }

    @Override
    public boolean isNull(int row) {
      return nulls.get(row);
    }

    @Override
    public @Nullable Object get(int row) {
      return isNull(row) ? null : values[row];
    }
  }

  /** Values of {@link DataType#FLOAT}. */
  record Floats(float[] values, BitSet nulls, int size) implements Column {
    public Floats {
      requireLength(values.length, size);
    }

    @Override
    public DataType type() {
      return DataType.FLOAT;
    }

    @Override
    public boolean isNull(int row) {
      return nulls.get(row);
    }

    @Override
    public @Nullable Object get(int row) {
      return isNull(row) ? null : values[row];
    }
  }

  /** Values of {@link DataType#DOUBLE}. */
  record Doubles(double[] values, BitSet nulls, int size) implements Column {
    public Doubles {
      requireLength(values.length, size);
    }

    @Override
    public DataType type() {
      return DataType.DOUBLE;
    }

    @Override
    public boolean isNull(int row) {
      return nulls.get(row);
    }

    @Override
    public @Nullable Object get(int row) {
      return isNull(row) ? null : values[row];
    }
  }

  /** Values of {@link DataType#STRING}. */
  record Strings(@Nullable String[] values, int size) implements Column {
    public Strings {
      requireLength(values.length, size);
    }

    @Override
    public DataType type() {
      return DataType.STRING;
    }

    @Override
    public boolean isNull(int row) {
      return values[row] == null;
    }

    @Override
    public @Nullable Object get(int row) {
      return values[row];
    }
  }

  /**
   * Values of {@link DataType#STRING} as places in a dictionary, for columns of few distinct texts:
   * what is worked out for a text is worked out once and not once a row.
   *
   * @param dictionary each text once; the columns of many batches may share it
   * @param codes for each row its place in the dictionary, negative where the row is null
   */
  record Coded(String[] dictionary, int[] codes, int size) implements Column {
    public Coded {
      requireLength(codes.length, size);
    }

    @Override
    public DataType type() {
      return DataType.STRING;
    }

    @Override
    public boolean isNull(int row) {
      return codes[row] < 0;
    }

    @Override
    public @Nullable Object get(int row) {
      return isNull(row) ? null : dictionary[codes[row]];
    }
  }
}
