package dev.nightjar.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.contract.InputLayout.Image;
import dev.nightjar.contract.InputLayout.Sequence;
import dev.nightjar.contract.Layout;
import dev.nightjar.dl4j.ConvertedNetwork;
import dev.nightjar.dl4j.onnx.Conversion;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a row takes inside a model, worked out from the file and counted by hand. */
class RowMemoryTest {

  @Test
  void rows_take_what_each_layer_makes_of_them() {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new DenseLayer.Builder().nIn(4).nOut(10).build())
            .layer(new OutputLayer.Builder().nIn(10).nOut(3).build());
    // The input, sums and activations of two layers, and the copy that is called units.
    long least = 4L * (4 + 2 * 10 + 2 * 3);
    assertThat(bytesOfRow(layers, Layout.ROWS, 4)).isBetween(least, 2 * least);
  }

  @Test
  void images_take_what_convolution_and_pooling_make_of_them() {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new ConvolutionLayer.Builder(3, 3).nOut(16).build())
            .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
            .layer(new OutputLayer.Builder().nOut(3).build())
            .setInputType(InputType.convolutional(28, 28, 2));
    Layout layout =
        new Layout(new Image(2, 28, 28, Image.PixelOrder.CHANNELS_FIRST), Layout.Output.UNITS);
    long least = 4L * (2 * 28 * 28 + 2 * 16 * 26 * 26 + 16 * 13 * 13);
    assertThat(bytesOfRow(layers, layout, 2 * 28 * 28)).isBetween(least, 2 * least);
  }

  @Test
  void sequences_take_the_gates_of_all_steps() {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new LastTimeStep(new LSTM.Builder().nIn(8).nOut(64).build()))
            .layer(new OutputLayer.Builder().nIn(64).nOut(2).build());
    Layout layout =
        new Layout(new Sequence(50, 8, Sequence.StepOrder.STEPS_FIRST), Layout.Output.UNITS);
    long least = 4L * 50 * (2 * 8 + 64 * (1 + 4 + 1));
    assertThat(bytesOfRow(layers, layout, 400)).isBetween(least, 2 * least);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "keras-bidirectional-8.onnx",
        "keras-bidirectional.onnx",
        "keras-dense-8.onnx",
        "keras-image.onnx",
        "sklearn-classifier.onnx",
        "sklearn-regressor.onnx",
        "torch-blind.onnx",
        "torch-dense-dynamo.onnx",
        "torch-dense.onnx",
        "torch-double.onnx",
        "torch-flat.onnx",
        "torch-gru.onnx",
        "torch-image-one.onnx",
        "torch-image.onnx",
        "torch-lstm-dynamo.onnx",
        "torch-lstm.onnx",
        "torch-steps.onnx",
        "torch-two.onnx",
        "torch-wave.onnx",
        "torch-words.onnx"
      })
  void models_of_other_libraries_are_worked_out_too(String name) throws IOException {
    assertThat(ModelReader.check(name, resource(name)).bytesOfRow()).as(name).isPositive();
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(RowMemoryTest.class.getResourceAsStream("/foreign/" + name))) {
      return in.readAllBytes();
    }
  }

  private static long bytesOfRow(
      NeuralNetConfiguration.ListBuilder layers, Layout layout, int columns) {
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    try (ConvertedNetwork converted = ConvertedNetwork.of(network, layout, columns)) {
      assertThat(converted.toOnnx()).isInstanceOf(Conversion.Converted.class);
      byte[] model = ((Conversion.Converted) converted.toOnnx()).model();
      return ModelReader.check("converted", model).bytesOfRow();
    } finally {
      network.close();
    }
  }
}
