package dev.nightjar.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.Tolerance;
import dev.nightjar.contract.Layout;
import dev.nightjar.dl4j.ConvertedNetwork;
import dev.nightjar.dl4j.onnx.Conversion;
import dev.nightjar.engine.EngineNetwork;
import java.util.Random;
import net.jqwik.api.Assume;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Holds what ONNX Runtime gives for a converted network against what DL4J gives for the network.
 */
final class Comparison {
  private Comparison() {}

  /** Random parameters all over, biases too, which are zero before training. */
  static void scramble(Model network, Random random, double spread) {
    INDArray parameters = network.params();
    for (long i = 0; i < parameters.length(); i++) {
      parameters.putScalar(i, spread * random.nextGaussian());
    }
  }

  /** Random columns, for embeddings random categories. */
  static float[] rows(ConvertedNetwork network, int columns, int rows, Random random) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          network.categories() > 0
              ? random.nextInt((int) network.categories())
              : (float) (random.nextGaussian() * 1.5);
    }
    return values;
  }

  /**
   * Converts a network and runs both on random rows.
   *
   * @return the largest difference
   */
  static double compare(Model network, Layout layout, int columns, int rows, Random random) {
    try (ConvertedNetwork reference = ConvertedNetwork.of(network, layout, columns)) {
      return compare(reference, columns, rows, random);
    }
  }

  /**
   * The same for a random network, which is discarded when DL4J itself cannot run it: some layers
   * behind each other fail over its workspaces.
   */
  static double compareIfSound(Model network, Layout layout, int columns, int rows, Random random) {
    ConvertedNetwork reference;
    try {
      reference = ConvertedNetwork.of(network, layout, columns);
    } catch (BundleException e) {
      Assume.that(false);
      throw e;
    }
    try (reference) {
      return compare(reference, columns, rows, random);
    }
  }

  /** The same for a network that has been read. */
  static double compare(ConvertedNetwork reference, int columns, int rows, Random random) {
    Conversion conversion = reference.toOnnx();
    assertThat(conversion).isInstanceOf(Conversion.Converted.class);
    byte[] model = ((Conversion.Converted) conversion).model();
    assertThat(((Conversion.Converted) reference.toOnnx()).model()).isEqualTo(model);
    ModelReader.Signature signature = ModelReader.check("converted", model);
    assertThat(signature.columns()).isEqualTo(columns);
    assertThat(signature.units()).isEqualTo(reference.units());
    try (EngineNetwork network = OnnxEngine.open("converted", model, signature)) {
      float[] values = rows(reference, columns, rows, random);
      return difference(network.run(values, rows), reference.reference(values, rows));
    }
  }

  /** The largest difference; none may be outside the tolerance that bundles have by default. */
  static double difference(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      assertThat(Tolerance.DEFAULT.holds(actual[i], expected[i]))
          .as("number %d: %s instead of %s", i, actual[i], expected[i])
          .isTrue();
      if (Float.isFinite(expected[i])) {
        largest = Math.max(largest, Math.abs((double) actual[i] - expected[i]));
      }
    }
    return largest;
  }
}
