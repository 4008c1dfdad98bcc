package dev.nightjar.dl4j.onnx;

import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;

/**
 * Layers that only repeat, surround or cut. Those of sequences take the last dimension for the
 * steps, also where features stand last.
 */
final class ShapeLayers {
  private ShapeLayers() {}

  static Tensor padImage(Part part, Tensor in, GraphWriter graph) {
    ZeroPaddingLayer layer = part.as(ZeroPaddingLayer.class);
    Options.check(layer, "padding", "dataFormat");
    in.requireRank(4);
    int height = layer.getDataFormat() == CNN2DFormat.NHWC ? 1 : 2;
    int[] zeros = layer.getPadding();
    return pad(pad(in, height, zeros[0], zeros[1], graph), height + 1, zeros[2], zeros[3], graph);
  }

  static Tensor padSequence(Part part, Tensor in, GraphWriter graph) {
    ZeroPadding1DLayer layer = part.as(ZeroPadding1DLayer.class);
    Options.check(layer, "padding");
    in.requireRank(3);
    return pad(in, 2, layer.getPadding()[0], layer.getPadding()[1], graph);
  }

  private static Tensor pad(Tensor in, int axis, int before, int after, GraphWriter graph) {
    if (before < 0 || after < 0) {
      throw new RefusedException("its padding is negative");
    }
    long[] pads = new long[2 * in.rank()];
    pads[axis] = before;
    pads[in.rank() + axis] = after;
    // Minus zero: ONNX Runtime moves zeros into the window of a pooling behind them, where they are
    // no longer numbers to be the largest. It knows zeros by their bits.
    String zero = graph.floats(new float[] {-0f});
    String out = graph.node("Pad", List.of(in.name(), graph.integers(pads), zero));
    return in.resized(out, axis, in.size(axis) + before + after);
  }

  static Tensor cropImage(Part part, Tensor in, GraphWriter graph) {
    Cropping2D layer = part.as(Cropping2D.class);
    Options.check(layer, "cropping", "dataFormat");
    in.requireRank(4);
    int height = layer.getDataFormat() == CNN2DFormat.NHWC ? 1 : 2;
    int[] cut = layer.getCropping();
    return crop(crop(in, height, cut[0], cut[1], graph), height + 1, cut[2], cut[3], graph);
  }

  static Tensor cropSequence(Part part, Tensor in, GraphWriter graph) {
    Cropping1D layer = part.as(Cropping1D.class);
    Options.check(layer, "cropping");
    in.requireRank(3);
    return crop(in, 2, layer.getCropping()[0], layer.getCropping()[1], graph);
  }

  private static Tensor crop(Tensor in, int axis, int before, int after, GraphWriter graph) {
    return graph.slice(in, axis, before, in.size(axis) - after);
  }

  static Tensor upsampleImage(Part part, Tensor in, GraphWriter graph) {
    Upsampling2D layer = part.as(Upsampling2D.class);
    Options.check(layer, "size", "format");
    in.requireRank(4);
    int height = layer.getFormat() == CNN2DFormat.NHWC ? 1 : 2;
    int[] size = layer.getSize();
    return repeated(repeated(in, height, size[0], graph), height + 1, size[1], graph);
  }

  static Tensor upsampleSequence(Part part, Tensor in, GraphWriter graph) {
    Upsampling1D layer = part.as(Upsampling1D.class);
    Options.check(layer, "size");
    in.requireRank(3);
    return repeated(in, 2, layer.getSize()[0], graph);
  }

  /** Each number of a dimension so many times, one after the other. */
  private static Tensor repeated(Tensor in, int axis, int times, GraphWriter graph) {
    if (times < 1) {
      throw new RefusedException("its size is " + times);
    }
    long[] indices = new long[Math.toIntExact(in.size(axis) * times)];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = i / times;
    }
    String out =
        graph.node(
            "Gather",
            List.of(in.name(), graph.integers(indices)),
            GraphWriter.integer("axis", axis));
    return in.resized(out, axis, indices.length);
  }

  static Tensor repeatVector(Part part, Tensor in, GraphWriter graph) {
    RepeatVector layer = part.as(RepeatVector.class);
    Options.check(layer, "activationFn", "n", "dataFormat");
    in.requireRank(2);
    boolean last = layer.getDataFormat() == RNNFormat.NWC;
    long size = in.size(1);
    Tensor step = last ? graph.reshaped(in, 1L, size) : graph.reshaped(in, size, 1L);
    return repeated(step, last ? 1 : 2, layer.getN(), graph);
  }
}
