package dev.nightjar.run;

import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.data.Timestamps;
import dev.nightjar.spark.SparkTypes;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Values as they are told to people and programs: numbers, booleans, texts and instants. */
final class Told {
  private Told() {}

  /** A value of a row of Spark. */
  static @Nullable Object value(@Nullable Object value) {
    if (value instanceof java.sql.Timestamp || value instanceof Instant) {
      Object micros = SparkTypes.value(value);
      return micros instanceof Long of ? Timestamps.instant(of) : micros;
    }
    return value == null
            || value instanceof Number
            || value instanceof Boolean
            || value instanceof String
        ? value
        : value.toString();
  }

  /** Some columns of a row of Spark that has them, in their order. */
  static Map<String, @Nullable Object> values(Row row, List<String> columns) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    List<String> there = List.of(row.schema().fieldNames());
    for (String column : columns) {
      if (there.contains(column)) {
        values.put(column, value(row.get(there.indexOf(column))));
      }
    }
    return values;
  }

  /** Values of our columns, which hold times as microseconds. */
  static Map<String, @Nullable Object> values(Schema schema, Map<String, @Nullable Object> row) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (Field field : schema.fields()) {
      Object value = row.get(field.name());
      values.put(
          field.name(),
          field.type() == DataType.TIMESTAMP && value instanceof Long micros
              ? Timestamps.instant(micros)
              : value);
    }
    return values;
  }
}
