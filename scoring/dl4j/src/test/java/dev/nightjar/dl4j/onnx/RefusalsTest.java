package dev.nightjar.dl4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.contract.Layout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What is not converted is refused, by the place and the reason. */
class RefusalsTest {
  private static final RowShape FOUR = new RowShape(1, 4, false, false, List.of(4L));

  private static MultiLayerNetwork network(InputType input, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.setInputType(input).build());
    network.init();
    return network;
  }

  private static Conversion rows(Layer... layers) {
    return OnnxConverter.convert(
        network(InputType.feedForward(4), layers), FOUR, Layout.Output.UNITS);
  }

  private static Conversion sequences(Layer... layers) {
    return OnnxConverter.convert(
        network(InputType.recurrent(2, 3), layers),
        new RowShape(3, 2, true, true, List.of(2L, 3L)),
        Layout.Output.ALL);
  }

  private static Conversion images(Layer... layers) {
    return OnnxConverter.convert(
        network(InputType.convolutional(5, 5, 1), layers),
        new RowShape(25, 1, true, true, List.of(1L, 5L, 5L)),
        Layout.Output.ALL);
  }

  private static void assertRefused(Conversion conversion, String layer, String reason) {
    assertThat(conversion).isEqualTo(new Conversion.Refused(layer, reason));
  }

  private static DenseLayer.Builder dense() {
    return new DenseLayer.Builder().nOut(3);
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MSE).nOut(2).build();
  }

  @Test
  void layers_that_are_not_known_are_refused_by_their_kind() {
    assertRefused(
        images(new LocalResponseNormalization()),
        "layer layer0 (LocalResponseNormalization)",
        "layers of the kind LocalResponseNormalization are not converted");
    assertRefused(
        sequences(new MaskZeroLayer(new LSTM.Builder().nIn(2).nOut(2).build(), 0)),
        "layer layer0 (MaskZeroLayer)",
        "layers of the kind MaskZeroLayer are not converted");
  }

  @Test
  void options_that_are_not_known_are_refused_by_their_name() {
    assertRefused(
        rows(dense().hasLayerNorm(true).build(), output()),
        "layer layer0 (DenseLayer)",
        "its option hasLayerNorm is true, which is not converted");
    assertRefused(
        sequences(new SimpleRnn.Builder().nOut(2).hasLayerNorm(true).build()),
        "layer layer0 (SimpleRnn)",
        "its option hasLayerNorm is true, which is not converted");
  }

  /** A layer of one's own may compute anything, whatever it inherits. */
  @Test
  void subclasses_of_known_layers_are_not_known() {
    class Own extends ActivationLayer {
      private static final long serialVersionUID = 1L;

      Own() {
        super(new ActivationReLU());
      }
    }
    assertRefused(
        rows(new Own(), output()),
        "layer layer0 (Own)",
        "layers of the kind Own are not converted");
  }

  @Test
  void activations_that_are_not_known_are_refused() {
    assertRefused(
        rows(dense().activation(new ActivationReLU(null, 0.5, null)).build(), output()),
        "layer layer0 (DenseLayer)",
        "a ReLU with a threshold is not converted");
    assertRefused(
        sequences(new LSTM.Builder().nOut(2).activation(new ActivationMish()).build()),
        "layer layer0 (LSTM)",
        "the activation mish is not converted inside a recurrent layer");
  }

  /** On biases DL4J's noise is at work after training too, and every run gives something else. */
  @Test
  void noise_on_biases_is_refused_and_noise_on_weights_is_over() {
    assertThat(rows(dense().weightNoise(new DropConnect(0.5)).build(), output()))
        .isInstanceOf(Conversion.Converted.class);
    assertRefused(
        rows(dense().weightNoise(new DropConnect(0.5, true)).build(), output()),
        "layer layer0 (DenseLayer)",
        "its weight noise DropConnect changes biases at random");
    assertThat(
            rows(
                dense()
                    .weightNoise(
                        new WeightNoise(
                            new org.deeplearning4j.nn.conf.distribution.NormalDistribution(0, 1),
                            true,
                            true))
                    .build(),
                output()))
        .isInstanceOf(Conversion.Refused.class);
  }

  @Test
  void what_dl4j_computes_otherwise_than_it_says_is_refused() {
    assertRefused(
        images(new SeparableConvolution2D.Builder(2, 2).nOut(1).build()),
        "layer layer0 (SeparableConvolution2D)",
        "with one channel DL4J leaves out its second convolution");
    assertRefused(
        rows(new BatchNormalization.Builder(true).gamma(2).build(), output()),
        "layer layer0 (BatchNormalization)",
        "its locked gamma or beta is ignored by DL4J in some cases");
    assertRefused(
        sequences(new BatchNormalization.Builder().build()),
        "layer layer0 (BatchNormalization)",
        "of sequences it normalizes rows instead of features in DL4J");
  }

  private static Conversion converted(ComputationGraph network) {
    return OnnxConverter.convert(network, Map.of("in", FOUR), List.of(Layout.Output.UNITS), false);
  }

  @Test
  void vertices_that_mix_rows_are_refused() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addVertex("stacked", new StackVertex(), "in", "in")
                .addVertex("one", new UnstackVertex(0, 2), "stacked")
                .addLayer(
                    "out", new OutputLayer.Builder(LossFunction.MSE).nIn(4).nOut(2).build(), "one")
                .setOutputs("out")
                .build());
    network.init();
    assertThat(converted(network))
        .isInstanceOfSatisfying(
            Conversion.Refused.class,
            refused -> assertThat(refused.layer()).isEqualTo("vertex stacked (StackVertex)"));
  }

  @Test
  void inputs_of_different_shapes_are_not_added() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("one", new DenseLayer.Builder().nIn(4).nOut(1).build(), "in")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "in", "one")
                .addLayer(
                    "out", new OutputLayer.Builder(LossFunction.MSE).nIn(4).nOut(2).build(), "sum")
                .setOutputs("out")
                .build());
    network.init();
    assertRefused(
        converted(network), "vertex sum (ElementWiseVertex)", "its inputs have different shapes");
  }

  @Test
  void networks_that_compute_in_halves_are_refused() {
    MultiLayerNetwork network = network(InputType.feedForward(4), dense().build(), output());
    assertThat(
            OnnxConverter.convert(
                network.convertDataType(DataType.DOUBLE), FOUR, Layout.Output.UNITS))
        .isInstanceOf(Conversion.Converted.class);
    assertRefused(
        OnnxConverter.convert(network.convertDataType(DataType.FLOAT16), FOUR, Layout.Output.UNITS),
        "the network",
        "it computes in HALF, and only floats are converted");
  }

  @Test
  void doubles_that_are_no_floats_are_refused() {
    MultiLayerNetwork network =
        network(InputType.feedForward(4), dense().build(), output())
            .convertDataType(DataType.DOUBLE);
    network.params().putScalar(0, 1e300);
    assertRefused(
        OnnxConverter.convert(network, FOUR, Layout.Output.UNITS),
        "layer layer0 (DenseLayer)",
        "it has parameters that are not finite as floats");
  }

  @Test
  void an_output_that_is_no_row_of_units_is_refused() {
    assertThat(
            OnnxConverter.convert(
                network(InputType.recurrent(2, 3), new LSTM.Builder().nOut(2).build()),
                new RowShape(3, 2, true, true, List.of(2L, 3L)),
                Layout.Output.UNITS))
        .isEqualTo(
            new Conversion.Refused(
                "the output", "it is given an array of rank 3, and ranks [2] are known"));
  }

  /** The README's table names every kind of layer that a network may have, once. */
  @Test
  void the_readme_says_of_every_layer_whether_it_is_converted() throws IOException {
    Path root = Path.of(System.getProperty("nightjar.root", "."));
    String readme = Files.readString(root.resolve("scoring/README.md"));
    String table = readme.substring(readme.indexOf("## ONNX"));
    String runs = table.substring(table.indexOf("Run by DL4J"), table.indexOf("\n## ", 5));
    String converted = table.substring(0, table.indexOf("Run by DL4J"));
    for (String name : layers()) {
      boolean known = Layers.kinds().contains(name);
      assertThat(known ? converted : runs)
          .as(known ? "converted" : "run")
          .contains("`" + name + "`");
      assertThat(known ? runs : converted).doesNotContain("`" + name + "`");
    }
  }

  /** Every kind of layer that a network's JSON may name. */
  private static List<String> layers() throws IOException {
    try (InputStream list =
        RefusalsTest.class.getResourceAsStream("/dev/nightjar/dl4j/classes-of-networks.txt")) {
      return new String(list.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith("org.deeplearning4j.nn.conf.layers."))
          .filter(line -> !line.contains(".variational.") || line.endsWith("Autoencoder"))
          .map(line -> line.substring(line.lastIndexOf('.') + 1))
          .toList();
    }
  }

  /** The network is read and not changed: after converting it gives what it gave. */
  @Test
  void converting_does_not_change_the_network() {
    MultiLayerNetwork network = network(InputType.feedForward(4), dense().build(), output());
    INDArray before = network.params().dup();
    OnnxConverter.convert(network, FOUR, Layout.Output.UNITS);
    assertThat(network.params()).isEqualTo(before);
  }
}
