package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue.None;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.spark.ViewStatistics.OfFeature;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class ViewStatisticsTest {
  private static final Instant NOW = Instant.parse("2025-06-01T12:00:00Z");

  private final SparkSession spark = TestSpark.session();

  private final Dataset<Row> table =
      spark.sql(
          """
          select * from values
            ('a', timestamp'2025-06-01 09:00:00Z', timestamp'2025-06-01 09:10:00Z', 1D, 'x'),
            ('a', timestamp'2025-06-01 11:30:00Z', timestamp'2025-06-01 12:30:00Z', 2D, 'x'),
            ('b', timestamp'2025-06-01 11:00:00Z', timestamp'2025-06-01 11:10:00Z', double('NaN'), 'y'),
            ('b', timestamp'2025-06-01 11:20:00Z', null, null, null),
            (null, timestamp'2025-06-01 11:00:00Z', timestamp'2025-06-01 11:10:00Z', 5D, 'z'),
            ('c', null, timestamp'2025-06-01 11:10:00Z', 6D, null) as t(k, ts, av, v, s)
          """);

  private static FeatureView view() {
    return PointInTimeJoinTest.view(
            "w",
            Optional.of(Duration.ofHours(2)),
            new Feature("v", "v", DataType.DOUBLE, new None()),
            new Feature("s", "s", DataType.STRING, new None()))
        .withAvailability(new Availability.AtColumn("av"));
  }

  @Test
  void rows_keys_freshness_and_features_are_counted_as_of_a_moment() {
    ViewStatistics found = ViewStatistics.of(view(), table, NOW);

    assertThat(found.rows()).isEqualTo(6);
    assertThat(found.withoutKey()).isEqualTo(1);
    assertThat(found.withoutTime()).isEqualTo(2);
    assertThat(found.future()).isEqualTo(1);
    // Seen at noon: of a the row of 09:00, which is too old by then, and of b that of 11:00.
    assertThat(found.keys()).isEqualTo(2);
    assertThat(found.staleKeys()).isEqualTo(1);
    assertThat(found.first()).contains(Instant.parse("2025-06-01T09:00:00Z"));
    assertThat(found.newest()).contains(Instant.parse("2025-06-01T11:00:00Z"));
    assertThat(found.features())
        .containsExactly(
            // Spark takes NaN for one more value.
            new OfFeature("v", 1, 1, 5, "1.0", "6.0", OptionalDouble.of(14.0 / 4)),
            new OfFeature("s", 2, 0, 3, "x", "z", OptionalDouble.empty()));
  }

  @Test
  void a_static_view_has_keys_and_no_times_and_an_empty_table_has_nothing() {
    FeatureView fixed =
        PointInTimeJoinTest.staticView("w", new Feature("v", "v", DataType.DOUBLE, new None()));

    ViewStatistics found = ViewStatistics.of(fixed, table, NOW);
    ViewStatistics none = ViewStatistics.of(view(), table.filter("false"), NOW);

    assertThat(found.keys()).isEqualTo(3);
    assertThat(found.newest()).isEmpty();
    assertThat(found.withoutTime() + found.future() + found.staleKeys()).isZero();
    assertThat(none.rows() + none.keys()).isZero();
    assertThat(none.newest()).isEmpty();
    assertThat(none.features().get(0))
        .isEqualTo(new OfFeature("v", 0, 0, 0, null, null, OptionalDouble.empty()));
  }

  @Test
  void a_column_that_is_not_there_is_told_as_by_the_join() {
    assertThatThrownBy(() -> ViewStatistics.of(view(), table.drop("s"), NOW))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("the table of view 'w' has no column 's' (feature 's')");
  }

  @Test
  void rows_that_stand_against_each_other_are_found_with_key_and_time() {
    Dataset<Row> tied =
        spark.sql(
            """
            select * from values
              ('a', timestamp'2025-06-01 09:00:00Z', null, 1D, 'x'),
              ('a', timestamp'2025-06-01 09:00:00Z', null, 2D, 'x'),
              ('b', timestamp'2025-06-01 09:00:00Z', null, 3D, null),
              ('b', timestamp'2025-06-01 09:00:00Z', null, 3D, null),
              ('c', timestamp'2025-06-01 09:00:00Z', null, 4D, null),
              ('c', timestamp'2025-06-01 09:00:00Z', null, 4D, 'y'),
              (null, timestamp'2025-06-01 09:00:00Z', null, 4D, 'y'),
              (null, timestamp'2025-06-01 09:00:00Z', null, 5D, 'y') as t(k, ts, av, v, s)
            """);
    FeatureView lastKnown =
        new FeatureView(
            "w",
            view().source(),
            view().keys(),
            view().eventTime(),
            view().availability(),
            view().maxAge(),
            view().boundary(),
            view().tieBreak(),
            view().onTie(),
            FeatureView.NullPolicy.LAST_KNOWN,
            view().features());

    TiedRows found = TiedRows.in(view(), tied, 1);

    // Equal rows are no tie; a null is a value of a row.
    assertThat(found.groups()).isEqualTo(2);
    assertThat(found.examples()).containsExactly("{\"k\":\"a\"} at 2025-06-01T09:00:00Z: 2 rows");
    // Column by column a null hides nothing.
    assertThat(TiedRows.in(lastKnown, tied, 9).groups()).isEqualTo(1);
    assertThat(TiedRows.in(view(), table, 9).groups()).isZero();
  }
}
