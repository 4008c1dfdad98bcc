package dev.nightjar.data;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Collects the values of one {@link Column} row by row. Not thread-safe. {@link #build} may be
 * called once; afterwards the builder must not be used.
 */
public final class ColumnBuilder {
  private static final int FIRST_CAPACITY = 64;

  private final DataType type;
  private final BitSet nulls = new BitSet();
  private Object values;
  private int capacity = FIRST_CAPACITY;
  private int size;

  public ColumnBuilder(DataType type) {
    this.type = type;
    this.values =
        switch (type) {
          case BOOLEAN -> new boolean[capacity];
          case INTEGER -> new int[capacity];
          case LONG, TIMESTAMP -> new long[capacity];
          case FLOAT -> new float[capacity];
          case DOUBLE -> new double[capacity];
          case STRING -> new String[capacity];
        };
  }

  public DataType type() {
    return type;
  }

  public int size() {
    return size;
  }

  public void addNull() {
    nulls.set(next());
  }

  public void addBoolean(boolean value) {
    int row = next();
    ((boolean[]) values)[row] = value;
  }

  public void addInt(int value) {
    int row = next();
    ((int[]) values)[row] = value;
  }

  /** For {@link DataType#LONG} and, as microseconds since the epoch, {@link DataType#TIMESTAMP}. */
  public void addLong(long value) {
    int row = next();
    ((long[]) values)[row] = value;
  }

  public void addFloat(float value) {
    int row = next();
    ((float[]) values)[row] = value;
  }

  public void addDouble(double value) {
    int row = next();
    ((double[]) values)[row] = value;
  }

  public void addString(String value) {
    int row = next();
    ((@Nullable String[]) values)[row] = value;
  }

  /**
   * Adds a boxed value, as {@link Column#get} returns it.
   *
   * @throws ClassCastException when the value is not of this column's type
   */
  public void add(@Nullable Object value) {
    if (value == null) {
      addNull();
      return;
    }
    switch (type) {
      case BOOLEAN -> addBoolean((Boolean) value);
      case INTEGER -> addInt((Integer) value);
      case LONG, TIMESTAMP -> addLong((Long) value);
      case FLOAT -> addFloat((Float) value);
      case DOUBLE -> addDouble((Double) value);
      case STRING -> addString((String) value);
    }
  }

  public Column build() {
    return switch (type) {
      case BOOLEAN -> new Column.Booleans((boolean[]) values, nulls, size);
      case INTEGER -> new Column.Integers((int[]) values, nulls, size);
      case LONG, TIMESTAMP -> new Column.Longs(type, (long[]) values, nulls, size);
      case FLOAT -> new Column.Floats((float[]) values, nulls, size);
      case DOUBLE -> new Column.Doubles((double[]) values, nulls, size);
      case STRING -> new Column.Strings((@Nullable String[]) values, size);
    };
  }

  private int next() {
    if (size == capacity) {
      capacity *= 2;
      values =
          switch (type) {
            case BOOLEAN -> Arrays.copyOf((boolean[]) values, capacity);
            case INTEGER -> Arrays.copyOf((int[]) values, capacity);
            case LONG, TIMESTAMP -> Arrays.copyOf((long[]) values, capacity);
            case FLOAT -> Arrays.copyOf((float[]) values, capacity);
            case DOUBLE -> Arrays.copyOf((double[]) values, capacity);
            case STRING -> Arrays.copyOf((@Nullable String[]) values, capacity);
          };
    }
    return size++;
  }
}
