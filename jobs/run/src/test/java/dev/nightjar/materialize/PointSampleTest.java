package dev.nightjar.materialize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.Timeline.Entry;
import dev.nightjar.feature.spark.JoinProbe.Point;
import dev.nightjar.feature.spark.ViewHistory.OfKey;
import dev.nightjar.store.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PointSampleTest {
  /** Of at most 300 µs. */
  private static final FeatureView AGING = view(Optional.of("t"), Optional.of(300));

  private static final Window HOLDS = new Window(1_000, 9_000);

  private static FeatureView view(Optional<String> eventTime, Optional<Integer> maxAge) {
    return new FeatureView(
        "v",
        Optional.empty(),
        Map.of("k", "k"),
        eventTime,
        new Availability.AtEventTime(),
        maxAge.map(micros -> Duration.ofNanos(micros * 1_000L)),
        FeatureView.Boundary.INCLUSIVE,
        List.of(),
        FeatureView.OnTie.REJECT,
        FeatureView.NullPolicy.LATEST_ROW,
        List.of(new Feature("x", "x", DataType.DOUBLE, new DefaultValue.None())));
  }

  private static OfKey key(String name, long... eventTimes) {
    List<Entry<FeatureRow>> entries = new ArrayList<>();
    for (long time : eventTimes) {
      // Visible 50 µs later.
      entries.add(new Entry<>(time + 50, new FeatureRow(time, new Object[0], new Object[] {1.0})));
    }
    return new OfKey(List.of(name), entries);
  }

  private static List<Long> timesOf(List<Point> points, String key) {
    return points.stream().filter(p -> p.key().equals(List.of(key))).map(Point::asOf).toList();
  }

  @Test
  void a_key_is_asked_around_the_moments_at_which_rows_become_visible_and_too_old() {
    PointSample sample = new PointSample(AGING, HOLDS, 60, 1);

    List<Point> points = sample.of(List.of(key("a", 2_000, 4_000), key("b")));

    assertThat(points).hasSize(60);
    assertThat(timesOf(points, "a"))
        .hasSize(30)
        .isSorted()
        .contains(2_049L, 2_050L, 2_051L, 2_299L, 2_300L, 2_301L)
        .contains(4_049L, 4_050L, 4_051L, 4_299L, 4_300L, 4_301L)
        .allSatisfy(time -> assertThat(time).isBetween(1_000L, 9_000L));
    assertThat(timesOf(points, "b")).hasSize(30).isSorted();
  }

  @Test
  void a_third_of_the_times_lies_anywhere_even_if_changes_abound() {
    long[] many = new long[100];
    for (int i = 0; i < many.length; i++) {
      many[i] = 2_000 + 10L * i; // all changes lie before 3 400
    }

    List<Point> points = new PointSample(AGING, HOLDS, 30, 1).of(List.of(key("a", many)));

    assertThat(points).hasSize(30);
    assertThat(timesOf(points, "a").stream().filter(time -> time > 3_400)).isNotEmpty();
  }

  @Test
  void changes_outside_of_what_the_store_holds_are_not_asked() {
    List<Point> points =
        new PointSample(AGING, HOLDS, 12, 1).of(List.of(key("a", 950, 8_950, 20_000)));

    // 950 + 50 is the first time that the store holds, 8 950 + 50 the last.
    assertThat(timesOf(points, "a")).contains(1_000L, 1_001L, 8_999L, 9_000L);
    assertThat(timesOf(points, "a")).allSatisfy(time -> assertThat(time).isBetween(1_000L, 9_000L));
  }

  @Test
  void the_seed_decides_what_is_asked() {
    List<OfKey> keys = List.of(key("a", 2_000, 4_000), key("b", 5_000));

    List<Point> points = new PointSample(AGING, HOLDS, 30, 1).of(keys);

    assertThat(new PointSample(AGING, HOLDS, 30, 1).of(keys)).isEqualTo(points);
    assertThat(new PointSample(AGING, HOLDS, 30, 2).of(keys)).isNotEqualTo(points);
  }

  @Test
  void there_are_never_more_points_than_were_asked_for() {
    List<OfKey> keys = List.of(key("a", 2_000), key("b", 5_000), key("c"));
    FeatureView constant = view(Optional.empty(), Optional.empty());

    assertThat(new PointSample(AGING, HOLDS, 2, 1).of(keys)).hasSize(2);
    assertThat(new PointSample(AGING, HOLDS, 2, 1).keys()).isEqualTo(1);
    assertThat(new PointSample(constant, new Window(0, 0), 2, 1).of(keys)).hasSize(2);
    assertThat(new PointSample(constant, new Window(0, 0), 8, 1).keys()).isEqualTo(6);
    assertThat(new PointSample(constant, new Window(0, 0), 8, 1).keysOfTheStore()).isEqualTo(2);
    assertThat(new PointSample(constant, new Window(0, 0), 8, 1).of(keys))
        .containsExactly(
            new Point(List.of("a"), 0), new Point(List.of("b"), 0), new Point(List.of("c"), 0));
  }

  @Test
  void one_moment_alone_can_be_asked_once_a_key() {
    assertThat(new PointSample(AGING, new Window(7, 7), 20, 1).of(List.of(key("a", 2_000))))
        .containsExactly(new Point(List.of("a"), 7));
  }
}
