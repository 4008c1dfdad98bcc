package dev.nightjar.pipeline;

import dev.nightjar.contract.InputField;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.Column;
import java.util.BitSet;

/** Ints from numbers of any type; a fraction, and what does not fit, is invalid. */
final class IntegerInput extends InputKernel {
  private final double least;
  private final double greatest;
  private final int standIn;
  private int[] own = {};

  IntegerInput(InputField field) {
    super(field);
    this.least = least(field);
    this.greatest = greatest(field);
    this.standIn = standIn(field) instanceof Integer number ? number : 0;
  }

  @Override
  Column run(Column source, RowFates fates) {
    int rows = source.size();
    int[] values;
    BitSet nulls;
    if (source instanceof Column.Integers c) {
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
    return new Column.Integers(values, nulls, rows);
  }

  private BitSet convert(Column source, RowFates fates) {
    BitSet nulls = nulls(source);
    for (int row = 0; row < source.size(); row++) {
      boolean same;
      if (source instanceof Column.Longs c) {
        long value = c.values()[row];
        own[row] = (int) value;
        same = own[row] == value;
      } else {
        // The cast saturates, and NaN becomes 0: neither is the same number.
        double value = real(source, row);
        own[row] = (int) value;
        same = own[row] == value;
      }
      if (!same) {
        nulls = invalid(source, row, nulls, fates);
      }
    }
    return nulls;
  }

  private static double real(Column source, int row) {
    return source instanceof Column.Doubles c
        ? c.values()[row]
        : ((Column.Floats) source).values()[row];
  }

  private BitSet checkRange(int[] values, Column source, BitSet before, RowFates fates) {
    BitSet nulls = before;
    for (int row = 0; row < source.size(); row++) {
      if (!(values[row] >= least && values[row] <= greatest)) {
        nulls = invalid(source, row, nulls, fates);
      }
    }
    return nulls;
  }

  private void makeRoom(int rows) {
    if (own.length < rows) {
      own = new int[Math.max(rows, 2 * own.length)];
    }
  }
}
