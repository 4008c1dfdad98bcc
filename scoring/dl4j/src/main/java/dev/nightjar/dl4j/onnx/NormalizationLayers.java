package dev.nightjar.dl4j.onnx;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;

/** Normalization by what was counted in training. */
final class NormalizationLayers {
  private NormalizationLayers() {}

  /**
   * Subtracts, multiplies and adds, in this order, as DL4J does: the two constants into which the
   * four could be put together lose digits where the mean is large.
   */
  static Tensor batch(Part part, Tensor in, GraphWriter graph) {
    BatchNormalization layer = part.as(BatchNormalization.class);
    // DL4J ignores the activation function, and uses decay and the kind of batches in training.
    Options.check(
        layer,
        "activationFn",
        "decay",
        "eps",
        "isMinibatch",
        "gamma",
        "beta",
        "lockGammaBeta",
        "useLogStd",
        "cnn2DFormat");
    if (in.rank() == 3) {
      throw new RefusedException("of sequences it normalizes rows instead of features in DL4J");
    }
    in.requireRank(2, 4);
    boolean channelsLast = in.rank() == 2 || layer.getCnn2DFormat() == CNN2DFormat.NHWC;
    long channels = in.size(channelsLast ? in.rank() - 1 : 1);
    float[] means = learned(part, "mean", channels);
    float[] spread = learned(part, layer.isUseLogStd() ? "log10stdev" : "var", channels);
    float[] factors = new float[spread.length];
    for (int i = 0; i < factors.length; i++) {
      double variance = layer.isUseLogStd() ? Math.pow(10, 2.0 * spread[i]) : spread[i];
      factors[i] = (float) (1 / Math.sqrt(variance + layer.getEps()));
    }
    long[] shape = channelsLast ? new long[] {channels} : new long[] {channels, 1, 1};
    Tensor centred = graph.with("Sub", in, graph.floats(means, shape));
    if (layer.isLockGammaBeta()) {
      if (layer.getGamma() != 1 || layer.getBeta() != 0) {
        throw new RefusedException("its locked gamma or beta is ignored by DL4J in some cases");
      }
      return graph.with("Mul", centred, graph.floats(factors, shape));
    }
    float[] gammas = learned(part, "gamma", channels);
    for (int i = 0; i < factors.length; i++) {
      factors[i] *= gammas[i];
    }
    Tensor scaled = graph.with("Mul", centred, graph.floats(factors, shape));
    return graph.with("Add", scaled, graph.floats(learned(part, "beta", channels), shape));
  }

  private static float[] learned(Part part, String key, long channels) {
    float[] numbers = GraphWriter.numbers(part.parameter(key));
    if (numbers.length != channels) {
      throw new RefusedException(
          String.format("it knows %d channels and is given %d", numbers.length, channels));
    }
    return numbers;
  }
}
