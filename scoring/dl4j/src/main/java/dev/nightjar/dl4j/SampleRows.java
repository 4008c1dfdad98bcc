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
import java.util.List;
import java.util.Map;
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
      boolean text = rows.stream().anyMatch(row -> row.get(input.name()) instanceof CharSequence);
      fields.add(new Field(input.name(), text ? DataType.STRING : input.type()));
    }
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
