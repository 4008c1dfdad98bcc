package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedSpark.class)
class BackfillCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "conf/jobs/readings.yaml";

  @TempDir Path folder;
  private final Shell shell = new Shell();
  private TestProject project;

  @BeforeEach
  void write() {
    project = TestProject.in(folder);
    project.replace(FILE, "path: data/readings.csv", "path: data/days/${interval.date}.csv");
    for (int day = 4; day <= 6; day++) {
      project.write(
          "data/days/2024-03-0" + day + ".csv",
          "id,at,x,colour,station\n" + day + ",2024-03-0" + day + "T09:30:00Z,10,red,a\n");
    }
  }

  @Test
  void a_few_days_are_scored_told_and_left_alone_when_nothing_has_changed()
      throws IOException, InterruptedException {
    project.write("data/days/2024-03-05.csv", "id,at,x,colour,station\n");
    Shell.Ended dry = ends(0, backfill("--dry-run"));
    assertThat(dry.out())
        .contains(
            "  2024-03-04  score         it is not published",
            "3 of 3 intervals would be scored; nothing was started and nothing written");
    assertThat(folder.resolve("out")).doesNotExist();

    Shell.Ended first = ends(3, backfill());
    assertThat(first.out())
        .contains(
            "✔ 2024-03-04  1 in = 1 scored + 0 filtered + 0 rejected",
            "■ 2024-03-05  refused: the interval 2024-03-05 has 0 rows in the input",
            "2          published  2024-03-04, 2024-03-06",
            "1          refused    2024-03-05",
            "not published:",
            "backfill readings --from 2024-03-04 --to 2024-03-06 --only-missing");

    project.write(
        "data/days/2024-03-05.csv", "id,at,x,colour,station\n5,2024-03-05T09:30:00Z,10,red,a\n");
    Shell.Ended missing = ends(0, backfill("--only-missing", "--parallel", "2", "--json"));
    List<JsonNode> lines = json(missing);
    assertThat(lines)
        .extracting(line -> line.get("fate").asText())
        .containsExactly("skipped", "skipped", "published");
    assertThat(lines.get(2).get("interval").asText()).isEqualTo("2024-03-05");
    assertThat(lines.get(2).get("attempt").asLong()).isEqualTo(2);
    assertThat(lines.get(2).get("rows").get("scored").asLong()).isEqualTo(1);

    assertNothingIsStartedWhenNothingHasChanged();

    project.write("data/days/2024-03-06.csv", "id,at,x,colour,station\n");
    List<JsonNode> late = json(ends(0, backfill("--changed", "--dry-run", "--json")));
    assertThat(late)
        .extracting(line -> line.get("what").asText())
        .containsExactly("unchanged", "unchanged", "score");
    assertThat(late.get(2).get("why").asText()).isEqualTo("since token 1: the input changed");
    assertThat(late.get(2).get("published").asLong()).isEqualTo(1);
    assertThat(ends(3, backfill("--changed")).out())
        .contains("· 2024-03-04  unchanged: input, views, bundle and configuration are those of");
  }

  /** In a process of its own, whose classes are told as they are loaded. */
  private void assertNothingIsStartedWhenNothingHasChanged()
      throws IOException, InterruptedException {
    Path classes = folder.resolve("classes.txt");
    Path out = folder.resolve("out.txt");
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dfile.encoding=UTF-8",
                "-Xlog:class+load=info:file=" + classes,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    words.addAll(List.of(words("--changed")));
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readString(out, StandardCharsets.UTF_8))
        .contains("2024-03-05  unchanged: input", "3          unchanged  2024-03-04 … 2024-03-06");
    assertThat(process.exitValue()).isZero();
    assertThat(Files.readString(classes, StandardCharsets.UTF_8))
        .contains(" dev.nightjar.backfill.BackfillPlan ")
        .doesNotContain(
            " org.apache.spark.SparkContext ",
            " org.apache.spark.sql.SparkSession$ ",
            " org.apache.hadoop.fs.FileSystem$Cache ",
            " org.apache.hadoop.security.UserGroupInformation ");
  }

  @Test
  void intervals_that_are_not_over_are_told_and_those_that_are_never_due_need_a_word() {
    Shell.Ended future =
        ends(
            3,
            shell.run(
                "backfill",
                "readings",
                "--from",
                "2999-01-01",
                "--to",
                "2999-01-02",
                "--project",
                folder.toString()));
    assertThat(future.out())
        .contains("■ 2999-01-01  not-complete: it ends at 2999-01-02T00:00:00Z, and now it is ")
        .doesNotContain("--only-missing");

    project.write(FILE, TestProject.JOB + "schedule:\n  cron: \"0 30 4 ? * SUN\"\n");
    Shell.Ended never = ends(2, backfill("--changed"));
    assertThat(never.out()).isEmpty();
    assertThat(never.err())
        .contains(
            "no firing of the job's schedule (0 30 4 ? * SUN) scores an interval from 2024-03-04"
                + " to 2024-03-06; give others, or --all-intervals");
    assertThat(ends(0, backfill("--all-intervals", "--dry-run")).out())
        .contains("3 of 3 intervals would be scored");
  }

  @Test
  void a_run_that_is_told_to_leaves_alone_what_is_published() {
    assertThat(ends(0, run()).out()).contains("published as attempt 1");
    Shell.Ended second = ends(0, run());
    assertThat(second.out()).contains("skipped: it is published already as token 1, which stands");
    assertThat(ends(0, shell.run("runs", "readings", "--project", folder.toString())).out())
        .contains("skipped", "is published already as token 1");
  }

  private Shell.Ended run() {
    return shell.run(
        "run",
        "readings",
        "--interval",
        TestProject.DAY,
        "--unless-published",
        "--project",
        folder.toString());
  }

  private Shell.Ended backfill(String... more) {
    return shell.run(words(more));
  }

  private String[] words(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("backfill", "readings", "--from", "2024-03-04", "--to", "2024-03-06"));
    words.addAll(List.of("--project", folder.toString()));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private static List<JsonNode> json(Shell.Ended ended) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : ended.out().lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private static Shell.Ended ends(int exit, Shell.Ended ended) {
    assertThat(ended.exit()).as(ended.all()).isEqualTo(exit);
    UsageTest.assertReadable(ended);
    return ended;
  }
}
