package dev.nightjar.feature;

import dev.nightjar.data.DataType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values of configuration as values of a data type. */
public final class Constants {
  private Constants() {}

  /**
   * The value as its type holds it, or empty when it cannot hold it without loss. Timestamps are
   * written as ISO-8601 instants.
   *
   * @param value Boolean, Long, Double or String, as YAML types it
   */
  public static Optional<Object> convert(Object value, DataType type) {
    return Optional.ofNullable(
        switch (type) {
          case BOOLEAN -> value instanceof Boolean ? value : null;
          case INTEGER ->
              value instanceof Long n && n == n.intValue() ? (Object) n.intValue() : null;
          case LONG -> value instanceof Long ? value : null;
          case FLOAT -> value instanceof Number n ? (Object) n.floatValue() : null;
          case DOUBLE -> value instanceof Number n ? (Object) n.doubleValue() : null;
          case STRING -> value.toString();
          case TIMESTAMP -> value instanceof String text ? instant(text) : null;
        });
  }

  /** The value as YAML writes it and {@link #convert} reads it back. */
  public static Object toYaml(Object value, DataType type) {
    if (type == DataType.TIMESTAMP) {
      return Instant.EPOCH.plus((Long) value, ChronoUnit.MICROS).toString();
    }
    // A float's own digits: as a double it would be written with digits that it does not have.
    return value instanceof Float f ? (Object) Double.valueOf(f.toString()) : value;
  }

  private static @Nullable Object instant(String text) {
    try {
      return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(text));
    } catch (DateTimeException e) {
      return null;
    }
  }
}
