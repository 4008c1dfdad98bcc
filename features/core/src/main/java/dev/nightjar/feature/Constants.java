package dev.nightjar.feature;

import dev.nightjar.config.Section;
import dev.nightjar.data.DataType;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values of configuration as values of a data type. */
public final class Constants {
  private Constants() {}

  /**
   * The constant at a key for {@link #convert}, empty when the key is absent. A text is taken as it
   * is written: as numbers, 1.50 and 007 would lose their digits.
   */
  public static Optional<Object> written(Section section, String key, DataType type) {
    return type == DataType.STRING
        ? section.optionalString(key).map(text -> text)
        : section.constant(key);
  }

  /**
   * The value as its type holds it, or empty when it cannot hold it without loss; only a decimal
   * becomes the nearest that a float holds. Timestamps are written as ISO-8601 instants of at most
   * microseconds.
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
          case FLOAT -> value instanceof Number n ? toFloat(n) : null;
          case DOUBLE -> value instanceof Number n ? toDouble(n) : null;
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

  private static @Nullable Object toFloat(Number number) {
    float value = number.floatValue();
    return Float.isFinite(value) && isSame(number, value) ? value : null;
  }

  private static @Nullable Object toDouble(Number number) {
    double value = number.doubleValue();
    return isSame(number, value) ? value : null;
  }

  private static boolean isSame(Number number, double value) {
    return !(number instanceof Long whole)
        || new BigDecimal(value).compareTo(BigDecimal.valueOf(whole)) == 0;
  }

  private static @Nullable Object instant(String text) {
    try {
      Instant instant = Instant.parse(text);
      return instant.equals(instant.truncatedTo(ChronoUnit.MICROS))
          ? (Object) micros(instant)
          : null;
    } catch (DateTimeException | ArithmeticException e) {
      return null;
    }
  }

  // Not MICROS.between: it counts in nanoseconds, which overflow in the year 2262. Before 1970 the
  // seconds are rounded down, and only the fraction brings the first of them back into a long.
  private static long micros(Instant instant) {
    long seconds = instant.getEpochSecond();
    int fraction = instant.getNano() / 1_000;
    return seconds < 0
        ? Math.addExact(Math.multiplyExact(seconds + 1, 1_000_000L), fraction - 1_000_000L)
        : Math.addExact(Math.multiplyExact(seconds, 1_000_000L), fraction);
  }
}
