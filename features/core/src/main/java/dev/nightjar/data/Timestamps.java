package dev.nightjar.data;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.OptionalLong;

/** Times as microseconds since 1970-01-01T00:00:00Z, the form of {@link DataType#TIMESTAMP}. */
public final class Timestamps {
  private static final String PLAIN_FORM = "0000-00-00T00:00:00Z";
  private static final int DATE_LENGTH = "2013-01-01".length();
  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .appendValue(ChronoField.YEAR, 4)
          .appendPattern("-MM-dd['T'HH:mm[:ss")
          .optionalStart()
          .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
          .optionalEnd()
          .appendPattern("][XXX][XX][X]]")
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private Timestamps() {}

  /**
   * The instant that a text names: ISO-8601 with seconds, fraction and offset optional, {@code T}
   * or one blank between date and time; a date alone is its midnight. Digits beyond the microsecond
   * are cut off. Empty when the text is anything else.
   *
   * @param zone in which a text without an offset is meant; a time that the zone skips is moved
   *     forward by the length of the gap, of a time that it has twice the earlier one is meant
   */
  public static OptionalLong parse(String text, ZoneId zone) {
    return parse(text, zone, false);
  }

  /**
   * As {@link #parse}, but digits beyond the microsecond count as one more: a time from which on
   * something may be seen must not come to lie before itself.
   */
  public static OptionalLong parseUp(String text, ZoneId zone) {
    return parse(text, zone, true);
  }

  private static OptionalLong parse(String text, ZoneId zone, boolean up) {
    OptionalLong plain = parsePlain(text);
    if (plain.isPresent()) {
      return plain;
    }
    String iso =
        text.length() > DATE_LENGTH && text.charAt(DATE_LENGTH) == ' '
            ? text.substring(0, DATE_LENGTH) + 'T' + text.substring(DATE_LENGTH + 1)
            : text;
    try {
      TemporalAccessor time =
          ISO.parseBest(iso, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
      if (time instanceof OffsetDateTime withOffset) {
        return OptionalLong.of(micros(withOffset.toInstant(), up));
      }
      LocalDateTime local =
          time instanceof LocalDate date ? date.atStartOfDay() : LocalDateTime.from(time);
      return OptionalLong.of(micros(local.atZone(zone).toInstant(), up));
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * The form that most files have, {@code 2013-01-01T10:15:00Z}, without the formatter: it takes
   * the better part of the time in which a CSV is read. Empty for every other form and for days and
   * hours that are none, so that the formatter judges those.
   */
  private static OptionalLong parsePlain(String text) {
    if (text.length() != PLAIN_FORM.length()) {
      return OptionalLong.empty();
    }
    for (int i = 0; i < PLAIN_FORM.length(); i++) {
      char form = PLAIN_FORM.charAt(i);
      char c = text.charAt(i);
      if (form == '0' ? c < '0' || c > '9' : c != form) {
        return OptionalLong.empty();
      }
    }
    int year = number(text, 0, 4);
    int month = number(text, 5, 7);
    int day = number(text, 8, 10);
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = number(text, 17, 19);
    if (!isSecond(year, month, day, hour, minute, second)) {
      return OptionalLong.empty();
    }
    long seconds =
        LocalDate.of(year, month, day).toEpochDay() * 86_400
            + hour * 3_600L
            + minute * 60L
            + second;
    return OptionalLong.of(seconds * 1_000_000L);
  }

  private static boolean isSecond(int year, int month, int day, int hour, int minute, int second) {
    return month >= 1
        && month <= 12
        && day >= 1
        && day <= YearMonth.of(year, month).lengthOfMonth()
        && hour <= 23
        && minute <= 59
        && second <= 59;
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = 10 * number + (text.charAt(i) - '0');
    }
    return number;
  }

  /** The microseconds of an instant; finer digits are cut off. */
  public static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
  }

  private static long micros(Instant instant, boolean up) {
    long micros = micros(instant);
    return up && instant.isAfter(instant(micros)) ? micros + 1 : micros;
  }

  /** The microseconds of a length of time; {@link Long#MAX_VALUE} for one that no clock reaches. */
  public static long micros(Duration length) {
    return length.toDays() > 100_000_000L
        ? Long.MAX_VALUE
        : length.toSeconds() * 1_000_000L + length.toNanosPart() / 1_000;
  }

  /** The microseconds of a wall-clock time in a zone; gaps and overlaps as {@link #parse} says. */
  public static long micros(LocalDateTime time, ZoneId zone) {
    return micros(time.atZone(zone).toInstant());
  }

  /** The instant of that many microseconds. */
  public static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
  }
}
