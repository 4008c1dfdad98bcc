package dev.nightjar.dl4j.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import onnx.Onnx.AttributeProto;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;

/** The largest, the mean or another norm of what a window, or everything, holds. */
final class PoolingLayers {
  private PoolingLayers() {}

  static Tensor image(Part part, Tensor in, GraphWriter graph) {
    SubsamplingLayer layer = checked(part);
    Tensor image = Formats.channelsFirst(in, layer.getCnn2dDataFormat(), graph);
    Tensor out = pool(layer, image, graph, image.size(2), image.size(3));
    return Formats.given(out, layer.getCnn2dDataFormat(), graph);
  }

  /** In channels-last format DL4J turns the sequence to an image whose height are the steps. */
  static Tensor sequence(Part part, Tensor in, GraphWriter graph) {
    SubsamplingLayer layer = checked(part);
    in.requireRank(3);
    boolean last = layer.getCnn2dDataFormat() == CNN2DFormat.NHWC;
    Tensor steps = last ? graph.turned(in, 0, 2, 1) : in;
    Tensor out = pool(layer, steps, graph, steps.size(2));
    return last ? graph.turned(out, 0, 2, 1) : out;
  }

  private static SubsamplingLayer checked(Part part) {
    SubsamplingLayer layer = part.as(SubsamplingLayer.class);
    // Epsilon keeps gradients finite, which are none after training.
    Options.check(
        layer,
        "convolutionMode",
        "poolingType",
        "kernelSize",
        "stride",
        "padding",
        "dilation",
        "pnorm",
        "eps",
        "cnn2dDataFormat",
        "avgPoolIncludePadInDivisor");
    if (layer.getConvolutionMode() == ConvolutionMode.Causal) {
      throw new RefusedException("causal pooling is not converted");
    }
    return layer;
  }

  private static Tensor pool(SubsamplingLayer layer, Tensor in, GraphWriter graph, long... sizes) {
    Window window =
        Window.of(
            layer.getConvolutionMode(),
            layer.getKernelSize(),
            layer.getStride(),
            layer.getPadding(),
            layer.getDilation(),
            sizes);
    if (window.dilated()
        && layer.getPoolingType() != org.deeplearning4j.nn.conf.layers.PoolingType.MAX) {
      throw new RefusedException("only the largest is converted with dilation");
    }
    for (int i = 0; i < sizes.length; i++) {
      if (Math.max(window.before()[i], window.after()[i]) >= window.kernel()[i]) {
        throw new RefusedException(
            "its padding is as wide as its window, which ONNX Runtime does not take");
      }
    }
    String operator =
        switch (layer.getPoolingType()) {
          case MAX -> "MaxPool";
          case AVG -> "AveragePool";
          case PNORM -> "LpPool";
          case SUM -> throw new RefusedException("DL4J has no sum of windows");
        };
    AttributeProto[] more =
        switch (layer.getPoolingType()) {
          case AVG ->
              new AttributeProto[] {
                GraphWriter.integer(
                    "count_include_pad", layer.isAvgPoolIncludePadInDivisor() ? 1 : 0)
              };
          case PNORM -> new AttributeProto[] {GraphWriter.integer("p", layer.getPnorm())};
          default -> new AttributeProto[0];
        };
    String name = graph.node(operator, List.of(in.name()), window.attributes(more));
    Tensor out = in.named(name);
    for (int i = 0; i < sizes.length; i++) {
      out = out.resized(name, 2 + i, window.out()[i]);
    }
    return out;
  }

  /** Over the last dimensions, or over those that are named; never by the format. */
  static Tensor global(Part part, Tensor in, GraphWriter graph) {
    GlobalPoolingLayer layer = part.as(GlobalPoolingLayer.class);
    Options.check(layer, "poolingType", "poolingDimensions", "pnorm", "collapseDimensions");
    in.requireRank(3, 4);
    int[] usual = IntStream.range(2, in.rank()).toArray();
    int[] named = layer.getPoolingDimensions();
    int[] over = named == null || named.length == 0 ? usual : named.clone();
    Arrays.sort(over);
    for (int axis : over) {
      in.size(axis);
    }
    Tensor reduced = reduce(layer, in, over, graph);
    if (layer.isCollapseDimensions()) {
      return reduced;
    }
    if (!Arrays.equals(over, usual)) {
      throw new RefusedException("it keeps dimensions of a size that DL4J takes from elsewhere");
    }
    Long[] ones = new Long[in.rank() - 1];
    Arrays.fill(ones, 1L);
    ones[0] = in.size(1);
    return graph.reshaped(reduced, ones);
  }

  private static Tensor reduce(GlobalPoolingLayer layer, Tensor in, int[] over, GraphWriter graph) {
    Long[] left =
        IntStream.range(1, in.rank())
            .filter(axis -> Arrays.binarySearch(over, axis) < 0)
            .mapToObj(in::size)
            .toArray(Long[]::new);
    long[] axes = Arrays.stream(over).asLongStream().toArray();
    AttributeProto drop = GraphWriter.integer("keepdims", 0);
    return switch (layer.getPoolingType()) {
      case MAX ->
          in.shaped(
              graph.node("ReduceMax", List.of(in.name()), GraphWriter.ints("axes", axes), drop),
              left);
      case AVG ->
          in.shaped(
              graph.node("ReduceMean", List.of(in.name()), GraphWriter.ints("axes", axes), drop),
              left);
      case SUM -> sum(in, axes, left, graph);
      case PNORM -> {
        int p = layer.getPnorm();
        Tensor powers = graph.with("Pow", graph.each("Abs", in), graph.number(p));
        yield graph.with("Pow", sum(powers, axes, left, graph), graph.number(1.0 / p));
      }
    };
  }

  private static Tensor sum(Tensor in, long[] axes, Long[] left, GraphWriter graph) {
    String out =
        graph.node(
            "ReduceSum",
            List.of(in.name(), graph.integers(axes)),
            GraphWriter.integer("keepdims", 0));
    return in.shaped(out, left);
  }
}
