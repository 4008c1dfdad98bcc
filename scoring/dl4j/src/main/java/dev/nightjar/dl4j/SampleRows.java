package dev.nightjar.dl4j;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.data.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rows written out as maps, as a training program has them at hand, as columns. */
final class SampleRows {
  private SampleRows() {}

  /**
   * The contract's columns of these rows; a column that holds texts stays text, as rows of a CSV
   * file are. A timestamp is an Instant, or a Long of microseconds.
   *
   * @throws BundleException when a value is none of its input's type
   */
  static ColumnBatch toColumns(Contract contract, List<? extends Map<String, ?>> rows) {
    List<Field> fields = new ArrayList<>();
    for (InputField input : contract.inputs()) {
      fields.add(new Field(input.name(), type(input.name(), input.type(), rows)));
    }
    return toColumns(fields, rows);
  }

  /**
   * All columns that these rows have: the contract's as in {@link #toColumns}, any other as doubles
   * or texts.
   *
   * @throws BundleException when a value is none of its input's type
   */
  static ColumnBatch withOthers(Contract contract, List<? extends Map<String, ?>> rows) {
    Set<String> names = new LinkedHashSet<>();
    rows.forEach(row -> names.addAll(row.keySet()));
    Schema inputs = contract.inputSchema();
    List<Field> fields = new ArrayList<>();
    for (String name : names) {
      DataType type =
          inputs.find(name).isPresent()
              ? inputs.field(inputs.position(name)).type()
              : DataType.DOUBLE;
      fields.add(new Field(name, type(name, type, rows)));
    }
    return toColumns(fields, rows);
  }

  private static DataType type(
      String name, DataType declared, List<? extends Map<String, ?>> rows) {
    boolean text = rows.stream().anyMatch(row -> row.get(name) instanceof CharSequence);
    return text ? DataType.STRING : declared;
  }

  private static ColumnBatch toColumns(List<Field> fields, List<? extends Map<String, ?>> rows) {
    ColumnBatch.Builder columns = ColumnBatch.builder(Schema.of(fields));
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < fields.size(); column++) {
        Field field = fields.get(column);
        columns.column(column).add(value(row, field, rows.get(row).get(field.name())));
      }
      columns.endRow();
    }
    return columns.build();
  }

  private static @Nullable Object value(int row, Field field, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    Object converted =
        switch (field.type()) {
          case BOOLEAN -> value instanceof Boolean ? value : null;
          case INTEGER -> whole(value) && fits(value) ? (Object) ((Number) value).intValue() : null;
          case LONG -> whole(value) ? (Object) ((Number) value).longValue() : null;
          case FLOAT -> value instanceof Number number ? (Object) number.floatValue() : null;
          case DOUBLE -> value instanceof Number number ? (Object) number.doubleValue() : null;
          case STRING -> value.toString();
          case TIMESTAMP ->
              value instanceof Instant time
                  ? (Object) Timestamps.micros(time)
                  : value instanceof Long micros ? micros : null;
        };
    if (converted == null) {
      throw new BundleException(
          String.format(
              "row %d of the sample has %s '%s' for the input '%s', which is a %s",
              row, value.getClass().getSimpleName(), value, field.name(), field.type().word()));
    }
    return converted;
  }

  private static boolean whole(Object value) {
    return value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte;
  }

  private static boolean fits(Object value) {
    long number = ((Number) value).longValue();
    return number == (int) number;
  }
}
