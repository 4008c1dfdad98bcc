package dev.nightjar.onnx;

import dev.nightjar.contract.InputLayout.Image;
import dev.nightjar.contract.Layout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks on images give the same converted. */
class ImageNetworksProperties {

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void random_networks_give_the_same(
      @ForAll @Size(min = 1, max = 4) List<@IntRange(min = 0, max = 9) Integer> kinds,
      @ForAll @IntRange(min = 0, max = 2) int end,
      @ForAll boolean channelsLast,
      @ForAll @IntRange(min = 1, max = 33) int rows,
      @ForAll Random random) {
    int channels = 1 + random.nextInt(3);
    int height = 5 + random.nextInt(6);
    int width = 5 + random.nextInt(6);
    CNN2DFormat format = channelsLast ? CNN2DFormat.NHWC : CNN2DFormat.NCHW;
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().list();
    list.layer(first(format));
    kinds.forEach(kind -> list.layer(layer(kind, format, random)));
    Layout.Output output = Layout.Output.UNITS;
    switch (end) {
      case 0 ->
          list.layer(
              new GlobalPoolingLayer.Builder(any(List.of(PoolingType.values()), random))
                  .collapseDimensions(random.nextBoolean())
                  .build());
      case 1 -> list.layer(new DenseLayer.Builder().nOut(5).activation(activation(random)).build());
      default -> {
        list.layer(
            new CnnLossLayer.Builder(LossFunction.MSE)
                .format(format)
                .activation(activation(random))
                .build());
        output = Layout.Output.ALL;
      }
    }
    if (end != 2) {
      list.layer(
          new OutputLayer.Builder(LossFunction.MSE)
              .nOut(3)
              .activation(new ActivationIdentity())
              .build());
    }
    MultiLayerNetwork network;
    try {
      list.setInputType(InputType.convolutional(height, width, channels, format));
      network = new MultiLayerNetwork(list.build());
      network.init();
    } catch (RuntimeException e) {
      Assume.that(false); // layers that leave nothing of the image
      throw e;
    }
    Comparison.scramble(network, random, 0.4);
    Variances.positive(network);
    Image image =
        new Image(channels, height, width, any(List.of(Image.PixelOrder.values()), random));
    Seen.compare(
        "image networks",
        network,
        new Layout(image, output),
        channels * height * width,
        rows,
        random);
  }

  /** One layer alone, so that a failure names it. */
  @Property(tries = 80, shrinking = ShrinkingMode.OFF)
  void every_layer_gives_the_same_alone(
      @ForAll @IntRange(min = 0, max = 9) int kind,
      @ForAll boolean channelsLast,
      @ForAll @IntRange(min = 1, max = 5) int rows,
      @ForAll Random random) {
    CNN2DFormat format = channelsLast ? CNN2DFormat.NHWC : CNN2DFormat.NCHW;
    int channels = 1 + random.nextInt(3);
    Layer layer = layer(kind, format, random);
    MultiLayerNetwork network;
    try {
      NeuralNetConfiguration.ListBuilder list =
          new NeuralNetConfiguration.Builder()
              .list()
              .layer(first(format))
              .layer(layer)
              .layer(
                  new CnnLossLayer.Builder(LossFunction.MSE)
                      .format(format)
                      .activation(new ActivationIdentity())
                      .build())
              .setInputType(InputType.convolutional(7, 6, channels, format));
      network = new MultiLayerNetwork(list.build());
      network.init();
    } catch (RuntimeException e) {
      Assume.that(false);
      throw e;
    }
    Comparison.scramble(network, random, 0.4);
    Variances.positive(network);
    Image image = new Image(channels, 7, 6, Image.PixelOrder.CHANNELS_FIRST);
    Layout layout = new Layout(image, Layout.Output.ALL);
    try {
      Seen.record(
          layer.getClass().getSimpleName(),
          Comparison.compareIfSound(network, layout, channels * 42, rows, random));
    } catch (AssertionError e) {
      throw new AssertionError(LayerWords.of(layer) + ": " + e.getMessage(), e);
    }
  }

  @TestFactory
  Stream<DynamicTest> slopes_of_a_prelu_may_be_shared_along_axes() {
    return Stream.of(new long[0], new long[] {1}, new long[] {3}, new long[] {2, 3})
        .map(
            shared ->
                DynamicTest.dynamicTest(Arrays.toString(shared), () -> compareSlopes(shared)));
  }

