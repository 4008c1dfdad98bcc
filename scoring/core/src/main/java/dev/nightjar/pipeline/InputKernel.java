package dev.nightjar.pipeline;

import dev.nightjar.contract.Conversion;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputField.OnInvalid;
import dev.nightjar.contract.InputField.OnMissing;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.Column;
import dev.nightjar.data.DataType;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Applies the rules of one field to columns of one type. A column to which nothing happens is
 * passed on as it is; else the values stand in arrays that the next batch overwrites. Not
 * thread-safe.
 */
abstract sealed class InputKernel
    permits DoubleInput,
        FloatInput,
        IntegerInput,
        LongInput,
        BooleanInput,
        TextInput,
        CategoryInput,
        RowInput {
  /** Nobody writes to it. */
  static final BitSet NO_NULLS = new BitSet(0);

  private static final int LONGEST_QUOTE = 80;

  final InputField field;
  private final String imputed;
  private final String unknown;
  private final Rejection missing;

  /** The null rows of a batch and those whose invalid values count as missing. */
  private final BitSet widened = new BitSet();

  InputKernel(InputField field) {
    this.field = field;
    this.imputed = field.imputedFlag();
    this.unknown = field.unknownFlag();
    this.missing = new Rejection(Stage.CONTRACT, field.name(), "is missing");
  }

  /** The kernel for a field in columns of a type that can be converted to the field's. */
  static InputKernel of(InputField field, DataType source) {
    if ((source == DataType.STRING) != (field.type() == DataType.STRING)) {
      return new RowInput(field);
    }
    return switch (field.type()) {
      case DOUBLE -> new DoubleInput(field);
      case FLOAT -> new FloatInput(field);
      case INTEGER -> new IntegerInput(field);
      case LONG, TIMESTAMP -> new LongInput(field);
      case BOOLEAN -> new BooleanInput(field);
      case STRING -> field.category() ? new CategoryInput(field) : new TextInput(field);
    };
  }

  /** The column in the field's type; rows that break a rule are rejected. */
  abstract Column run(Column source, RowFates fates);

  static BitSet nulls(Column column) {
    if (column instanceof Column.Doubles c) {
      return c.nulls();
    } else if (column instanceof Column.Floats c) {
      return c.nulls();
    } else if (column instanceof Column.Integers c) {
      return c.nulls();
    } else if (column instanceof Column.Longs c) {
      return c.nulls();
    } else {
      return ((Column.Booleans) column).nulls();
    }
  }

  /** Below it no number is valid; every number less than minus infinity when there is no range. */
  static double least(InputField field) {
    return field.range().map(InputField.Range::least).orElse(Double.NEGATIVE_INFINITY);
  }

  /** Above it no number is valid. */
  static double greatest(InputField field) {
    return field.range().map(InputField.Range::greatest).orElse(Double.POSITIVE_INFINITY);
  }

  /** The default in the field's type; null where missing values are not imputed. */
  static @Nullable Object standIn(InputField field) {
    return field.onMissing() == OnMissing.IMPUTE ? field.defaultValue().orElseThrow() : null;
  }

  static double number(@Nullable Object value) {
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /**
   * A value breaks a rule, unless it is null or its row no longer alive.
   *
   * @param nulls the null rows so far
   * @return the null rows from now on: the same where the row was rejected
   */
  @SuppressWarnings("ReferenceEquality") // whether it is the kernel's own, which may be written to
  final BitSet invalid(Column source, int row, BitSet nulls, RowFates fates) {
    if (nulls.get(row) || !fates.isAlive(row)) {
      return nulls;
    }
    if (field.onInvalid() == OnInvalid.REJECT) {
      fates.reject(row, new Rejection(Stage.CONTRACT, field.name(), brokenRule(source, row)));
      return nulls;
    }
    if (nulls != widened) {
      widened.clear();
      widened.or(nulls);
    }
    widened.set(row);
    return widened;
  }

  private String brokenRule(Column source, int row) {
    Object value = Conversion.convert(source, row, field.type());
    return value == Conversion.INVALID
        ? quote(source.get(row)) + " is not a finite " + field.typeWord()
        : outside(value);
  }

  /** What is said of a value outside the field's range. */
  final String outside(@Nullable Object value) {
    return quote(value) + " is outside the range " + field.range().orElseThrow();
  }

  /**
   * Speaks the verdicts over the rows without a value.
   *
   * @return whether the default must stand in at the null rows
   */
  final boolean settle(BitSet nulls, int rows, RowFates fates) {
    int first = nulls.nextSetBit(0);
    if (first < 0 || first >= rows) {
      return false;
    }
    switch (field.onMissing()) {
      case IMPUTE -> fates.flagAlive(nulls, imputed);
      case REJECT -> {
        for (int row = first; row >= 0 && row < rows; row = nulls.nextSetBit(row + 1)) {
          fates.reject(row, missing);
        }
      }
      case PASS -> {}
    }
    return field.onMissing() == OnMissing.IMPUTE;
  }

  /**
   * Speaks the verdict over one living row without a value.
   *
   * @return whether the default must stand in
   */
  final boolean settle(int row, RowFates fates) {
    switch (field.onMissing()) {
      case IMPUTE -> fates.flag(row, imputed);
      case REJECT -> fates.reject(row, missing);
      case PASS -> {}
    }
    return field.onMissing() == OnMissing.IMPUTE;
  }

  /** Speaks the verdict over one living row whose category is unknown. */
  final void settleUnknown(String value, int row, RowFates fates) {
    switch (field.onUnknown()) {
      case REJECT ->
          fates.reject(
              row,
              new Rejection(
                  Stage.CONTRACT, field.name(), quote(value) + " is not a known category"));
      case FLAG, OTHER -> fates.flag(row, unknown);
    }
  }

  static String quote(@Nullable Object value) {
    String text = String.valueOf(value);
    return text.length() <= LONGEST_QUOTE
        ? "'" + text + "'"
        : "'" + text.substring(0, LONGEST_QUOTE) + "…'";
  }
}
