package dev.nightjar.transform;

import dev.nightjar.data.Column;
import dev.nightjar.data.DataType;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of one batch while it goes through the steps. Arrays are made once and grow with the
 * largest batch. At a null row, and at one that is no longer alive, an array holds anything.
 */
final class Slots {
  private static final long MICROS_PER_MILLI = 1_000;

  /** Numbers the texts of all slots, so that steps can hand on numbers. */
  final Texts texts = new Texts();

  private final List<Kind> kinds;
  private final Object[] arrays;
  private final BitSet[] nulls;
  private int capacity;

  /** For a slot of texts the dictionary that it was loaded with last, and its texts' numbers. */
  private final String[] @Nullable [] dictionaries;

  private final int[][] numbers;
  private int generation;

  Slots(List<Kind> kinds) {
    this.kinds = kinds;
    this.arrays = new Object[kinds.size()];
    this.nulls = new BitSet[kinds.size()];
    this.dictionaries = new String[kinds.size()][];
    this.numbers = new int[kinds.size()][];
    for (int slot = 0; slot < nulls.length; slot++) {
      nulls[slot] = new BitSet();
    }
  }

  /** Makes room for so many rows, and forgets texts when there have been too many. */
  void begin(int rows) {
    texts.begin();
    if (rows > capacity) {
      capacity = Math.max(rows, 2 * capacity);
      for (int slot = 0; slot < arrays.length; slot++) {
        arrays[slot] =
            switch (kinds.get(slot)) {
              case DOUBLE -> new double[capacity];
              case FLOAT -> new float[capacity];
              case INT, TEXT -> new int[capacity];
              case LONG -> new long[capacity];
              case BOOLEAN -> new boolean[capacity];
            };
      }
    }
    for (BitSet of : nulls) {
      of.clear();
    }
  }

  /** Puts a column into a slot. */
  void load(int slot, Column column) {
    if (column instanceof Column.Coded coded) {
      codes(slot, coded);
    } else if (column instanceof Column.Strings strings) {
      int[] numbers = ints(slot);
      for (int row = 0; row < strings.size(); row++) {
        String text = strings.values()[row];
        if (text == null) {
          nulls[slot].set(row);
        } else {
          numbers[row] = texts.number(text);
        }
      }
    } else if (column instanceof Column.Longs longs && longs.type() == DataType.TIMESTAMP) {
      // DataVec's times are milliseconds.
      long[] millis = longs(slot);
      for (int row = 0; row < longs.size(); row++) {
        millis[row] = Math.floorDiv(longs.values()[row], MICROS_PER_MILLI);
      }
      nulls[slot].or(longs.nulls());
    } else {
      numbers(slot, column);
    }
  }

  /** The texts of a dictionary are numbered once, for as long as their numbers hold. */
  private void codes(int slot, Column.Coded column) {
    String[] dictionary = column.dictionary();
    if (dictionary != dictionaries[slot] || generation != texts.generation()) {
      if (generation != texts.generation()) {
        Arrays.fill(dictionaries, null);
        generation = texts.generation();
      }
      dictionaries[slot] = dictionary;
      numbers[slot] = new int[dictionary.length];
      for (int i = 0; i < dictionary.length; i++) {
        numbers[slot][i] = texts.number(dictionary[i]);
      }
    }
    int[] codes = column.codes();
    int[] known = numbers[slot];
    int[] into = ints(slot);
    for (int row = 0; row < column.size(); row++) {
      int code = codes[row];
      if (code < 0) {
        nulls[slot].set(row);
      } else {
        into[row] = known[code];
      }
    }
  }

  private void numbers(int slot, Column column) {
    if (column instanceof Column.Doubles c) {
      copy(c.values(), c.nulls(), slot, c.size());
    } else if (column instanceof Column.Floats c) {
      copy(c.values(), c.nulls(), slot, c.size());
    } else if (column instanceof Column.Integers c) {
      copy(c.values(), c.nulls(), slot, c.size());
    } else if (column instanceof Column.Longs c) {
      copy(c.values(), c.nulls(), slot, c.size());
    } else if (column instanceof Column.Booleans c) {
      copy(c.values(), c.nulls(), slot, c.size());
    }
  }

  private void copy(Object values, BitSet nullRows, int slot, int rows) {
    System.arraycopy(values, 0, arrays[slot], 0, rows);
    nulls[slot].or(nullRows);
  }

