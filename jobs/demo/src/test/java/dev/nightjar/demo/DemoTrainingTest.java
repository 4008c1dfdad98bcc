package dev.nightjar.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.config.Environment;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Contracts;
import dev.nightjar.demo.PlainJoin.Joined;
import dev.nightjar.demo.oracle.FlightDelayInputs;
import dev.nightjar.demo.oracle.RowByRow;
import dev.nightjar.demo.oracle.Verdict;
import dev.nightjar.demo.oracle.Verdict.Outcome;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureViews;
import dev.nightjar.feature.FileSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.datavec.api.transform.TransformProcess;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;

/** The demo's configuration, world and training program together, without Spark. */
class DemoTrainingTest {
  @TempDir static Path project;
  private static List<FeatureView> views;
  private static Contract contract;
  private static Joined joined;
  private static TrainedModel model;

  @BeforeAll
  static void join() throws IOException {
    DemoProject.write(project, FlightWorld.of(7));
    Environment environment = Environment.empty();
    views =
        DemoProject.VIEW_FILES.stream()
            .map(file -> FeatureViews.read(project.resolve(file), environment))
            .toList();
    contract = Contracts.read(project.resolve(DemoProject.CONTRACT_FILE), environment);
    FileSource flights = PlainJoin.input(project.resolve(DemoProject.JOB_FILE), environment);
    joined = PlainJoin.join(project, flights, "scheduled_departure", views);
    model = TrainingProgram.train(contract, joined.rows().iterator());
  }

  @Test
  void theConfigurationIsAccepted() {
    assertThat(views).extracting(FeatureView::name).containsExactly("weather", "planes");
    assertThat(views.get(0).maxAge()).contains(Duration.ofHours(4));
    assertThat(views.get(1).isStatic()).isTrue();
    assertThat(contract.outputSchema().names()).containsExactly("delayed", "delayed_label");
    assertThat(contract.inputs()).noneMatch(input -> input.name().equals(TrainingProgram.DELAY));
  }

  @Test
  void theJoinMeetsTheTroublesOfTheWorld() {
    assertThat(joined.noRow().get("planes")).isPositive();
    assertThat(joined.stale().get("weather")).isPositive();
  }

  @Test
  void theProgramLearnsWhatTheWorldHides() {
    assertThat(model.auc()).isBetween(0.75, 0.85);
    assertThat(model.trainingRows()).isGreaterThan(12_000);
    assertThat(model.heldOutRows()).isGreaterThan(2_000);
    assertThat(model.filtered()).isPositive();
    assertThat(model.rejected()).isPositive();
    assertThat(model.sample()).hasSize(1024);
    assertThat(model.sample().get(0).keySet())
        .isEqualTo(Set.copyOf(contract.inputSchema().names()));
  }

  @Test
  void theTransformSurvivesItsOwnJson() {
    TransformProcess transform = TrainingProgram.transform(contract);
    assertThat(TransformProcess.fromJson(transform.toJson()).getFinalSchema().getColumnNames())
        .isEqualTo(transform.getFinalSchema().getColumnNames());
  }

  @Test
  void theJudgeFindsEachTroubleOfTheDaysToScore() throws Exception {
    Path artifacts = Files.createDirectories(project.resolve("artifacts"));
    ModelSerializer.writeModel(model.network(), artifacts.resolve("model.zip").toFile(), false);
    Files.writeString(artifacts.resolve("transform.json"), model.transform().toJson());
    NormalizerSerializer.getDefault()
        .write(model.normalizer(), artifacts.resolve("normalizer.bin").toFile());
    RowByRow judge =
        RowByRow.load(
            FlightDelayInputs.all(),
            artifacts.resolve("model.zip"),
            artifacts.resolve("transform.json"),
            artifacts.resolve("normalizer.bin"));

    List<Float> scores = new ArrayList<>();
    List<Boolean> labels = new ArrayList<>();
    for (Map<String, @Nullable Object> row : joined.rows()) {
      if (row.get("scheduled_departure") instanceof Long time
          && time >= TrainingProgram.startOf(TrainingProgram.SCORED_FROM)) {
        Verdict verdict = judge.judge(row);
        assertThat(verdict.outcome()).as("%s", row).isEqualTo(expected(row));
        if (verdict.outcome() == Outcome.SCORED) {
          scores.add(verdict.activations().get(0));
          labels.add((Double) row.get("arrival_delay") >= 15);
        }
      }
    }
    assertThat(scores).hasSizeGreaterThan(4_000);
    float[] scored = new float[scores.size()];
    boolean[] late = new boolean[scored.length];
    for (int i = 0; i < scored.length; i++) {
      scored[i] = scores.get(i);
      late[i] = labels.get(i);
    }
    assertThat(Auc.of(scored, late)).isGreaterThan(0.70);
  }

  private static Outcome expected(Map<String, @Nullable Object> row) {
    if (!(row.get("distance") instanceof Double distance) || distance < 0) {
      return Outcome.REJECTED;
    }
    return "scheduled".equals(row.get("status")) ? Outcome.SCORED : Outcome.FILTERED;
  }
}
