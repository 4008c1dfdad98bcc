package dev.nightjar.dl4j;

import dev.nightjar.bundle.BundleException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;

/**
 * How many parameters a configuration asks for. A network without any may come without weights; of
 * another, DL4J would reserve as many as the configuration declares and fill them by chance.
 */
final class ParameterCount {
  private ParameterCount() {}

  /**
   * Holds a configuration against the weights that came with it.
   *
   * @throws BundleException when there are none and some are needed
   */
  static void check(String origin, ModelZip zip, MultiLayerConfiguration configuration) {
    long count = 0;
    for (NeuralNetConfiguration layer : configuration.getConfs()) {
      count += layer.getLayer().initializer().numParams(layer);
    }
    check(origin, zip, count);
  }

  /**
   * {@link #check(String, ModelZip, MultiLayerConfiguration)} for a graph.
   *
   * @throws BundleException when there are none and some are needed
   */
  static void check(String origin, ModelZip zip, ComputationGraphConfiguration configuration) {
    long count = 0;
    for (GraphVertex vertex : configuration.getVertices().values()) {
      count += vertex.numParams(false);
    }
    check(origin, zip, count);
  }

  private static void check(String origin, ModelZip zip, long count) {
    if (zip.coefficients().isEmpty() && count != 0) {
      throw new BundleException(
          String.format(
              "%s has layers with %d parameters and no weights, so it would score at random; save"
                  + " the network again",
              origin, count));
    }
  }
}
