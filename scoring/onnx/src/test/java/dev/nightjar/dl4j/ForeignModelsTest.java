package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.bundle.Tolerance;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputLayout.Image.PixelOrder;
import dev.nightjar.contract.InputLayout.Sequence;
import dev.nightjar.contract.Layout;
import dev.nightjar.contract.Outcome;
import dev.nightjar.data.DataType;
import dev.nightjar.engine.Engines;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;

/** Models of PyTorch, Keras and scikit-learn give in a bundle what those libraries give. */
class ForeignModelsTest {
  private static final Layout STEPS = Foreign.steps(Layout.Output.UNITS);

  @TempDir private Path folder;

  private static Map<String, Layout> models() {
    Map<String, Layout> models = new LinkedHashMap<>();
    models.put("torch-dense", Foreign.ROWS);
    models.put("torch-dense-dynamo", Foreign.ROWS);
    models.put("torch-flat", Foreign.ROWS);
    models.put("torch-double", Foreign.ROWS);
    models.put("torch-words", Foreign.ROWS);
    models.put("torch-image", Foreign.image(PixelOrder.CHANNELS_FIRST));
    models.put("torch-image-one", Foreign.image(PixelOrder.CHANNELS_FIRST));
    models.put("torch-lstm", STEPS);
    models.put("torch-lstm-dynamo", STEPS);
    models.put("torch-gru", STEPS);
    models.put("torch-steps", Foreign.steps(Layout.Output.ALL));
    models.put(
        "torch-wave",
        new Layout(new Sequence(9, 3, Sequence.StepOrder.FEATURES_FIRST), Layout.Output.UNITS));
    models.put("sklearn-regressor", Foreign.ROWS);
    models.put("sklearn-classifier", Foreign.ROWS);
    models.put("keras-dense-8", Foreign.ROWS);
    models.put("keras-image", Foreign.image(PixelOrder.CHANNELS_LAST));
    models.put("keras-bidirectional", STEPS);
    models.put("keras-bidirectional-8", STEPS);
    return models;
  }

