package dev.nightjar.spark;

import dev.nightjar.data.Column;
import dev.nightjar.data.DataType;
import java.util.Arrays;
import java.util.BitSet;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.jspecify.annotations.Nullable;

/**
 * Collects one column of the contract from Spark's rows or vectors, one block after the other. The
 * column of a block is good until the next one begins: its arrays are used again. Not thread-safe.
 */
abstract sealed class ColumnFeed {
  private BitSet nulls = new BitSet();
  private long[] words = {};

  /**
   * @param capacity the most rows of a block
   */
  static ColumnFeed of(org.apache.spark.sql.types.DataType type, int capacity) {
    return switch (SparkTypes.ours(type).orElseThrow()) {
      case BOOLEAN -> new Booleans(capacity);
      case INTEGER -> new Integers(type, capacity);
      case LONG -> new Longs(DataType.LONG, capacity);
      case TIMESTAMP -> new Longs(DataType.TIMESTAMP, capacity);
      case FLOAT -> new Floats(capacity);
      case DOUBLE -> new Doubles(capacity);
      case STRING -> new Texts(capacity);
    };
  }

  /** Forgets the block before. */
  final void begin() {
    nulls.clear();
  }

  /**
   * Takes a value of a row.
   *
   * @param at which row of the block it is
   * @return about how many bytes it takes
   */
  final long add(int at, SpecializedGetters row, int ordinal) {
    if (row.isNullAt(ordinal)) {
      nulls.set(at);
      return 0;
    }
    return put(at, row, ordinal);
  }

  abstract long put(int at, SpecializedGetters row, int ordinal);

  /** Takes a run of a vector's values; they are the whole block. */
  final void addAll(ColumnVector vector, int first, int count) {
    if (vector.hasNull()) {
      nulls = BitSet.valueOf(nullWords(vector, first, count));
    }
    put(vector, first, count);
  }

  /** A bit for each null: a set bit by bit would be most of the work. */
  private long[] nullWords(ColumnVector vector, int first, int count) {
    int length = (count + Long.SIZE - 1) / Long.SIZE;
    if (words.length != length) {
      words = new long[length];
    }
    for (int word = 0; word < length; word++) {
      long bits = 0;
      int from = word * Long.SIZE;
      int to = Math.min(count, from + Long.SIZE);
      for (int i = from; i < to; i++) {
        bits |= (vector.isNullAt(first + i) ? 1L : 0L) << i;
      }
      words[word] = bits;
    }
    return words;
  }

  abstract void put(ColumnVector vector, int first, int count);

  /** The block's column. */
  abstract Column column(int rows);

  final BitSet nulls() {
    return nulls;
  }

  private static final class Booleans extends ColumnFeed {
    private boolean[] values;

    Booleans(int capacity) {
      values = new boolean[capacity];
    }

    @Override
    long put(int at, SpecializedGetters row, int ordinal) {
      values[at] = row.getBoolean(ordinal);
      return 1;
    }

    @Override
    void put(ColumnVector vector, int first, int count) {
      values = vector.getBooleans(first, count);
    }

    @Override
    Column column(int rows) {
      return new Column.Booleans(values, nulls(), rows);
    }
  }

  /** Bytes and shorts widen. */
  private static final class Integers extends ColumnFeed {
    private final int bytes;
    private int[] values;

    Integers(org.apache.spark.sql.types.DataType type, int capacity) {
      this.bytes = type.defaultSize();
      this.values = new int[capacity];
    }

    @Override
    long put(int at, SpecializedGetters row, int ordinal) {
      values[at] =
          switch (bytes) {
            case Byte.BYTES -> row.getByte(ordinal);
            case Short.BYTES -> row.getShort(ordinal);
            default -> row.getInt(ordinal);
          };
      return Integer.BYTES;
    }

    @Override
    void put(ColumnVector vector, int first, int count) {
      if (bytes == Integer.BYTES) {
        values = vector.getInts(first, count);
        return;
      }
      values = new int[count];
      for (int i = 0; i < count; i++) {
        if (!nulls().get(i)) {
          values[i] = bytes == Byte.BYTES ? vector.getByte(first + i) : vector.getShort(first + i);
        }
      }
    }

