package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.run.TestProject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code nightjar features verify}. */
@ExtendWith(SharedSpark.class)
class VerifyTest {
  @TempDir Path folder;
  private final Shell shell = new Shell();
  private TestProject project;

  @BeforeEach
  void write() {
    project = TestProject.withoutBundle(folder);
  }

  private Shell.Ended features(String... words) {
    List<String> all = new ArrayList<>(List.of("features"));
    all.addAll(List.of(words));
    all.addAll(List.of("--project", folder.toString()));
    return shell.run(all.toArray(String[]::new));
  }

  private Shell.Ended verify(String... words) {
    List<String> all = new ArrayList<>(List.of("verify", "weather"));
    all.addAll(List.of(words));
    return features(all.toArray(String[]::new));
  }

  private void store(String... words) {
    List<String> all = new ArrayList<>(List.of("materialize", "weather", "--history"));
    all.addAll(List.of("--from=2024-03-05T00:00:00Z", "--to=2024-03-06T00:00:00Z"));
    all.addAll(List.of(words));
    Shell.Ended ended = features(all.toArray(String[]::new));
    assertThat(ended.exit()).as(ended.all()).isZero();
  }

  @Test
  void join_and_store_agree_after_a_view_was_stored() {
    store();

    Shell.Ended ended = verify("--sample=40", "--seed=7");

    assertThat(ended.exit()).as(ended.all()).isZero();
    assertThat(ended.out())
        .isEqualToNormalizingNewlines(
            """
            weather: 40 times of 2 keys from 2024-03-05T00:00:00Z to 2024-03-06T00:00:00Z (--seed 7)
              join and store agree
            """);
  }

  @Test
  void each_difference_is_shown_by_key_time_and_column_until_the_view_is_stored_anew() {
    store();
    project.replace("data/weather.csv", "09:00:00Z,12.0", "09:00:00Z,13.5");
    project.replace(
        "data/weather.csv",
        "b,2024-03-05T08:00:00Z,20.0",
        "b,2024-03-05T08:00:00Z,20.0\nb,2024-03-05T08:30:00Z,20.0");

    Shell.Ended ended = verify("--sample=80", "--seed=3");

    assertThat(ended.exit()).as(ended.all()).isEqualTo(3);
    assertThat(ended.out())
        .contains(
            "  station='a' at 2024-03-05T09:00:00Z: temp: 13.5 by the join, 12.0 in the store",
            "  station='a' at 2024-03-05T13:00:00Z: temp: 13.5 by the join, 12.0 in the store",
            "  station='b' at 2024-03-05T08:30:00Z: event-time: 2024-03-05T08:30:00Z by the join,"
                + " 2024-03-05T08:00:00Z in the store",
            "  station='b' at 2024-03-05T12:30:00Z: flags: [] by the join, [stale:weather] in the"
                + " store",
            "  station='b' at 2024-03-05T12:30:00Z: temp: 20.0 by the join, null in the store",
            "  join and store differ at ",
            " of them. Rows that came late to the table are stored when their span is materialized"
                + " again (--from); for rows that were corrected or deleted store the view anew"
                + " (--anew)")
        .doesNotContain(
            "at 2024-03-05T08:59:59.999999Z:",
            "at 2024-03-05T08:29:59.999999Z:",
            "at 2024-03-05T13:00:00.000001Z:",
            "agree");
    UsageTest.assertReadable(ended);

    store("--anew");
    assertThat(verify("--sample=80", "--seed=3").exit()).isZero();
  }

  @Test
  void a_key_that_the_table_has_lost_is_found_by_the_store() {
    store();
    project.replace(
        "data/weather.csv", "b,2024-03-05T01:00:00Z,NA\nb,2024-03-05T08:00:00Z,20.0\n", "");

    Shell.Ended ended = verify("--sample=40", "--seed=5");

    assertThat(ended.exit()).as(ended.all()).isEqualTo(3);
    assertThat(ended.out())
        .containsPattern(
            "station='b' at 2024-03-05T\\S+: flags: \\[no-row:weather] by the join,"
                + " \\[(stale:weather)?] in the store")
        .doesNotContain("station='a'");
  }

