package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue.None;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.Boundary;
import dev.nightjar.feature.spark.PointInTimeAudit.Finding;
import dev.nightjar.feature.spark.PointInTimeAudit.OfDelay;
import dev.nightjar.feature.spark.PointInTimeAudit.OfView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class PointInTimeAuditTest {
  private final SparkSession spark = TestSpark.session();

  private final Dataset<Row> rows =
      spark.sql(
          """
          select * from values
            (1, 'a', timestamp'2025-06-01 10:00:00Z'), (2, 'a', timestamp'2025-06-01 11:30:00Z'),
            (3, 'b', timestamp'2025-06-01 10:00:00Z'), (4, null, timestamp'2025-06-01 10:00:00Z'),
            (5, 'a', null) as t(id, k, at)
          """);

  /** Arrivals: an hour after each event, and of the last one a minute before row 2 asks. */
  private final Dataset<Row> table =
      spark.sql(
          """
          select * from values
            ('a', timestamp'2025-06-01 08:00:00Z', timestamp'2025-06-01 09:00:00Z', 1D),
            ('a', timestamp'2025-06-01 09:30:00Z', timestamp'2025-06-01 10:30:00Z', 2D),
            ('a', timestamp'2025-06-01 10:30:00Z', timestamp'2025-06-01 11:29:00Z', 3D)
            as t(k, ts, av, v)
          """);

  private static FeatureView view(Availability availability, Duration maxAge) {
    return PointInTimeJoinTest.view(
            "w", Optional.of(maxAge), new Feature("v", "v", DataType.DOUBLE, new None()))
        .withAvailability(availability);
  }

  private List<OfView> audit(FeatureView view, Duration... delays) {
    return new PointInTimeAudit(List.of(view), of -> table, Map.of())
        .of(rows, List.of("id"), "at", List.of(delays));
  }

  @Test
  void a_sound_join_is_proven_and_rows_that_ask_nothing_are_left_out() {
    OfView found = audit(view(new Availability.AtColumn("av"), Duration.ofHours(5))).get(0);

    assertThat(found.view()).isEqualTo("w");
    assertThat(found.rows()).isEqualTo(3);
    assertThat(found.answered()).isEqualTo(2);
    assertThat(found.newer()).isEmpty();
    assertThat(found.other()).isEmpty();
    // Row 2 asks at 11:30 and gets what happened at 10:30.
    assertThat(found.nearest()).contains(Duration.ofHours(1));
  }

  @Test
  void a_later_arrival_tells_which_values_would_have_been_others() {
    OfView found =
        audit(
                view(new Availability.AtColumn("av"), Duration.ofMinutes(150)),
                Duration.ofMinutes(2),
                Duration.ofHours(3))
            .get(0);

    // By two minutes row 2 falls back to the value of 09:30; by three hours nothing has come.
    assertThat(found.delays())
        .containsExactly(
            new OfDelay(Duration.ofMinutes(2), 1, 0, Map.of("v", 1L)),
            new OfDelay(Duration.ofHours(3), 2, 2, Map.of("v", 2L)));
    FeatureView after = view(new Availability.After(Duration.ofHours(1)), Duration.ofHours(5));
    assertThat(audit(after, Duration.ofHours(1)).get(0).delays())
        .containsExactly(new OfDelay(Duration.ofHours(1), 1, 0, Map.of("v", 1L)));
  }

  @Test
  void a_join_that_forgets_when_values_arrived_is_found_out_with_row_and_times() {
    FeatureView view = view(new Availability.After(Duration.ofHours(1)), Duration.ofHours(5));

    OfView found =
        new PointInTimeAudit(
                List.of(view),
                of -> table,
                (of, its) ->
                    PointInTimeJoin.of(
                        List.of(of.withAvailability(new Availability.AtEventTime())), any -> its))
            .of(rows, List.of("id"), "at", List.of())
            .get(0);

    Finding first =
        new Finding(
            "{\"id\":1}",
            Instant.parse("2025-06-01T10:00:00Z"),
            Instant.parse("2025-06-01T09:30:00Z"),
            Instant.parse("2025-06-01T08:00:00Z"));
    assertThat(found.newer()).containsExactly(first);
    assertThat(found.other()).containsExactly(first);
  }

  @Test
  void a_join_that_answers_by_an_old_row_is_found_out_though_nothing_is_too_new() {
    FeatureView view = view(new Availability.AtEventTime(), Duration.ofHours(5));

    OfView found =
        new PointInTimeAudit(
                List.of(view),
                of -> table,
                (of, its) -> PointInTimeJoin.of(List.of(of), any -> its.filter("v < 3")))
            .of(rows, List.of("id"), "at", List.of())
            .get(0);

    assertThat(found.newer()).isEmpty();
    assertThat(found.other())
        .containsExactly(
            new Finding(
                "{\"id\":2}",
                Instant.parse("2025-06-01T11:30:00Z"),
                Instant.parse("2025-06-01T09:30:00Z"),
                Instant.parse("2025-06-01T10:30:00Z")));
  }

  @Test
  void a_row_of_the_very_as_of_time_is_too_new_for_a_strict_view() {
    FeatureView inclusive = view(new Availability.AtEventTime(), Duration.ofHours(5));
    FeatureView strict =
        new FeatureView(
            "w",
            inclusive.source(),
            inclusive.keys(),
            inclusive.eventTime(),
            inclusive.availability(),
            inclusive.maxAge(),
            Boundary.STRICT,
            inclusive.tieBreak(),
            inclusive.onTie(),
            inclusive.nulls(),
            inclusive.features());
    Dataset<Row> asking = spark.sql("select 1 id, 'a' k, timestamp'2025-06-01 10:30:00Z' at");

    OfView found =
        new PointInTimeAudit(
                List.of(strict),
                of -> table,
                (of, its) ->
                    PointInTimeJoin.of(List.of(inclusive.withFeatures(of.features())), any -> its))
            .of(asking, List.of("id"), "at", List.of())
            .get(0);

    assertThat(found.newer()).hasSize(1);
    assertThat(found.other()).hasSize(1);
    assertThat(
            new PointInTimeAudit(List.of(strict), of -> table, Map.of())
                .of(asking, List.of("id"), "at", List.of())
                .get(0)
                .other())
        .isEmpty();
  }
}
