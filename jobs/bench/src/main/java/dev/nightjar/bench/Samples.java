package dev.nightjar.bench;

import dev.nightjar.bench.worker.RequestLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/** What one contestant answered in the rounds that count. Not thread-safe. */
final class Samples {
  private static final String SECONDS = "seconds";

  private final List<Map<String, Double>> rounds = new ArrayList<>();
  private boolean bounded;

  void add(Map<String, Double> figures) {
    rounds.add(figures);
  }

  /** Adds a round that was stopped: it would have taken longer than this. */
  void addBound(double seconds) {
    rounds.add(Map.of(SECONDS, seconds));
    bounded = true;
  }

  /** Whether a round was stopped, so that the contestant is slower than it looks. */
  boolean isBounded() {
    return bounded;
  }

  /** The median of the seconds by the clock. */
  double median() {
    return median(SECONDS);
  }

  /** The median of another figure; NaN where no round has it. */
  double median(String figure) {
    double[] sorted = values(figure).sorted().toArray();
    int middle = sorted.length / 2;
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private DoubleStream values(String figure) {
    return rounds.stream()
        .filter(round -> round.containsKey(figure))
        .mapToDouble(round -> round.getOrDefault(figure, Double.NaN));
  }

  /** The slowest and the fastest round in rows per second, and the cost of a row, for people. */
  String spread(long rows) {
    return String.format(
        Locale.ROOT,
        "%s–%s in %d rounds, %.2f µs of CPU a row%s",
        rate(rows, values(SECONDS).max().orElse(Double.NaN)),
        rate(rows, values(SECONDS).min().orElse(Double.NaN)),
        rounds.size(),
        1e6 * median(RequestLoop.CPU) / rows,
        bounded ? "; stopped for taking too long: a bound" : "");
  }

  private static String rate(long rows, double seconds) {
    return Figures.number(Math.rint(rows / seconds));
  }
}
