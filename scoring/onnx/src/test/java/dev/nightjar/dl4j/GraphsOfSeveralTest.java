package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputLayout;
import dev.nightjar.contract.InputLayout.Sequence;
import dev.nightjar.contract.InputLayout.Several;
import dev.nightjar.contract.Layout;
import dev.nightjar.contract.NetworkOutput;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.DataType;
import dev.nightjar.engine.EngineChoice;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.MemoryNeed;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Graphs of several inputs and outputs, from training to the score. */
class GraphsOfSeveralTest {
  private static final int STEPS = 4;
  private static final int FEATURES = 2;
  private static final int USER = 3;
  private static final int COLUMNS = STEPS * FEATURES + USER;
  private static final int ROWS = 57;

  static {
    Nd4jBackend.prepare();
  }

  @TempDir Path folder;
  private int files;

  /** In another order than the network's. */
  private static final Several INPUTS =
      new Several(
          List.of(
              new Several.Named(
                  "clicks", new Sequence(STEPS, FEATURES, Sequence.StepOrder.STEPS_FIRST)),
              new Several.Named("user", new InputLayout.Rows(USER))));

  private static final List<OutputField> OUTPUTS =
      List.of(
          OutputField.ofClass("sort", List.of("a", "b", "c")).madeFrom("kind"),
          OutputField.probability("delayed", 0, 0.5).madeFrom("delay"),
          OutputField.value("b", 1).madeFrom("kind"));

  @ParameterizedTest
  @EnumSource(names = {"DL4J", "ONNX"})
  void a_bundle_scores_what_the_graph_gives(EngineChoice engine) {
    ComputationGraph graph = trained();
    float[] values = random(ROWS * COLUMNS, 5);
    Bundle bundle = bundle(graph, OUTPUTS, INPUTS).withoutNormalizer().engine(engine).write(file());

    assertThat(bundle.manifest().engine()).isEqualTo(engine.name().toLowerCase(Locale.ROOT));
    assertScores(bundle, graph, values, values);
  }

  @Test
  void a_normalizer_goes_over_the_columns_of_all_inputs() {
    NormalizerStandardize normalizer = new NormalizerStandardize();
    INDArray sample = Nd4j.create(random(80 * COLUMNS, 6), new long[] {80, COLUMNS}, 'c');
    normalizer.fit(new DataSet(sample, sample));
    ComputationGraph graph = trained();
    float[] values = random(ROWS * COLUMNS, 5);
    INDArray normalized = Nd4j.create(values.clone(), new long[] {ROWS, COLUMNS}, 'c');
    normalizer.transform(normalized);
    Bundle bundle = bundle(graph, OUTPUTS, INPUTS).normalizer(normalizer).write(file());
    assertScores(bundle, graph, values, normalized.dup('c').data().asFloat());

    NormalizerStandardize narrow = new NormalizerStandardize();
    INDArray users = Nd4j.create(random(80 * USER, 6), new long[] {80, USER}, 'c');
    narrow.fit(new DataSet(users, users));
    assertThatThrownBy(() -> bundle(graph, OUTPUTS, INPUTS).normalizer(narrow).write(file()))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("its network takes 11 columns in 2 inputs, and its normalizer 3")
        .hasMessageContaining("one normalizer, fitted on the transform's columns side by side");
  }

  @Test
  void the_bundle_says_what_each_output_gives_and_is_of_the_newer_format() {
    ComputationGraph graph = trained();
    Bundle bundle = bundle(graph, OUTPUTS, INPUTS).withoutNormalizer().write(file());
    Layout layout = bundle.manifest().contract().layout();
    assertThat(layout.outputs())
        .containsExactly(
            new NetworkOutput("delay", Layout.Output.UNITS, 1),
            new NetworkOutput("kind", Layout.Output.UNITS, 3));
    assertThat(layout.words())
        .isEqualTo(
            "clicks: sequence of 4 steps × 2 features, steps first; user: rows of 3 columns;"
                + " outputs delay (1 units), kind (3 units)");
    assertThat(text(bundle, BundleFiles.MANIFEST)).startsWith("format: 2\n");
    assertThat(text(bundle, BundleFiles.PIPELINE)).contains("\"format\" : 3");
    // Both inputs, and the sequence that the last step hides.
    assertThat(MemoryNeed.of(bundle, bundle.manifest().engine()).nativeOfRow())
        .isGreaterThan(4L * (COLUMNS + STEPS * 5 * 6));
  }

  @Test
  void bundles_of_one_input_and_output_stay_as_older_nightjars_read_them() {
    Bundle bundle = Flights.bundle().write(file());
    assertThat(text(bundle, BundleFiles.MANIFEST)).startsWith("format: 1\n");
    assertThat(text(bundle, BundleFiles.PIPELINE))
        .contains("\"format\" : 2")
        .doesNotContain("inputs\" : [ ]");
  }

