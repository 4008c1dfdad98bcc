package dev.nightjar.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightjar.contract.InputLayout.Image;
import dev.nightjar.contract.InputLayout.Sequence;
import dev.nightjar.contract.Layout;
import dev.nightjar.dl4j.ConvertedNetwork;
import dev.nightjar.dl4j.SharedCases;
import dev.nightjar.keras.KerasImporter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every network that others trained and saved, by DL4J since 0.5.0 and by Keras 1 and 2, gives
 * converted what it gives in DL4J.
 */
class NetworksOfOthersTest {
  private static final String ROOT = "regression_testing/";

  private record Case(String model, Layout layout, int columns) {}

  /** DL4J cannot run them either; SavedNetworksTest of scoring/dl4j says why. */
  private static final List<String> BROKEN =
      Stream.of("050", "071", "080").map(version -> name(version, "CNN_1")).toList();

  private static List<Case> others() {
    List<Case> cases = new ArrayList<>();
    cases.add(new Case(ROOT + "100a/upsampling/net.bin", pixels(1, Layout.Output.UNITS), 784));
    cases.add(new Case(ROOT + "100b4/SyntheticCNN_100b4.bin", pixels(1, Layout.Output.ALL), 784));
    cases.add(
        new Case(
            ROOT + "100b4/SyntheticBidirectionalRNNGraph_100b4.bin",
            steps(10, 10, Sequence.StepOrder.FEATURES_FIRST, Layout.Output.UNITS),
            100));
    cases.add(new Case(name("060", "CNN_1"), pixels(3, Layout.Output.UNITS), 2352));
    for (String version : List.of("060", "071", "080")) {
      for (String kind : List.of("LSTM_1", "CG_LSTM_1")) {
        for (Layout.Output output : List.of(Layout.Output.LAST_STEP, Layout.Output.ALL)) {
          Layout layout = steps(7, 3, Sequence.StepOrder.FEATURES_FIRST, output);
          cases.add(new Case(name(version, kind), layout, 21));
        }
      }
    }
    return cases;
  }

  private static Layout pixels(int channels, Layout.Output output) {
    return new Layout(new Image(channels, 28, 28, Image.PixelOrder.CHANNELS_FIRST), output);
  }

  private static Layout steps(
      int steps, int features, Sequence.StepOrder order, Layout.Output output) {
    return new Layout(new Sequence(steps, features, order), output);
  }

  private static String name(String version, String kind) {
    return ROOT + version + "/" + version + "_ModelSerializer_Regression_" + kind + ".zip";
  }

  /** All of DL4J's, those of rows with the width that is stored beside them. */
  private static List<Case> dl4j(Path folder) throws IOException {
    List<Case> cases = new ArrayList<>(others());
    try (Stream<Path> files = Files.list(folder.resolve("golden"))) {
      for (Path file : files.sorted().toList()) {
        JsonNode golden = SharedCases.json(file);
        if (golden.has("inputs")) {
          int columns = golden.path("inputs").get(0).size();
          cases.add(new Case(golden.path("model").asText(), Layout.ROWS, columns));
        }
      }
    }
    return cases;
  }

  @TestFactory
  Stream<DynamicTest> networks_that_dl4j_saved_give_the_same() throws IOException {
    Path folder = SharedCases.folder("models/dl4j");
    return dl4j(folder).stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.model() + " " + one.layout().output(),
                    () -> compare(Files.readAllBytes(folder.resolve(one.model())), one)));
  }

  @Test
  void no_network_is_left_out() throws IOException {
    Path folder = SharedCases.folder("models/dl4j");
    Set<String> covered = new HashSet<>(BROKEN);
    dl4j(folder).forEach(one -> covered.add(one.model()));
    try (Stream<Path> files = Files.walk(folder.resolve("regression_testing"))) {
      assertThat(files.map(file -> folder.relativize(file).toString()))
          .filteredOn(
              name -> name.endsWith(".zip") || name.matches(".*(net|Synthetic[A-Za-z]+_100b4).bin"))
          .filteredOn(name -> !name.matches(".*_(In|Out)put_.*"))
          .containsExactlyInAnyOrderElementsOf(covered);
    }
  }

  @TestFactory
  Stream<DynamicTest> models_of_keras_give_the_same() throws IOException {
    Path folder = SharedCases.folder("models/keras");
    List<Path> models;
    try (Stream<Path> files = Files.walk(folder)) {
      models = files.filter(file -> file.toString().endsWith("_model.h5")).sorted().toList();
    }
    assertThat(models).hasSize(6);
    return models.stream()
        .map(
            file -> {
              String name = folder.relativize(file).toString();
              return DynamicTest.dynamicTest(name, () -> compareKeras(file, name));
            });
  }

  private static void compareKeras(Path file, String name) throws IOException {
    byte[] zip =
        new KerasImporter().run(name, Files.readAllBytes(file), Duration.ofMinutes(10)).zip();
    if (name.startsWith("conv1d")) {
      for (Layout.Output output : List.of(Layout.Output.ALL, Layout.Output.LAST_STEP)) {
        Layout layout = steps(16, 3, Sequence.StepOrder.STEPS_FIRST, output);
        compare(zip, new Case(name, layout, 48));
      }
    } else if (name.startsWith("simple_lstm")) {
      Layout layout = steps(1, 1, Sequence.StepOrder.STEPS_FIRST, Layout.Output.UNITS);
      compare(zip, new Case(name, layout, 1));
      // From one step alone the recurrent weights take no part.
      Layout longer = steps(9, 1, Sequence.StepOrder.STEPS_FIRST, Layout.Output.UNITS);
      compare(zip, new Case(name, longer, 9));
    } else {
      compare(zip, new Case(name, Layout.ROWS, 16));
    }
  }

  /** These files are known and trusted, so DL4J's own reader may open them here. */
  private static Model restored(byte[] zip, Case one) {
    ByteArrayInputStream in = new ByteArrayInputStream(zip);
    try {
      return one.model().matches(".*(CG_|Graph).*")
          ? ModelSerializer.restoreComputationGraph(in, false)
          : ModelSerializer.restoreMultiLayerNetwork(in, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** DL4J folds names of old files by the locale; SavedNetworksTest of scoring/dl4j says how. */
  private static void compare(byte[] zip, Case one) {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.ROOT);
    try (ConvertedNetwork network = ConvertedNetwork.read(zip, one.layout(), one.columns())) {
      Random random = new Random(20131101);
      for (int rows : List.of(1, 2, 33)) {
        Seen.record(
            "of others: " + one.model(),
            Comparison.compare(
                network,
                () -> Comparison.inDoubles(restored(zip, one), one.layout(), one.columns()),
                one.columns(),
                rows,
                random));
      }
    } finally {
      Locale.setDefault(before);
    }
  }
}
