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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedSpark.class)
class PlanCommandTest {
  @TempDir static Path folder;
  private final Shell shell = new Shell();

  @BeforeAll
  static void write() {
    TestProject.in(folder);
  }

  private Shell.Ended plan(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "plan", "readings", "--project", folder.toString(), "--interval", "2024-03-05"));
    words.addAll(Arrays.asList(more));
    return shell.run(words.toArray(String[]::new));
  }

  @Test
  void what_a_run_would_do_is_told_and_nothing_is_written() {
    Shell.Ended ended = plan();

    assertThat(ended.exit()).as(ended.all()).isZero();
    assertThat(ended.out())
        .contains("readings · 2024-03-05")
        .containsPattern("transform +[0-9]+ steps, compiled")
        .containsPattern("engine +onnx: converted to ONNX")
        .contains("in [2024-03-05T00:00:00Z, 2024-03-06T00:00:00Z)")
        .containsPattern("sent to every executor and looked up there: [0-9]+ rows, [0-9,]+ ")
        .containsPattern("rows +as Spark's internal rows, 4,096 at once")
        .containsPattern("on the heap +[0-9]+ B ")
        .contains("this process")
        .containsPattern("executors +need --executor-memory 1024m or more for 1 task at once");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void the_limits_of_executors_follow_from_their_size() throws IOException {
    Shell.Ended ended = plan("--executor-memory", "4g", "--executor-cores", "2", "--json");

    assertThat(ended.exit()).as(ended.all()).isZero();
    JsonNode plan = new ObjectMapper().readTree(ended.out());
    assertThat(plan.path("memory").path("fits").asBoolean()).isTrue();
    assertThat(plan.path("memory").path("tasks-at-once").asInt()).isEqualTo(2);
    assertThat(plan.path("memory").path("native-of-row").asLong()).isPositive();
    assertThat(plan.path("memory").path("least-executor-memory").asText()).isEqualTo("1024m");
    assertThat(plan.path("settings").path("spark.executor.memory").asText()).isEqualTo("2048m");
    assertThat(plan.path("views").path(0).path("join").asText()).isEqualTo("broadcast");
    long views = plan.path("memory").path("heap-of-views").asLong();
    assertThat(views).isPositive();
    assertThat(plan.path("memory").path("heap").asLong()).isGreaterThan(views);
    assertThat(plan.path("physical").asText()).contains("FileScan").contains("the view weather:");
  }

  @Test
  void views_that_are_merged_take_none_of_an_executor(@TempDir Path other) throws IOException {
    TestProject merging = TestProject.in(other);
    merging.replace(
        "conf/jobs/readings.yaml", "bundle: bundles", "joins: {weather: merge}\nbundle: bundles");

    Shell.Ended sent = plan("--json");
    Shell.Ended merged =
        shell.run(
            "plan",
            "readings",
            "--project",
            other.toString(),
            "--interval",
            "2024-03-05",
            "--json");

    assertThat(merged.exit()).as(merged.all()).isZero();
    JsonNode memoryOfSent = new ObjectMapper().readTree(sent.out()).path("memory");
    JsonNode plan = new ObjectMapper().readTree(merged.out());
    assertThat(plan.path("views").path(0).path("join").asText()).isEqualTo("merge");
    assertThat(plan.path("views").path(0).path("join-reason").asText()).isEqualTo("as asked for");
    assertThat(plan.path("memory").path("heap-of-views").asLong()).isZero();
    assertThat(plan.path("memory").path("heap").asLong())
        .isEqualTo(
            memoryOfSent.path("heap").asLong() - memoryOfSent.path("heap-of-views").asLong());
  }

  @Test
  void what_cannot_fit_is_refused_with_the_remedy() {
    Shell.Ended ended = plan("--executor-memory", "1g", "--executor-cores", "9000");

    assertThat(ended.exit()).isEqualTo(3);
    assertThat(ended.err())
        .contains("readings: the bundle and the views that are sent need ")
        .contains(" MiB on the heap of an executor of 1024m (")
        .contains("9000 tasks at once) and there are 85 MiB; give more --executor-memory, or fewer")
        .doesNotContain("have views merged")
        .doesNotContain("\tat ");
  }
}
