package dev.nightjar.dl4j.onnx;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Matrix products with an activation behind them, and activations alone. */
final class DenseLayers {
  private DenseLayers() {}

  static Tensor dense(Part part, Tensor in, GraphWriter graph) {
    DenseLayer layer = part.as(DenseLayer.class);
    Options.check(layer, "activationFn", "hasBias");
    return product(part, layer, layer.hasBias(), in, graph);
  }

  /** Output layers differ in their loss alone, which only training looks at. */
  static Tensor output(Part part, Tensor in, GraphWriter graph) {
    BaseOutputLayer layer = part.as(BaseOutputLayer.class);
    Options.check(
        layer, "activationFn", "hasBias", "alpha", "lambda", "gradientCheck", "rnnDataFormat");
    return product(part, layer, layer.hasBias(), in, graph);
  }

  /** The output layer of each step. */
  static Tensor stepOutput(Part part, Tensor in, GraphWriter graph) {
    RnnOutputLayer layer = part.as(RnnOutputLayer.class);
    Options.check(layer, "activationFn", "hasBias", "rnnDataFormat");
    in.requireRank(3);
    boolean stepsLast = layer.getRnnDataFormat() != RNNFormat.NWC;
    Tensor steps = stepsLast ? graph.turned(in, 0, 2, 1) : in;
    Tensor rows = unfolded(steps, graph);
    Tensor units = product(part, layer, layer.hasBias(), rows, graph);
    Tensor out =
        new Tensor(
            graph.reshape(units.name(), List.of(steps.size(1), units.size(1))),
            List.of(steps.size(1), units.size(1)),
            in.perRow());
    return stepsLast ? graph.turned(out, 0, 2, 1) : out;
  }

  private static Tensor unfolded(Tensor steps, GraphWriter graph) {
    return new Tensor(
        graph.reshape(steps.name(), List.of(steps.size(2))),
        List.of(steps.size(2)),
        steps.perRow() * steps.size(1));
  }

  private static Tensor product(
      Part part, BaseLayer layer, boolean hasBias, Tensor in, GraphWriter graph) {
    in.requireRank(2);
    INDArray weights = part.parameter("W");
    long inputs = weights.size(0);
    long outputs = weights.size(1);
    if (in.size(1) != inputs) {
      throw new RefusedException(
          "it has weights for " + inputs + " inputs and is given " + in.size(1));
    }
    List<String> factors = new ArrayList<>();
    factors.add(in.name());
    factors.add(graph.floats(weights, inputs, outputs));
    if (hasBias) {
      factors.add(graph.floats(part.parameter("b"), outputs));
    }
    Tensor sums = in.shaped(graph.node("Gemm", factors), outputs);
    return Activations.apply(layer.getActivationFn(), sums, graph);
  }

  static Tensor elementWise(Part part, Tensor in, GraphWriter graph) {
    ElementWiseMultiplicationLayer layer = part.as(ElementWiseMultiplicationLayer.class);
    Options.check(layer, "activationFn");
    in.requireRank(2);
    long size = in.size(1);
    Tensor product = graph.with("Mul", in, graph.floats(part.parameter("W"), size));
    Tensor sum = graph.with("Add", product, graph.floats(part.parameter("b"), size));
    return Activations.apply(layer.getActivationFn(), sum, graph);
  }

  static Tensor activation(Part part, Tensor in, GraphWriter graph) {
    ActivationLayer layer = part.as(ActivationLayer.class);
    Options.check(layer, "activationFn");
    return Activations.apply(layer.getActivationFn(), in, graph);
  }

  static Tensor loss(Part part, Tensor in, GraphWriter graph) {
    LossLayer layer = part.as(LossLayer.class);
    Options.check(layer, "activationFn", "hasBias");
    return Activations.apply(layer.getActivationFn(), in, graph);
  }

  static Tensor stepLoss(Part part, Tensor in, GraphWriter graph) {
    RnnLossLayer layer = part.as(RnnLossLayer.class);
    Options.check(layer, "activationFn", "rnnDataFormat");
    in.requireRank(3);
    if (layer.getRnnDataFormat() == RNNFormat.NWC) {
      return Activations.apply(layer.getActivationFn(), in, graph);
    }
    Tensor steps = graph.turned(in, 0, 2, 1);
    return graph.turned(Activations.apply(layer.getActivationFn(), steps, graph), 0, 2, 1);
  }

  static Tensor pixelLoss(Part part, Tensor in, GraphWriter graph) {
    CnnLossLayer layer = part.as(CnnLossLayer.class);
    Options.check(layer, "activationFn", "format");
    in.requireRank(4);
    if (layer.getFormat() == CNN2DFormat.NHWC) {
      return Activations.apply(layer.getActivationFn(), in, graph);
    }
    Tensor pixels = graph.turned(in, 0, 2, 3, 1);
    return graph.turned(Activations.apply(layer.getActivationFn(), pixels, graph), 0, 3, 1, 2);
  }

  /** A slope for each number, or for each along the axes that do not share one. */
  static Tensor prelu(Part part, Tensor in, GraphWriter graph) {
    PReLULayer layer = part.as(PReLULayer.class);
    // The shapes are those of the parameters, and DL4J ignores the activation function.
    Options.check(layer, "inputShape", "sharedAxes", "activationFn");
    INDArray slopes = part.parameter("W");
    if (slopes.rank() != in.rank() - 1 && slopes.length() != in.length()) {
      throw new RefusedException("its slopes have a shape that is not converted");
    }
    long[] shape = new long[in.rank() - 1];
    for (int axis = 1; axis < in.rank(); axis++) {
      shape[axis - 1] = slopes.rank() == in.rank() - 1 ? slopes.size(axis - 1) : in.size(axis);
      if (shape[axis - 1] != 1 && shape[axis - 1] != in.size(axis)) {
        throw new RefusedException("its slopes have a shape that is not converted");
      }
    }
    return graph.with("PRelu", in, graph.floats(slopes, shape));
  }
}
