package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.data.DataType;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.Boundary;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import dev.nightjar.feature.Timeline.Entry;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ViewHistoryTest {
  private static final AsOfRange JUNE =
      new AsOfRange(Instant.parse("2025-06-01T00:00:00Z"), Instant.parse("2025-06-02T00:00:00Z"));

  private final SparkSession spark = TestSpark.session();

  private static FeatureView view(
      Availability availability, Optional<Duration> maxAge, String... tieBreaks) {
    return new FeatureView(
        "w",
        Optional.empty(),
        Map.of("k", "k"),
        Optional.of("ts"),
        availability,
        maxAge,
        Boundary.INCLUSIVE,
        List.of(tieBreaks),
        OnTie.REJECT,
        NullPolicy.LATEST_ROW,
        List.of(new Feature("v", "v", DataType.DOUBLE, new DefaultValue.None())));
  }

  private static Map<List<Object>, List<Entry<FeatureRow>>> all(
      ViewHistory history, Optional<Instant> after) {
    Map<List<Object>, List<Entry<FeatureRow>>> all = new HashMap<>();
    history
        .since(after)
        .forEachRemaining(
            of -> assertThat(all.put(of.key(), of.entries())).as("%s", of.key()).isNull());
    return all;
  }

  private static Entry<FeatureRow> entry(String from, String time, @Nullable Double value) {
    return new Entry<>(
        micros(from),
        new FeatureRow(micros(time), new @Nullable Object[0], new @Nullable Object[] {value}));
  }

  private static long micros(String time) {
    return Timestamps.micros(Instant.parse(time));
  }

  @Test
  void rows_come_by_key_in_the_order_in_which_they_became_visible() {
    Dataset<Row> table =
        spark.sql(
            """
            select * from values
              ('a', timestamp'2025-06-01 09:00:00Z', 1D), ('a', timestamp'2025-06-01 08:00:00Z', null),
              ('b', timestamp'2025-06-01 23:00:00Z', 2D), ('b', timestamp'2025-06-01 22:00:00Z', 3D),
              (null, timestamp'2025-06-01 09:00:00Z', 4D), ('c', null, 5D) as t(k, ts, v)
            """);
    FeatureView view = view(new Availability.After(Duration.ofHours(2)), Optional.empty());

    assertThat(all(new ViewHistory(view, table, Optional.of(JUNE)), Optional.empty()))
        .containsOnly(
            Map.entry(
                List.of("a"),
                List.of(
                    entry("2025-06-01T10:00:00Z", "2025-06-01T08:00:00Z", null),
                    entry("2025-06-01T11:00:00Z", "2025-06-01T09:00:00Z", 1.0))),
            Map.entry(
                List.of("b"), List.of(entry("2025-06-02T00:00:00Z", "2025-06-01T22:00:00Z", 3.0))));
  }

  @Test
  void what_was_given_before_is_not_given_again() {
    Dataset<Row> table =
        spark.sql(
            """
            select * from values
              ('a', timestamp'2025-06-01 09:00:00Z', 1D), ('a', timestamp'2025-06-01 10:00:00Z', 2D)
              as t(k, ts, v)
            """);
    ViewHistory history =
        new ViewHistory(
            view(new Availability.AtEventTime(), Optional.empty()), table, Optional.of(JUNE));

    assertThat(all(history, Optional.of(Instant.parse("2025-06-01T09:00:00Z"))))
        .containsOnly(
            Map.entry(
                List.of("a"), List.of(entry("2025-06-01T10:00:00Z", "2025-06-01T10:00:00Z", 2.0))));
  }

  @Test
  void rows_that_are_too_old_for_all_times_come_as_one_without_values() {
    Dataset<Row> table =
        spark.sql(
            """
            select * from values
              ('a', timestamp'2025-05-01 09:00:00Z', 1D), ('a', timestamp'2025-05-02 09:00:00Z', 2D)
              as t(k, ts, v)
            """);
    FeatureView view = view(new Availability.AtEventTime(), Optional.of(Duration.ofDays(1)));

    assertThat(all(new ViewHistory(view, table, Optional.of(JUNE)), Optional.empty()))
        .containsOnly(
            Map.entry(List.of("a"), List.of(new Entry<>(micros("2025-05-01T09:00:00Z"), null))));
  }

  @Test
  void keys_and_tie_breaks_of_all_types_are_plain_values() {
    Dataset<Row> table =
        spark.sql(
            """
            select timestamp'2025-06-01 09:00:00Z' ts, 1D v, cast(7 as smallint) k1, 'x' k2,
              date'2025-06-03' k3, timestamp'2025-06-01 01:00:00Z' k4, 1.50BD k5, true k6,
              2.50BD b1, date'1970-01-03' b2, cast(3 as tinyint) b3, 1.5F b4
            """);
    FeatureView view =
        view(new Availability.AtEventTime(), Optional.empty(), "b1", "b2", "b3", "b4");
    Map<String, String> keys = new java.util.LinkedHashMap<>();
    List.of("k1", "k2", "k3", "k4", "k5", "k6").forEach(name -> keys.put(name, name));
    FeatureView compound =
        new FeatureView(
            "w",
            Optional.empty(),
            keys,
            view.eventTime(),
            view.availability(),
            view.maxAge(),
            view.boundary(),
            view.tieBreak(),
            view.onTie(),
            view.nulls(),
            view.features());

    List<ViewHistory.OfKey> found = new ArrayList<>();
    new ViewHistory(compound, table, Optional.of(JUNE))
        .since(Optional.empty())
        .forEachRemaining(found::add);

    assertThat(found)
        .containsExactly(
            new ViewHistory.OfKey(
                List.of(
                    7L,
                    "x",
                    LocalDate.of(2025, 6, 3),
                    Instant.parse("2025-06-01T01:00:00Z"),
                    new BigDecimal("1.50"),
                    true),
                List.of(
                    new Entry<>(
                        micros("2025-06-01T09:00:00Z"),
                        new FeatureRow(
                            micros("2025-06-01T09:00:00Z"),
                            new @Nullable Object[] {new BigDecimal("2.50"), 2, 3, 1.5f},
                            new @Nullable Object[] {1.0})))));
  }

  @Test
  void what_cannot_be_read_is_said_all_at_once() {
    Dataset<Row> table = spark.sql("select 1D k, 'x' ts, 1D w");

    assertThatThrownBy(
            () ->
                new ViewHistory(
                    view(new Availability.AtEventTime(), Optional.empty()),
                    table,
                    Optional.of(JUNE)))
        .isInstanceOf(TableException.class)
        .hasMessageContainingAll("'k'", "'ts'", "'v'");
  }
}
