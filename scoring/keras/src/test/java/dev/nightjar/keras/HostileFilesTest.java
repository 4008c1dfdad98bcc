package dev.nightjar.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.BundleException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no sound models: each is refused in words, and this JVM sees none of them. */
class HostileFilesTest {
  private static final String DENSE =
      "{\"class_name\": \"Sequential\", \"keras_version\": \"2.3.1\", \"config\": {\"layers\":"
          + " [{\"class_name\": \"Dense\", \"config\": {\"name\": \"dense\", \"units\": %d,"
          + " \"batch_input_shape\": [null, 16], \"activation\": \"linear\", \"use_bias\": true,"
          + " \"kernel_initializer\": {\"class_name\": \"Zeros\", \"config\": {}},"
          + " \"bias_initializer\": {\"class_name\": \"Zeros\", \"config\": {}}}}, {\"class_name\":"
          + " \"ReLU\", \"config\": {\"name\": \"re_lu_1\", \"max_value\": null, \"negative_slope\":"
          + " 0.0, \"threshold\": 0.0}}]}}";

  @TempDir Path folder;

  @Test
  void what_does_not_begin_as_hdf5_starts_no_process() {
    assertRefused("PK zip of Keras 3".getBytes(StandardCharsets.UTF_8))
        .hasMessageContaining("does not begin as an HDF5 file does")
        .hasMessageContaining(".keras file is a zip of Keras 3");
    assertRefused(new byte[0]).hasMessageContaining("does not begin as an HDF5 file does");
  }

  @Test
  void files_that_are_cut_off_or_scrambled_are_refused() throws IOException {
    byte[] sound = Files.readAllBytes(ModelFiles.sound());
    for (int length : List.of(8, 200, 2048, sound.length / 2, sound.length - 1)) {
      assertRefused(Arrays.copyOf(sound, length))
          .hasMessageContaining("it is no HDF5 file, or a damaged one");
    }
    byte[] scrambled = sound.clone();
    new Random(1).nextBytes(scrambled);
    System.arraycopy(sound, 0, scrambled, 0, 64);
    assertRefused(scrambled).hasMessageContaining("cannot be imported");
  }

  @Test
  void files_without_a_model_are_told_apart() throws IOException {
    assertRefused(ModelFiles.changed(folder, file -> file.removeAttr("model_config")))
        .hasMessageContaining("it has no attribute 'model_config'");
    Path weights = ModelFiles.sound().resolveSibling("ReLU_0_weights.h5");
    assertRefused(Files.readAllBytes(weights))
        .hasMessageContaining("it holds weights alone, without the model");
    assertRefused(ModelFiles.changed(folder, file -> file.unlink("model_weights")))
        .hasMessageContaining("it has no group 'model_weights'");
  }

  @Test
  void an_architecture_that_is_none_is_refused() throws IOException {
    assertRefused(ModelFiles.withArchitecture(folder, "no JSON"))
        .hasMessageContaining("its model_config is no JSON");
    assertRefused(ModelFiles.withArchitecture(folder, "[".repeat(50_000)))
        .hasMessageContaining("its model_config is no JSON");
    assertRefused(ModelFiles.withArchitecture(folder, "{}"))
        .hasMessageContaining("does not say of which class the model is");
  }

  @Test
  void an_attribute_without_measure_is_refused_before_it_is_read() throws IOException {
    assertRefused(
            ModelFiles.made(
                folder, file -> ModelFiles.setFixed(file, "model_config", "x".repeat(65 << 20))))
        .hasMessageContaining("its attribute 'model_config' has 68157440 bytes");
  }

  @Test
  void arrays_without_measure_are_refused_before_they_are_read() throws IOException {
    assertRefused(
            ModelFiles.changed(
                folder, file -> ModelFiles.declare(file, "model_weights/dense", "x", 1L << 40)))
        .hasMessageContaining(
            "its arrays up to 'model_weights/dense/x', which has 1099511627776 numbers");
  }

  @Test
  void layers_without_measure_do_not_take_this_jvm_along() throws IOException {
    // Where memory ends, in Java or in native code, depends on the machine.
    assertRefused(ModelFiles.withArchitecture(folder, String.format(DENSE, 2_000_000_000)))
        .hasMessageContaining("cannot be imported: ");
    assertRefused(ModelFiles.withArchitecture(folder, String.format(DENSE, -1)))
        .hasMessageContaining("DL4J cannot import it: ")
        .hasMessageContaining("nIn and nOut must be > 0");
  }

  /** DL4J's import would take them, and leave a network that nobody trained. */
  @Test
  void weights_of_another_architecture_are_refused() throws IOException {
    for (int units : List.of(16, 31, 33, 64)) {
      assertRefused(ModelFiles.withArchitecture(folder, String.format(DENSE, units)))
          .hasMessageContaining(
              "its weights are 544 numbers and its architecture has %d", 17 * units);
    }
    String other = String.format(DENSE, 32).replace("re_lu_1", "re_lu_2");
    assertRefused(ModelFiles.withArchitecture(folder, other))
        .hasMessageContaining("its architecture and its weights may not belong together");
  }

