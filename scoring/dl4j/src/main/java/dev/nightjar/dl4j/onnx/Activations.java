package dev.nightjar.dl4j.onnx;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationRationalTanh;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationRectifiedTanh;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;

/** Activation functions, as ND4J computes them and not as they are defined elsewhere. */
final class Activations {

  /** The slope of ND4J's sigmoid that stands in for the error function of GELU. */
  private static final double GELU_SLOPE = 1.702;

  private static final Map<Class<? extends IActivation>, BiFunction<GraphWriter, Tensor, Tensor>>
      WITHOUT_PARAMETERS =
          Map.ofEntries(
              Map.entry(ActivationIdentity.class, (graph, x) -> x),
              Map.entry(ActivationSigmoid.class, (graph, x) -> graph.each("Sigmoid", x)),
              Map.entry(ActivationTanH.class, (graph, x) -> graph.each("Tanh", x)),
              Map.entry(ActivationSoftSign.class, (graph, x) -> graph.each("Softsign", x)),
              Map.entry(ActivationSoftPlus.class, (graph, x) -> graph.each("Softplus", x)),
              Map.entry(ActivationSELU.class, (graph, x) -> graph.each("Selu", x)),
              // Over the last dimension, whatever it is: also over steps or the pixels of a line.
              Map.entry(
                  ActivationSoftmax.class,
                  (graph, x) -> graph.each("Softmax", x, GraphWriter.integer("axis", -1))),
              Map.entry(
                  ActivationHardSigmoid.class,
                  (graph, x) ->
                      graph.each(
                          "HardSigmoid",
                          x,
                          GraphWriter.number("alpha", 0.2),
                          GraphWriter.number("beta", 0.5))),
              Map.entry(ActivationHardTanH.class, (graph, x) -> clip(graph, x, -1, 1)),
              Map.entry(ActivationReLU6.class, (graph, x) -> clip(graph, x, 0, 6)),
              Map.entry(
                  ActivationRectifiedTanh.class,
                  (graph, x) -> graph.each("Relu", graph.each("Tanh", x))),
              Map.entry(
                  ActivationCube.class,
                  (graph, x) -> graph.both("Mul", graph.both("Mul", x, x), x)),
              Map.entry(
                  ActivationSwish.class,
                  (graph, x) -> graph.both("Mul", x, graph.each("Sigmoid", x))),
              Map.entry(
                  ActivationMish.class,
                  (graph, x) ->
                      graph.both("Mul", x, graph.each("Tanh", graph.each("Softplus", x)))),
              Map.entry(ActivationRationalTanh.class, Activations::rationalTanh));

  private Activations() {}

  /** The function of each number, or of each group of numbers, of an array. */
  static Tensor apply(IActivation function, Tensor in, GraphWriter graph) {
    BiFunction<GraphWriter, Tensor, Tensor> plain = WITHOUT_PARAMETERS.get(function.getClass());
    if (plain != null) {
      return plain.apply(graph, in);
    }
    if (function.getClass() == ActivationReLU.class) {
      return relu((ActivationReLU) function, in, graph);
    }
    if (function.getClass() == ActivationLReLU.class) {
      return leaky(graph, in, ((ActivationLReLU) function).getAlpha());
    }
    if (function.getClass() == ActivationELU.class) {
      return graph.each(
          "Elu", in, GraphWriter.number("alpha", ((ActivationELU) function).getAlpha()));
    }
    if (function.getClass() == ActivationThresholdedReLU.class) {
      double theta = ((ActivationThresholdedReLU) function).getTheta();
      return graph.each("ThresholdedRelu", in, GraphWriter.number("alpha", theta));
    }
    if (function.getClass() == ActivationRReLU.class) {
      // After training DL4J cuts off below the middle of the two slopes and uses it as no slope.
      ActivationRReLU random = (ActivationRReLU) function;
      return graph.with("Max", in, graph.number(0.5 * (random.getL() + random.getU())));
    }
    if (function.getClass() == ActivationGELU.class) {
      return gelu(((ActivationGELU) function).isPrecise(), in, graph);
    }
    throw new RefusedException("the activation " + function + " is not converted");
  }

  private static Tensor clip(GraphWriter graph, Tensor in, double least, double most) {
    return in.named(
        graph.node("Clip", List.of(in.name(), graph.number(least), graph.number(most))));
  }

  private static Tensor leaky(GraphWriter graph, Tensor in, double alpha) {
    return graph.each("LeakyRelu", in, GraphWriter.number("alpha", alpha));
  }

  private static Tensor relu(ActivationReLU function, Tensor in, GraphWriter graph) {
    Double slope = function.getNegativeSlope();
    Double threshold = function.getThreshold();
    if (threshold != null && threshold != 0) {
      throw new RefusedException("a ReLU with a threshold is not converted");
    }
    Tensor out = slope == null || slope == 0 ? graph.each("Relu", in) : leaky(graph, in, slope);
    return function.getMax() == null
        ? out
        : graph.with("Min", out, graph.number(function.getMax()));
  }

  private static Tensor gelu(boolean precise, Tensor x, GraphWriter graph) {
    if (!precise) {
      Tensor steep = graph.with("Mul", x, graph.number(GELU_SLOPE));
      return graph.both("Mul", x, graph.each("Sigmoid", steep));
    }
    // ND4J takes the third power of the product, where the formula has that of x alone.
    Tensor part = graph.with("Mul", x, graph.number(0.044715));
    Tensor cube = graph.both("Mul", graph.both("Mul", part, part), part);
    Tensor sum = graph.both("Add", x, cube);
    Tensor tanh = graph.each("Tanh", graph.with("Mul", sum, graph.number(Math.sqrt(2 / Math.PI))));
    Tensor half = graph.with("Mul", x, graph.number(0.5));
    return graph.both("Mul", half, graph.with("Add", tanh, graph.number(1)));
  }

  /** 1.7159 · sgn(y) · (1 − 1 / (1 + |y| + y² + 1.41645 · y⁴)) for y = 2x/3. */
  private static Tensor rationalTanh(GraphWriter graph, Tensor x) {
    Tensor y = graph.with("Mul", x, graph.number(2.0 / 3.0));
    Tensor square = graph.both("Mul", y, y);
    Tensor fourth = graph.with("Mul", graph.both("Mul", square, square), graph.number(1.41645));
    Tensor sum = graph.both("Add", graph.both("Add", graph.each("Abs", y), square), fourth);
    Tensor rest = graph.each("Reciprocal", graph.with("Add", sum, graph.number(1)));
    Tensor size = graph.with("Add", graph.each("Neg", rest), graph.number(1));
    Tensor signed = graph.both("Mul", graph.each("Sign", y), size);
    return graph.with("Mul", signed, graph.number(1.7159));
  }
}
