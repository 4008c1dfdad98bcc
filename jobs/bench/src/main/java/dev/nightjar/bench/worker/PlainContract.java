package dev.nightjar.bench.worker;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputField.OnInvalid;
import dev.nightjar.contract.InputField.OnMissing;
import dev.nightjar.contract.InputField.OnUnknown;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A contract's rules as its documentation tells them, for one value after the other. */
record PlainContract(Contract contract) {

  /**
   * What the contract says of a row.
   *
   * @param values as the transform sees them
   * @param rejected the field that breaks a rule, the first in the contract's order; null for none
   * @param flags in the contract's order
   */
  @SuppressWarnings("ArrayRecordComponent") // a row; never compared
  record Verdict(@Nullable Object[] values, @Nullable String rejected, List<String> flags) {}

  /** Judges a row whose values are of the contract's types. */
  Verdict apply(@Nullable Object[] row) {
    @Nullable Object[] values = new Object[row.length];
    List<String> flags = new ArrayList<>();
    for (int i = 0; i < row.length; i++) {
      InputField field = contract.inputs().get(i);
      Object value = row[i];
      if (value != null && isInvalid(field, value)) {
        if (field.onInvalid() == OnInvalid.REJECT) {
          return new Verdict(values, field.name(), flags);
        }
        value = null;
      }
      if (value == null) {
        if (field.onMissing() == OnMissing.REJECT) {
          return new Verdict(values, field.name(), flags);
        }
        if (field.onMissing() == OnMissing.IMPUTE) {
          flags.add("imputed:" + field.name());
          value = field.defaultValue().orElseThrow();
        }
      } else if (field.category() && !field.values().contains(value.toString())) {
        if (field.onUnknown() == OnUnknown.REJECT) {
          return new Verdict(values, field.name(), flags);
        }
        flags.add("unknown-category:" + field.name());
        if (field.onUnknown() == OnUnknown.OTHER) {
          value = field.other().orElseThrow();
        }
      }
      values[i] = value;
    }
    return new Verdict(values, null, flags);
  }

  private static boolean isInvalid(InputField field, Object value) {
    return value instanceof Number number
        && (!Double.isFinite(number.doubleValue())
            || field
                .range()
                .filter(
                    range ->
                        number.doubleValue() < range.least()
                            || number.doubleValue() > range.greatest())
                .isPresent());
  }
}