  @Test
  void weights_that_lie_elsewhere_are_refused() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "sixteen bytes...");
    assertRefused(
            ModelFiles.changed(
                folder,
                file -> ModelFiles.declareOutside(file, "model_weights/dense", "x", secret)))
        .hasMessageContaining("the array 'model_weights/dense/x' lies in another file");
    assertRefused(
            ModelFiles.changed(
                folder,
                file -> ModelFiles.link(file, "model_weights/dense", "x", "/model_weights")))
        .hasMessageContaining("'model_weights/dense/x' is a link to another place or file");
  }

  @Test
  void a_custom_layer_and_a_lambda_are_refused_by_name_through_the_file() throws IOException {
    String swish = String.format(DENSE, 32).replace("\"Dense\"", "\"Swish\"");
    assertRefused(ModelFiles.withArchitecture(folder, swish))
        .hasMessageContaining("the layer 'dense' is a 'Swish': a layer of its author's own");
    String lambda = String.format(DENSE, 32).replace("\"Dense\"", "\"Lambda\"");
    assertRefused(ModelFiles.withArchitecture(folder, lambda))
        .hasMessageContaining("the layer 'dense' is a Lambda");
  }

  @Test
  void names_in_a_file_are_told_without_what_a_terminal_obeys() throws IOException {
    String name = "\\u001b[2Jgone\\n" + "x".repeat(5000);
    String lambda =
        String.format(DENSE, 32)
            .replace("\"Dense\"", "\"Lambda\"")
            .replace("\"dense\"", '"' + name + '"');
    assertRefused(ModelFiles.withArchitecture(folder, lambda))
        .hasMessageContaining("the layer ' [2Jgone xxx")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1100).doesNotContain("\u001b"));
  }

  @Test
  void a_text_of_variable_length_is_read_as_well() throws IOException {
    String model;
    try (KerasFile file = new KerasFile(ModelFiles.sound())) {
      model = file.text("model_config").orElseThrow();
    }
    byte[] variable =
        ModelFiles.changed(
            folder,
            file -> {
              ModelFiles.setVariable(file, "model_config", model);
              ModelFiles.setVariable(file, "keras_version", "2.4.0");
            });
    assertThat(run(variable, Duration.ofMinutes(10)))
        .containsEntry("keras", "2.4.0")
        .containsEntry("keras-backend", "tensorflow");
  }

  @Test
  void other_versions_of_keras_are_refused_by_number() throws IOException {
    assertRefused(
            ModelFiles.changed(folder, file -> ModelFiles.setFixed(file, "keras_version", "3.4.1")))
        .hasMessageContaining("it was saved by Keras 3.4.1; Keras 1 and 2 can be imported");
    assertRefused(ModelFiles.changed(folder, file -> file.removeAttr("keras_version")))
        .hasMessageContaining("it was saved by Keras of an unknown version");
  }

  @Test
  void an_import_beyond_its_deadline_is_stopped() throws IOException {
    byte[] sound = Files.readAllBytes(ModelFiles.sound());
    assertThatThrownBy(() -> run(sound, Duration.ofMillis(1)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("hostile.h5 cannot be imported: its import did not end within 1ms")
        .hasMessageContaining("needs a longer deadline");
    assertThat(imports()).isEmpty();
  }

  /** A pipe that nobody writes to keeps native code waiting for ever. */
  @Test
  void an_import_that_hangs_ends_with_its_parent() throws Exception {
    Path pipe = folder.resolve(ImportMain.SOURCE);
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Process shell =
        new ProcessBuilder(
                "sh",
                "-c",
                "\"$0\" -cp \"$1\" \"$2\" \"$3\" $$ & echo $!; wait",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                System.getProperty("java.class.path"),
                ImportMain.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader lines = shell.inputReader(StandardCharsets.UTF_8)) {
      ProcessHandle child = ProcessHandle.of(Long.parseLong(lines.readLine())).orElseThrow();
      assertThat(child.isAlive()).isTrue();
      shell.destroyForcibly();
      assertThat(child.onExit()).succeedsWithin(Duration.ofMinutes(10));
    }
  }

  @Test
  void a_process_that_says_nothing_is_told_with_its_last_words() throws IOException {
    byte[] sound = Files.readAllBytes(ModelFiles.sound());
    String classPath = System.getProperty("java.class.path");
    System.setProperty("java.class.path", folder.toString());
    try {
      assertThatThrownBy(() -> run(sound, Duration.ofMinutes(10)))
          .isInstanceOf(BundleException.class)
          .hasMessageContaining("ended with the exit code 1 and gave no reason; its last words: ")
          .hasMessageContaining("ImportMain");
    } finally {
      System.setProperty("java.class.path", classPath);
    }
  }

  /** The processes of imports that this one has started and that still run. */
  private static Stream<ProcessHandle> imports() {
    return ProcessHandle.current().children().filter(ProcessHandle::isAlive);
  }

  private static java.util.Map<String, String> run(byte[] model, Duration deadline) {
    return new KerasImporter().run("hostile.h5", model, deadline).provenance();
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertRefused(byte[] model) {
    return assertThatThrownBy(() -> run(model, Duration.ofMinutes(10)))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("hostile.h5 cannot be imported: ")
        .hasMessageNotContaining("last words");
  }
}
