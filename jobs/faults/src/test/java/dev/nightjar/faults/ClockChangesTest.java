package dev.nightjar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.schedule.Firing;
import dev.nightjar.schedule.Firings;
import dev.nightjar.schedule.Grain;
import dev.nightjar.schedule.Interval;
import dev.nightjar.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ten years of a schedule, noticed every few hours as by a scheduler that is there: the intervals
 * that it asks for are each of those between the first and the last, found by adding days to a date
 * and hours to an instant.
 */
class ClockChangesTest {
  private static final Instant BEGIN = Instant.parse("2015-01-01T12:00:00Z");
  private static final Instant END = Instant.parse("2025-01-01T12:00:00Z");
  private static final Duration NOTICED_EVERY = Duration.ofHours(5);

  @ParameterizedTest
  @CsvSource({
    "America/New_York, DAY,  0 30 2 * * ?", // a time that the clock skips and repeats
    "Europe/Berlin,    DAY,  0 30 2 * * ?",
    "Australia/Sydney, DAY,  0 0 3 * * ?",
    "America/Santiago, DAY,  0 30 0 * * ?", // where midnight itself is skipped
    "America/New_York, HOUR, 0 5 * * * ?",
    "Europe/Berlin,    HOUR, 0 5 * * * ?",
    "Australia/Sydney, HOUR, 0 59 * * * ?",
    "America/Santiago, HOUR, 0 5 * * * ?"
  })
  void ten_years_of_a_schedule_leave_no_interval_out_and_ask_for_none_twice(
      ZoneId zone, Grain grain, String cron) {
    Firings firings = new Firings(new Schedule(cron, zone, Schedule.CatchUp.ALL), grain);
    // A slot is an interval by its name: several firings for one are one.
    Map<String, Interval> asked = new TreeMap<>();
    for (Instant from = BEGIN; from.isBefore(END); from = from.plus(NOTICED_EVERY)) {
      for (Firing firing : firings.due(from, from.plus(NOTICED_EVERY), NOTICED_EVERY)) {
        asked.put(firing.interval().id(), firing.interval());
      }
    }
    Map<Instant, Integer> starts = new TreeMap<>();
    asked.values().forEach(one -> starts.merge(one.start(), 1, Integer::sum));
    Instant first = starts.keySet().iterator().next();
    Instant last = starts.keySet().stream().reduce(first, (a, b) -> b);
    long wrong = starts.values().stream().filter(times -> times > 1).count();
    for (Instant at = first; !at.isAfter(last); at = next(at, zone, grain)) {
      wrong += starts.remove(at) == null ? 1 : 0;
    }
    wrong += starts.size(); // intervals that begin where none does

    Figures.atMost(0, "dst-intervals-missing-or-double", (double) wrong);
    assertThat(wrong).isZero();
    assertThat(asked).hasSizeGreaterThan(grain == Grain.DAY ? 3_600 : 87_000);
  }

  private static Instant next(Instant start, ZoneId zone, Grain grain) {
    if (grain == Grain.HOUR) {
      return start.plus(1, ChronoUnit.HOURS);
    }
    LocalDate day = start.atZone(zone).toLocalDate();
    return day.plusDays(1).atStartOfDay(zone).toInstant();
  }
}