  @Test
  void the_seed_that_is_printed_asks_the_same_again() {
    store();
    project.replace("data/weather.csv", "09:00:00Z,12.0", "09:00:00Z,13.5");
    Shell.Ended first = verify("--sample=30");
    Matcher seed = Pattern.compile("\\(--seed (\\d+)\\)").matcher(first.out());
    assertThat(seed.find()).as(first.all()).isTrue();

    assertThat(verify("--sample=30", "--seed=" + seed.group(1)).out()).isEqualTo(first.out());
  }

  @Test
  void programs_get_json() throws Exception {
    store();
    project.replace("data/weather.csv", "09:00:00Z,12.0", "09:00:00Z,13.5");

    Shell.Ended ended = verify("--sample=80", "--seed=3", "--json");

    assertThat(ended.exit()).as(ended.all()).isEqualTo(3);
    JsonNode report = new ObjectMapper().readTree(ended.out());
    assertThat(report.get("view").asText()).isEqualTo("weather");
    assertThat(report.get("seed").asLong()).isEqualTo(3);
    assertThat(report.get("keys").asInt()).isEqualTo(2);
    assertThat(report.get("points").asInt()).isEqualTo(80);
    assertThat(report.get("from").asText()).isEqualTo("2024-03-05T00:00:00Z");
    assertThat(report.get("until").asText()).isEqualTo("2024-03-06T00:00:00Z");
    assertThat(report.get("differing").asInt()).isEqualTo(report.get("differences").size());
    JsonNode difference = report.get("differences").get(0);
    assertThat(difference.get("key").get("station").asText()).isEqualTo("a");
    assertThat(difference.get("time").asText()).isEqualTo("2024-03-05T09:00:00Z");
    assertThat(difference.get("column").asText()).isEqualTo("temp");
    assertThat(difference.get("join").asDouble()).isEqualTo(13.5);
    assertThat(difference.get("store").asDouble()).isEqualTo(12.0);
  }

  @Test
  void a_static_view_is_asked_key_by_key() {
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
    project.write("data/place.csv", "station,height\na,120\nb,7\n");
    assertThat(features("materialize", "place").exit()).isZero();

    Shell.Ended same = features("verify", "place", "--seed=1");
    assertThat(same.exit()).as(same.all()).isZero();
    assertThat(same.out()).contains("place: 2 keys (--seed 1)", "join and store agree");

    project.write("data/place.csv", "station,height\na,120\nb,8\n");
    Shell.Ended other = features("verify", "place", "--seed=1");
    assertThat(other.exit()).isEqualTo(3);
    assertThat(other.out())
        .contains(
            "station='b': height: 8.0 by the join, 7.0 in the store",
            "join and store differ at 1 of them");
  }

  @Test
  void what_cannot_be_verified_is_told_with_the_remedy() {
    assertThat(refused("weather"))
        .contains("there is no feature store in ", "make one with 'nightjar features materialize'");
    assertThat(features("materialize", "weather", "--to=2024-03-06").exit()).isZero();
    assertThat(refused("weather"))
        .contains(
            "keeps the newest values of the feature view 'weather' alone, and past times cannot be"
                + " asked of it; store its history with 'nightjar features materialize weather"
                + " --anew --history --from TIME'");
    project.write(
        "conf/views/other.yaml",
        """
        view: other
        source: {path: data/weather.csv, format: csv, null-value: NA}
        keys: {station: station}
        event-time: hour
        features:
          heat: {type: double, column: temp}
        """);
    assertThat(refused("other"))
        .contains(
            "does not hold the feature view 'other'; store its history with 'nightjar features"
                + " materialize other --history --from TIME'");
    assertThat(refused("wether")).contains("no feature view 'wether'; did you mean 'weather'?");
    assertThat(refused("weather", "--sample=0")).contains("--sample 0: give 1 or more");
  }

  private String refused(String... words) {
    List<String> all = new ArrayList<>(List.of("verify"));
    all.addAll(List.of(words));
    Shell.Ended ended = features(all.toArray(String[]::new));
    assertThat(ended.exit()).as(ended.all()).isEqualTo(2);
    UsageTest.assertReadable(ended);
    return ended.err();
  }
}
