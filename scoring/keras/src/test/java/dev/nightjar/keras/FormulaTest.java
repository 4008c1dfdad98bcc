package dev.nightjar.keras;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bundle.Tolerance;
import dev.nightjar.contract.InputLayout.Image;
import dev.nightjar.contract.InputLayout.Sequence;
import dev.nightjar.contract.Layout;
import dev.nightjar.keras.ModelFiles.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models made here, held against Keras' own formulas written out. */
class FormulaTest {
  private static final int ROWS = 3;

  @TempDir Path folder;

  /**
   * Keras keeps channels last: kernels are [height, width, in, out], Flatten goes pixel by pixel.
   */
  @Test
  void an_image_goes_through_convolution_flatten_and_dense_as_in_keras() throws IOException {
    int height = 4;
    int width = 5;
    int channels = 2;
    int filters = 3;
    Weights kernel = random(1, 2, 2, channels, filters);
    Weights bias = random(2, filters);
    Weights dense = random(3, 12L * filters, 2);
    Weights denseBias = random(4, 2);
    Map<String, Weights> weights = new LinkedHashMap<>();
    weights.put("conv/conv/kernel:0", kernel);
    weights.put("conv/conv/bias:0", bias);
    weights.put("dense/dense/kernel:0", dense);
    weights.put("dense/dense/bias:0", denseBias);
    Path model =
        write(
            layer(
                    "Conv2D",
                    "conv",
                    "\"batch_input_shape\": [null, 4, 5, 2], \"filters\": 3, \"kernel_size\": [2,"
                        + " 2], \"strides\": [1, 1], \"padding\": \"valid\", \"data_format\":"
                        + " \"channels_last\", \"dilation_rate\": [1, 1], \"activation\": \"relu\"")
                + ", "
                + layer("Flatten", "flat", "\"data_format\": \"channels_last\"")
                + ", "
                + layer("Dense", "dense", "\"units\": 2, \"activation\": \"linear\""),
            weights);
    float[] pixels = random(5, ROWS, height, width, channels).values();

    float[] actual =
        ImportedModels.score(
            folder,
            model,
            new Layout(
                new Image(channels, height, width, Image.PixelOrder.CHANNELS_LAST),
                Layout.Output.UNITS),
            pixels,
            ROWS,
            2);

    double[] expected = new double[ROWS * 2];
    for (int row = 0; row < ROWS; row++) {
      for (int unit = 0; unit < 2; unit++) {
        expected[row * 2 + unit] = denseBias.values()[unit];
      }
      for (int y = 0; y < 3; y++) {
        for (int x = 0; x < 4; x++) {
          for (int filter = 0; filter < filters; filter++) {
            double sum = bias.values()[filter];
            for (int i = 0; i < 2 * 2 * channels; i++) {
              int dy = i / (2 * channels);
              int dx = i / channels % 2;
              int channel = i % channels;
              int pixel = ((row * height + y + dy) * width + x + dx) * channels + channel;
              sum += kernel.values()[i * filters + filter] * pixels[pixel];
            }
            int flat = (y * 4 + x) * filters + filter;
            for (int unit = 0; unit < 2; unit++) {
              expected[row * 2 + unit] += dense.values()[flat * 2 + unit] * Math.max(0, sum);
            }
          }
        }
      }
    }
    assertEqual(actual, expected);
  }

  /** Gates stand in the order input, forget, candidate, output. */
  @Test
  void a_sequence_goes_through_an_lstm_step_by_step_as_in_keras() throws IOException {
    int steps = 4;
    int features = 3;
    int units = 2;
    Weights kernel = random(1, features, 4L * units);
    Weights recurrent = random(2, units, 4L * units);
    Weights bias = random(3, 4L * units);
    Map<String, Weights> weights = new LinkedHashMap<>();
    weights.put("lstm/lstm/kernel:0", kernel);
    weights.put("lstm/lstm/recurrent_kernel:0", recurrent);
    weights.put("lstm/lstm/bias:0", bias);
    Path model =
        write(
            layer(
                "LSTM",
                "lstm",
                "\"batch_input_shape\": [null, 4, 3], \"units\": 2, \"activation\": \"tanh\","
                    + " \"recurrent_activation\": \"sigmoid\", \"return_sequences\": false,"
                    + " \"unit_forget_bias\": true, \"recurrent_initializer\": {\"class_name\":"
                    + " \"Orthogonal\", \"config\": {}}, \"dropout\": 0.0, \"recurrent_dropout\":"
                    + " 0.0, \"implementation\": 2, \"go_backwards\": false, \"stateful\": false,"
                    + " \"unroll\": false"),
            weights);
    float[] inputs = random(5, ROWS, steps, features).values();

    float[] actual =
        ImportedModels.score(
            folder,
            model,
            new Layout(
                new Sequence(steps, features, Sequence.StepOrder.STEPS_FIRST), Layout.Output.UNITS),
            inputs,
            ROWS,
            units);

    double[] expected = new double[ROWS * units];
    for (int row = 0; row < ROWS; row++) {
      double[] hidden = new double[units];
      double[] cell = new double[units];
      for (int step = 0; step < steps; step++) {
        double[] gates = new double[4 * units];
        for (int gate = 0; gate < gates.length; gate++) {
          gates[gate] = bias.values()[gate];
          for (int i = 0; i < features; i++) {
            gates[gate] +=
                inputs[(row * steps + step) * features + i] * kernel.values()[i * 4 * units + gate];
          }
          for (int i = 0; i < units; i++) {
            gates[gate] += hidden[i] * recurrent.values()[i * 4 * units + gate];
          }
        }
        for (int unit = 0; unit < units; unit++) {
          cell[unit] =
              sigmoid(gates[units + unit]) * cell[unit]
                  + sigmoid(gates[unit]) * Math.tanh(gates[2 * units + unit]);
          hidden[unit] = sigmoid(gates[3 * units + unit]) * Math.tanh(cell[unit]);
        }
      }
      System.arraycopy(hidden, 0, expected, row * units, units);
    }
    assertEqual(actual, expected);
  }

