package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightjar.bundle.BundleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** Networks that DL4J 0.5.0 to 1.0.0-beta4 saved, read by our reader. */
class SavedNetworksTest {

  @TestFactory
  Stream<DynamicTest> networks_of_rows_give_what_numpy_gives() throws IOException {
    Path folder = SharedCases.folder("models/dl4j");
    return goldens(folder)
        .filter(golden -> golden.has("inputs"))
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.path("model").asText(),
                    () -> inLocale(Locale.ROOT, () -> compare(folder, golden))));
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

  @TestFactory
  Stream<DynamicTest> all_others_are_refused_in_words() throws IOException {
    Path folder = SharedCases.folder("models/dl4j");
    List<String> rows =
        goldens(folder).filter(g -> g.has("inputs")).map(g -> g.path("model").asText()).toList();
    return models(folder)
        .filter(model -> !rows.contains(model))
        .map(
            model ->
                DynamicTest.dynamicTest(
                    model, () -> inLocale(Locale.ROOT, () -> refuse(folder, model))));
  }

  private static Stream<JsonNode> goldens(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("golden"))) {
      return files.sorted().map(SharedCases::json).toList().stream();
    }
  }

  private static Stream<String> models(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("regression_testing"))) {
      return files
          .map(file -> folder.relativize(file).toString())
          .filter(
              name ->
                  name.endsWith(".zip")
                      || name.endsWith("net.bin")
                      || name.matches(".*Synthetic[A-Za-z]+_100b4.bin"))
          .sorted()
          .toList()
          .stream();
    }
  }

  private static void compare(Path folder, JsonNode golden) throws IOException {
    String name = golden.path("model").asText();
    ModelZip zip = ModelZip.read(name, Files.readAllBytes(folder.resolve(name)));
    try (Network network = Networks.read(name, zip)) {
      int rows = golden.path("inputs").size();
      float[] input = new float[rows * network.inputs()];
      for (int i = 0; i < input.length; i++) {
        input[i] =
            (float)
                golden
                    .path("inputs")
                    .get(i / network.inputs())
                    .get(i % network.inputs())
                    .doubleValue();
      }
      float[] output = network.output(input, rows);
      int units = Networks.outputs(name, network);
      for (int i = 0; i < output.length; i++) {
        double expected = golden.path("expected_numpy").get(i / units).get(i % units).doubleValue();
        double tolerance = golden.path("tolerance").doubleValue() * Math.abs(expected) + 1e-6;
        assertThat((double) output[i]).isCloseTo(expected, within(tolerance));
      }
    }
  }

  private static void refuse(Path folder, String name) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(name));
    try (Network network = Networks.read(name, ModelZip.read(name, bytes))) {
      // A convolution may well begin with rows of pixels; then it is one of ours.
      assertThat(Networks.outputs(name, network)).isPositive();
      assertThat(name).contains("CNN");
    } catch (BundleException e) {
      assertThat(e).hasMessageContaining(name);
    }
  }
}
