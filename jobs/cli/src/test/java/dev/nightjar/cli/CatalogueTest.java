package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.run.TestProject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What {@code nightjar features} and {@code nightjar pit-audit} tell of views and their use. */
@ExtendWith(SharedSpark.class)
class CatalogueTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final Shell shell = new Shell();
  private TestProject project;

  @BeforeEach
  void write() {
    project = TestProject.in(folder);
    project.replace(
        "conf/views/weather.yaml",
        "view: weather\n",
        "view: weather\nowner: met@example.org\ndescription: hourly observations\n");
  }

  private Shell.Ended nightjar(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--project", folder.toString()));
    return shell.run(all.toArray(String[]::new));
  }

  private Shell.Ended sound(String... words) {
    Shell.Ended ended = nightjar(words);
    assertThat(ended.exit()).as(ended.all()).isZero();
    return ended;
  }

  @Test
  void a_published_result_tells_what_it_was_made_of_and_a_view_who_uses_it() throws Exception {
    sound("run", "readings", "--interval=2024-03-05");

    JsonNode lineage = JSON.readTree(sound("runs", "readings", "--json").out()).get("lineage");
    assertThat(lineage.at("/input/source").asText()).isEqualTo("data/readings.csv");
    assertThat(lineage.at("/input/files").asInt()).isEqualTo(1);
    assertThat(lineage.at("/input/columns").toString())
        .isEqualTo("[\"id\",\"station\",\"at\",\"x\",\"colour\"]");
    assertThat(lineage.at("/views/weather/source").asText()).isEqualTo("data/weather.csv");
    assertThat(lineage.at("/views/weather/bytes").asInt())
        .isEqualTo((int) project.path("data/weather.csv").toFile().length());
    assertThat(lineage.at("/views/weather/columns").toString())
        .isEqualTo("[\"station\",\"hour\",\"temp\"]");
    assertThat(lineage.get("output").asText()).isEqualTo("data/2024-03-05/1");

    Shell.Ended uses = sound("features", "who-uses", "weather");
    assertThat(uses.out())
        .containsSubsequence("job", "bundle", "published", "last")
        .containsSubsequence("readings", "bundles/readings", "1", "2024-03-05")
        .containsSubsequence("bundle", "features", "bundles/readings", "temp");
    JsonNode json = JSON.readTree(sound("features", "who-uses", "weather", "--json").out());
    assertThat(json.at("/jobs/0/digest").asText()).hasSize(64);
    assertThat(json.at("/bundles/0/features").toString()).isEqualTo("[\"temp\"]");
  }

  @Test
  void a_view_is_listed_and_described_with_owner_rule_and_features() throws Exception {
    assertThat(sound("features", "list").out())
        .containsSubsequence("view", "keys", "event time", "age", "features", "jobs", "owner")
        .containsSubsequence(
            "weather", "station", "hour", "4h", "1", "readings", "1", "met@example.org");

    Shell.Ended described = sound("features", "describe", "weather");
    assertThat(described.out())
        .containsSubsequence(
            "weather",
            "about      hourly observations",
            "owner      met@example.org",
            "table      data/weather.csv",
            "keys       station",
            "time       hour, at the as-of time or before",
            "available  from the event time on",
            "age        4h",
            "on tie     the input row is rejected",
            "temp",
            "double",
            "mean of training");
    JsonNode json = JSON.readTree(sound("features", "describe", "weather", "--json").out());
    assertThat(json.get("owner").asText()).isEqualTo("met@example.org");
    assertThat(json.at("/rule/max-age").asText()).isEqualTo("4h");
    UsageTest.assertReadable(described);
  }

  @Test
  void a_view_with_another_rule_than_its_bundle_is_told_before_a_run_is_refused() {
    project.replace("conf/views/weather.yaml", "max-age: 4h", "max-age: 5h");

    assertThat(sound("features", "who-uses", "weather").out())
        .contains(
            "other rule",
            "bundles/readings was trained with another rule, and no job can have both: max-age is"
                + " 5h here and 4h there");
  }

  @Test
  void what_cannot_be_read_is_told_beside_what_can() {
    project.write("conf/views/broken.yaml", "view: broken\nevent-time: none\n");

    Shell.Ended listed = nightjar("features", "list");

    assertThat(listed.exit()).isEqualTo(2);
    assertThat(listed.out()).contains("weather");
    assertThat(listed.err()).contains("broken.yaml:1: keys: a view needs a key");
    assertThat(nightjar("features", "describe", "whether").err())
        .contains("VIEW: no feature view 'whether'; did you mean 'weather'?");
  }

  @Test
  void a_table_is_described_by_figures_as_of_a_moment() throws Exception {
    Shell.Ended ended = sound("features", "stats", "weather", "--at=2024-03-05T12:00:00Z");

    assertThat(ended.out())
        .contains(
            "rows       4",
            "keys       2",
            "newest     2024-03-05T09:00:00Z, 3h ago; rows count for 4h",
            "first      2024-03-05T01:00:00Z")
        .containsSubsequence("temp", "25.00%", "~3", "10.0", "20.0", "14.0000");
    JsonNode json =
        JSON.readTree(sound("features", "stats", "weather", "--at=2024-03-06", "--json").out());
    assertThat(json.get("stale-keys").asInt()).isEqualTo(2);
    assertThat(nightjar("features", "stats", "weather", "--at=noon").err())
        .contains("--at 'noon' is no time; write 2024-03-05, or 2024-03-05T06:00:00Z");
  }

  @Test
  void a_table_whose_rows_would_reject_input_is_not_sound() {
    assertThat(sound("features", "validate", "--at=2024-03-05T12:00:00Z").out())
        .isEqualToNormalizingNewlines("weather: sound\n");
    assertThat(sound("features", "validate", "weather", "--at=2024-03-07").out())
        .contains(
            "every key is stale at 2024-03-07T00:00:00Z: the newest event time is"
                + " 2024-03-05T09:00:00Z");

    project.replace("conf/views/weather.yaml", "max-age: 4h", "max-age: 4h\nfresh-within: 90m");
    assertThat(nightjar("features", "validate", "--at=2024-03-05T12:00:00Z").out())
        .contains(
            "✘ it is not fresh: at 2024-03-05T12:00:00Z its newest row was of 2024-03-05T09:00:00Z,"
                + " and 'fresh-within' asks for one of the last 90m");
    project.replace("conf/views/weather.yaml", "fresh-within: 90m", "fresh-within: 90d");
    project.replace(
        "data/weather.csv",
        "a,2024-03-05T09:00:00Z,12.0\n",
        "a,2024-03-05T09:00:00Z,12.0\na,2024-03-05T09:00:00Z,13.0\n,2024-03-05T09:00:00Z,1\nb,,1\n");
    Shell.Ended tied = nightjar("features", "validate", "--at=2024-03-05T08:30:00Z");
    assertThat(tied.exit()).isEqualTo(3);
    assertThat(tied.out())
        .contains(
            "weather: not sound",
            "✘ 1 key has rows that stand against each other, with equal event time and other values,"
                + " such as {\"station\":\"a\"} at 2024-03-05T09:00:00Z: 2 rows; an input row that they"
                + " answer is rejected: name 'tie-break' columns that decide, say 'on-tie: any', or"
                + " mend the table",
            "1 row has no key, which nothing matches",
            "1 row has no event time or no time of availability; nobody ever sees that",
            "3 rows have a time that lies ahead of 2024-03-05T08:30:00Z");
  }

  @Test
  void an_audit_of_times_proves_the_join_and_tells_what_a_delay_would_change() throws Exception {
    Shell.Ended ended = sound("pit-audit", "readings", "--interval=2024-03-05", "--delay=90m");

    // Of ids 1 to 6, that of station c and those four hours behind the weather get nothing.
    assertThat(ended.out())
        .contains(
            "readings · 2024-03-05: 6 of 6 rows",
            "weather: 5 of 6 rows were answered, by values that were 30m old or older",
            "none by what was newer than its as-of time or not yet available",
            "had values come 90m later: 2 rows would be joined to something else, 1 of them to"
                + " nothing (temp 2)");
    JsonNode json =
        JSON.readTree(sound("pit-audit", "readings", "--interval=2024-03-05", "--json").out());
    assertThat(json.get("sound").asBoolean()).isTrue();
    assertThat(json.at("/views/0/delays").size()).isEqualTo(2);
    assertThat(nightjar("pit-audit", "readings", "--interval=2024-03-05", "--delay=soon").err())
        .contains("--delay 'soon' is no length of time; write such as 30m, 1h or 1d");
  }
}
