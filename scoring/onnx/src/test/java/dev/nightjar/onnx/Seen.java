package dev.nightjar.onnx;

import dev.nightjar.contract.Layout;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Comparisons that say which network failed, and the largest difference seen for each kind; printed
 * where a property asks for it.
 */
final class Seen {
  private static final Map<String, Double> LARGEST = new TreeMap<>();

  private Seen() {}

  /** Compares a network as {@link Comparison#compareIfSound} does; a failure names its layers. */
  static void compare(
      String kind, MultiLayerNetwork network, Layout layout, int columns, int rows, Random random) {
    try {
      record(kind, Comparison.compareIfSound(network, layout, columns, rows, random));
    } catch (AssertionError e) {
      throw new AssertionError(
          network.getLayerWiseConfigurations().getConfs().stream()
                  .map(one -> LayerWords.of(one.getLayer()))
                  .toList()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  static synchronized void record(String kind, double difference) {
    LARGEST.merge(kind, difference, Math::max);
    if (Boolean.getBoolean("nightjar.test.print-differences")) {
      System.getLogger(Seen.class.getName())
          .log(
              System.Logger.Level.INFO,
              "largest difference {0}: {1}",
              kind,
              LARGEST.get(kind).toString());
    }
  }
}
