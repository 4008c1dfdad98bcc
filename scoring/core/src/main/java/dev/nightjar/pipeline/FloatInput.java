package dev.nightjar.pipeline;

import dev.nightjar.contract.Conversion;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.Column;
import java.util.BitSet;

/** Floats from numbers of any type. What a float cannot hold becomes infinite or NaN. */
final class FloatInput extends InputKernel {
  private final double least;
  private final double greatest;
  private final float standIn;
  private float[] own = {};

  FloatInput(InputField field) {
    super(field);
    // So one comparison finds the infinities too.
    this.least = Math.max(least(field), -Float.MAX_VALUE);
    this.greatest = Math.min(greatest(field), Float.MAX_VALUE);
    this.standIn = (float) number(standIn(field));
  }

  @Override
  Column run(Column source, RowFates fates) {
    int rows = source.size();
    float[] values = values(source, rows);
    BitSet nulls = check(values, source, fates);
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
    return new Column.Floats(values, nulls, rows);
  }

  private float[] values(Column source, int rows) {
    if (source instanceof Column.Floats c) {
      return c.values();
    }
    makeRoom(rows);
    if (source instanceof Column.Doubles c) {
      double[] from = c.values();
      for (int row = 0; row < rows; row++) {
        own[row] = (float) from[row];
      }
    } else if (source instanceof Column.Integers c) {
      int[] from = c.values();
      for (int row = 0; row < rows; row++) {
        own[row] = Conversion.isExactFloat(from[row]) ? from[row] : Float.NaN;
      }
    } else {
      long[] from = ((Column.Longs) source).values();
      for (int row = 0; row < rows; row++) {
        own[row] = Conversion.isExactFloat(from[row]) ? from[row] : Float.NaN;
      }
    }
    return own;
  }

  private BitSet check(float[] values, Column source, RowFates fates) {
    BitSet nulls = nulls(source);
    if (areWithin(values, source.size())) {
      return nulls;
    }
    for (int row = 0; row < source.size(); row++) {
      if (!(values[row] >= least && values[row] <= greatest)) {
        nulls = invalid(source, row, nulls, fates);
      }
    }
    return nulls;
  }

  private boolean areWithin(float[] values, int rows) {
    for (int row = 0; row < rows; row++) {
      float value = values[row];
      if (!(value >= least && value <= greatest)) {
        return false;
      }
    }
    return true;
  }

  private void makeRoom(int rows) {
    if (own.length < rows) {
      own = new float[Math.max(rows, 2 * own.length)];
    }
  }
}
