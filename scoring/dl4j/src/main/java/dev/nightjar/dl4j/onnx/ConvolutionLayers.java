package dev.nightjar.dl4j.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Convolutions over images and sequences. */
final class ConvolutionLayers {
  private ConvolutionLayers() {}

  static Tensor image(Part part, Tensor in, GraphWriter graph) {
    ConvolutionLayer layer = checked(part);
    Tensor image = Formats.channelsFirst(in, layer.getCnn2dDataFormat(), graph);
    INDArray weights = part.parameter("W");
    requireChannels(weights.size(1), image);
    Tensor out =
        convolve(
            image,
            window(layer, image),
            1,
            GraphWriter.numbers(weights),
            weights.size(0),
            bias(part, layer),
            graph);
    return activated(layer, out, graph);
  }

  /**
   * DL4J keeps the weights as [out, in, kernel, 1] and then reads the very numbers as [kernel, in,
   * out], without moving them.
   */
  static Tensor sequence(Part part, Tensor in, GraphWriter graph) {
    Convolution1DLayer layer = part.as(Convolution1DLayer.class);
    checked(part, "rnnDataFormat");
    Tensor steps = Formats.channelsFirst(in, layer.getRnnDataFormat(), graph);
    INDArray weights = part.parameter("W");
    requireChannels(weights.size(1), steps);
    INDArray asRead =
        weights.reshape(weights.ordering(), weights.size(2), weights.size(1), weights.size(0));
    Window window = window(layer, steps.size(2));
    Tensor out =
        convolve(
            steps,
            window,
            1,
            GraphWriter.numbers(asRead.permute(2, 1, 0)),
            weights.size(0),
            bias(part, layer),
            graph);
    return Activations.apply(
        layer.getActivationFn(), Formats.given(out, layer.getRnnDataFormat(), graph), graph);
  }

  /** Each channel by itself, to as many as the multiplier says. Weights: [h, w, in, multiplier]. */
  static Tensor depthwise(Part part, Tensor in, GraphWriter graph) {
    ConvolutionLayer layer = checked(part, "depthMultiplier");
    Tensor image = Formats.channelsFirst(in, layer.getCnn2dDataFormat(), graph);
    INDArray weights = part.parameter("W");
    long channels = weights.size(2);
    requireChannels(channels, image);
    Tensor out =
        convolve(
            image,
            window(layer, image),
            channels,
            GraphWriter.numbers(weights.permute(2, 3, 0, 1)),
            channels * weights.size(3),
            bias(part, layer),
            graph);
    return activated(layer, out, graph);
  }

  /**
   * A depthwise convolution and then one of single pixels. Weights: [multiplier, in, h, w] and
   * [out, in · multiplier, 1, 1].
   */
  static Tensor separable(Part part, Tensor in, GraphWriter graph) {
    ConvolutionLayer layer = checked(part, "depthMultiplier");
    Tensor image = Formats.channelsFirst(in, layer.getCnn2dDataFormat(), graph);
    INDArray depth = part.parameter("W");
    INDArray point = part.parameter("pW");
    long channels = depth.size(1);
    if (channels == 1) {
      throw new RefusedException("with one channel DL4J leaves out its second convolution");
    }
    requireChannels(channels, image);
    Tensor deep =
        convolve(
            image,
            window(layer, image),
            channels,
            GraphWriter.numbers(depth.permute(1, 0, 2, 3)),
            channels * depth.size(0),
            Optional.empty(),
            graph);
    int[] one = {1, 1};
    Window pixel =
        Window.of(ConvolutionMode.Truncate, one, one, new int[2], one, deep.size(2), deep.size(3));
    Tensor out =
        convolve(
            deep, pixel, 1, GraphWriter.numbers(point), point.size(0), bias(part, layer), graph);
    return activated(layer, out, graph);
  }

  private static ConvolutionLayer checked(Part part, String... more) {
    ConvolutionLayer layer = part.as(ConvolutionLayer.class);
    List<String> read =
        new ArrayList<>(
            List.of(
                "activationFn",
                "hasBias",
                "convolutionMode",
                "dilation",
                "kernelSize",
                "stride",
                "padding",
                "cnn2dDataFormat"));
    read.addAll(List.of(more));
    Options.check(layer, read.toArray(String[]::new));
    return layer;
  }

  private static Optional<float[]> bias(Part part, ConvolutionLayer layer) {
    return layer.hasBias()
        ? Optional.of(GraphWriter.numbers(part.parameter("b")))
        : Optional.empty();
  }

  private static Window window(ConvolutionLayer layer, Tensor image) {
    if (layer.getConvolutionMode() == ConvolutionMode.Causal) {
      throw new RefusedException("a causal convolution of images is not converted");
    }
    return window(layer, image.size(2), image.size(3));
  }

  private static Window window(ConvolutionLayer layer, long... sizes) {
    return Window.of(
        layer.getConvolutionMode(),
        layer.getKernelSize(),
        layer.getStride(),
        layer.getPadding(),
        layer.getDilation(),
        sizes);
  }

  private static void requireChannels(long known, Tensor in) {
    if (known != in.size(1)) {
      throw new RefusedException(
          "it has weights for " + known + " channels and is given " + in.size(1));
    }
  }

  private static Tensor activated(ConvolutionLayer layer, Tensor out, GraphWriter graph) {
    return Activations.apply(
        layer.getActivationFn(), Formats.given(out, layer.getCnn2dDataFormat(), graph), graph);
  }

  /** Weights come as [out, in / groups, kernel], the last index running fastest. */
  private static Tensor convolve(
      Tensor in,
      Window window,
      long groups,
      float[] weights,
      long outputs,
      Optional<float[]> bias,
      GraphWriter graph) {
    long[] shape = new long[2 + window.kernel().length];
    shape[0] = outputs;
    shape[1] = in.size(1) / groups;
    System.arraycopy(window.kernel(), 0, shape, 2, window.kernel().length);
    List<String> inputs = new ArrayList<>(List.of(in.name(), graph.floats(weights, shape)));
    bias.ifPresent(numbers -> inputs.add(graph.floats(numbers, outputs)));
    String out =
        graph.node("Conv", inputs, window.attributes(GraphWriter.integer("group", groups)));
    Tensor sized = in.resized(out, 1, outputs);
    for (int i = 0; i < window.out().length; i++) {
      sized = sized.resized(out, 2 + i, window.out()[i]);
    }
    return sized;
  }
}
