package dev.nightjar.onnx;

import dev.nightjar.contract.InputLayout.Sequence;
import dev.nightjar.contract.Layout;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks on sequences give the same converted. */
class SequenceNetworksProperties {
  private static final List<String> KINDS =
      List.of(
          "lstm",
          "graves",
          "simple",
          "bidirectional",
          "graves-bidirectional",
          "convolution",
          "pooling",
          "dense",
          "activation",
          "padding",
          "cropping",
          "upsampling",
          "time-distributed");

  @Property(tries = 80, shrinking = ShrinkingMode.OFF)
  void every_layer_gives_the_same_alone(
      @ForAll @IntRange(min = 0, max = 12) int kind,
      @ForAll boolean stepsFirst,
      @ForAll @IntRange(min = 1, max = 9) int rows,
      @ForAll Random random) {
    RNNFormat format = stepsFirst ? RNNFormat.NWC : RNNFormat.NCW;
    compare("sequence " + KINDS.get(kind), List.of(kind), 0, format, rows, random);
  }

  @Property(tries = 30, shrinking = ShrinkingMode.OFF)
  void random_networks_give_the_same(
      @ForAll @Size(min = 1, max = 3) List<@IntRange(min = 0, max = 12) Integer> kinds,
      @ForAll @IntRange(min = 0, max = 4) int end,
      @ForAll boolean stepsFirst,
      @ForAll @IntRange(min = 1, max = 33) int rows,
      @ForAll Random random) {
    compare(
        "sequence networks", kinds, end, stepsFirst ? RNNFormat.NWC : RNNFormat.NCW, rows, random);
  }

