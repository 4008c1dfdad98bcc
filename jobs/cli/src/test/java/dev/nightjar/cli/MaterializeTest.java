package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.Environment;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureLookUp;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.JoinedBatch;
import dev.nightjar.job.Project;
import dev.nightjar.run.TestProject;
import dev.nightjar.store.EmbeddedStore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code nightjar features materialize}, and what a look-up finds afterwards. */
@ExtendWith(SharedSpark.class)
class MaterializeTest {
  private static final double DEFAULT = 11.5;

  @TempDir Path folder;
  private final Shell shell = new Shell();
  private TestProject project;

  @BeforeEach
  void write() {
    project = TestProject.withoutBundle(folder);
  }

  @Test
  void the_newest_values_are_stored_and_each_time_goes_on_where_the_last_has_ended() {
    assertThat(materialize("--to", "2024-03-05T08:00:00Z").out())
        .contains(
            "weather: 3 rows of 2 keys stored; the store is filled until 2024-03-05T08:00:00Z");
    assertThat(temp("a", "2024-03-05T08:30:00Z")).isEqualTo("10.0 []");
    // The newest value of b is 20.0; its null of one o'clock is hidden.
    assertThat(temp("b", "2024-03-05T08:30:00Z")).isEqualTo("20.0 []");

    assertThat(materialize("--to", "2024-03-05T12:00:00Z").out())
        .contains("weather: 1 rows of 1 keys stored");
    assertThat(temp("a", "2024-03-05T12:30:00Z")).isEqualTo("12.0 []");
    assertThat(materialize("--to", "2024-03-05T12:00:00Z").out())
        .contains("weather: 0 rows of 0 keys stored");

    assertThat(temp("a", "2024-03-05T13:00:00.000001Z")).isEqualTo("11.5 [stale:weather]");
    assertThat(temp("z", "2024-03-05T12:30:00Z")).isEqualTo("11.5 [no-row:weather]");
    assertThat(temp("a", "2024-03-05T08:30:00Z")).isEqualTo("null [unknown:weather]");
  }

  @Test
  void a_history_answers_for_every_time_since_it_was_begun() {
    assertThat(
            materialize("--history", "--from=2024-03-05T06:30:00Z", "--to=2024-03-05T12:00:00Z")
                .out())
        .contains(
            "the store answers from 2024-03-05T06:30:00Z on, and is filled until"
                + " 2024-03-05T12:00:00Z");

    assertThat(temp("a", "2024-03-05T06:30:00Z")).isEqualTo("10.0 []");
    assertThat(temp("a", "2024-03-05T08:59:59Z")).isEqualTo("10.0 []");
    assertThat(temp("a", "2024-03-05T09:00:00Z")).isEqualTo("12.0 []");
    assertThat(temp("b", "2024-03-05T07:59:59Z")).isEqualTo("11.5 [stale:weather]");
    assertThat(temp("a", "2024-03-05T06:29:59Z")).isEqualTo("null [unknown:weather]");
  }

  @Test
  void a_row_that_comes_late_is_stored_when_its_span_is_read_again_and_hides_nothing_newer() {
    materialize("--to=2024-03-05T12:00:00Z");
    project.replace(
        "data/weather.csv", "a,2024-03-05T09", "c,2024-03-05T10:00:00Z,7.0\na,2024-03-05T09");
    project.replace(
        "data/weather.csv", "a,2024-03-05T09", "a,2024-03-05T08:30:00Z,1.0\na,2024-03-05T09");

    materialize("--from=2024-03-05T08:15:00Z", "--to=2024-03-05T12:00:00Z");

    assertThat(temp("c", "2024-03-05T12:00:00Z")).isEqualTo("7.0 []");
    assertThat(temp("a", "2024-03-05T12:00:00Z")).isEqualTo("12.0 []");
  }

  @Test
  void a_span_that_is_read_again_does_not_make_the_newest_values_reach_back_further() {
    // Of b only that there was a row before 9 o'clock: its maximum age is four hours.
    materialize("--to=2024-03-05T13:00:00Z");
    assertThat(temp("b", "2024-03-05T10:00:00Z")).isEqualTo("null [unknown:weather]");

    materialize("--from=2024-03-05T08:30:00Z", "--to=2024-03-05T13:00:00Z");

    assertThat(temp("b", "2024-03-05T10:00:00Z")).isEqualTo("null [unknown:weather]");
  }

  @Test
  void a_static_view_whose_table_has_become_empty_is_kept_as_it_was() {
    project.write(
        "conf/views/place.yaml",
        """
        view: place
        source: {path: data/place.csv, format: csv}
        keys: {station: station}
        event-time: none
        features:
          height: {type: double}
        """);
    project.write("data/place.csv", "station,height\na,120\n");
    Shell.Ended first = run("place");
    assertThat(first.out())
        .as(first.all())
        .contains("place: 1 rows of 1 keys stored; the store holds all");
    project.write("data/place.csv", "station,height\n");

    assertThat(refused("place"))
        .contains("the feature view 'place' holds no rows, and all that is stored of it would go");
  }

