package dev.nightjar.pipeline;

import dev.nightjar.contract.Conversion;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputField.OnInvalid;
import dev.nightjar.contract.InputField.OnUnknown;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBuilder;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Value by value, for what must be parsed from text or written as text. */
final class RowInput extends InputKernel {
  private final Set<String> known;
  private final @Nullable Object standIn;

  RowInput(InputField field) {
    super(field);
    this.known = new HashSet<>(field.values());
    this.standIn = standIn(field);
  }

  @Override
  Column run(Column source, RowFates fates) {
    ColumnBuilder target = new ColumnBuilder(field.type());
    for (int row = 0; row < source.size(); row++) {
      target.add(fates.isAlive(row) ? value(source, row, fates) : null);
    }
    return target.build();
  }

  private @Nullable Object value(Column source, int row, RowFates fates) {
    Object value = Conversion.convert(source, row, field.type());
    if (value != null) {
      String broken = brokenRule(value, source, row);
      if (broken == null) {
        return field.category() ? category(value.toString(), row, fates) : value;
      }
      if (field.onInvalid() == OnInvalid.REJECT) {
        fates.reject(row, new Rejection(Stage.CONTRACT, field.name(), broken));
        return null;
      }
    }
    return settle(row, fates) ? standIn : null;
  }

  private @Nullable String brokenRule(Object value, Column source, int row) {
    if (value == Conversion.INVALID) {
      return quote(source.get(row)) + " is not a finite " + field.typeWord();
    }
    boolean within =
        field.range().isEmpty()
            || !(value instanceof Number number)
            || field.range().get().contains(number.doubleValue());
    return within ? null : outside(value);
  }

  private @Nullable Object category(String value, int row, RowFates fates) {
    if (known.contains(value)) {
      return value;
    }
    settleUnknown(value, row, fates);
    return field.onUnknown() == OnUnknown.OTHER ? field.other().orElseThrow() : value;
  }
}
