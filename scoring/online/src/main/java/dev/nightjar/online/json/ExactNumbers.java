package dev.nightjar.online.json;

import dev.nightjar.data.Timestamps;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.OptionalLong;

/** Numbers and times of JSON by their texts, so that none goes through a type that holds less. */
public final class ExactNumbers {
  private static final int DIGITS_OF_ANY_LONG = 18;

  private ExactNumbers() {}

  /**
   * A whole number, however it is written: {@code 1000}, {@code 1e3} and {@code 1000.0} are the
   * same. Empty when it has a fraction or is no long.
   *
   * @param text a number of JSON
   */
  public static OptionalLong whole(String text) {
    try {
      if (text.length() <= DIGITS_OF_ANY_LONG && isDigits(text)) {
        return OptionalLong.of(Long.parseLong(text));
      }
      return OptionalLong.of(new BigDecimal(text).longValueExact());
    } catch (NumberFormatException e) {
      return OptionalLong.empty(); // an exponent that no number needs
    } catch (ArithmeticException e) {
      return OptionalLong.empty();
    }
  }

  /** Whether a number of JSON has a fraction that is not zero, or an exponent beyond all use. */
  public static boolean hasFraction(String text) {
    try {
      BigDecimal number = new BigDecimal(text);
      return number.signum() != 0 && number.stripTrailingZeros().scale() > 0;
    } catch (NumberFormatException e) {
      return text.contains("-") && text.lastIndexOf('-') > 0;
    }
  }

  /**
   * A time in ISO-8601 with its offset, in microseconds since 1970; finer digits are cut off. Empty
   * when the text is anything else, or a time that no long of microseconds holds.
   */
  public static OptionalLong micros(String text) {
    try {
      return OptionalLong.of(Timestamps.micros(OffsetDateTime.parse(text).toInstant()));
    } catch (DateTimeException | ArithmeticException e) {
      return OptionalLong.empty();
    }
  }

  private static boolean isDigits(String text) {
    for (int i = text.charAt(0) == '-' ? 1 : 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
