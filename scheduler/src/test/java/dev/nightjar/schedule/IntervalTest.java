package dev.nightjar.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class IntervalTest {
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final long YEAR_2000 = 946_684_800L;
  private static final long YEAR_2040 = 2_208_988_800L;

  @Test
  void a_day_goes_from_midnight_to_midnight_in_its_zone() {
    Interval day = Interval.parse("2013-11-05", Grain.DAY, NEW_YORK);

    assertThat(day.start()).isEqualTo(Instant.parse("2013-11-05T05:00:00Z"));
    assertThat(day.end()).isEqualTo(Instant.parse("2013-11-06T05:00:00Z"));
    assertThat(day.id()).isEqualTo("2013-11-05");
  }

  @Test
  void days_on_which_the_clock_changes_have_23_and_25_hours() {
    assertThat(length("2013-03-10")).isEqualTo(Duration.ofHours(23));
    assertThat(length("2013-11-03")).isEqualTo(Duration.ofHours(25));
  }

  private static Duration length(String day) {
    Interval interval = Interval.parse(day, Grain.DAY, NEW_YORK);
    return Duration.between(interval.start(), interval.end());
  }

  @Test
  void an_hour_that_comes_twice_is_told_apart_by_its_offset() {
    assertThatThrownBy(() -> Interval.parse("2013-11-03T01", Grain.HOUR, NEW_YORK))
        .hasMessage(
            "'2013-11-03T01' comes twice in America/New_York; write 2013-11-03T01-0400 or"
                + " 2013-11-03T01-0500");
    Interval first = Interval.parse("2013-11-03T01-0400", Grain.HOUR, NEW_YORK);
    assertThat(first.next().id()).isEqualTo("2013-11-03T01-0500");
  }

  @Test
  void an_hour_that_the_clock_skips_does_not_exist() {
    assertThatThrownBy(() -> Interval.parse("2013-03-10T02", Grain.HOUR, NEW_YORK))
        .hasMessage("'2013-03-10T02' does not exist in America/New_York: the clock skips it");
  }

  @Test
  void an_offset_that_is_not_the_zones_is_refused() {
    assertThatThrownBy(() -> Interval.parse("2013-07-01T12-0500", Grain.HOUR, NEW_YORK))
        .hasMessage(
            "'2013-07-01T12-0500' has not the offset of America/New_York at that time; write"
                + " 2013-07-01T13-0400");
  }

  @Test
  void what_is_no_interval_is_told_with_an_example() {
    assertThatThrownBy(() -> Interval.parse("yesterday", Grain.DAY, NEW_YORK))
        .hasMessage("'yesterday' is not an interval of 1d; write one such as 2013-11-05");
  }

  @Test
  void hours_need_a_zone_whose_clock_moves_by_whole_hours() {
    assertThat(Interval.isPossible(Grain.HOUR, ZoneId.of("Australia/Lord_Howe"))).isFalse();
    assertThat(Interval.isPossible(Grain.DAY, ZoneId.of("Australia/Lord_Howe"))).isTrue();
    assertThat(Interval.isPossible(Grain.HOUR, NEW_YORK)).isTrue();
    assertThat(Interval.isPossible(Grain.HOUR, ZoneId.of("Asia/Kathmandu"))).isTrue();
  }

  @Test
  void a_range_holds_both_ends() {
    Interval from = Interval.parse("2013-11-01", Grain.DAY, NEW_YORK);
    List<Interval> all = from.to(Interval.parse("2013-12-31", Grain.DAY, NEW_YORK));

    assertThat(all).hasSize(61);
    assertThat(all.get(60).id()).isEqualTo("2013-12-31");
    assertThatThrownBy(() -> all.get(1).to(from))
        .hasMessageContaining("2013-11-01 lies before 2013-11-02");
  }

  @Test
  void variables_are_the_intervals_own_times() {
    assertThat(Interval.parse("2013-11-05", Grain.DAY, NEW_YORK).variables())
        .containsEntry("interval.date", "2013-11-05")
        .containsEntry("interval.start", "2013-11-05T05:00:00Z")
        .containsEntry("interval.end", "2013-11-06T05:00:00Z")
        .containsEntry("interval.id", "2013-11-05")
        .containsOnlyKeys(Interval.variableNames());
  }

  @Property
  void intervals_follow_each_other_without_gap_and_have_names_that_parse(
      @ForAll @LongRange(min = YEAR_2000, max = YEAR_2040) long second, @ForAll Grain grain) {
    Interval interval = Interval.containing(Instant.ofEpochSecond(second), grain, NEW_YORK);

    assertThat(interval.start()).isBeforeOrEqualTo(Instant.ofEpochSecond(second));
    assertThat(interval.end()).isAfter(Instant.ofEpochSecond(second));
    assertThat(interval.next().start()).isEqualTo(interval.end());
    assertThat(Interval.parse(interval.id(), grain, NEW_YORK)).isEqualTo(interval);
  }
}
