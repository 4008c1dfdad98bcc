package dev.nightjar.contract;

import dev.nightjar.data.Column;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Timestamps;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * A column's value as the type that a contract asks for, when that loses nothing: text is parsed,
 * whole numbers widen, a fraction never becomes a whole number. Only a double, or decimal text, is
 * rounded to a float where the contract asks for floats, and a time in text is cut to microseconds.
 */
public final class Conversion {
  /** Stands for a value that cannot be converted. */
  public static final Object INVALID = new Object();

  /** The greatest whole number up to which a double, and a float, holds every one. */
  private static final long EXACT_DOUBLE = 1L << 53;

  private static final int EXACT_FLOAT = 1 << 24;

  private Conversion() {}

  /** True when some value of the one type can be a value of the other. */
  public static boolean isPossible(DataType from, DataType to) {
    if (from == to || from == DataType.STRING) {
      return true;
    }
    return switch (to) {
      case FLOAT, DOUBLE, INTEGER, LONG -> from.isNumeric();
      case STRING -> from == DataType.INTEGER || from == DataType.LONG || from == DataType.BOOLEAN;
      case BOOLEAN, TIMESTAMP -> false;
    };
  }

  /**
   * The value at a row, boxed as {@link Column#get} boxes it; null where it is missing, {@link
   * #INVALID} where it is not a value of the type. An empty text is missing for every type but
   * text; NaN and the infinities are invalid.
   */
  public static @Nullable Object convert(Column column, int row, DataType to) {
    Object value = column.get(row);
    if (value == null) {
      return null;
    }
    if (value instanceof String text && to != DataType.STRING) {
      String trimmed = text.trim();
      return trimmed.isEmpty() ? null : parse(trimmed, to);
    }
    return switch (to) {
      case BOOLEAN, TIMESTAMP -> column.type() == to ? value : INVALID;
      case STRING -> value.toString();
      case DOUBLE -> toDouble((Number) value);
      case FLOAT -> toFloat((Number) value);
      case INTEGER -> toInteger((Number) value);
      case LONG -> toLong((Number) value);
    };
  }

  /** Whether a whole number becomes a double without a doubt about its last digits. */
  public static boolean isExactDouble(long number) {
    return number >= -EXACT_DOUBLE && number <= EXACT_DOUBLE; // the least long has no abs
  }

  /** Whether a whole number becomes a float without a doubt about its last digits. */
  public static boolean isExactFloat(long number) {
    return number >= -EXACT_FLOAT && number <= EXACT_FLOAT;
  }

  /** Whether a number is whole, and not so great that a fraction could have been lost before. */
  public static boolean isExactLong(double number) {
    return number == Math.rint(number) && Math.abs(number) <= EXACT_DOUBLE;
  }

  private static Object parse(String text, DataType to) {
    try {
      return switch (to) {
        case BOOLEAN -> parseBoolean(text);
        case INTEGER -> Integer.valueOf(text);
        case LONG -> Long.valueOf(text);
        case FLOAT -> toFloat(parseNumber(text));
        case DOUBLE -> toDouble(parseNumber(text));
        case TIMESTAMP -> parseInstant(text);
        case STRING -> text;
      };
    } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
      return INVALID;
    }
  }

  /** Decimal numbers; what only Java's source code writes, such as 1d and 0x1p3, is none. */
  private static Double parseNumber(String text) {
    char last = text.charAt(text.length() - 1);
    if ("dDfF".indexOf(last) >= 0 || text.indexOf('x') >= 0 || text.indexOf('X') >= 0) {
      throw new NumberFormatException("not a decimal number");
    }
    return Double.valueOf(text);
  }

  private static Object parseBoolean(String text) {
    return switch (text) {
      case "true", "True", "TRUE" -> true;
      case "false", "False", "FALSE" -> false;
      default -> INVALID;
    };
  }

  private static Object parseInstant(String text) {
    Instant instant = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC).toInstant();
    return Timestamps.micros(instant);
  }

  private static Object toDouble(Number value) {
    if (value instanceof Long n && !isExactDouble(n)) {
      return INVALID;
    }
    double number = value.doubleValue();
    return Double.isFinite(number) ? number : INVALID;
  }

  private static Object toFloat(Number value) {
    boolean whole = value instanceof Long || value instanceof Integer;
    if (whole && !isExactFloat(value.longValue())) {
      return INVALID;
    }
    float number = value.floatValue();
    return Float.isFinite(number) ? number : INVALID;
  }

  private static Object toInteger(Number value) {
    Object number = toLong(value);
    return number instanceof Long n && n == n.intValue() ? (Object) n.intValue() : INVALID;
  }

  private static Object toLong(Number value) {
    if (value instanceof Long || value instanceof Integer) {
      return value.longValue();
    }
    double number = value.doubleValue();
    return isExactLong(number) ? (Object) (long) number : INVALID;
  }
}