  /** A graph: both branches take the input, and their sum is the output. */
  @Test
  void a_functional_model_with_two_branches_gives_their_sum() throws IOException {
    int inputs = 4;
    int units = 2;
    Weights left = random(1, inputs, units);
    Weights leftBias = random(2, units);
    Weights right = random(3, inputs, units);
    Weights rightBias = random(4, units);
    Map<String, Weights> weights = new LinkedHashMap<>();
    weights.put("left/left/kernel:0", left);
    weights.put("left/left/bias:0", leftBias);
    weights.put("right/right/kernel:0", right);
    weights.put("right/right/bias:0", rightBias);
    String graph =
        "{\"class_name\": \"Model\", \"config\": {\"name\": \"m\", \"layers\": ["
            + node(
                "InputLayer",
                "in",
                "\"batch_input_shape\": [null, 4], \"dtype\": \"float32\", \"sparse\": false")
            + ", "
            + node("Dense", "left", "\"units\": 2, \"activation\": \"relu\"", "in")
            + ", "
            + node("Dense", "right", "\"units\": 2, \"activation\": \"linear\"", "in")
            + ", "
            + node("Add", "sum", "\"trainable\": true", "left", "right")
            + "], \"input_layers\": [[\"in\", 0, 0]], \"output_layers\": [[\"sum\", 0, 0]]}}";
    Path model = Files.write(folder.resolve("graph.h5"), ModelFiles.saved(folder, graph, weights));
    float[] columns = random(5, ROWS, inputs).values();

    float[] actual = ImportedModels.score(folder, model, Layout.ROWS, columns, ROWS, units);

    double[] expected = new double[ROWS * units];
    for (int i = 0; i < expected.length; i++) {
      int unit = i % units;
      double first = leftBias.values()[unit];
      double second = rightBias.values()[unit];
      for (int input = 0; input < inputs; input++) {
        float x = columns[i / units * inputs + input];
        first += x * left.values()[input * units + unit];
        second += x * right.values()[input * units + unit];
      }
      expected[i] = Math.max(0, first) + second;
    }
    assertEqual(actual, expected);
  }

  /** A layer of a graph, behind others. */
  private static String node(String type, String name, String config, String... before) {
    String nodes =
        Stream.of(before)
            .map(layer -> "[\"" + layer + "\", 0, 0, {}]")
            .collect(Collectors.joining(", "));
    String inbound = before.length == 0 ? "[]" : "[[" + nodes + "]]";
    String layer = layer(type, name, config);
    return layer.substring(0, layer.length() - 1)
        + ", \"name\": \""
        + name
        + "\", \"inbound_nodes\": "
        + inbound
        + "}";
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private Path write(String layers, Map<String, Weights> weights) throws IOException {
    return Files.write(folder.resolve("model.h5"), ModelFiles.sequential(folder, layers, weights));
  }

  private static String layer(String type, String name, String config) {
    return String.format(
        "{\"class_name\": \"%s\", \"config\": {\"name\": \"%s\", \"trainable\": true,"
            + " \"use_bias\": true, \"kernel_initializer\": {\"class_name\": \"Zeros\", \"config\":"
            + " {}}, \"bias_initializer\": {\"class_name\": \"Zeros\", \"config\": {}}, %s}}",
        type, name, config);
  }

  private static Weights random(long seed, long... shape) {
    long size = 1;
    for (long length : shape) {
      size *= length;
    }
    Random random = new Random(seed);
    float[] values = new float[(int) size];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return Weights.of(values, shape);
  }

  private static void assertEqual(float[] actual, double[] expected) {
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(Tolerance.DEFAULT.holds(actual[i], expected[i]))
          .as("value %d: %s for %s", i, actual[i], expected[i])
          .isTrue();
    }
  }
}