  Kind kind(int slot) {
    return kinds.get(slot);
  }

  double[] doubles(int slot) {
    return (double[]) arrays[slot];
  }

  float[] floats(int slot) {
    return (float[]) arrays[slot];
  }

  /** The ints of a slot, or the numbers of its texts. */
  int[] ints(int slot) {
    return (int[]) arrays[slot];
  }

  long[] longs(int slot) {
    return (long[]) arrays[slot];
  }

  boolean[] booleans(int slot) {
    return (boolean[]) arrays[slot];
  }

  BitSet nulls(int slot) {
    return nulls[slot];
  }

  boolean isNull(int slot, int row) {
    return nulls[slot].get(row);
  }

  /** Nothing is null in a slot any more. */
  void clearNulls(int slot) {
    nulls[slot].clear();
  }

  /** The value at a row as a double; the row is not null. */
  double real(int slot, int row) {
    return switch (kinds.get(slot)) {
      case DOUBLE -> doubles(slot)[row];
      case FLOAT -> floats(slot)[row];
      case INT -> ints(slot)[row];
      case LONG -> longs(slot)[row];
      case BOOLEAN -> booleans(slot)[row] ? 1 : 0;
      case TEXT -> throw new IllegalStateException("slot " + slot + " holds texts");
    };
  }

  /** Puts a double or a float into a row. */
  void setReal(int slot, int row, double value) {
    if (kinds.get(slot) == Kind.DOUBLE) {
      doubles(slot)[row] = value;
    } else {
      floats(slot)[row] = (float) value;
    }
  }

  /** The value of a slot of ints or longs at a row; the row is not null. */
  long whole(int slot, int row) {
    return kinds.get(slot) == Kind.INT ? ints(slot)[row] : longs(slot)[row];
  }

  /** Puts an int or a long into a row; what an int has no room for is cut off, as Java does. */
  void setWhole(int slot, int row, long value) {
    if (kinds.get(slot) == Kind.INT) {
      ints(slot)[row] = (int) value;
    } else {
      longs(slot)[row] = value;
    }
  }

  /** The value at a row as DataVec writes it as a text; a null is {@code NullWritable}. */
  String text(int slot, int row) {
    if (isNull(slot, row)) {
      return Texts.NULL;
    }
    return switch (kinds.get(slot)) {
      case DOUBLE -> Double.toString(doubles(slot)[row]);
      case FLOAT -> Float.toString(floats(slot)[row]);
      case INT -> Integer.toString(ints(slot)[row]);
      case LONG -> Long.toString(longs(slot)[row]);
      case BOOLEAN -> Boolean.toString(booleans(slot)[row]);
      case TEXT -> texts.text(ints(slot)[row]);
    };
  }

  /** The value at a row, boxed; null where it is null. For steps that go row by row. */
  @Nullable Object get(int slot, int row) {
    if (isNull(slot, row)) {
      return null;
    }
    return switch (kinds.get(slot)) {
      case DOUBLE -> doubles(slot)[row];
      case FLOAT -> floats(slot)[row];
      case INT -> ints(slot)[row];
      case LONG -> longs(slot)[row];
      case BOOLEAN -> booleans(slot)[row];
      case TEXT -> texts.text(ints(slot)[row]);
    };
  }

  /** Puts a boxed value, or null, into a row; false when it is of another kind than the slot. */
  boolean set(int slot, int row, @Nullable Object value) {
    Kind kind = kinds.get(slot);
    if (value == null) {
      nulls[slot].set(row);
    } else if (kind == Kind.DOUBLE && value instanceof Double number) {
      doubles(slot)[row] = number;
    } else if (kind == Kind.FLOAT && value instanceof Float number) {
      floats(slot)[row] = number;
    } else if (kind == Kind.INT && value instanceof Integer number) {
      ints(slot)[row] = number;
    } else if (kind == Kind.LONG && value instanceof Long number) {
      longs(slot)[row] = number;
    } else if (kind == Kind.BOOLEAN && value instanceof Boolean truth) {
      booleans(slot)[row] = truth;
    } else if (kind == Kind.TEXT && value instanceof String text) {
      ints(slot)[row] = texts.number(text);
    } else {
      return false;
    }
    return true;
  }
}
