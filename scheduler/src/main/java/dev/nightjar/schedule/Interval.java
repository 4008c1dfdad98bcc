package dev.nightjar.schedule;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The logical time that a run scores: [start, end). Never the wall clock.
 *
 * @param id its name in paths and on the command line: {@code 2013-11-05} for a day, {@code
 *     2013-11-05T03-0500} for an hour, whose offset tells the two hours apart that the end of
 *     summer time gives one name
 * @param start the first instant
 * @param end the first instant after it
 * @param grain how long it is
 * @param zone whose midnights and hours it keeps to
 */
public record Interval(String id, Instant start, Instant end, Grain grain, ZoneId zone) {
  private static final int SECONDS_OF_AN_HOUR = 3_600;

  /** Older clock changes are no reason to refuse a zone; nobody scores those hours. */
  private static final Instant HOURS_FROM = Instant.parse("2000-01-01T00:00:00Z");

  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH", Locale.ROOT);
  private static final DateTimeFormatter HOUR_ID =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HHxx", Locale.ROOT);

  /** The interval of that grain and zone in which an instant lies. */
  public static Interval containing(Instant instant, Grain grain, ZoneId zone) {
    ZonedDateTime local = instant.atZone(zone);
    if (grain == Grain.DAY) {
      LocalDate day = local.toLocalDate();
      return new Interval(
          day.toString(),
          day.atStartOfDay(zone).toInstant(),
          day.plusDays(1).atStartOfDay(zone).toInstant(),
          grain,
          zone);
    }
    Instant start = local.truncatedTo(ChronoUnit.HOURS).toInstant();
    return new Interval(HOUR_ID.format(local), start, start.plus(1, ChronoUnit.HOURS), grain, zone);
  }

  /**
   * The interval of that name.
   *
   * @param text a day as {@code 2013-11-05}; an hour as {@code 2013-11-05T03}, with its offset
   *     where the clock shows it twice
   * @throws IllegalArgumentException when there is no such interval, with what to write
   */
  public static Interval parse(String text, Grain grain, ZoneId zone) {
    try {
      return grain == Grain.DAY
          ? containing(LocalDate.parse(text).atStartOfDay(zone).toInstant(), grain, zone)
          : parseHour(text, zone);
    } catch (DateTimeException e) {
      String example = grain == Grain.DAY ? "2013-11-05" : "2013-11-05T03";
      throw new IllegalArgumentException(
          "'" + text + "' is not an interval of " + grain.word() + "; write one such as " + example,
          e);
    }
  }

  /**
   * Whether a zone's clock shows whole hours that follow each other: not where summer time moves it
   * by half an hour (Australia/Lord_Howe), which no clock hour can follow. Days are right in every
   * zone.
   */
  public static boolean isPossible(Grain grain, ZoneId zone) {
    ZoneRules rules = zone.getRules();
    return grain == Grain.DAY
        || (rules.getTransitionRules().stream()
                .allMatch(rule -> isWholeHour(rule.getOffsetBefore(), rule.getOffsetAfter()))
            && rules.getTransitions().stream()
                .filter(change -> change.getInstant().isAfter(HOURS_FROM))
                .allMatch(
                    change -> isWholeHour(change.getOffsetBefore(), change.getOffsetAfter())));
  }

  private static boolean isWholeHour(ZoneOffset before, ZoneOffset after) {
    return (after.getTotalSeconds() - before.getTotalSeconds()) % SECONDS_OF_AN_HOUR == 0;
  }

  private static Interval parseHour(String text, ZoneId zone) {
    if (text.matches(".*[+-]\\d{4}")) {
      Instant instant = ZonedDateTime.parse(text, HOUR_ID.withZone(ZoneOffset.UTC)).toInstant();
      Interval interval = containing(instant, Grain.HOUR, zone);
      if (!interval.id().equals(text)) {
        throw new IllegalArgumentException(
            "'"
                + text
                + "' has not the offset of "
                + zone
                + " at that time; write "
                + interval.id());
      }
      return interval;
    }
    LocalDateTime local = LocalDateTime.parse(text, HOUR);
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
    if (offsets.size() != 1) {
      String names =
          String.join(
              " or ", offsets.stream().map(o -> HOUR_ID.format(local.atOffset(o))).toList());
      throw new IllegalArgumentException(
          offsets.isEmpty()
              ? "'" + text + "' does not exist in " + zone + ": the clock skips it"
              : "'" + text + "' comes twice in " + zone + "; write " + names);
    }
    return containing(local.toInstant(offsets.get(0)), Grain.HOUR, zone);
  }

  /** The interval that follows. */
  public Interval next() {
    return containing(end, grain, zone);
  }

  /**
   * The intervals from this one to another, both included.
   *
   * @throws IllegalArgumentException when the other begins earlier
   */
  public List<Interval> to(Interval last) {
    if (last.start.isBefore(start)) {
      throw new IllegalArgumentException(
          "the interval " + last.id + " lies before " + id + "; give the earlier one first");
    }
    List<Interval> all = new ArrayList<>();
    for (Interval at = this; !at.start.isAfter(last.start); at = at.next()) {
      all.add(at);
    }
    return all;
  }

  /**
   * The variables that configuration may use: {@code interval.start} and {@code interval.end} as
   * ISO-8601 instants, {@code interval.date} as the local date of the start, {@code interval.id}.
   */
  public Map<String, String> variables() {
    return Map.of(
        "interval.start", start.toString(),
        "interval.end", end.toString(),
        "interval.date", start.atZone(zone).toLocalDate().toString(),
        "interval.id", id);
  }

  /** The names of {@link #variables}. */
  public static List<String> variableNames() {
    return List.of("interval.start", "interval.end", "interval.date", "interval.id");
  }
}
