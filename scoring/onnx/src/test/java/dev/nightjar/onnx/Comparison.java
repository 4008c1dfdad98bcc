package dev.nightjar.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.Tolerance;
import dev.nightjar.contract.Layout;
import dev.nightjar.dl4j.ConvertedNetwork;
import dev.nightjar.dl4j.onnx.Conversion;
import dev.nightjar.engine.Device;
import dev.nightjar.engine.EngineNetwork;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Holds what ONNX Runtime gives for a converted network against what DL4J gives for the network.
 */
final class Comparison {
  /** What random networks may have and the library, or DL4J, does not do as it should. */
  private static final String RIGHTLY_REFUSED =
      "its padding is as wide as its window.*|with one channel DL4J.*|its window does not fit.*|it"
          + " keeps dimensions of a size that DL4J takes from elsewhere";

  private Comparison() {}

  /**
   * Random parameters all over, biases too, which are zero before training. Weights are as large as
   * training leaves them, smaller where more are added up: sums of hundreds of large numbers differ
   * by rounding alone, and by more than any tolerance where they come out near zero.
   */
  static void scramble(Model network, Random random, double spread) {
    for (INDArray parameters : network.paramTable().values()) {
      long[] shape = parameters.shape();
      long summed = shape.length == 4 ? parameters.length() / shape[0] : shape[0];
      double scale = spread / Math.sqrt(Math.max(1, summed / 8.0));
      for (long i = 0; i < parameters.length(); i++) {
        parameters.putScalar(i, scale * random.nextGaussian());
      }
    }
  }

  /** Random columns, for embeddings random categories. */
  static float[] rows(ConvertedNetwork network, int columns, int rows, Random random) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          network.categories(i % columns) > 0
              ? random.nextInt((int) network.categories(i % columns))
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
      return compare(reference, () -> inDoubles(network, layout, columns), columns, rows, random);
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
      if (reference.toOnnx() instanceof Conversion.Refused refused) {
        assertThat(refused.reason()).as(refused.layer()).matches(RIGHTLY_REFUSED);
        Assume.that(false);
      }
      return compare(reference, () -> inDoubles(network, layout, columns), columns, rows, random);
    }
  }

  /** The network that computes in doubles and so gives the numbers that both try to find. */
  static ConvertedNetwork inDoubles(Model network, Layout layout, int columns) {
    Model exact =
        network instanceof MultiLayerNetwork layers
            ? layers.convertDataType(DataType.DOUBLE)
            : ((ComputationGraph) network).convertDataType(DataType.DOUBLE);
    return ConvertedNetwork.of(exact, layout, columns);
  }

  /**
   * The same for a network that has been read. Within the tolerance that bundles have by default;
   * or else no farther from what DL4J gives in doubles than four times DL4J's own floats: sums of
   * large numbers that come out near zero have no more digits than that in either library.
   *
   * @param doubles the network that computes in doubles
   */
  static double compare(
      ConvertedNetwork reference,
      Supplier<ConvertedNetwork> doubles,
      int columns,
      int rows,
      Random random) {
    float[] values = rows(reference, columns, rows, random);
    float[] expected = reference.reference(values, rows);
    float[] actual = run(reference, columns, values, rows);
    double difference = largest(actual, expected);
    if (close(actual, expected)) {
      return difference;
    }
    try (ConvertedNetwork network = doubles.get()) {
      float[] exact = network.reference(values, rows);
      assertThat(largest(actual, exact))
          .as(
              "%s\ninstead of\n%s\nin doubles\n%s",
              Arrays.toString(actual), Arrays.toString(expected), Arrays.toString(exact))
          .isLessThanOrEqualTo(4 * largest(expected, exact));
    }
    Seen.record("outside the tolerance by rounding", difference);
    return 0;
  }

  /** Converts it, twice to the same bytes, and runs it. */
  private static float[] run(ConvertedNetwork reference, int columns, float[] values, int rows) {
    Conversion conversion = reference.toOnnx();
    assertThat(conversion).isInstanceOf(Conversion.Converted.class);
    byte[] model = ((Conversion.Converted) conversion).model();
    assertThat(((Conversion.Converted) reference.toOnnx()).model()).isEqualTo(model);
    RowModel way =
        RowModel.of(
            new Problems("converted"),
            ModelReader.check("converted", model),
            Layout.ROWS,
            columns,
            Optional.empty());
    try (EngineNetwork network = OnnxEngine.open("converted", model, way, Device.cpu())) {
      assertThat(network.units()).isEqualTo(reference.units());
      return network.run(values, rows);
    }
  }

  /** Within the tolerance that bundles have by default. */
  private static boolean close(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    return IntStream.range(0, expected.length)
        .allMatch(i -> Tolerance.DEFAULT.holds(actual[i], expected[i]));
  }

  private static double largest(float[] actual, float[] expected) {
    return IntStream.range(0, expected.length)
        .filter(i -> actual[i] != expected[i])
        .mapToDouble(i -> Math.abs((double) actual[i] - expected[i]))
        .max()
        .orElse(0);
  }
}