  @Test
  void a_view_whose_rule_has_changed_is_stored_beside_what_it_was() {
    materialize("--history", "--from=2024-03-05T06:30:00Z", "--to=2024-03-05T12:00:00Z");
    project.replace("conf/views/weather.yaml", "max-age: 4h", "max-age: 5h");

    assertThatThrownBy(() -> temp("a", "2024-03-05T13:30:00Z"))
        .hasMessageContaining("holds the feature view 'weather' by another rule")
        .hasMessageContaining("store it by this one too, beside the other");
    // Its history begins where that of the old rule does, without a word.
    assertThat(materialize("--to=2024-03-05T12:00:00Z").out())
        .contains(
            "the store answers from 2024-03-05T06:30:00Z on, and is filled until"
                + " 2024-03-05T12:00:00Z",
            "weather: what is stored by another rule is kept beside it; when nothing is served by"
                + " that any more, take it away with --drop-other-rules");
    assertThat(temp("a", "2024-03-05T13:30:00Z")).isEqualTo("12.0 []");
    project.replace("conf/views/weather.yaml", "max-age: 5h", "max-age: 4h");
    assertThat(temp("a", "2024-03-05T13:30:00Z")).isEqualTo("11.5 [stale:weather]");

    assertThat(materialize("--drop-other-rules", "--to=2024-03-05T12:00:00Z").out())
        .contains("weather: what was stored by another rule is gone");
    project.replace("conf/views/weather.yaml", "max-age: 4h", "max-age: 5h");
    assertThatThrownBy(() -> temp("a", "2024-03-05T13:30:00Z"))
        .hasMessageContaining("by another rule");
  }

  @Test
  void rows_that_were_corrected_need_the_view_stored_anew() {
    materialize("--history", "--from=2024-03-05T06:30:00Z", "--to=2024-03-05T12:00:00Z");
    project.replace("data/weather.csv", "09:00:00Z,12.0", "09:00:00Z,13.5");

    materialize("--anew", "--to=2024-03-05T12:00:00Z");

    assertThat(temp("a", "2024-03-05T12:00:00Z")).isEqualTo("13.5 []");
    assertThat(temp("a", "2024-03-05T06:30:00Z")).isEqualTo("10.0 []");
  }

  @Test
  void spans_that_cannot_be_are_told_in_words() {
    assertThat(refused("weather", "--from=yesterday"))
        .contains("--from 'yesterday' is no time; write 2024-03-05, or 2024-03-05T06:00:00Z");
    assertThat(refused("wether")).contains("no feature view 'wether'; did you mean 'weather'?");
    assertThat(refused("weather", "--history"))
        .contains("does not hold the history of the view 'weather' yet", "(--from)");
    assertThat(refused("weather", "--from=2024-03-06", "--to=2024-03-05"))
        .contains(
            "the span from 2024-03-06T00:00:00Z to 2024-03-05T00:00:00Z ends before it begins");
    assertThat(refused("weather", "--to=2999-01-01")).contains("--to 2999-01-01 lies ahead");
    materialize("--to=2024-03-05T12:00:00Z");
    assertThat(refused("weather", "--to=2024-03-05T11:00:00Z"))
        .contains("until 2024-03-05T12:00:00Z, which is later than 2024-03-05T11:00:00Z", "(--to)");
    assertThat(refused("weather", "--history", "--to=2024-03-05T13:00:00Z"))
        .contains("without its history, and with its history was asked for");
  }

  private String refused(String... words) {
    Shell.Ended ended = run(words);
    assertThat(ended.exit()).as(ended.all()).isEqualTo(2);
    UsageTest.assertReadable(ended);
    return ended.err();
  }

  private Shell.Ended materialize(String... words) {
    Shell.Ended ended =
        run(Stream.concat(Stream.of("weather"), Arrays.stream(words)).toArray(String[]::new));
    assertThat(ended.exit()).as(ended.all()).isZero();
    return ended;
  }

  private Shell.Ended run(String... words) {
    List<String> all =
        new ArrayList<>(List.of("features", "materialize", "--project", folder.toString()));
    all.addAll(List.of(words));
    return shell.run(all.toArray(String[]::new));
  }

  /** The station's temperature at a time, and the flags. */
  private String temp(String station, String at) {
    FeatureView view = Project.open(folder, Environment.empty()).view("weather");
    Feature temp = view.features().get(0);
    FeatureView resolved =
        view.withFeatures(
            List.of(
                new Feature(
                    temp.name(), temp.column(), temp.type(), new DefaultValue.Constant(DEFAULT))));
    ColumnBatch.Builder row =
        ColumnBatch.builder(
            Schema.of(
                List.of(
                    new Field("station", DataType.STRING), new Field("at", DataType.TIMESTAMP))));
    row.row(new @Nullable Object[] {station, Timestamps.micros(Instant.parse(at))});
    try (EmbeddedStore store =
        EmbeddedStore.read(folder.resolve("feature-store"), List.of(resolved))) {
      JoinedBatch joined =
          new FeatureLookUp(List.of(resolved), store).join(row.build(), Optional.of("at"));
      return joined.rows().column("temp").get(0) + " " + joined.flags().get(0);
    }
  }
}
