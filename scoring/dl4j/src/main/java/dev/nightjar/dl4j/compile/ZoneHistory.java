package dev.nightjar.dl4j.compile;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import org.joda.time.DateTimeZone;

/**
 * Whether Joda, which DataVec reads times with, and Java, which runs the compiled step, tell a time
 * zone alike. Each has tables of its own: Java's, for one, give some zones of Europe the history of
 * a neighbour before 1970.
 */
final class ZoneHistory {
  /** Local times of towns came before; they are held by nobody to the second. */
  private static final long FROM = millis(1905);

  private static final long UNTIL = millis(2100);

  private ZoneHistory() {}

  private static long millis(int year) {
    return LocalDate.of(year, 1, 1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  /**
   * From 1905 to 2100, at every change of either.
   *
   * @param id as Joda calls the zone; false where Java has none of that name
   */
  static boolean isOne(String id) {
    DateTimeZone joda = DateTimeZone.forID(id);
    ZoneRules java;
    try {
      java = ZoneId.of(id).getRules();
    } catch (DateTimeException e) {
      return false;
    }
    long at = FROM;
    while (at < UNTIL) {
      Instant now = Instant.ofEpochMilli(at);
      if (joda.getOffset(at) != 1_000 * java.getOffset(now).getTotalSeconds()) {
        return false;
      }
      long jodas = joda.nextTransition(at);
      ZoneOffsetTransition javas = java.nextTransition(now);
      at =
          Math.min(
              jodas > at ? jodas : UNTIL,
              javas == null ? UNTIL : javas.getInstant().toEpochMilli());
    }
    return true;
  }
}
