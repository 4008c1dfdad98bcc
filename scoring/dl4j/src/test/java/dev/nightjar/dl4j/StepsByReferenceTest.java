package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import dev.nightjar.transform.Pipeline;
import dev.nightjar.transform.PipelineFormat;
import dev.nightjar.transform.Program;
import dev.nightjar.transform.Step;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** A transform with a step that DataVec runs, in the middle of steps that are compiled. */
class StepsByReferenceTest {
  private static Bundle bundle;

  @BeforeAll
  static void package_the_model(@TempDir Path folder) {
    bundle =
        Bundles.from(network())
            .name("clock")
            .version("1")
            .created(Flights.TRAINED)
            .transform(transform())
            .withoutNormalizer()
            .contract(
                new Contract(
                    List.of(
                        InputField.required("x", DataType.DOUBLE),
                        InputField.required("at", DataType.STRING)),
                    List.of(OutputField.value("sum", 0))))
            .sample(rows(100))
            .write(folder.resolve("clock"));
  }

  /** x times two, and the hour of a text in a zone of its own. */
  private static TransformProcess transform() {
    return new TransformProcess.Builder(
            new org.datavec.api.transform.schema.Schema.Builder()
                .addColumnDouble("x")
                .addColumnString("at")
                .build())
        .doubleMathOp("x", org.datavec.api.transform.MathOp.Multiply, 2)
        .stringToTimeTransform("at", "dd.MM.yyyy HH:mm", DateTimeZone.forID("Asia/Kathmandu"))
        .transform(
            new DeriveColumnsFromTimeTransform.Builder("at")
                .addIntegerDerivedColumn("hour", DateTimeFieldType.hourOfDay())
                .build())
        .removeColumns("at")
        .build();
  }

  /** x + hour. */
  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(2)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    network.init();
    network.setParams(Nd4j.create(new float[][] {{1, 1, 0}}));
    return network;
  }

  private static ColumnBatch rows(int count) {
    ColumnBatch.Builder rows =
        ColumnBatch.builder(
            Schema.of(new Field("x", DataType.DOUBLE), new Field("at", DataType.STRING)));
    for (int i = 0; i < count; i++) {
      rows.row((double) i, String.format(java.util.Locale.ROOT, "01.02.2024 %02d:30", i % 24));
    }
    return rows.build();
  }

  @Test
  void the_bundle_is_compiled_and_says_which_step_is_not() {
    assertThat(program().byReference()).hasSize(1);
    assertThat(program().steps()).hasSizeGreaterThan(2);
    assertThat(bundle.manifest().provenance().get("transform"))
        .isEqualTo("compiled, but by reference: StringToTimeTransform (this step is not compiled)");
  }

  @Test
  void rows_are_scored_and_rejected_as_by_hand() {
    ColumnBatch.Builder rows =
        ColumnBatch.builder(
            Schema.of(new Field("x", DataType.DOUBLE), new Field("at", DataType.STRING)));
    rows.row(1.0, "29.02.2024 23:59").row(1.0, "30.02.2024 23:59").row(4.0, "01.01.1999 00:00");
    try (LoadedBundle loaded = LoadedBundle.load(bundle);
        Scorer scorer = loaded.scorer()) {
      ScoredBatch scored = scorer.score(rows.build());
      assertThat(scored.outputs().column("sum").get(0)).isEqualTo(25f);
      assertThat(scored.outcome(1)).isEqualTo(Outcome.REJECTED);
      assertThat(scored.rejection(1).orElseThrow().field()).isEqualTo("at");
      assertThat(scored.rejection(1).orElseThrow().reason()).contains("30.02.2024 23:59");
      assertThat(scored.outputs().column("sum").get(2)).isEqualTo(8f);
    }
  }

  @Test
  void a_step_that_the_transform_does_not_have_is_refused() {
    List<Step> steps = new ArrayList<>();
    for (Step step : program().steps()) {
      steps.add(
          step instanceof Step.ByReference by
              ? new Step.ByReference(
                  17, by.name(), by.why(), by.in(), by.made(), by.places(), by.field())
              : step);
    }
    Program changed =
        new Program(program().inputs(), program().slots(), steps, program().outputs());
    Map<String, byte[]> files = new TreeMap<>();
    bundle.files().names().forEach(name -> files.put(name, bundle.files().get(name)));
    files.put(BundleFiles.PIPELINE, PipelineFormat.write(new Pipeline(changed, null, 0, "")));
    files.remove(BundleFiles.MANIFEST);
    files.put(BundleFiles.MANIFEST, bundle.manifest().withDigests(Bundle.digests(files)).toBytes());
    assertThatThrownBy(() -> LoadedBundle.load(Bundle.check(BundleFiles.of("clock", files))))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            "clock/pipeline.json does not fit source/transform.json: clock/source/transform.json has"
                + " 4 steps, and none of the number 17; package the model again");
  }

  private static Program program() {
    return PipelineFormat.read("pipeline.json", bundle.files().get(BundleFiles.PIPELINE))
        .transform();
  }
}
