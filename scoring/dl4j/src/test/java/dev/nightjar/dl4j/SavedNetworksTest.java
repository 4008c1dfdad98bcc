package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.contract.InputLayout.Image;
import dev.nightjar.contract.InputLayout.Sequence;
import dev.nightjar.contract.Layout;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Networks that DL4J 0.5.0 to 1.0.0-beta4 saved: packaged, proven, loaded and scored as any bundle,
 * and compared with the outputs stored beside them.
 */
class SavedNetworksTest {
  private static final String ROOT = "regression_testing/";
  private static final Layout PIXELS = layout(1, 28, 28, Layout.Output.UNITS);

  /** A network with outputs stored beside it, or without. */
  private record Case(String model, Layout layout) {
    boolean graph() {
      return model.contains("CG_") || model.contains("Graph");
    }
  }

  private static final Case UPSAMPLING = new Case(ROOT + "100a/upsampling/net.bin", PIXELS);
  private static final Case CNN =
      new Case(ROOT + "100b4/SyntheticCNN_100b4.bin", layout(1, 28, 28, Layout.Output.ALL));
  private static final Case BIDIRECTIONAL =
      new Case(
          ROOT + "100b4/SyntheticBidirectionalRNNGraph_100b4.bin",
          sequence(10, 10, Layout.Output.UNITS));

  private static final List<Case> WITH_ARRAYS = List.of(UPSAMPLING, CNN, BIDIRECTIONAL);

  private static final List<Case> WITHOUT_OUTPUTS =
      List.of(
          new Case(name("060", "CNN_1"), layout(3, 28, 28, Layout.Output.UNITS)),
          new Case(name("060", "LSTM_1"), sequence(7, 3, Layout.Output.LAST_STEP)),
          new Case(name("071", "LSTM_1"), sequence(7, 3, Layout.Output.LAST_STEP)),
          new Case(name("080", "LSTM_1"), sequence(7, 3, Layout.Output.LAST_STEP)),
          new Case(name("060", "CG_LSTM_1"), sequence(7, 3, Layout.Output.LAST_STEP)),
          new Case(name("071", "CG_LSTM_1"), sequence(7, 3, Layout.Output.LAST_STEP)),
          new Case(name("080", "CG_LSTM_1"), sequence(7, 3, Layout.Output.LAST_STEP)));

  /**
   * Networks that DL4J cannot run either: the first lacks the step from image to row, the others
   * have one of 28 × 28 × 3 numbers before a layer of 2028.
   */
  private static final List<Case> BROKEN =
      Stream.of("050", "071", "080")
          .map(version -> new Case(name(version, "CNN_1"), layout(3, 28, 28, Layout.Output.UNITS)))
          .toList();

  private static Layout layout(int channels, int height, int width, Layout.Output output) {
    return new Layout(new Image(channels, height, width, Image.PixelOrder.CHANNELS_FIRST), output);
  }

  /** The order in which DL4J's own arrays [rows, features, steps] lie in memory. */
  private static Layout sequence(int steps, int features, Layout.Output output) {
    return new Layout(new Sequence(steps, features, Sequence.StepOrder.FEATURES_FIRST), output);
  }

  private static String name(String version, String kind) {
    return ROOT + version + "/" + version + "_ModelSerializer_Regression_" + kind + ".zip";
  }

  @TestFactory
  Stream<DynamicTest> networks_of_rows_give_what_numpy_gives() {
    Path folder = SharedCases.folder("models/dl4j");
    return goldens(folder)
        .filter(golden -> golden.has("inputs"))
        .map(golden -> test(golden.path("model").asText(), () -> compareRows(folder, golden)));
  }

  @TestFactory
  Stream<DynamicTest> images_and_sequences_give_what_is_stored_beside_them() {
    Path folder = SharedCases.folder("models/dl4j");
    return goldens(folder)
        .filter(golden -> golden.has("input_row_major"))
        .map(golden -> test(golden.path("model").asText(), () -> compareArrays(folder, golden)));
  }

