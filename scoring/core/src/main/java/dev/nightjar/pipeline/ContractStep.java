package dev.nightjar.pipeline;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Conversion;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputField.OnInvalid;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.ColumnBuilder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Applies a contract's rules for null, invalid and unknown values. Immutable and thread-safe. */
public final class ContractStep {
  private static final int LONGEST_QUOTE = 80;

  private final Contract contract;
  private final List<Set<String>> known;

  public ContractStep(Contract contract) {
    this.contract = contract;
    this.known =
        contract.inputs().stream().map(i -> (Set<String>) new HashSet<>(i.values())).toList();
  }

  /**
   * The contract's columns, in its order and types, one row for each row of the batch. Rows that
   * break a rule are rejected in {@code fates}; their values are unspecified.
   *
   * @throws IllegalArgumentException when the batch lacks a column of the contract, or has it in a
   *     type that cannot be converted
   */
  public ColumnBatch apply(ColumnBatch rows, RowFates fates) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < contract.inputs().size(); i++) {
      columns.add(check(rows, i, fates));
    }
    return new ColumnBatch(contract.inputSchema(), columns, rows.rows());
  }

  private Column check(ColumnBatch rows, int input, RowFates fates) {
    InputField field = contract.inputs().get(input);
    Column source = rows.column(field.name());
    if (!Conversion.isPossible(source.type(), field.type())) {
      throw new IllegalArgumentException(
          String.format(
              "the column '%s' is a %s, which cannot be converted to a %s",
              field.name(), source.type().word(), field.typeWord()));
    }
    ColumnBuilder target = new ColumnBuilder(field.type());
    for (int row = 0; row < rows.rows(); row++) {
      target.add(fates.isAlive(row) ? value(field, known.get(input), source, row, fates) : null);
    }
    return target.build();
  }

  private static @Nullable Object value(
      InputField field, Set<String> known, Column source, int row, RowFates fates) {
    Object value = Conversion.convert(source, row, field.type());
    String broken = value == null ? null : brokenRule(field, value, source, row);
    if (broken != null) {
      if (field.onInvalid() == OnInvalid.REJECT) {
        fates.reject(row, new Rejection(Stage.CONTRACT, field.name(), broken));
        return null;
      }
      value = null;
    }
    if (value == null) {
      return missing(field, row, fates);
    }
    return field.category() && !known.contains(value.toString())
        ? unknown(field, value.toString(), row, fates)
        : value;
  }

  private static @Nullable String brokenRule(
      InputField field, Object value, Column source, int row) {
    if (value == Conversion.INVALID) {
      return quote(source.get(row)) + " is not a finite " + field.typeWord();
    }
    return field
        .range()
        .filter(range -> value instanceof Number n && !range.contains(n.doubleValue()))
        .map(range -> quote(value) + " is outside the range " + range)
        .orElse(null);
  }

  private static @Nullable Object missing(InputField field, int row, RowFates fates) {
    switch (field.onMissing()) {
      case REJECT -> fates.reject(row, new Rejection(Stage.CONTRACT, field.name(), "is missing"));
      case IMPUTE -> {
        fates.flag(row, "imputed:" + field.name());
        return field.defaultValue().orElseThrow();
      }
      case PASS -> {}
    }
    return null;
  }

  private static @Nullable Object unknown(InputField field, String value, int row, RowFates fates) {
    switch (field.onUnknown()) {
      case REJECT ->
          fates.reject(
              row,
              new Rejection(
                  Stage.CONTRACT, field.name(), quote(value) + " is not a known category"));
      case FLAG, OTHER -> fates.flag(row, "unknown-category:" + field.name());
    }
    return field.onUnknown() == InputField.OnUnknown.OTHER ? field.other().orElseThrow() : value;
  }

  private static String quote(@Nullable Object value) {
    String text = String.valueOf(value);
    return text.length() <= LONGEST_QUOTE
        ? "'" + text + "'"
        : "'" + text.substring(0, LONGEST_QUOTE) + "…'";
  }
}