  private static void compareSlopes(long... shared) {
    PReLULayer.Builder slopes = new PReLULayer.Builder().inputShape(2, 4, 3);
    if (shared.length > 0) {
      slopes.sharedAxes(shared);
    }
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(first(CNN2DFormat.NCHW))
                .layer(slopes.build())
                .layer(
                    new CnnLossLayer.Builder(LossFunction.MSE)
                        .activation(new ActivationIdentity())
                        .build())
                .setInputType(InputType.convolutional(4, 3, 2))
                .build());
    network.init();
    Random random = new Random(17);
    Comparison.scramble(network, random, 0.5);
    Image image = new Image(2, 4, 3, Image.PixelOrder.CHANNELS_FIRST);
    Seen.record(
        "PReLULayer",
        Comparison.compare(network, new Layout(image, Layout.Output.ALL), 24, 7, random));
  }

  /** The first layer tells in which format the network takes images; not all can. */
  private static Layer first(CNN2DFormat format) {
    return new ConvolutionLayer.Builder(1, 1)
        .nOut(2)
        .dataFormat(format)
        .activation(new ActivationIdentity())
        .build();
  }

  private static <T> T any(List<T> some, Random random) {
    return some.get(random.nextInt(some.size()));
  }

  private static IActivation activation(Random random) {
    IActivation activation =
        DenseNetworksProperties.ACTIVATIONS
            .get(random.nextInt(DenseNetworksProperties.ACTIVATIONS.size()))
            .get();
    return activation instanceof ActivationCube ? new ActivationReLU() : activation;
  }

  private static Layer layer(int kind, CNN2DFormat format, Random random) {
    ConvolutionMode mode = random.nextBoolean() ? ConvolutionMode.Same : ConvolutionMode.Truncate;
    int[] kernel = {1 + random.nextInt(3), 1 + random.nextInt(3)};
    int[] stride = {1 + random.nextInt(2), 1 + random.nextInt(2)};
    int most = mode == ConvolutionMode.Same ? 1 : 2;
    int[] padding = {random.nextInt(most), random.nextInt(most)};
    int[] dilation = random.nextInt(3) == 0 ? new int[] {2, 1} : new int[] {1, 1};

    return switch (kind) {
      case 0, 1 ->
          new ConvolutionLayer.Builder(kernel, stride, padding)
              .nOut(1 + random.nextInt(4))
              .dilation(dilation)
              .convolutionMode(mode)
              .hasBias(random.nextBoolean())
              .dataFormat(format)
              .activation(activation(random))
              .build();
      case 2 ->
          new DepthwiseConvolution2D.Builder(kernel, stride, padding)
              .depthMultiplier(1 + random.nextInt(2))
              .dilation(dilation)
              .convolutionMode(mode)
              .hasBias(random.nextBoolean())
              .dataFormat(format)
              .activation(activation(random))
              .build();
      case 3 ->
          new SeparableConvolution2D.Builder(kernel, stride, padding)
              .nOut(1 + random.nextInt(4))
              .depthMultiplier(1 + random.nextInt(2))
              .dilation(dilation)
              .convolutionMode(mode)
              .hasBias(random.nextBoolean())
              .dataFormat(format)
              .activation(activation(random))
              .build();
      case 4 -> pooling(kernel, stride, padding, dilation, mode, format, random);
      case 5 ->
          new ZeroPaddingLayer.Builder(
                  random.nextInt(3), random.nextInt(3), random.nextInt(3), random.nextInt(3))
              .dataFormat(format)
              .build();
      case 6 ->
          new Cropping2D.Builder(
                  random.nextInt(2), random.nextInt(2), random.nextInt(2), random.nextInt(2))
              .dataFormat(format)
              .build();
      case 7 -> new Upsampling2D.Builder(1 + random.nextInt(2)).dataFormat(format).build();
      case 8 ->
          new BatchNormalization.Builder()
              .dataFormat(format)
              .useLogStd(random.nextBoolean())
              .build();
      default -> new ActivationLayer(activation(random));
    };
  }

  private static Layer pooling(
      int[] kernel,
      int[] stride,
      int[] padding,
      int[] dilation,
      ConvolutionMode mode,
      CNN2DFormat format,
      Random random) {
    PoolingType type =
        List.of(PoolingType.MAX, PoolingType.AVG, PoolingType.PNORM).get(random.nextInt(3));
    SubsamplingLayer.Builder layer =
        new SubsamplingLayer.Builder(type, kernel, stride, padding)
            .convolutionMode(mode)
            .dataFormat(format);
    if (type == PoolingType.MAX) {
      layer.dilation(dilation);
    } else if (type == PoolingType.PNORM) {
      layer.pnorm(2 + random.nextInt(2));
    } else {
      layer.avgPoolIncludePadInDivisor(random.nextBoolean());
    }
    return layer.build();
  }
}
