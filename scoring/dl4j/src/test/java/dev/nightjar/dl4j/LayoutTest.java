package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputLayout;
import dev.nightjar.contract.InputLayout.Image;
import dev.nightjar.contract.InputLayout.Sequence;
import dev.nightjar.contract.Layout;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.Random;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Columns put together to images and sequences, held against DL4J called directly. */
class LayoutTest {
  private static final int ROWS = 3;
  private static final int STEPS = 5;
  private static final int FEATURES = 2;
  private static final int UNITS = 4;

  static {
    Nd4jBackend.prepare();
  }

  @ParameterizedTest
  @EnumSource
  void sequences_reach_the_network_in_either_order_of_columns(Sequence.StepOrder order)
      throws IOException {
    for (RNNFormat format : RNNFormat.values()) {
      MultiLayerNetwork network = lstm(format);
      INDArray stepsFirst = random(ROWS, STEPS, FEATURES);
      INDArray columns =
          order == Sequence.StepOrder.STEPS_FIRST ? stepsFirst : stepsFirst.permute(0, 2, 1);
      INDArray output =
          network.output(
              format == RNNFormat.NWC ? stepsFirst : stepsFirst.permute(0, 2, 1).dup('c'));
      INDArray last =
          format == RNNFormat.NWC
              ? output.get(NDArrayIndex.all(), NDArrayIndex.point(STEPS - 1), NDArrayIndex.all())
              : output.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(STEPS - 1));

      float[] scores =
          Numbers.score(
              zip(network),
              UNITS,
              new Layout(new Sequence(STEPS, FEATURES, order), Layout.Output.LAST_STEP),
              flat(columns),
              ROWS);
      assertThat(scores).as(format.name()).containsExactly(flat(last), within(1e-6f));
    }
  }

  @ParameterizedTest
  @EnumSource
  void images_reach_the_network_in_either_order_of_columns(Image.PixelOrder order)
      throws IOException {
    for (CNN2DFormat format : CNN2DFormat.values()) {
      MultiLayerNetwork network = convolution(format);
      INDArray channelsFirst = random(ROWS, 3, 4, 6);
      INDArray channelsLast = channelsFirst.permute(0, 2, 3, 1).dup('c');
      INDArray expected = network.output(format == CNN2DFormat.NCHW ? channelsFirst : channelsLast);

      float[] scores =
          Numbers.score(
              zip(network),
              UNITS,
              new Layout(new Image(3, 4, 6, order), Layout.Output.UNITS),
              flat(order == Image.PixelOrder.CHANNELS_FIRST ? channelsFirst : channelsLast),
              ROWS);
      assertThat(scores).as(format.name()).containsExactly(flat(expected), within(1e-6f));
    }
  }

  /** As a training program fits it: on arrays [rows, features, steps]. */
  @ParameterizedTest
  @EnumSource
  void a_normalizer_of_features_normalizes_each_step(Sequence.StepOrder order) throws IOException {
    MultiLayerNetwork network = lstm(RNNFormat.NCW);
    INDArray training = random(50, FEATURES, STEPS).muli(7).addi(3);
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(new DataSet(training, training));
    INDArray input = random(ROWS, FEATURES, STEPS).muli(7).addi(3);
    INDArray normalized = input.dup('c');
    normalizer.transform(normalized);
    INDArray expected = network.output(normalized);

    boolean stepsFirst = order == Sequence.StepOrder.STEPS_FIRST;
    Contract contract =
        Numbers.contract(
            STEPS * FEATURES,
            UNITS * STEPS,
            new Layout(new Sequence(STEPS, FEATURES, order), Layout.Output.ALL));
    float[] scores =
        Numbers.score(
            zip(network),
            contract,
            Optional.of(Normalizer.write(normalizer)),
            flat(stepsFirst ? input.permute(0, 2, 1) : input));
    assertThat(scores).containsExactly(flat(expected), within(1e-5f));
  }

  @Test
  void shapes_that_do_not_fit_are_told_before_anything_runs() throws IOException {
    byte[] sequences = zip(lstm(RNNFormat.NWC));
    assertRefused(sequences, 10, new Sequence(2, 5, Sequence.StepOrder.STEPS_FIRST))
        .hasMessageContaining(
            "begins with a LSTM, which takes sequences, [rows, steps, 2 features], and the contract"
                + " declares the layout 'sequence of 2 steps × 5 features, steps first'");
    assertRefused(sequences, 11, new Sequence(5, 2, Sequence.StepOrder.STEPS_FIRST))
        .hasMessageContaining("its transform gives 11 columns")
        .hasMessageContaining("its network 10 (sequence of 5 steps × 2 features, steps first)");
    byte[] images = zip(convolution(CNN2DFormat.NCHW));
    assertRefused(images, 72, new InputLayout.Rows())
        .hasMessageContaining(
            "begins with a ConvolutionLayer, which takes images, [rows, 3 channels, height, width],"
                + " and the contract declares rows of 72 columns; write 'layout: {kind: image,"
                + " channels: 3, height: …, width: …}' in the contract");
    assertRefused(images, 48, new Image(3, 2, 8, Image.PixelOrder.CHANNELS_FIRST))
        .hasMessageContaining("does not take the layout 'image of 3 channels × 2 × 8 pixels")
        .hasMessageContaining("[rows, 3, 2, 8]");
    assertRefused(zip(Flights.network()), 6, new Image(1, 2, 3, Image.PixelOrder.CHANNELS_FIRST))
        .hasMessageContaining("begins with a DenseLayer, which takes rows of 6 numbers")
        .hasMessageContaining("leave out 'layout' in the contract");
  }

  @Test
  void an_output_of_steps_says_which_count() throws IOException {
    assertRefused(zip(lstm(RNNFormat.NCW)), 10, new Sequence(5, 2, Sequence.StepOrder.STEPS_FIRST))
        .hasMessageContaining("gives an array [rows, 4, 5]")
        .hasMessageContaining("declares 'output: units'")
        .hasMessageContaining("'output: last-step'");
  }

  @Test
  void volumes_and_graphs_of_inputs_that_are_not_named_are_refused() throws IOException {
    MultiLayerNetwork volumes =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new Convolution3D.Builder(2, 2, 2).nIn(1).nOut(2).build())
                .layer(new GlobalPoolingLayer())
                .layer(output(2))
                .build());
    volumes.init();
    assertRefused(zip(volumes), 8, new InputLayout.Rows())
        .hasMessageContaining("begins with a Convolution3D, which takes volumes");
    ComputationGraphConfiguration two =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("weather", "plane")
            .setInputTypes(InputType.feedForward(3), InputType.feedForward(2))
            .addLayer("delay", output(5), "weather", "plane")
            .setOutputs("delay")
            .build();
    ComputationGraph graph = new ComputationGraph(two);
    graph.init();
    assertRefused(zip(graph), 5, new InputLayout.Rows())
        .hasMessageContaining(
            "a graph with the inputs [weather, plane], and the contract declares one")
        .hasMessageContaining("layout: {inputs: {weather: {columns: ");
  }

  /** DL4J throws for the whole batch, so such a row must not reach it. */
  @Test
  void a_number_of_no_category_rejects_its_row_alone() throws IOException {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .list()
                .layer(new EmbeddingLayer.Builder().nIn(3).nOut(2).build())
                .layer(output(2))
                .build());
    network.init();
    Contract contract = Numbers.contract(1, UNITS, Layout.ROWS);
    Bundle bundle =
        Bundle.check(
            new Dl4jPackager()
                .pack(
                    Numbers.request(
                        zip(network), contract, Optional.empty(), new float[] {0, 1, 2})));
    try (LoadedBundle loaded = LoadedBundle.load(bundle);
        Scorer scorer = loaded.scorer()) {
      ScoredBatch scored = scorer.score(Numbers.rows(new float[] {2, 3, -1, 0.5f, 0}, 1));
      float[] expected = flat(network.output(Nd4j.create(new float[] {2, 0}, 2, 1)));
      for (int unit = 0; unit < UNITS; unit++) {
        assertThat((Float) scored.outputs().column(unit).get(0))
            .isCloseTo(expected[unit], within(1e-6f));
        assertThat((Float) scored.outputs().column(unit).get(4))
            .isCloseTo(expected[UNITS + unit], within(1e-6f));
      }
      for (int row : new int[] {1, 2, 3}) {
        assertThat(scored.rejection(row).orElseThrow().reason())
            .contains("the network's EmbeddingLayer takes the numbers of categories, 0 to 2");
        assertThat(scored.rejection(row).orElseThrow().field()).isEqualTo("x0");
      }
    }
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertRefused(
      byte[] model, int columns, InputLayout layout) {
    Contract contract = Numbers.contract(columns, 1, new Layout(layout, Layout.Output.UNITS));
    return assertThatThrownBy(
            () -> new Dl4jPackager().pack(Numbers.request(model, contract, Optional.empty())))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("numbers 1");
  }

  private static MultiLayerNetwork lstm(RNNFormat format) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .list()
                .layer(new LSTM.Builder().nIn(FEATURES).nOut(3).dataFormat(format).build())
                .layer(
                    new RnnOutputLayer.Builder()
                        .nIn(3)
                        .nOut(UNITS)
                        .dataFormat(format)
                        .activation(Activation.SOFTMAX)
                        .lossFunction(LossFunction.MCXENT)
                        .build())
                .build());
    network.init();
    return network;
  }

  private static MultiLayerNetwork convolution(CNN2DFormat format) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(2).dataFormat(format).build())
                .layer(output(0))
                .setInputType(InputType.convolutional(4, 6, 3, format))
                .build());
    network.init();
    return network;
  }

  private static OutputLayer output(int inputs) {
    return new OutputLayer.Builder()
        .nIn(inputs)
        .nOut(UNITS)
        .activation(Activation.SOFTMAX)
        .lossFunction(LossFunction.MCXENT)
        .build();
  }

  private static INDArray random(long... shape) {
    Random random = new Random(3);
    INDArray array = Nd4j.create(shape);
    for (int i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextFloat());
    }
    return array;
  }

  private static float[] flat(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  private static byte[] zip(Model network) throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, zip, false);
    return zip.toByteArray();
  }
}
