package dev.nightjar.pipeline;

import dev.nightjar.contract.InputField;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.Column;
import java.util.BitSet;

/** Booleans, which are missing or valid. */
final class BooleanInput extends InputKernel {
  private final boolean standIn;
  private boolean[] own = {};

  BooleanInput(InputField field) {
    super(field);
    this.standIn = standIn(field) instanceof Boolean truth && truth;
  }

  @Override
  Column run(Column source, RowFates fates) {
    int rows = source.size();
    BitSet nulls = nulls(source);
    if (!settle(nulls, rows, fates)) {
      return source;
    }
    if (own.length < rows) {
      own = new boolean[Math.max(rows, 2 * own.length)];
    }
    System.arraycopy(((Column.Booleans) source).values(), 0, own, 0, rows);
    for (int row = nulls.nextSetBit(0); row >= 0 && row < rows; row = nulls.nextSetBit(row + 1)) {
      own[row] = standIn;
    }
    return new Column.Booleans(own, NO_NULLS, rows);
  }
}