  @TestFactory
  Stream<DynamicTest> arrays_saved_beside_a_network_are_met() {
    Path folder = SharedCases.folder("models/dl4j");
    return WITH_ARRAYS.stream()
        .map(
            one ->
                test(
                    one.model(),
                    () ->
                        compare(
                            folder,
                            one,
                            array(folder, one, "in.bin", "_Input"),
                            array(folder, one, "out.bin", "_Output"),
                            1e-5)));
  }

  @TestFactory
  Stream<DynamicTest> networks_without_stored_outputs_give_what_dl4j_gives() {
    Path folder = SharedCases.folder("models/dl4j");
    return WITHOUT_OUTPUTS.stream().map(one -> test(one.model(), () -> compareDl4j(folder, one)));
  }

  @TestFactory
  Stream<DynamicTest> networks_that_nobody_can_run_are_refused_in_words() {
    Path folder = SharedCases.folder("models/dl4j");
    return BROKEN.stream()
        .map(
            one ->
                test(
                    one.model(),
                    () ->
                        assertThatThrownBy(
                                () ->
                                    Numbers.score(
                                        Files.readAllBytes(folder.resolve(one.model())),
                                        5,
                                        one.layout(),
                                        new float[3 * 28 * 28],
                                        1))
                            .isInstanceOf(BundleException.class)
                            .hasMessageContaining(
                                "source/model.zip does not take the layout 'image of 3 channels × 28"
                                    + " × 28 pixels, channels first', [rows, 3, 28, 28]")
                            .hasMessageContaining("layer index: 2, layer type: OutputLayer")));
  }

  /** A layer that remembers would give the first batch's outputs for the second. */
  @Test
  void old_recurrent_networks_remember_no_batch() throws Throwable {
    Path folder = SharedCases.folder("models/dl4j");
    inLocale(
        Locale.ROOT,
        () -> {
          String name = name("060", "LSTM_1");
          ModelZip zip = ModelZip.read(name, Files.readAllBytes(folder.resolve(name)));
          try (RowNetwork network =
              RowNetwork.of(
                  name, Networks.read(name, zip), sequence(7, 3, Layout.Output.ALL), 21)) {
            float[] zeros = network.output(new float[21 * 3], 3);
            float[] tens = new float[21 * 4];
            Arrays.fill(tens, -10f);
            float[] others = network.output(tens, 4);
            assertThat(others).hasSize(4 * 35);
            assertThat(Arrays.copyOf(others, 35)).isNotEqualTo(Arrays.copyOf(zeros, 35));
            assertThat(network.output(new float[21 * 3], 3)).isEqualTo(zeros);
          }
        });
  }

  @Test
  void no_network_is_left_out() throws IOException {
    Path folder = SharedCases.folder("models/dl4j");
    Set<String> covered = new HashSet<>();
    Stream.of(WITH_ARRAYS, WITHOUT_OUTPUTS, BROKEN)
        .flatMap(List::stream)
        .forEach(one -> covered.add(one.model()));
    goldens(folder).forEach(golden -> covered.add(golden.path("model").asText()));
    try (Stream<Path> files = Files.walk(folder.resolve("regression_testing"))) {
      assertThat(files.map(file -> folder.relativize(file).toString()))
          .filteredOn(
              name ->
                  name.endsWith(".zip")
                      || name.endsWith("net.bin")
                      || name.matches(".*Synthetic[A-Za-z]+_100b4.bin"))
          .containsExactlyInAnyOrderElementsOf(covered);
    }
  }

  private static DynamicTest test(String name, Executable test) {
    return DynamicTest.dynamicTest(name, () -> inLocale(Locale.ROOT, test));
  }

  /**
   * DL4J folds names of old files by the locale in which its table of them was first used, so a
   * Turkish JVM cannot read some; the refusal says so. Here the table is made in another locale.
   */
  private static void inLocale(Locale locale, Executable test) throws Throwable {
    Locale before = Locale.getDefault();
    Locale.setDefault(locale);
    try {
      test.execute();
    } finally {
      Locale.setDefault(before);
    }
  }

