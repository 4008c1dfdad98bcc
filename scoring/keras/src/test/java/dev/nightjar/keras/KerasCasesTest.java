package dev.nightjar.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.bundle.Tolerance;
import dev.nightjar.contract.InputLayout.Sequence;
import dev.nightjar.contract.Layout;
import dev.nightjar.dl4j.SharedCases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;
import org.deeplearning4j.nn.modelimport.keras.exceptions.UnsupportedKerasConfigurationException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Models that Keras 1 and 2 saved: imported, packaged, proven, written, opened, loaded and scored,
 * and compared with what Keras itself gave for the inputs stored beside them.
 */
class KerasCasesTest {
  @TempDir Path folder;

  private record Case(String name, Layout layout) {}

  private static final Layout ONE_STEP = sequence(1, 1, Layout.Output.UNITS);

  private static final List<Case> CASES =
      List.of(
          new Case("activations/ReLU_0", Layout.ROWS),
          new Case("activations/Softmax_0", Layout.ROWS),
          new Case("conv1d/conv1d_k2_s1_d1_cl_same", sequence(16, 3, Layout.Output.ALL)),
          new Case("simple_lstm/simple_lstm_tf_keras_1", ONE_STEP),
          new Case("simple_lstm/simple_lstm_th_keras_1", ONE_STEP));

  /** Beside it lie the labels of its training and nothing that it predicted. */
  private static final Case WITHOUT_PREDICTIONS =
      new Case("simple_lstm/simple_lstm_tf_keras_2", ONE_STEP);

  private static Layout sequence(int steps, int features, Layout.Output output) {
    return new Layout(new Sequence(steps, features, Sequence.StepOrder.STEPS_FIRST), output);
  }

  @TestFactory
  Stream<DynamicTest> models_of_keras_give_what_keras_gave() {
    Path cases = SharedCases.folder("models/keras");
    return CASES.stream()
        .map(one -> DynamicTest.dynamicTest(one.name(), () -> compare(cases, one)));
  }

  @Test
  void no_model_is_left_out() throws IOException {
    Path cases = SharedCases.folder("models/keras");
    List<Case> all = new ArrayList<>(CASES);
    all.add(WITHOUT_PREDICTIONS);
    try (Stream<Path> files = Files.walk(cases)) {
      assertThat(files.map(file -> cases.relativize(file).toString()))
          .filteredOn(name -> name.endsWith("_model.h5"))
          .containsExactlyInAnyOrderElementsOf(
              all.stream().map(one -> one.name() + "_model.h5").toList());
    }
  }

  /** One step from an empty state, so that the recurrent weights take no part. */
  @Test
  void a_recurrent_layer_gives_what_its_formula_gives() throws IOException {
    Path cases = SharedCases.folder("models/keras");
    Case one = WITHOUT_PREDICTIONS;
    INDArray inputs = stored(cases, one.name(), "inputs");
    String file = cases.resolve(one.name() + "_model.h5").toString();
    float[] kernel = weights(file, "kernel:0", "lstm_1");
    float[] bias = weights(file, "bias:0", "lstm_1");
    float[] dense = weights(file, "kernel:0", "dense_1");
    float[] denseBias = weights(file, "bias:0", "dense_1");
    int units = dense.length;
    float[] actual = score(cases, one, inputs, 1);
    for (int row = 0; row < actual.length; row++) {
      float x = inputs.getFloat(row, 0, 0);
      double expected = denseBias[0];
      for (int unit = 0; unit < units; unit++) {
        double in = hardSigmoid(kernel[unit] * x + bias[unit]);
        double candidate = Math.tanh(kernel[2 * units + unit] * x + bias[2 * units + unit]);
        double out = hardSigmoid(kernel[3 * units + unit] * x + bias[3 * units + unit]);
        expected += dense[unit] * out * Math.tanh(in * candidate);
      }
      assertThat((double) actual[row]).as("row " + row).isCloseTo(expected, within(1e-4));
    }
  }

  private static double hardSigmoid(double x) {
    return Math.min(1, Math.max(0, 0.2 * x + 0.5));
  }

  private static float[] weights(String file, String name, String layer) {
    try (Hdf5Archive archive = new Hdf5Archive(file)) {
      return flat(archive.readDataSet(name, "model_weights", layer, layer));
    } catch (UnsupportedKerasConfigurationException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void the_last_step_of_a_convolution_is_the_last_that_keras_gave() throws IOException {
    Path cases = SharedCases.folder("models/keras");
    String name = "conv1d/conv1d_k2_s1_d1_cl_same";
    INDArray inputs = stored(cases, name, "inputs");
    float[] all = flat(stored(cases, name, "predictions"));
    float[] last =
        score(cases, new Case(name, sequence(16, 3, Layout.Output.LAST_STEP)), inputs, 4);
    for (int row = 0; row < 2; row++) {
      for (int unit = 0; unit < 4; unit++) {
        assertThat(last[row * 4 + unit]).isCloseTo(all[row * 64 + 60 + unit], within(1e-6f));
      }
    }
  }

  @Test
  void the_same_file_gives_the_same_network() throws IOException {
    Path file = SharedCases.folder("models/keras").resolve("activations/ReLU_0_model.h5");
    byte[] bytes = Files.readAllBytes(file);
    KerasImporter importer = new KerasImporter();
    assertThat(importer.run("model.h5", bytes, Duration.ofMinutes(10)).zip())
        .isEqualTo(importer.run("model.h5", bytes, Duration.ofMinutes(10)).zip());
  }

  private void compare(Path cases, Case one) throws IOException {
    INDArray inputs = stored(cases, one.name(), "inputs");
    float[] expected = flat(stored(cases, one.name(), "predictions"));
    float[] actual = score(cases, one, inputs, expected.length / (int) inputs.size(0));
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(Tolerance.DEFAULT.holds(actual[i], expected[i]))
          .as("value %d: %s for %s", i, actual[i], expected[i])
          .isTrue();
    }
  }

  private float[] score(Path cases, Case one, INDArray inputs, int units) throws IOException {
    Path file = cases.resolve(one.name() + "_model.h5");
    return ImportedModels.score(
        folder, file, one.layout(), flat(inputs), (int) inputs.size(0), units);
  }

  private static INDArray stored(Path cases, String name, String group) {
    String file = cases.resolve(name + "_inputs_and_outputs.h5").toString();
    try (Hdf5Archive archive = new Hdf5Archive(file)) {
      return archive.readDataSet(archive.getDataSets(group).get(0), group);
    } catch (UnsupportedKerasConfigurationException e) {
      throw new AssertionError(e);
    }
  }

  private static float[] flat(INDArray array) {
    return array.dup('c').data().asFloat();
  }
}
