package dev.nightjar.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.schedule.Firing.Fate;
import dev.nightjar.schedule.Schedule.CatchUp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiringsTest {
  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final Duration MINUTE = Duration.ofSeconds(60);
  private static final String AT_4_30 = "0 30 4 * * ?";

  private static Firings daily(String cron, ZoneId zone, CatchUp catchUp) {
    return new Firings(new Schedule(cron, zone, catchUp), Grain.DAY);
  }

  private static List<String> told(List<Firing> firings) {
    return firings.stream().map(one -> one.interval().id() + " " + one.fate()).toList();
  }

  private static List<String> due(Firings firings, String from, String to) {
    return told(firings.due(Instant.parse(from), Instant.parse(to), MINUTE));
  }

  @Test
  void a_firing_scores_the_last_interval_that_is_complete_by_then() {
    Firings daily = daily(AT_4_30, NEW_YORK, CatchUp.ALL);
    assertThat(daily.scoredAt(Instant.parse("2013-11-05T09:30:00Z")).id()).isEqualTo("2013-11-04");
    assertThat(daily.scoredAt(Instant.parse("2013-11-05T05:00:00Z")).id())
        .as("at the very end of an interval")
        .isEqualTo("2013-11-04");
    assertThat(daily.scoredAt(Instant.parse("2013-11-05T04:59:59Z")).id()).isEqualTo("2013-11-03");

    Firings hourly = new Firings(new Schedule("0 5 * * * ?", NEW_YORK, CatchUp.ALL), Grain.HOUR);
    assertThat(hourly.scoredAt(Instant.parse("2013-11-03T06:05:00Z")).id())
        .as("after the first of the two hours from 1 to 2")
        .isEqualTo("2013-11-03T01-0400");
  }

  @Test
  void from_is_left_out_and_to_is_taken_in() {
    Firings daily = daily(AT_4_30, UTC, CatchUp.ALL);

    assertThat(due(daily, "2024-03-05T04:30:00Z", "2024-03-06T04:30:00Z"))
        .containsExactly("2024-03-05 ON_TIME");
    assertThat(due(daily, "2024-03-05T04:30:00Z", "2024-03-06T04:29:59Z")).isEmpty();
  }

  @Test
  void a_firing_is_missed_when_it_is_noticed_later_than_the_threshold() {
    Firings daily = daily(AT_4_30, UTC, CatchUp.ALL);

    assertThat(due(daily, "2024-03-05T04:30:00Z", "2024-03-06T04:31:00Z"))
        .containsExactly("2024-03-05 ON_TIME");
    assertThat(due(daily, "2024-03-05T04:30:00Z", "2024-03-06T04:31:01Z"))
        .containsExactly("2024-03-05 CATCH_UP");
  }

  @ParameterizedTest
  @CsvSource({"ALL,  CATCH_UP, CATCH_UP", "LAST, SKIPPED,  CATCH_UP", "NONE, SKIPPED,  SKIPPED"})
  void catch_up_says_what_becomes_of_those_that_were_missed(
      CatchUp catchUp, Fate older, Fate newest) {
    assertThat(due(daily(AT_4_30, UTC, catchUp), "2024-03-05T05:00:00Z", "2024-03-09T04:30:10Z"))
        .containsExactly(
            "2024-03-05 " + older,
            "2024-03-06 " + older,
            "2024-03-07 " + newest,
            "2024-03-08 ON_TIME");
  }

  @Test
  void several_firings_of_one_interval_are_one_and_on_time_when_the_last_one_is() {
    Firings eachHour = daily("0 0 * * * ?", UTC, CatchUp.NONE);

    assertThat(due(eachHour, "2024-03-05T23:30:00Z", "2024-03-06T02:30:00Z"))
        .containsExactly("2024-03-05 SKIPPED");
    assertThat(due(eachHour, "2024-03-05T23:30:00Z", "2024-03-06T03:00:20Z"))
        .containsExactly("2024-03-05 ON_TIME");
  }

  @Test
  void a_time_that_the_clock_skips_fires_after_the_change_and_one_that_comes_twice_fires_twice() {
    Schedule skipped = new Schedule("0 30 2 * * ?", NEW_YORK, CatchUp.ALL);
    Schedule twice = new Schedule("0 30 1 * * ?", NEW_YORK, CatchUp.ALL);

    assertThat(skipped.next(Instant.parse("2013-03-09T12:00:00Z")))
        .contains(Instant.parse("2013-03-10T07:30:00Z")); // 3:30 by the clock
    assertThat(skipped.next(Instant.parse("2013-03-10T07:30:00Z")))
        .contains(Instant.parse("2013-03-11T06:30:00Z"));
    assertThat(twice.next(Instant.parse("2013-11-02T12:00:00Z")))
        .contains(Instant.parse("2013-11-03T05:30:00Z"));
    assertThat(twice.next(Instant.parse("2013-11-03T05:30:00Z")))
        .contains(Instant.parse("2013-11-03T06:30:00Z"));
    assertThat(
            new Firings(twice, Grain.DAY)
                .due(
                    Instant.parse("2013-11-02T12:00:00Z"),
                    Instant.parse("2013-11-03T12:00:00Z"),
                    MINUTE))
        .as("both ask for one day")
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "America/New_York, 0 30 2 * * ?",
    "Europe/Berlin, 0 30 2 * * ?",
    "Asia/Kathmandu, 0 0 0 * * ?",
    "Australia/Sydney, 0 15 2 * * ?",
    "America/Santiago, 0 0 0 * * ?"
  })
  void in_ten_years_every_day_is_asked_for_once(ZoneId zone, String cron) {
    // The oracle counts days of the calendar and knows neither clocks nor cron.
    List<String> days = new ArrayList<>();
    for (LocalDate day = LocalDate.of(2014, 12, 31);
        day.isBefore(LocalDate.of(2024, 12, 31));
        day = day.plusDays(1)) {
      days.add(day + " CATCH_UP");
    }

    assertThat(due(daily(cron, zone, CatchUp.ALL), "2014-12-31T12:00:00Z", "2024-12-31T12:00:00Z"))
        .isEqualTo(days);
  }

  @ParameterizedTest
  @CsvSource({
    "America/New_York, 2014-12-31T20:00:00Z",
    "Europe/Berlin, 2014-12-31T20:00:00Z",
    "Asia/Kathmandu, 2014-12-31T20:15:00Z",
    "Australia/Sydney, 2014-12-31T20:00:00Z"
  })
  void in_ten_years_every_hour_is_asked_for_once(ZoneId zone, Instant first) {
    // The oracle counts hours of 3600 seconds: there is one interval for each.
    Instant end = Instant.parse("2024-12-31T20:30:00Z");
    List<Instant> hours = new ArrayList<>();
    for (Instant hour = first;
        hour.plusSeconds(3_900).isBefore(end);
        hour = hour.plusSeconds(3_600)) {
      hours.add(hour);
    }
    Firings hourly = new Firings(new Schedule("0 5 * * * ?", zone, CatchUp.ALL), Grain.HOUR);

    List<Firing> found = hourly.due(first.plusSeconds(600), end, MINUTE);

    assertThat(found.stream().map(one -> one.interval().start()).toList()).isEqualTo(hours);
    assertThat(found.stream().map(one -> one.interval().id()).distinct()).hasSameSizeAs(hours);
    assertThat(found)
        .allMatch(one -> one.scheduled().equals(one.interval().end().plusSeconds(300)));
  }
}
