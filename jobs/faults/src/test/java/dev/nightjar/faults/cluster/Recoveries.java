package dev.nightjar.faults.cluster;

import dev.nightjar.faults.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How long it took from each kill to the published result. Thread-safe. */
final class Recoveries {
  private static final List<Duration> TOOK = new ArrayList<>();

  private Recoveries() {}

  static synchronized void add(Duration took) {
    TOOK.add(took);
  }

  /** Reports the median and the worst, once. */
  static synchronized void report() {
    if (TOOK.isEmpty()) {
      return;
    }
    List<Duration> sorted = TOOK.stream().sorted().toList();
    Figures.report(
        "recovery-median-seconds", seconds(sorted.get(sorted.size() / 2)), Figures.Better.LOWER);
    Figures.report(
        "recovery-max-seconds", seconds(sorted.get(sorted.size() - 1)), Figures.Better.LOWER);
    TOOK.clear();
  }

  private static double seconds(Duration took) {
    return took.toMillis() / 1000.0;
  }
}
