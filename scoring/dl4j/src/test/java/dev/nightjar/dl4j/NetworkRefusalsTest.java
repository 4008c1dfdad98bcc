package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.OutputField;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import java.nio.file.Path;
import java.util.List;
import org.datavec.api.transform.TransformProcess;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** A row at which the library throws, which nothing before the network could have known. */
class NetworkRefusalsTest {
  private static final int ROWS = 9;
  private static final int BAD = 5;
  private static Bundle bundle;

  @BeforeAll
  static void package_the_model(@TempDir Path folder) {
    bundle =
        Bundles.from(graph())
            .name("kinds")
            .version("1")
            .created(Flights.TRAINED)
            .transform(
                new TransformProcess.Builder(
                        new org.datavec.api.transform.schema.Schema.Builder()
                            .addColumnDouble("kind")
                            .addColumnDouble("x")
                            .build())
                    .build())
            .withoutNormalizer()
            .contract(
                new Contract(
                    List.of(
                        InputField.required("kind", DataType.DOUBLE),
                        InputField.required("x", DataType.DOUBLE)),
                    List.of(OutputField.value("y", 0))))
            .sample(rows(90, 1))
            .write(folder.resolve("kinds"));
  }

  /** Knows the kinds 0, 1 and 2; that its input is one is hidden behind a vertex. */
  private static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .graphBuilder()
                .addInputs("in")
                .addVertex("kind", new SubsetVertex(0, 0), "in")
                .addLayer("known", new EmbeddingLayer.Builder().nIn(3).nOut(2).build(), "kind")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(2)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "known")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static ColumnBatch rows(int count, double bad) {
    ColumnBatch.Builder rows =
        ColumnBatch.builder(
            Schema.of(new Field("kind", DataType.DOUBLE), new Field("x", DataType.DOUBLE)));
    for (int row = 0; row < count; row++) {
      rows.row(row == BAD ? bad : row % 3, (double) row);
    }
    return rows.build();
  }

  @ParameterizedTest(name = "by reference: {0}")
  @ValueSource(booleans = {false, true})
  void it_is_rejected_alone(boolean byReference) {
    try (LoadedBundle loaded =
            LoadedBundle.load(byReference ? SoundBundle.byReference(bundle) : bundle);
        Scorer scorer = loaded.scorer()) {
      ScoredBatch sound = scorer.score(rows(ROWS, 2));
      ScoredBatch scored = scorer.score(rows(ROWS, 100));

      for (int row = 0; row < ROWS; row++) {
        if (row != BAD) {
          assertThat(scored.outcome(row)).isEqualTo(Outcome.SCORED);
          assertThat((Float) scored.outputs().column("y").get(row))
              .isCloseTo((Float) sound.outputs().column("y").get(row), within(1e-6f));
        }
      }
      assertThat(scored.outcome(BAD)).isEqualTo(Outcome.REJECTED);
      Rejection rejection = scored.rejection(BAD).orElseThrow();
      assertThat(rejection.stage()).isEqualTo(Stage.MODEL);
      assertThat(rejection.reason()).startsWith("the network does not take it: ");
    }
  }
}
