package dev.nightjar.store;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.Aggregation;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import dev.nightjar.feature.Timeline.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Views and rows for tests. */
final class Views {
  private Views() {}

  /** By station, with two features. */
  static FeatureView weather(Optional<Duration> maxAge, OnTie onTie, NullPolicy nulls) {
    return view("weather", Optional.of("time"), maxAge, onTie, nulls);
  }

  static FeatureView weather() {
    return weather(Optional.empty(), OnTie.REJECT, NullPolicy.LATEST_ROW);
  }

  static FeatureView stations() {
    return view(
        "stations", Optional.empty(), Optional.empty(), OnTie.REJECT, NullPolicy.LATEST_ROW);
  }

  private static FeatureView view(
      String name,
      Optional<String> eventTime,
      Optional<Duration> maxAge,
      OnTie onTie,
      NullPolicy nulls) {
    return new FeatureView(
        name,
        Optional.empty(),
        Map.of("station", "station"),
        eventTime,
        new Availability.AtEventTime(),
        maxAge,
        FeatureView.Boundary.INCLUSIVE,
        eventTime.isPresent() ? List.of("sensor") : List.of(),
        onTie,
        nulls,
        List.of(feature("temp", DataType.DOUBLE), feature("sky", DataType.STRING)));
  }

  /** By station, the rows of the last while: a windowed view. */
  static FeatureView counts() {
    return new FeatureView(
        "counts",
        Optional.empty(),
        Map.of("station", "station"),
        Optional.of("time"),
        new Availability.AtEventTime(),
        Optional.empty(),
        FeatureView.Boundary.INCLUSIVE,
        List.of(),
        OnTie.REJECT,
        NullPolicy.LATEST_ROW,
        List.of(
            new Feature(
                "count",
                "",
                DataType.LONG,
                Optional.of(new Aggregation(Aggregation.Function.COUNT, Duration.ofHours(1))),
                new DefaultValue.None())));
  }

  /** How many rows are in the window from a time on. */
  static Entry<FeatureRow> counted(long from, long count) {
    return new Entry<>(
        from, new FeatureRow(from, new @Nullable Object[0], new @Nullable Object[] {count}));
  }

  private static Feature feature(String name, DataType type) {
    return new Feature(name, name, type, new DefaultValue.None());
  }

  /** A row of the weather that is visible at its event time. */
  static Entry<FeatureRow> seen(
      long time, int sensor, @Nullable Double temp, @Nullable String sky) {
    return seen(time, time, sensor, temp, sky);
  }

  /** A row of the weather that became visible later. */
  static Entry<FeatureRow> seen(
      long from, long time, int sensor, @Nullable Double temp, @Nullable String sky) {
    return new Entry<>(
        from,
        new FeatureRow(time, new @Nullable Object[] {sensor}, new @Nullable Object[] {temp, sky}));
  }

  /** A row of the weather without the sky, visible at its event time. */
  static Entry<FeatureRow> withTemp(long time, double temp) {
    return new Entry<>(
        time, new FeatureRow(time, new @Nullable Object[] {1}, new @Nullable Object[] {temp}));
  }

  /** A row of the stations. */
  static Entry<FeatureRow> station(@Nullable Double temp, @Nullable String sky) {
    return new Entry<>(
        0, new FeatureRow(0, new @Nullable Object[0], new @Nullable Object[] {temp, sky}));
  }

  /** These rows as a list. */
  @SafeVarargs
  static List<Entry<FeatureRow>> rows(Entry<FeatureRow>... rows) {
    List<Entry<FeatureRow>> list = new ArrayList<>();
    for (Entry<FeatureRow> row : rows) {
      list.add(row);
    }
    return list;
  }
}
