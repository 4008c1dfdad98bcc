package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.registry.Registry;
import dev.nightjar.result.ResultException;
import dev.nightjar.run.RowExplanation.Change;
import dev.nightjar.run.RowExplanation.Computed;
import dev.nightjar.run.RowExplanation.OfRow;
import dev.nightjar.run.RowExplanation.OfView;
import dev.nightjar.run.RowExplanation.Published;
import dev.nightjar.storage.LocalStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By the rows of {@link TestProject}, computed by hand. */
class ExplainRowTest {
  private static final String INPUT = "data/readings.csv";

  @TempDir Path folder;

  @Test
  void a_row_is_told_at_every_stage_and_is_what_was_published() {
    TestProject project = TestProject.in(folder);
    project.run();

    RowExplanation told = explain(project, "id=1");

    assertThat(told.key()).isEqualTo(Map.of("id", "1"));
    assertThat(told.isAsPublished()).isTrue();
    assertThat(told.notes()).isEmpty();
    assertThat(told.changes()).isEmpty();
    assertThat(told.by().label()).startsWith("readings 1 (");
    assertThat(told.rows()).hasSize(1);
    Computed row = computed(told, 0);
    assertThat(row.input())
        .containsEntry("id", "1")
        .containsEntry("x", "10")
        .containsEntry("station", "a")
        .containsEntry("at", Instant.parse("2024-03-05T08:00:00Z"));
    assertThat(row.asOf()).isEqualTo(Instant.parse("2024-03-05T08:00:00Z"));
    assertThat(row.views())
        .containsExactly(
            new OfView(
                "weather",
                "matched",
                "a row answered",
                Instant.parse("2024-03-05T06:00:00Z"),
                Instant.parse("2024-03-05T06:00:00Z"),
                Duration.ofHours(2),
                Map.of("temp", 10.0),
                List.of()));
    assertThat(row.joined())
        .containsExactlyInAnyOrderEntriesOf(Map.of("x", "10", "colour", "red", "temp", 10.0));
    assertThat(row.transformed().values()).containsExactly(10.0, 1.0, 0.0, 10.0);
    assertThat(row.normalized().values()).containsExactly(10f, 1f, 0f, 10f);
    assertThat(row.normalized().keySet()).containsAll(row.transformed().keySet()).contains("temp");
    float score = (float) TestProject.score(10, true, 10);
    assertThat(row.activations().get(0)).isCloseTo(score, within(1e-6f));
    assertThat((Float) row.outputs().get("alarm")).isCloseTo(score, within(1e-6f));
    assertThat(row.decisions().get(0))
        .startsWith("alarm_label is true: alarm 0.62")
        .endsWith(" is at or above the threshold 0.5");
    assertThat(row.outcome()).isEqualTo(Outcome.SCORED);
    Published published = Objects.requireNonNull(told.rows().get(0).published());
    assertThat(published.outputs()).isEqualTo(row.outputs());
    assertThat(published.run()).isEqualTo("readings/2024-03-05/1");
    assertThat(published.bundle()).isEqualTo(told.by().bundle());
  }

  @Test
  @Tag("soak")
  void what_was_put_in_for_a_row_is_told_with_the_reason() {
    TestProject project = TestProject.withoutBundle(folder);
    project.replace(
        INPUT,
        "7,2024-03-06",
        """
        9,2024-03-05T02:00:00Z,10,red,b
        10,2024-03-05T23:00:00Z,10,red,a
        11,2024-03-05T10:00:00Z,10,red,
        7,2024-03-06""");
    project.replace(
        "conf/views/weather.yaml", "event-time: hour", "event-time: hour\navailable-after: 20m");
    project.replace("conf/jobs/readings.yaml", "bundles/readings", "packed");
    project.writeBundle("packed", "1");
    project.run();

    Computed absent = computed(explain(project, "5"), 0);
    assertThat(view(absent).standing()).isEqualTo("no-row");
    assertThat(view(absent).defaults()).containsExactly("temp");
    assertThat(view(absent).eventTime()).isNull();
    assertThat(absent.flags())
        .isEqualTo(
            Map.of(
                "no-row:weather",
                "no row of its key was visible at the as-of time; defaults of the view stand in:"
                    + " temp 11.5"));

    Computed imputed = computed(explain(project, "9"), 0);
    assertThat(view(imputed).standing()).isEqualTo("matched");
    assertThat(view(imputed).available()).isEqualTo(Instant.parse("2024-03-05T01:20:00Z"));
    assertThat(view(imputed).age()).isEqualTo(Duration.ofHours(1));
    assertThat(imputed.flags())
        .isEqualTo(
            Map.of(
                "imputed:temp",
                "the row of the view weather that answered has null; its default stands in: 11.5"));

    assertThat(computed(explain(project, "10"), 0).flags().get("stale:weather"))
        .startsWith("the visible rows of its key are older than 4h; ");
    assertThat(view(computed(explain(project, "11"), 0)).why())
        .isEqualTo("its 'station' is null, which matches nothing");

    Computed filtered = computed(explain(project, "4"), 0);
    assertThat(filtered.outcome()).isEqualTo(Outcome.FILTERED);
    assertThat(filtered.outputs()).isEmpty();
    Computed rejected = computed(explain(project, "6"), 0);
    assertThat(rejected.rejection())
        .contains(new Rejection(Stage.CONTRACT, "x", "'-5.0' is outside the range [0.0, 100.0]"));
    assertThat(rejected.transformed()).isEmpty();
  }

