package dev.nightjar.pipeline;

import dev.nightjar.contract.Conversion;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.Column;
import java.util.BitSet;

/** Longs from numbers of any type, of which a fraction is invalid; and timestamps as they are. */
final class LongInput extends InputKernel {
  private final double least;
  private final double greatest;
  private final long standIn;
  private long[] own = {};

  LongInput(InputField field) {
    super(field);
    this.least = least(field);
    this.greatest = greatest(field);
    this.standIn = standIn(field) instanceof Long number ? number : 0;
  }

  @Override
  Column run(Column source, RowFates fates) {
    int rows = source.size();
    long[] values;
    BitSet nulls;
    if (source instanceof Column.Longs c) {
      values = c.values();
      nulls = c.nulls();
    } else {
      makeRoom(rows);
      values = own;
      nulls = convert(source, fates);
    }
    if (field.range().isPresent()) {
      nulls = checkRange(values, source, nulls, fates);
    }
    if (settle(nulls, rows, fates)) {
      if (values != own) {
        makeRoom(rows);
        System.arraycopy(values, 0, own, 0, rows);
        values = own;
      }
      for (int row = nulls.nextSetBit(0); row >= 0 && row < rows; row = nulls.nextSetBit(row + 1)) {
        values[row] = standIn;
      }
      nulls = NO_NULLS;
    }
    return new Column.Longs(field.type(), values, nulls, rows);
  }

  private BitSet convert(Column source, RowFates fates) {
    BitSet nulls = nulls(source);
    if (source instanceof Column.Integers c) {
      int[] from = c.values();
      for (int row = 0; row < source.size(); row++) {
        own[row] = from[row];
      }
      return nulls;
    }
    for (int row = 0; row < source.size(); row++) {
      double value =
          source instanceof Column.Doubles c
              ? c.values()[row]
              : ((Column.Floats) source).values()[row];
      own[row] = (long) value;
      if (!Conversion.isExactLong(value)) {
        nulls = invalid(source, row, nulls, fates);
      }
    }
    return nulls;
  }

  private BitSet checkRange(long[] values, Column source, BitSet before, RowFates fates) {
    BitSet nulls = before;
    for (int row = 0; row < source.size(); row++) {
      double value = values[row];
      if (!(value >= least && value <= greatest)) {
        nulls = invalid(source, row, nulls, fates);
      }
    }
    return nulls;
  }

  private void makeRoom(int rows) {
    if (own.length < rows) {
      own = new long[Math.max(rows, 2 * own.length)];
    }
  }
}
