package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.result.Results;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.Sessions;
import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that ask for an engine or a device, from the file to the record. */
@ExtendWith(SharedSpark.class)
class EngineAndDeviceTest {
  private static final String JOB = "conf/jobs/readings.yaml";
  private static final String HOME = "nightjar.home";

  @TempDir Path folder;
  private final Shell shell = new Shell();
  private TestProject project;

  @BeforeEach
  void write() {
    project = TestProject.in(folder);
  }

  @Test
  void each_engine_scores_the_same_and_the_record_names_it() throws IOException {
    JsonNode onnx = record(run());
    Map<String, Double> fast = scores();
    ask("engine: dl4j\ndevice: cpu");
    JsonNode dl4j = record(run());
    Map<String, Double> reference = scores();

    assertThat(onnx.path("engine").asText() + " on " + onnx.path("device").asText())
        .isEqualTo("onnx on cpu");
    assertThat(dl4j.path("engine").asText() + " on " + dl4j.path("device").asText())
        .isEqualTo("dl4j on cpu");
    assertThat(fast).hasSize(4).containsOnlyKeys(reference.keySet());
    fast.forEach(
        (id, score) -> assertThat(score).as(id).isCloseTo(reference.get(id), within(1e-6)));
    assertThat(run("--interval", TestProject.DAY).out()).containsPattern("engine +dl4j on cpu");
    assertThat(shell.run(words("results")).out())
        .containsPattern("rejected +bundle +engine")
        .contains("dl4j on cpu");
  }

  @Test
  void the_plan_tells_what_will_run_and_what_the_bundle_was_packaged_for() throws IOException {
    ask("engine: dl4j");

    assertThat(shell.run(words("plan", "--interval", TestProject.DAY)).out())
        .containsPattern("engine +dl4j: as the job asks; the bundle was packaged for onnx")
        .containsPattern("device +cpu");
    JsonNode plan =
        new ObjectMapper()
            .readTree(shell.run(words("plan", "--interval", TestProject.DAY, "--json")).out());
    assertThat(plan.path("engine").asText()).isEqualTo("dl4j");
    assertThat(plan.path("device").asText()).isEqualTo("cpu");
    // Each task has a network of its own, which ONNX Runtime would share.
    assertThat(plan.path("memory").path("native-of-replica").asLong()).isPositive();
  }

  @Test
  void a_gpu_where_there_is_none_is_refused_before_anything_is_read() throws IOException {
    ask("device: gpu");
    Files.writeString(folder.resolve("data/readings.csv"), "no column of this is known\n");

    for (String command : List.of("run", "plan", "submit")) {
      Shell.Ended ended = refused(command);
      assertThat(ended.err())
          .contains(
              JOB + ":11: device: the device 'gpu' was asked for, and readings 1 (",
              "), run by the engine 'onnx', cannot have one: the ONNX Runtime on the class path is"
                  + " the one for CPUs alone; build Nightjar with the Maven profile 'gpu' (-Pgpu)",
              "Or ask for the device 'cpu', or 'auto'")
          .doesNotContain("\tat ");
    }
    ask("engine: dl4j");
    assertThat(refused("run").err())
        .contains(
            JOB + ":11: device: the device 'gpu' was asked for", "DL4J runs on the CPU alone");
  }

  @Test
  void a_cluster_that_gives_tasks_no_gpu_is_named_before_anything_is_started() throws IOException {
    ask("device: gpu");

    assertThat(refused("submit", "--master", "spark://h:7077").err())
        .contains("Spark's setting spark.executor.resource.gpu.amount is not set, so tasks get no");
    assertThat(
            refused(
                    "submit",
                    "--master=spark://h:7077",
                    "--conf=spark.executor.resource.gpu.amount=1",
                    "--conf=spark.task.resource.gpu.amount=1")
                .err())
        .doesNotContain("is not set");
  }

  private Shell.Ended refused(String command, String... more) throws IOException {
    if (command.equals("submit")) {
      Path home = Files.createDirectories(folder.resolve("dist/lib")).getParent();
      Files.write(home.resolve("lib/nightjar-jobs-cli-1.jar"), new byte[0]);
      System.setProperty(HOME, home.toString());
    }
    try {
      List<String> words = new ArrayList<>(List.of(command, "--interval", TestProject.DAY));
      words.addAll(Arrays.asList(more));
      Shell.Ended ended = shell.run(words(words.toArray(String[]::new)));
      assertThat(ended.exit()).as(ended.all()).isEqualTo(2);
      return ended;
    } finally {
      System.clearProperty(HOME);
    }
  }

  private void ask(String keys) {
    project.replace(JOB, "bundle: bundles", keys + "\nbundle: bundles");
  }

  private Shell.Ended run(String... more) {
    List<String> words = new ArrayList<>(List.of("run"));
    words.addAll(
        more.length == 0 ? List.of("--interval", TestProject.DAY, "--json") : Arrays.asList(more));
    Shell.Ended ended = shell.run(words(words.toArray(String[]::new)));
    assertThat(ended.exit()).as(ended.all()).isZero();
    return ended;
  }

  private static JsonNode record(Shell.Ended ended) throws IOException {
    return new ObjectMapper().readTree(ended.out());
  }

  /** The visible scores by the rows' ids. */
  private Map<String, Double> scores() {
    Map<String, Double> scores = new TreeMap<>();
    try (OpenSession session = Sessions.open("scores")) {
      String out = folder.resolve("out/readings").toString();
      for (Row row : Results.at(session.spark(), out).scored().collectAsList()) {
        scores.put(row.getAs("id"), (double) row.<Float>getAs("alarm"));
      }
    }
    return scores;
  }

  private String[] words(String... words) {
    List<String> all = new ArrayList<>(List.of(words[0], "readings", "--project", "" + folder));
    all.addAll(Arrays.asList(words).subList(1, words.length));
    return all.toArray(String[]::new);
  }
}