  @TestFactory
  Stream<DynamicTest> a_model_scores_as_the_library_that_it_comes_from() {
    return models().entrySet().stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.getKey(), () -> assertScores(one.getKey(), one.getValue())));
  }

  private void assertScores(String name, Layout layout) {
    Bundle bundle = Foreign.bundle(name, layout).write(folder.resolve(name + ".zip"));
    assertThat(bundle.files().names())
        .containsExactlyInAnyOrder(
            BundleFiles.MANIFEST,
            BundleFiles.FOREIGN,
            BundleFiles.TRANSFORM,
            BundleFiles.PIPELINE,
            BundleFiles.GOLDEN);
    assertScores(bundle, Foreign.golden(name));
  }

  /** Every row, all at once and one by one, against the units that the other library gave. */
  private static void assertScores(Bundle bundle, List<Map<String, Object>> golden) {
    try (LoadedBundle loaded = LoadedBundle.load(bundle);
        Scorer scorer = loaded.scorer()) {
      assertEqual(scorer.score(Foreign.inputs(golden)), golden);
      for (Map<String, Object> row : golden) {
        assertEqual(scorer.score(Foreign.inputs(List.of(row))), List.of(row));
      }
    }
  }

  private static void assertEqual(ScoredBatch scored, List<Map<String, Object>> golden) {
    for (int row = 0; row < golden.size(); row++) {
      assertThat(scored.outcome(row)).isEqualTo(Outcome.SCORED);
      for (int unit = 0; golden.get(row).containsKey("unit_" + unit); unit++) {
        double expected = (Double) golden.get(row).get("unit_" + unit);
        double score = (Float) scored.outputs().column("y" + unit).get(row);
        assertThat(Tolerance.DEFAULT.holds(score, expected))
            .as("row %d, unit %d: %s for %s", row, unit, score, expected)
            .isTrue();
      }
    }
  }

  @Test
  void of_several_outputs_the_one_that_is_named_is_scored() {
    Bundle bundle =
        Foreign.bundle("torch-two", Foreign.ROWS)
            .modelOutput("probabilities")
            .write(folder.resolve("two"));
    assertThat(bundle.manifest().foreign().orElseThrow().output()).contains("probabilities");
    assertThat(Bundle.open(folder.resolve("two")).manifest()).isEqualTo(bundle.manifest());
    assertScores(bundle, Foreign.golden("torch-two"));
  }

  /** What PyTorch gives for the last of seven steps, two numbers each. */
  @Test
  void of_a_sequence_the_last_step_can_be_what_is_scored() {
    List<Map<String, Object>> last =
        Foreign.changed(
            Foreign.golden("torch-steps"),
            row -> {
              Object first = row.get("unit_12");
              Object second = row.get("unit_13");
              row.keySet().removeIf(name -> name.startsWith("unit_"));
              row.put("unit_0", first);
              row.put("unit_1", second);
              return row;
            });
    Layout layout = Foreign.steps(Layout.Output.LAST_STEP);
    Bundle bundle =
        Foreign.bundle("torch-steps", layout)
            .contract(Foreign.contract(last, layout))
            .golden(last)
            .write(folder.resolve("steps"));
    assertScores(bundle, last);
  }

  /** The network takes channels first, and the columns come channels last. */
  @Test
  void columns_are_turned_into_the_order_of_the_model() {
    List<Map<String, Object>> turned =
        Foreign.changed(
            Foreign.golden("torch-image"),
            row -> {
              Map<String, Object> other = new TreeMap<>(row);
              for (int channel = 0; channel < 2; channel++) {
                for (int pixel = 0; pixel < 36; pixel++) {
                  other.put("x" + (pixel * 2 + channel), row.get("x" + (channel * 36 + pixel)));
                }
              }
              return inOrder(other);
            });
    Layout layout = Foreign.image(PixelOrder.CHANNELS_LAST);
    Bundle bundle =
        Foreign.bundle("torch-image", layout)
            .sample(Foreign.inputs(turned))
            .golden(turned)
            .write(folder.resolve("image"));
    assertScores(bundle, turned);
  }

  private static Map<String, Object> inOrder(Map<String, Object> row) {
    Map<String, Object> ordered = new LinkedHashMap<>();
    for (int i = 0; row.containsKey("x" + i); i++) {
      ordered.put("x" + i, row.get("x" + i));
    }
    row.forEach(ordered::putIfAbsent);
    return ordered;
  }

  /** Rows that the transform halves and the normalizer shifts come out as PyTorch's rows. */
  @Test
  void transform_and_normalizer_stand_before_the_model_and_are_proven_by_the_reference() {
    List<Map<String, Object>> raw =
        Foreign.changed(Foreign.golden("torch-dense"), row -> scaled(row, x -> 4 * x + 2));
    Bundle bundle = scaledBundle(raw).normalizer(normalizer()).write(folder.resolve("scaled"));
    assertThat(bundle.manifest().provenance())
        .containsEntry("transform", "compiled")
        .containsEntry("network", "ONNX as it came, held against the outputs that came with it");
    assertScores(bundle, raw);
    GoldenRow given = golden(bundle).rows().get(0);
    double x0 = (Double) Foreign.golden("torch-dense").get(0).get("x0");
    assertThat(given.values().transformed()[0]).isEqualTo(2 * x0 + 1);
    assertThat(given.values().normalized()[0]).isEqualTo((float) x0);

    assertThatThrownBy(() -> scaledBundle(raw).write(folder.resolve("forgotten")))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith(
            "torch-dense 1 does not give what the golden rows says, in 12 of 12")
        .hasMessageContaining("row 1, unit_0: expected ")
        .hasMessageContaining("Give the transform, normalizer and layout");
  }

  private static Bundles scaledBundle(List<Map<String, Object>> raw) {
    Schema.Builder schema = new Schema.Builder();
    for (int i = 0; i < 6; i++) {
      schema.addColumnDouble("x" + i);
    }
    TransformProcess.Builder halves = new TransformProcess.Builder(schema.build());
    for (int i = 0; i < 6; i++) {
      halves.doubleMathOp("x" + i, MathOp.Multiply, 0.5);
    }
    return Foreign.bundle("torch-dense", Foreign.ROWS)
        .transform(halves.build())
        .sample(Foreign.inputs(raw))
        .golden(raw);
  }

  private static NormalizerStandardize normalizer() {
    return new NormalizerStandardize(Nd4j.ones(1, 6), Nd4j.ones(1, 6).muli(2));
  }

  private static Map<String, Object> scaled(
      Map<String, Object> row, UnaryOperator<Double> operation) {
    row.replaceAll((name, value) -> name.startsWith("x") ? operation.apply((Double) value) : value);
    return row;
  }

  /** As of a CSV file beside a training set in Parquet; a step of the transform is not compiled. */
  @Test
  void golden_rows_in_texts_hold_beside_a_sample_in_numbers_and_behind_a_step_by_reference() {
    List<Map<String, Object>> rows =
        Foreign.changed(
            Foreign.golden("torch-dense"),
            row -> {
              row.replaceAll((name, value) -> value.toString());
              row.put("at", "24.11.2026 07:15");
              return row;
            });
    List<Map<String, Object>> sample =
        Foreign.changed(
            Foreign.golden("torch-dense"),
            row -> {
              row.remove("unit_0");
              row.put("at", "01.01.2020 00:00");
              return row;
            });
    Contract numbers = Foreign.contract(Foreign.golden("torch-dense"), Foreign.ROWS);
    List<InputField> inputs = new ArrayList<>(numbers.inputs());
    inputs.add(InputField.required("at", DataType.STRING));
    Bundle bundle =
        Foreign.bundle("torch-dense", Foreign.ROWS)
            .contract(new Contract(inputs, numbers.outputs()))
            .transform(withHour())
            .sample(sample)
            .golden(rows)
            .write(folder.resolve("texts"));
    assertThat(bundle.manifest().provenance().get("transform"))
        .startsWith("compiled, but by reference: StringToTimeTransform");
    LoadedBundle.load(bundle).close();
    assertThat(golden(bundle).inputs().field(0).type()).isEqualTo(DataType.STRING);
  }

  private static TransformProcess withHour() {
    Schema.Builder schema = new Schema.Builder();
    for (int i = 0; i < 6; i++) {
      schema.addColumnDouble("x" + i);
    }
    return new TransformProcess.Builder(schema.addColumnString("at").build())
        .stringToTimeTransform("at", "dd.MM.yyyy HH:mm", DateTimeZone.forID("Asia/Kathmandu"))
        .removeColumns("at")
        .build();
  }

  private static GoldenRows golden(Bundle bundle) {
    return GoldenRows.parse(
        "bundle", bundle.files().get(BundleFiles.GOLDEN), bundle.manifest().contract());
  }

  @Test
  void golden_rows_hold_what_was_given_and_edges_only_as_far_as_the_network() {
    Bundle bundle = Foreign.bundle("torch-dense", Foreign.ROWS).write(folder.resolve("bundle"));
    List<Map<String, Object>> given = Foreign.golden("torch-dense");
    List<GoldenRow> rows = golden(bundle).rows();
    for (int row = 0; row < given.size(); row++) {
      assertThat(rows.get(row).isWhole()).isTrue();
      assertThat(rows.get(row).values().activations())
          .containsExactly(((Double) given.get(row).get("unit_0")).floatValue());
    }
    List<GoldenRow> others = rows.subList(given.size(), rows.size());
    assertThat(others)
        .filteredOn(GoldenRow::isWhole)
        .isNotEmpty()
        .allMatch(row -> row.values().outcome() == Outcome.REJECTED);
    assertThat(others)
        .filteredOn(row -> !row.isWhole())
        .isNotEmpty()
        .allMatch(row -> row.values().normalized().length == 6)
        .allMatch(row -> row.values().activations().length == 0 && row.outputs().isEmpty());
  }

  /** The model of the older exporter instead of the newer one's: other weights, the same shapes. */
  @Test
  void another_network_fails_the_rows_that_came_with_the_model() throws IOException {
    Bundle bundle = Foreign.bundle("torch-dense", Foreign.ROWS).write(folder.resolve("bundle"));
    byte[] other = Files.readAllBytes(Foreign.file("torch-dense-dynamo.onnx"));
    assertThatThrownBy(() -> LoadedBundle.load(with(bundle, BundleFiles.FOREIGN, other)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("fails its golden rows")
        .hasMessageContaining("row 0, stage model");
  }

  @Test
  void rows_whose_end_is_open_excuse_neither_a_foreign_model_nor_any_other() {
    Bundle bundle = Foreign.bundle("torch-dense", Foreign.ROWS).write(folder.resolve("bundle"));
    GoldenRows rows = golden(bundle);
    GoldenRows few =
        new GoldenRows(
            rows.inputs(),
            Stream.concat(
                    rows.rows().stream().limit(7),
                    rows.rows().stream()
                        .skip(7)
                        .filter(row -> row.values().outcome() == Outcome.SCORED)
                        .map(GoldenRow::untilNetwork))
                .toList());
    assertThatThrownBy(() -> LoadedBundle.load(with(bundle, BundleFiles.GOLDEN, few.toBytes())))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(
            "changed has 7 different golden rows whose outputs came with its model")
        .hasMessageContaining("8 are the least; package it again with more");

    Bundle flights = Flights.bundle().write(folder.resolve("flights"));
    GoldenRows known = golden(flights);
    GoldenRows open =
        new GoldenRows(
            known.inputs(),
            known.rows().stream()
                .map(row -> row.values().activations().length > 0 ? row.untilNetwork() : row)
                .toList());
    assertThatThrownBy(() -> LoadedBundle.load(with(flights, BundleFiles.GOLDEN, open.toBytes())))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("golden rows whose outputs are not known, and no foreign model");
  }

  @Test
  void the_way_to_the_network_is_proven_on_the_open_rows_too() {
    Bundle bundle = Foreign.bundle("torch-dense", Foreign.ROWS).write(folder.resolve("bundle"));
    GoldenRows rows = golden(bundle);
    GoldenRows wrong =
        new GoldenRows(
            rows.inputs(),
            rows.rows().stream()
                .map(
                    row -> {
                      if (!row.isWhole()) {
                        row.values().normalized()[5] += 1;
                      }
                      return row;
                    })
                .toList());
    assertThatThrownBy(() -> LoadedBundle.load(with(bundle, BundleFiles.GOLDEN, wrong.toBytes())))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("stage normalize, x5");
  }

  @Test
  void what_is_compiled_can_be_made_anew_and_the_model_stays_as_it_came() {
    Bundle bundle = Foreign.bundle("torch-dense", Foreign.ROWS).write(folder.resolve("bundle"));
    assertThat(Engines.packager().recompile(bundle, false)).isEmpty();
    assertThat(Engines.packager().recompile(bundle, true)).isEmpty();
    byte[] forged =
        new String(bundle.files().get(BundleFiles.PIPELINE), StandardCharsets.UTF_8)
            .concat(" ")
            .getBytes(StandardCharsets.UTF_8);
    BundleFiles made =
        Engines.packager()
            .recompile(with(bundle, BundleFiles.PIPELINE, forged), true)
            .orElseThrow();
    for (String file : List.of(BundleFiles.PIPELINE, BundleFiles.FOREIGN, BundleFiles.GOLDEN)) {
      assertThat(made.get(file)).as(file).isEqualTo(bundle.files().get(file));
    }
    assertThat(Bundle.check(made).manifest().foreign()).isEqualTo(bundle.manifest().foreign());
  }

  private static Bundle with(Bundle bundle, String name, byte[] bytes) {
    Map<String, byte[]> files = new TreeMap<>();
    bundle.files().names().forEach(each -> files.put(each, bundle.files().get(each)));
    files.put(name, bytes);
    files.remove(BundleFiles.MANIFEST);
    BundleManifest manifest = bundle.manifest().withDigests(Bundle.digests(files));
    files.put(BundleFiles.MANIFEST, manifest.toBytes());
    return Bundle.check(BundleFiles.of("changed", files));
  }
}