  private static Stream<JsonNode> goldens(Path folder) {
    try (Stream<Path> files = Files.list(folder.resolve("golden"))) {
      return files.sorted().map(SharedCases::json).toList().stream();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void compareRows(Path folder, JsonNode golden) throws IOException {
    int rows = golden.path("inputs").size();
    float[] input = numbers(golden.path("inputs"));
    float[] expected = numbers(golden.path("expected_numpy"));
    byte[] model = Files.readAllBytes(folder.resolve(golden.path("model").asText()));
    float[] output = Numbers.score(model, expected.length / rows, Layout.ROWS, input, rows);
    assertClose(output, expected, golden.path("tolerance").doubleValue());
  }

  private static void compareArrays(Path folder, JsonNode golden) throws IOException {
    Case one =
        WITH_ARRAYS.stream()
            .filter(c -> c.model().equals(golden.path("model").asText()))
            .findFirst()
            .orElseThrow();
    int rows = golden.path("input_shape").get(0).asInt();
    float[] expected = numbers(golden.path("upstream_expected_row_major"));
    float[] input = numbers(golden.path("input_row_major"));
    byte[] model = Files.readAllBytes(folder.resolve(one.model()));
    float[] output = Numbers.score(model, expected.length / rows, one.layout(), input, rows);
    assertClose(output, expected, golden.path("tolerance").doubleValue());
  }

  private static void compare(
      Path folder, Case one, INDArray input, INDArray expected, double tolerance)
      throws IOException {
    int rows = (int) input.size(0);
    float[] stored = flat(expected);
    byte[] model = Files.readAllBytes(folder.resolve(one.model()));
    float[] output = Numbers.score(model, stored.length / rows, one.layout(), flat(input), rows);
    assertClose(output, stored, tolerance);
  }

  /** These files are known and trusted, so DL4J's own reader may open them here. */
  private static void compareDl4j(Path folder, Case one) throws IOException {
    Path file = folder.resolve(one.model());
    Random random = new Random(7);
    long[] shape =
        one.layout().input() instanceof Image ? new long[] {5, 3, 28, 28} : new long[] {5, 3, 7};
    INDArray input = Nd4j.create(shape);
    for (int i = 0; i < input.length(); i++) {
      input.putScalar(i, random.nextFloat());
    }
    INDArray expected;
    if (one.graph()) {
      ComputationGraph graph = ModelSerializer.restoreComputationGraph(file.toFile(), false);
      expected = graph.outputSingle(input);
    } else {
      MultiLayerNetwork network = ModelSerializer.restoreMultiLayerNetwork(file.toFile(), false);
      expected = network.output(input);
    }
    if (one.layout().output() == Layout.Output.LAST_STEP) {
      assertThat(expected.shape()).containsExactly(5, 5, 7);
      expected = expected.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(6));
    }
    compare(folder, one, input, expected, 1e-6);
  }

  private static INDArray array(Path folder, Case one, String plain, String infix)
      throws IOException {
    Path model = folder.resolve(one.model());
    Path file =
        model.endsWith("net.bin")
            ? model.resolveSibling(plain)
            : model.resolveSibling(
                model.getFileName().toString().replace("_100b4", infix + "_100b4"));
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      return Nd4j.read(in);
    }
  }

  private static float[] flat(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  /** The numbers of an array, or of an array of arrays one after the other. */
  private static float[] numbers(JsonNode array) {
    List<Float> numbers = new ArrayList<>();
    for (JsonNode element : array) {
      if (element.isArray()) {
        element.forEach(number -> numbers.add((float) number.doubleValue()));
      } else {
        numbers.add((float) element.doubleValue());
      }
    }
    float[] flat = new float[numbers.size()];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = numbers.get(i);
    }
    return flat;
  }

  private static void assertClose(float[] actual, float[] expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("value " + i)
          .isCloseTo(expected[i], within(tolerance * Math.abs(expected[i]) + 1e-6));
    }
  }
}
