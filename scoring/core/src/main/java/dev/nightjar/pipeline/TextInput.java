package dev.nightjar.pipeline;

import dev.nightjar.contract.InputField;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.Column;
import org.jspecify.annotations.Nullable;

/** Texts that are no category: missing or valid. */
final class TextInput extends InputKernel {
  private final @Nullable String standIn;
  private @Nullable String[] own = {};

  TextInput(InputField field) {
    super(field);
    this.standIn = standIn(field) instanceof String text ? text : null;
  }

  @Override
  Column run(Column source, RowFates fates) {
    int rows = source.size();
    @Nullable String[] values =
        source instanceof Column.Strings c ? c.values() : decoded((Column.Coded) source);
    for (int row = 0; row < rows; row++) {
      if (values[row] == null && fates.isAlive(row) && settle(row, fates)) {
        if (values != own) {
          makeRoom(rows);
          System.arraycopy(values, 0, own, 0, rows);
          values = own;
        }
        values[row] = standIn;
      }
    }
    return new Column.Strings(values, rows);
  }

  private @Nullable String[] decoded(Column.Coded source) {
    makeRoom(source.size());
    for (int row = 0; row < source.size(); row++) {
      int code = source.codes()[row];
      own[row] = code < 0 ? null : source.dictionary()[code];
    }
    return own;
  }

  private void makeRoom(int rows) {
    if (own.length < rows) {
      own = new String[Math.max(rows, 2 * own.length)];
    }
  }
}
