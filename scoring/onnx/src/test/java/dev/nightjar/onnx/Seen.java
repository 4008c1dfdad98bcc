package dev.nightjar.onnx;

import java.util.Map;
import java.util.TreeMap;

/** The largest difference seen for each kind of network; printed where a property asks for it. */
final class Seen {
  private static final Map<String, Double> LARGEST = new TreeMap<>();

  private Seen() {}

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
