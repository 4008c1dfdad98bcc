package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code nightjar explain-row} and {@code nightjar quarantine}, as a user types them. */
@ExtendWith(SharedSpark.class)
@Tag("soak")
class RejectedRowsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DAY = "--interval=" + TestProject.DAY;

  @TempDir Path folder;
  private final Shell shell = new Shell();

  @Test
  void a_rejected_row_is_found_explained_mended_and_replayed() throws IOException {
    TestProject project = TestProject.in(folder);
    ends(0, "run", "readings", DAY);

    assertThat(ends(0, "quarantine", "list", "readings").out())
        .contains("contract", "'-5.0' is outside the range");
    JsonNode listed = JSON.readTree(ends(0, "quarantine", "list", "readings", "--json").out());
    assertThat(listed.at("/rejected").asLong()).isEqualTo(1);
    assertThat(listed.at("/reasons/0/field").asText()).isEqualTo("x");

    assertThat(ends(0, "quarantine", "show", "readings", DAY, "--stage", "contract").out())
        .contains("1 rejected row of 2024-03-05", "  id 6: at contract, x: '-5.0' is", "station a");
    JsonNode shown = JSON.readTree(ends(0, "quarantine", "show", "readings", DAY, "--json").out());
    assertThat(shown.at("/key/id").asText()).isEqualTo("6");
    assertThat(shown.at("/values/station").asText()).isEqualTo("a");
    assertThat(ends(0, "quarantine", "show", "readings", DAY, "--field=y").out())
        .contains("0 of 1 rejected rows of 2024-03-05");
    assertThat(ends(2, "quarantine", "show", "readings", DAY, "--stage=jion").err())
        .contains("jion", "JOIN, CONTRACT, TRANSFORM");

    assertThat(ends(0, "quarantine", "replay", "readings", DAY).out())
        .contains("1 row was scored again and came out as before: nothing is changed");
    project.replace("data/readings.csv", "13:00:00Z,-5", "13:00:00Z,5");
    assertThat(ends(3, "explain-row", "readings", "6", DAY).out())
        .contains("✘", "outcome differs at contract: published rejected", "computed now scored")
        .contains("the input listing is another than when it was published");
    assertThat(ends(0, "quarantine", "replay", "readings", DAY, "--dry-run").out())
        .contains("would be: 5 rows taken over from attempt 1; 1 scored again = 1 scored");
    assertThat(ends(0, "quarantine", "replay", "readings", DAY).out())
        .contains("published as attempt 2", "6 in = 5 scored + 1 filtered + 0 rejected");
    assertThat(ends(0, "quarantine", "replay", "readings", DAY, "--json").out())
        .contains("nothing to replay");
    assertThat(ends(0, "quarantine", "list", "readings").out())
        .contains("no published result of readings has rejected rows");
  }

  @Test
  void a_row_is_explained_for_people_and_for_programs() throws IOException {
    TestProject.in(folder);
    ends(0, "run", "readings", DAY);

    assertThat(ends(0, "explain-row", "readings", "id=1", DAY).out())
        .contains(
            "readings · 2024-03-05 · id=1 · in the result of attempt 1",
            "row of 2024-03-05T06:00:00Z, 2h old · temp 10.0",
            "alarm_label is true: alarm 0.62",
            "✔          computed now, it is what was published",
            "nothing: bundle, configuration, input and views are those of then");
    assertThat(ends(0, "explain-row", "readings", "5", DAY).out())
        .contains(
            "no-row: no row of its key was visible at the as-of time · temp 11.5 (default)",
            "no-row:weather: no row of its key");
    JsonNode told = JSON.readTree(ends(0, "explain-row", "readings", "1", DAY, "--json").out());
    assertThat(told.at("/as-published").asBoolean()).isTrue();
    assertThat(told.at("/rows/0/computed/views/0/age-seconds").asDouble()).isEqualTo(7200);
    assertThat(told.at("/rows/0/computed/transform/temp").asDouble()).isEqualTo(10);
    assertThat(told.at("/rows/0/published/run").asText()).isEqualTo("readings/2024-03-05/1");

    assertThat(ends(2, "explain-row", "readings", "7", DAY).err())
        .contains("has a row with the key id=7", "which belongs to 2024-03-06");
    assertThat(ends(2, "explain-row", "readings", DAY).err()).contains("KEY");
    assertThat(ends(1, "explain-row", "readings", "1", "--interval=2024-03-09").err())
        .contains("interval '2024-03-09' is not published");
    assertThat(shell.run("--help").out()).contains("explain-row", "quarantine");
  }

  private Shell.Ended ends(int exit, String... words) {
    List<String> all = new ArrayList<>(Arrays.asList(words));
    all.add("--project");
    all.add(folder.toString());
    Shell.Ended ended = shell.run(all.toArray(String[]::new));
    assertThat(ended.exit()).as(ended.all()).isEqualTo(exit);
    UsageTest.assertReadable(ended);
    return ended;
  }
}
