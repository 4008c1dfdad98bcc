package dev.nightjar.pipeline;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Conversion;
import dev.nightjar.contract.InputField;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the inputs of golden rows for what they are likely to break: of each field the least and
 * greatest value, a null and each category; one row for each rule of the contract, made from a
 * typical row; then rows from all over the sample. The same sample gives the same rows.
 */
public final class GoldenSelection {
  /** A bundle has at least as many golden rows. */
  public static final int LEAST = 64;

  /** So that a contract of very many fields, such as pixels, does not make loading slow. */
  private static final int MOST_CELLS = 1 << 17;

  private static final int MOST_ROWS = 512;

  private static final String NO_VALUE = "?";

  private final Contract contract;
  private final ColumnBatch sample;
  private final List<Column> columns;
  private final int typical;

  /** How many rows may be chosen for their edges, and as many again may be made. */
  private final int most;

  private GoldenSelection(Contract contract, ColumnBatch sample, int typical) {
    this.contract = contract;
    this.sample = sample;
    this.columns = contract.inputs().stream().map(i -> sample.column(i.name())).toList();
    this.typical = typical;
    this.most = Math.max(LEAST, Math.min(MOST_ROWS, MOST_CELLS / columns.size()));
  }

  /**
   * The inputs of golden rows: the contract's columns, in its order and the sample's types.
   *
   * @param sample rows of the training set, at least one
   * @param typical a row of the sample that is scored; the made rows differ from it in one field
   */
  public static ColumnBatch choose(Contract contract, ColumnBatch sample, int typical) {
    return new GoldenSelection(contract, sample, typical).choose();
  }

  private ColumnBatch choose() {
    ColumnBatch.Builder chosen = ColumnBatch.builder(schema());
    Set<Integer> real = new LinkedHashSet<>();
    real.add(typical);
    for (int field = 0; field < columns.size() && real.size() < most; field++) {
      addEdges(field, real);
    }
    for (int i = 0; i < LEAST; i++) {
      real.add((int) ((long) i * sample.rows() / LEAST));
    }
    real.forEach(row -> chosen.row(row(row)));
    List<@Nullable Object[]> made = new ArrayList<>();
    for (int field = 0; field < columns.size() && made.size() < most; field++) {
      addMade(field, made);
    }
    made.forEach(chosen::row);
    for (int i = 0; chosen.rows() < LEAST; i++) {
      chosen.row(recombined(i));
    }
    return chosen.build();
  }

  private Schema schema() {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      fields.add(new Field(contract.inputs().get(i).name(), columns.get(i).type()));
    }
    return Schema.of(fields);
  }

  private @Nullable Object[] row(int row) {
    return columns.stream().map(column -> column.get(row)).toArray();
  }

  /** The rows with the field's least and greatest value, its first null and each category. */
  private void addEdges(int field, Set<Integer> rows) {
    InputField input = contract.inputs().get(field);
    Set<Object> seen = new HashSet<>();
    OptionalInt missing = OptionalInt.empty();
    Extreme least = new Extreme(-1);
    Extreme greatest = new Extreme(1);
    for (int row = 0; row < sample.rows(); row++) {
      Object value = Conversion.convert(columns.get(field), row, input.type());
      if (value == null) {
        missing = missing.isPresent() ? missing : OptionalInt.of(row);
      } else if (value instanceof Number number) {
        least.see(row, number.doubleValue());
        greatest.see(row, number.doubleValue());
      } else if ((input.category() || value instanceof Boolean)
          && rows.size() < most
          && seen.add(value)) {
        rows.add(row);
      }
    }
    for (OptionalInt row : List.of(least.row, greatest.row, missing)) {
      row.ifPresent(rows::add);
    }
  }

  /** The first row with the greatest number, times the sign. */
  private static final class Extreme {
    private final int sign;
    private double number = Double.NEGATIVE_INFINITY;
    private OptionalInt row = OptionalInt.empty();

    Extreme(int sign) {
      this.sign = sign;
    }

    void see(int candidate, double value) {
      if (sign * value > number) {
        number = sign * value;
        row = OptionalInt.of(candidate);
      }
    }
  }

  /** The typical row with the field missing, invalid, out of range, unknown. */
  private void addMade(int field, List<@Nullable Object[]> rows) {
    InputField input = contract.inputs().get(field);
    DataType source = columns.get(field).type();
    List<@Nullable Object> values = new ArrayList<>();
    values.add(null);
    if (source.isFloating()) {
      values.add(source == DataType.FLOAT ? (Object) Float.NaN : (Object) Double.NaN);
    } else if (source == DataType.STRING && input.type() != DataType.STRING) {
      values.add(NO_VALUE);
    }
    input
        .range()
        .ifPresent(
            range -> {
              addNumber(range.least() - step(range.least()), source, values);
              addNumber(range.greatest() + step(range.greatest()), source, values);
            });
    if (input.category() && source == DataType.STRING) {
      values.add(unknownTo(input));
    } else if (input.category() && (source == DataType.INTEGER || source == DataType.LONG)) {
      int unknown = -1;
      while (input.values().contains(Integer.toString(unknown))) {
        unknown--;
      }
      addNumber(unknown, source, values);
    }
    for (Object value : values) {
      @Nullable Object[] row = row(typical);
      row[field] = value;
      rows.add(row);
    }
  }

  private static double step(double bound) {
    return Math.max(1, Math.abs(bound));
  }

  private static void addNumber(double number, DataType type, List<@Nullable Object> values) {
    switch (type) {
      case FLOAT -> values.add((float) number);
      case DOUBLE -> values.add(number);
      case INTEGER -> {
        if (number == (int) number) {
          values.add((int) number);
        }
      }
      case LONG -> values.add((long) number);
      case STRING -> values.add(String.format(Locale.ROOT, "%s", number));
      case BOOLEAN, TIMESTAMP -> {}
    }
  }

  private static String unknownTo(InputField input) {
    StringBuilder value = new StringBuilder(NO_VALUE);
    while (input.values().contains(value.toString())) {
      value.append(NO_VALUE);
    }
    return value.toString();
  }

  /** A row whose fields come from different rows of the sample. */
  private @Nullable Object[] recombined(int turn) {
    @Nullable Object[] row = new Object[columns.size()];
    for (int field = 0; field < row.length; field++) {
      int from = (int) (((long) turn * (2L * field + 1) + field) % sample.rows());
      row[field] = columns.get(field).get(from);
    }
    return row;
  }
}