  @Test
  void a_row_that_comes_out_otherwise_says_where_and_what_has_changed_since() {
    TestProject project = TestProject.in(folder);
    project.replace(INPUT, "3,2024", "1,2024-03-05T08:00:00Z,50,red,a\n3,2024");
    project.run();
    RowExplanation both = explain(project, "1");
    assertThat(both.rows()).hasSize(2);
    assertThat(both.isAsPublished()).isTrue();

    project.replace(INPUT, "1,2024-03-05T08:00:00Z,10", "1,2024-03-05T08:00:00Z,20");
    RowExplanation told = explain(project, "1");

    assertThat(told.isAsPublished()).isFalse();
    assertThat(told.rows().stream().filter(row -> row.difference().isPresent())).hasSize(1);
    assertThat(told.rows().get(0).difference().orElseThrow())
        .startsWith("alarm differs at post: published 0.62")
        .contains("computed now 0.64");
    assertThat(told.changes()).extracting(Change::what).containsExactly("input listing");

    project.replace(INPUT, "2,2024-03-05T10:00:00Z,20,green,a\n", "");
    OfRow gone = explain(project, "2").rows().get(0);
    assertThat(gone.computed()).isNull();
    assertThat(gone.difference()).contains("the result has the row and the input has it no more");
    project.replace(INPUT, "4,2024", "40,2024-03-05T12:00:00Z,1,red,a\n4,2024");
    OfRow added = explain(project, "40").rows().get(0);
    assertThat(added.published()).isNull();
    assertThat(added.difference()).contains("the input has the row and the result has it not");
  }

  @Test
  @Tag("soak")
  void the_bundle_that_has_scored_the_row_is_taken_from_the_registry() {
    TestProject project = TestProject.withoutBundle(folder);
    Bundle first = project.writeBundle("packed/1", "1");
    Bundle second = project.writeBundle("packed/2", "2");
    Registry registry = Registry.at(new LocalStorage(folder.resolve("models")));
    registry.admit(first.files(), "ann");
    project.replace("conf/jobs/readings.yaml", "bundles/readings", "packed/1");
    project.run();

    project.replace("conf/jobs/readings.yaml", "packed/1", "packed/2");
    RowExplanation told = explain(project, "1");
    assertThat(told.isAsPublished()).isTrue();
    assertThat(told.by().bundle()).isEqualTo(first.digest());
    assertThat(told.notes())
        .containsExactly(
            "'packed/2' is "
                + second.label()
                + " by now; the rows were scored by readings:1 ("
                + first.digest().substring(0, 12)
                + "), which is taken from the registry");
    assertThat(told.changes()).extracting(Change::what).containsExactly("configuration");

    project.write("conf/project.yaml", "registry: elsewhere\n");
    RowExplanation other = explain(project, "1");
    assertThat(other.by().bundle()).isEqualTo(second.digest());
    assertThat(other.notes().get(0)).contains("which is neither there nor in the registry");
    assertThat(other.changes()).extracting(Change::what).containsExactly("bundle", "configuration");
    assertThat(other.isAsPublished()).isTrue(); // another version of the same network
  }

  @Test
  @Tag("soak")
  void a_key_that_no_row_has_is_told_with_what_is_near() {
    TestProject project = TestProject.in(folder);
    assertThatThrownBy(() -> explain(project, "1"))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("interval '2024-03-05' is not published")
        .hasMessageEndingWith("ask 'nightjar runs' what became of its runs");
    project.run();

    assertAbsent(
        project, "7", "; the input has it at 2024-03-06T08:00:00Z, which belongs to 2024-03-06");
    assertAbsent(
        project, "8", "; the input has it, but its 'at' is null, so it belongs to no interval");
    assertAbsent(project, "33", "; nearest are '3' and '1' and '2'");
    assertAbsent(project, "no such", "");
  }

  @Test
  @Tag("soak")
  void a_key_of_several_columns_names_the_one_row_that_has_all_of_them() {
    TestProject project = TestProject.in(folder);
    project.replace(INPUT, "3,2024", "1,2024-03-05T08:30:00Z,50,red,b\n3,2024");
    project.replace("conf/jobs/readings.yaml", "key: [id]", "key: [id, station]");
    project.replace("conf/jobs/readings.yaml", "  pass-through: [station]\n", "");
    project.run();

    RowExplanation ordered = explain(project, "1,b");
    assertThat(ordered.key()).isEqualTo(Map.of("id", "1", "station", "b"));
    assertThat(ordered.rows()).hasSize(1);
    assertThat(computed(ordered, 0).input()).containsEntry("x", "50");
    assertThat(ordered.isAsPublished()).isTrue();
    RowExplanation named = explain(project, "station=a,id=1");
    assertThat(computed(named, 0).input()).containsEntry("x", "10");
    assertThatThrownBy(() -> explain(project, "1"))
        .isInstanceOf(PreflightException.class)
        .hasMessage(
            "the key '1' has not one value for each of the job's key columns, id, station; write"
                + " their values in that order with commas between them, or id=…,station=…");
    assertThatThrownBy(() -> explain(project, "2,b"))
        .hasMessageContaining("has a row with the key id=2, station=b");
  }

  private static void assertAbsent(TestProject project, String key, String rest) {
    assertThatThrownBy(() -> explain(project, key))
        .isInstanceOf(PreflightException.class)
        .hasMessage(
            "neither the input nor the result of 2024-03-05 has a row with the key id="
                + key
                + rest);
  }

  private static OfView view(Computed row) {
    return row.views().get(0);
  }

  private static Computed computed(RowExplanation told, int row) {
    assertThat(told.rows().get(row).difference()).isEqualTo(Optional.empty());
    return Objects.requireNonNull(told.rows().get(row).computed());
  }

  private static RowExplanation explain(TestProject project, String key) {
    return new JobRunner(TestProject.spark(), TestProject.CLOCK, RunListener.NONE)
        .explain(project.job(), project.interval(), key);
  }
}