  private static void compare(
      String what, List<Integer> kinds, int end, RNNFormat format, int rows, Random random) {
    int features = 1 + random.nextInt(4);
    int steps = 2 + random.nextInt(7);
    MultiLayerNetwork network;
    Layout.Output output = Layout.Output.UNITS;
    try {
      NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().list();
      // The first layer tells in which format the network takes sequences; not all can.
      list.layer(lstm(3, format, random));
      kinds.forEach(kind -> list.layer(layer(kind, format, random)));
      switch (end) {
        case 0 -> {
          list.layer(
              new RnnLossLayer.Builder(LossFunction.MSE)
                  .dataFormat(format)
                  .activation(new ActivationIdentity())
                  .build());
          output = Layout.Output.ALL;
        }
        case 1 -> {
          list.layer(
              new RnnOutputLayer.Builder(LossFunction.MSE)
                  .nOut(3)
                  .dataFormat(format)
                  .activation(new ActivationSoftmax())
                  .build());
          output = random.nextBoolean() ? Layout.Output.ALL : Layout.Output.LAST_STEP;
        }
        case 2 -> list.layer(new LastTimeStep(lstm(2, format, random)));
        case 3 ->
            list.layer(
                new LastTimeStep(
                    new Bidirectional(Bidirectional.Mode.CONCAT, lstm(2, format, random))));
        default -> list.layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build());
      }
      if (end > 1) {
        list.layer(
            new OutputLayer.Builder(LossFunction.MSE)
                .nOut(3)
                .activation(new ActivationIdentity())
                .build());
      }
      list.setInputType(InputType.recurrent(features, steps, format));
      network = new MultiLayerNetwork(list.build());
      network.init();
    } catch (RuntimeException e) {
      Assume.that(false); // layers that leave nothing of the sequence
      throw e;
    }
    Comparison.scramble(network, random, 0.7);
    Sequence sequence =
        new Sequence(
            steps,
            features,
            random.nextBoolean()
                ? Sequence.StepOrder.STEPS_FIRST
                : Sequence.StepOrder.FEATURES_FIRST);
    Seen.compare(what, network, new Layout(sequence, output), steps * features, rows, random);
  }

  private static Layer lstm(int units, RNNFormat format, Random random) {
    return new LSTM.Builder()
        .nOut(units)
        .dataFormat(format)
        .activation(recurrent(random))
        .gateActivationFunction(gates(random))
        .build();
  }

  private static IActivation recurrent(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> new ActivationSoftSign();
      case 1 -> new ActivationSigmoid();
      case 2 -> new ActivationHardSigmoid();
      default -> new ActivationTanH();
    };
  }

  private static IActivation gates(Random random) {
    return random.nextInt(3) == 0 ? new ActivationHardSigmoid() : new ActivationSigmoid();
  }

  private static IActivation activation(Random random) {
    IActivation activation =
        DenseNetworksProperties.ACTIVATIONS
            .get(random.nextInt(DenseNetworksProperties.ACTIVATIONS.size()))
            .get();
    return activation instanceof ActivationCube ? new ActivationReLU() : activation;
  }

  @SuppressWarnings("deprecation") // files hold the old layers still
  private static Layer layer(int kind, RNNFormat format, Random random) {
    int units = 1 + random.nextInt(4);
    boolean same = random.nextBoolean();
    int kernel = 1 + random.nextInt(3);
    return switch (KINDS.get(kind)) {
      case "lstm" -> lstm(units, format, random);
      case "graves" ->
          formatted(
              new GravesLSTM.Builder()
                  .nOut(units)
                  .activation(recurrent(random))
                  .gateActivationFunction(gates(random))
                  .build(),
              format);
      case "simple" ->
          formatted(
              new SimpleRnn.Builder().nOut(units).activation(recurrent(random)).build(), format);
      case "bidirectional" ->
          new Bidirectional(
              List.of(Bidirectional.Mode.values()).get(random.nextInt(4)),
              random.nextBoolean()
                  ? lstm(units, format, random)
                  : formatted(new SimpleRnn.Builder().nOut(units).build(), format));
      case "graves-bidirectional" ->
          formatted(
              new GravesBidirectionalLSTM.Builder()
                  .nOut(units)
                  .activation(recurrent(random))
                  .gateActivationFunction(gates(random))
                  .build(),
              format);
      case "convolution" ->
          new Convolution1DLayer.Builder(
                  kernel, 1 + random.nextInt(2), same ? 0 : random.nextInt(2))
              .nOut(units)
              .dilation(1 + random.nextInt(2))
              .convolutionMode(
                  same
                      ? ConvolutionMode.Same
                      : random.nextBoolean() ? ConvolutionMode.Truncate : ConvolutionMode.Causal)
              .rnnDataFormat(format)
              .hasBias(random.nextBoolean())
              .activation(activation(random))
              .build();
      case "pooling" ->
          new Subsampling1DLayer.Builder(kernel, 1 + random.nextInt(2), 0)
              .poolingType(
                  List.of(PoolingType.MAX, PoolingType.AVG, PoolingType.PNORM)
                      .get(random.nextInt(3)))
              .pnorm(2)
              .convolutionMode(same ? ConvolutionMode.Same : ConvolutionMode.Truncate)
              .dataFormat(format == RNNFormat.NWC ? CNN2DFormat.NHWC : CNN2DFormat.NCHW)
              .build();
      case "dense" -> new DenseLayer.Builder().nOut(units).activation(activation(random)).build();
      case "activation" -> new ActivationLayer(activation(random));
      case "padding" ->
          new ZeroPadding1DLayer.Builder(random.nextInt(3), random.nextInt(3)).build();
      case "cropping" -> new Cropping1D.Builder(random.nextInt(2), random.nextInt(2)).build();
      case "upsampling" -> new Upsampling1D.Builder(1 + random.nextInt(3)).build();
      default ->
          new TimeDistributed(
              new DenseLayer.Builder().nOut(units).activation(activation(random)).build(), format);
    };
  }

  private static Layer formatted(BaseRecurrentLayer layer, RNNFormat format) {
    layer.setRnnDataFormat(format);
    return layer;
  }

  @Property(tries = 25, shrinking = ShrinkingMode.OFF)
  void embeddings_give_the_same(
      @ForAll @IntRange(min = 1, max = 6) int columns,
      @ForAll @IntRange(min = 1, max = 33) int rows,
      @ForAll boolean stepsFirst,
      @ForAll boolean bias,
      @ForAll Random random) {
    RNNFormat format = stepsFirst ? RNNFormat.NWC : RNNFormat.NCW;
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().list();
    if (columns == 1) {
      list.layer(
              new EmbeddingLayer.Builder()
                  .nIn(7)
                  .nOut(4)
                  .hasBias(bias)
                  .activation(activation(random))
                  .build())
          .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(4).nOut(2).build());
    } else {
      list.layer(
              new EmbeddingSequenceLayer.Builder()
                  .nIn(7)
                  .nOut(4)
                  .hasBias(bias)
                  .inputLength(columns)
                  .outputDataFormat(format)
                  .activation(activation(random))
                  .build())
          .layer(new LastTimeStep(new LSTM.Builder().nIn(4).nOut(3).dataFormat(format).build()))
          .layer(
              new OutputLayer.Builder(LossFunction.MSE)
                  .nIn(3)
                  .nOut(2)
                  .activation(new ActivationIdentity())
                  .build());
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    Comparison.scramble(network, random, 0.7);
    Seen.record(
        "embeddings", Comparison.compareIfSound(network, Layout.ROWS, columns, rows, random));
  }
}