  @ParameterizedTest
  @EnumSource(names = {"DL4J", "ONNX"})
  void a_number_of_no_category_rejects_its_row_alone(EngineChoice engine) {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .graphBuilder()
                .addInputs("user", "item")
                .addLayer("u", new DenseLayer.Builder().nIn(2).nOut(4).build(), "user")
                .addLayer("i", new EmbeddingLayer.Builder().nIn(3).nOut(4).build(), "item")
                .addVertex("both", new MergeVertex(), "u", "i")
                .addLayer("score", output(8, 1, Activation.SIGMOID), "both")
                .setOutputs("score")
                .build());
    graph.init();
    Several inputs =
        new Several(
            List.of(
                new Several.Named("user", new InputLayout.Rows(2)),
                new Several.Named("item", new InputLayout.Rows(1))));
    Bundle bundle =
        bundle(graph, List.of(OutputField.value("y", 0)), inputs, random -> random.nextInt(3))
            .withoutNormalizer()
            .engine(engine)
            .write(file());
    float[] values = {0.5f, 9, 2, 7, -1, 3, 1, 1, 0.5f, 4, 4, 0};
    try (LoadedBundle loaded = LoadedBundle.load(bundle);
        Scorer scorer = loaded.scorer()) {
      ScoredBatch scored = scorer.score(Numbers.rows(values, 3));
      for (int row : new int[] {1, 2}) {
        assertThat(scored.rejection(row).orElseThrow().field()).isEqualTo("x2");
        assertThat(scored.rejection(row).orElseThrow().reason())
            .contains("the network's EmbeddingLayer takes the numbers of categories, 0 to 2");
      }
      for (int row : new int[] {0, 3}) {
        INDArray user =
            Nd4j.create(new float[] {values[3 * row], values[3 * row + 1]}, new long[] {1, 2}, 'c');
        INDArray item = Nd4j.create(new float[] {values[3 * row + 2]}, new long[] {1, 1}, 'c');
        assertThat((Float) scored.outputs().column(0).get(row))
            .isCloseTo(graph.output(user, item)[0].getFloat(0), within(1e-6f));
      }
    }
  }

  @Test
  void inputs_that_do_not_fit_are_told_all_at_once() {
    ComputationGraph graph = trained();
    assertThatThrownBy(
            () -> bundle(graph, OUTPUTS, new InputLayout.Rows()).withoutNormalizer().write(file()))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("is a graph with the inputs [user, clicks]")
        .hasMessageContaining(
            "layout: {inputs: {user: {columns: 3}, clicks: {kind: sequence, steps: …, features:"
                + " 2}}}");
    Several wrong =
        new Several(
            List.of(
                new Several.Named("usr", new InputLayout.Rows(3)),
                new Several.Named("clicks", new InputLayout.Rows(9))));
    assertThatThrownBy(() -> bundle(graph, OUTPUTS, wrong).withoutNormalizer().write(file()))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("names the input 'usr', which the network does not have")
        .hasMessageContaining("did you mean 'user'")
        .hasMessageContaining(
            "the input 'clicks' leads to a LSTM, which takes sequences, [rows, 2 features, steps],"
                + " and the contract's layout declares 'rows of 9 columns'")
        .hasMessageContaining("the network's input 'user' is not in the contract's layout")
        .hasMessageContaining("write 'user: {columns: 3}'")
        .hasMessageContaining("take 12 columns together (usr: 3, clicks: 9)")
        .hasMessageContaining("the transform gives 11");
  }

  @Test
  void outputs_say_from_which_output_of_the_network_they_are_made() {
    ComputationGraph graph = trained();
    assertThatThrownBy(
            () ->
                bundle(graph, List.of(OutputField.value("y", 0)), INPUTS)
                    .withoutNormalizer()
                    .write(file()))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(
            "the contract's output 'y' does not say from which of the network's outputs [delay,"
                + " kind] it is made; write 'from: delay'");
    List<OutputField> wrong =
        List.of(
            OutputField.value("y", 0).madeFrom("kin"),
            OutputField.value("z", 3).madeFrom("kind"),
            OutputField.ofClass("k", List.of("a", "b")).madeFrom("kind"));
    assertThatThrownBy(() -> bundle(graph, wrong, INPUTS).withoutNormalizer().write(file()))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("made from 'kin', which is no output of the network")
        .hasMessageContaining("did you mean 'kind'")
        .hasMessageContaining("output 'z' takes unit 3 and the network's output 'kind' has 3 units")
        .hasMessageContaining("output 'k' names 2 classes and the network's output 'kind' has 3");
  }

  @Test
  void networks_of_layers_have_no_inputs_to_name() {
    Several named = new Several(List.of(new Several.Named("in", new InputLayout.Rows(6))));
    assertThatThrownBy(
            () ->
                Numbers.score(
                    ConvertedNetwork.saved(Flights.network()),
                    1,
                    new Layout(named, Layout.Output.UNITS),
                    new float[6],
                    1))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("is a network of layers, whose one input has no name")
        .hasMessageContaining("names the inputs [in]");
  }

  private void assertScores(
      Bundle bundle, ComputationGraph graph, float[] values, float[] normalized) {
    float[] steps = new float[ROWS * FEATURES * STEPS];
    float[] users = new float[ROWS * USER];
    for (int row = 0; row < ROWS; row++) {
      for (int step = 0; step < STEPS; step++) {
        for (int feature = 0; feature < FEATURES; feature++) {
          steps[(row * FEATURES + feature) * STEPS + step] =
              normalized[row * COLUMNS + step * FEATURES + feature];
        }
      }
      System.arraycopy(normalized, row * COLUMNS + STEPS * FEATURES, users, row * USER, USER);
    }
    INDArray[] expected =
        graph.output(
            Nd4j.create(users, new long[] {ROWS, USER}, 'c'),
            Nd4j.create(steps, new long[] {ROWS, FEATURES, STEPS}, 'c'));
    try (LoadedBundle loaded = LoadedBundle.load(bundle);
        Scorer scorer = loaded.scorer()) {
      ScoredBatch scored = scorer.score(Numbers.rows(values, COLUMNS));
      for (int row = 0; row < ROWS; row++) {
        assertThat(scored.outcome(row)).isEqualTo(Outcome.SCORED);
        float delayed = (Float) scored.outputs().column("delayed").get(row);
        assertThat(delayed).isCloseTo(expected[0].getFloat(row, 0), within(2e-6f));
        assertThat(scored.outputs().column("delayed_label").get(row)).isEqualTo(delayed >= 0.5f);
        assertThat((Float) scored.outputs().column("b").get(row))
            .isCloseTo(expected[1].getFloat(row, 1), within(2e-6f));
        int strongest = expected[1].getRow(row).argMax().getInt(0);
        assertThat(scored.outputs().column("sort").get(row))
            .isEqualTo(List.of("a", "b", "c").get(strongest));
      }
    }
  }

  private Path file() {
    return folder.resolve("bundle-" + files++);
  }

  private static String text(Bundle bundle, String file) {
    return new String(bundle.files().get(file), StandardCharsets.UTF_8);
  }

  /** A number of a row's last column, for the sample. */
  @FunctionalInterface
  private interface Last {
    float next(Random random);
  }

  private static Bundles bundle(
      ComputationGraph graph, List<OutputField> outputs, InputLayout inputs) {
    return bundle(graph, outputs, inputs, Random::nextFloat);
  }

  private static Bundles bundle(
      ComputationGraph graph, List<OutputField> outputs, InputLayout inputs, Last last) {
    int columns = inputs.columns() == 3 ? 3 : COLUMNS;
    Schema.Builder schema = new Schema.Builder();
    IntStream.range(0, columns).forEach(i -> schema.addColumnDouble("x" + i));
    Random random = new Random(11);
    float[] sample = new float[80 * columns];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = i % columns == columns - 1 ? last.next(random) : random.nextFloat();
    }
    return Bundles.from(graph)
        .name("several")
        .version("1")
        .created(Instant.parse("2026-11-01T00:00:00Z"))
        .transform(new TransformProcess.Builder(schema.build()).build())
        .contract(
            new Contract(
                IntStream.range(0, columns)
                    .mapToObj(i -> InputField.required("x" + i, DataType.DOUBLE))
                    .toList(),
                outputs,
                new Layout(inputs, Layout.Output.UNITS)))
        .sample(Numbers.rows(sample, columns));
  }

  private static ComputationGraph trained() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Adam(0.05))
                .graphBuilder()
                .addInputs("user", "clicks")
                .addLayer("u", new DenseLayer.Builder().nIn(USER).nOut(4).build(), "user")
                .addLayer(
                    "c",
                    new LastTimeStep(new LSTM.Builder().nIn(FEATURES).nOut(5).build()),
                    "clicks")
                .addVertex("both", new MergeVertex(), "u", "c")
                .addLayer("delay", output(9, 1, Activation.SIGMOID), "both")
                .addLayer("kind", output(9, 3, Activation.SOFTMAX), "both")
                .setOutputs("delay", "kind")
                .build());
    graph.init();
    int rows = 32;
    INDArray kinds = Nd4j.zeros(rows, 3);
    INDArray delays = Nd4j.zeros(rows, 1);
    for (int row = 0; row < rows; row++) {
      kinds.putScalar(row, row % 3, 1);
      delays.putScalar(row, 0, row % 2);
    }
    MultiDataSet data =
        new MultiDataSet(
            new INDArray[] {
              Nd4j.create(random(rows * USER, 1), new long[] {rows, USER}, 'c'),
              Nd4j.create(
                  random(rows * FEATURES * STEPS, 2), new long[] {rows, FEATURES, STEPS}, 'c')
            },
            new INDArray[] {delays, kinds});
    for (int i = 0; i < 5; i++) {
      graph.fit(data);
    }
    return graph;
  }

  private static OutputLayer output(int in, int out, Activation activation) {
    return new OutputLayer.Builder(
            activation == Activation.SIGMOID ? LossFunction.XENT : LossFunction.MCXENT)
        .nIn(in)
        .nOut(out)
        .activation(activation)
        .build();
  }

  private static float[] random(int length, long seed) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }
}