    @Override
    Column column(int rows) {
      return new Column.Integers(values, nulls(), rows);
    }
  }

  /** Spark's timestamps are microseconds, as ours. */
  private static final class Longs extends ColumnFeed {
    private final DataType type;
    private long[] values;

    Longs(DataType type, int capacity) {
      this.type = type;
      this.values = new long[capacity];
    }

    @Override
    long put(int at, SpecializedGetters row, int ordinal) {
      values[at] = row.getLong(ordinal);
      return Long.BYTES;
    }

    @Override
    void put(ColumnVector vector, int first, int count) {
      values = vector.getLongs(first, count);
    }

    @Override
    Column column(int rows) {
      return new Column.Longs(type, values, nulls(), rows);
    }
  }

  private static final class Floats extends ColumnFeed {
    private float[] values;

    Floats(int capacity) {
      values = new float[capacity];
    }

    @Override
    long put(int at, SpecializedGetters row, int ordinal) {
      values[at] = row.getFloat(ordinal);
      return Float.BYTES;
    }

    @Override
    void put(ColumnVector vector, int first, int count) {
      values = vector.getFloats(first, count);
    }

    @Override
    Column column(int rows) {
      return new Column.Floats(values, nulls(), rows);
    }
  }

  private static final class Doubles extends ColumnFeed {
    private double[] values;

    Doubles(int capacity) {
      values = new double[capacity];
    }

    @Override
    long put(int at, SpecializedGetters row, int ordinal) {
      values[at] = row.getDouble(ordinal);
      return Double.BYTES;
    }

    @Override
    void put(ColumnVector vector, int first, int count) {
      values = vector.getDoubles(first, count);
    }

    @Override
    Column column(int rows) {
      return new Column.Doubles(values, nulls(), rows);
    }
  }

  /** Texts are what can be long, so they say how many rows there is room for. */
  static final class Texts extends ColumnFeed {
    /** Larger dictionaries of a file are of no categories. */
    private static final int MOST_IDS = 1 << 10;

    private final TextMemo memo = new TextMemo();
    private final @Nullable String[] byId = new String[MOST_IDS];
    private @Nullable String[] values;

    Texts(int capacity) {
      values = new String[capacity];
    }

    @Override
    long put(int at, SpecializedGetters row, int ordinal) {
      String text = memo.of(row.getUTF8String(ordinal));
      values[at] = text;
      return (long) Character.BYTES * text.length();
    }

    @Override
    void put(ColumnVector vector, int first, int count) {
      addSome(vector, first, count, Long.MAX_VALUE);
    }

    /**
     * Takes values until they have so many bytes.
     *
     * @return how many it has taken, at least one
     */
    int addSome(ColumnVector vector, int first, int count, long mostBytes) {
      if (values.length < count) {
        values = new String[count];
      }
      WritableColumnVector ids =
          vector instanceof WritableColumnVector written && written.hasDictionary()
              ? written.getDictionaryIds()
              : null;
      if (ids != null) {
        Arrays.fill(byId, null);
      }
      long bytes = 0;
      int taken = 0;
      while (taken < count && bytes < mostBytes) {
        if (vector.isNullAt(first + taken)) {
          nulls().set(taken);
        } else {
          String text = text(vector, ids, first + taken);
          values[taken] = text;
          bytes += (long) Character.BYTES * text.length();
        }
        taken++;
      }
      return taken;
    }

    /** A text; where the file has a dictionary, each of its entries is looked at once. */
    private String text(ColumnVector vector, @Nullable WritableColumnVector ids, int row) {
      int id = ids == null ? MOST_IDS : ids.getDictId(row);
      String known = id < MOST_IDS ? byId[id] : null;
      if (known == null) {
        known = memo.of(vector.getUTF8String(row));
        if (id < MOST_IDS) {
          byId[id] = known;
        }
      }
      return known;
    }

    /** Here a null is the array's. */
    @Override
    Column column(int rows) {
      for (int row = nulls().nextSetBit(0); row >= 0; row = nulls().nextSetBit(row + 1)) {
        values[row] = null;
      }
      return new Column.Strings(values, rows);
    }
  }
}
