package dev.nightjar.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The seconds that one contestant took in the rounds that count. Not thread-safe. */
final class Samples {
  private final List<Double> seconds = new ArrayList<>();
  private boolean bounded;

  void add(double took) {
    seconds.add(took);
  }

  /** Adds a round that was stopped: it would have taken longer than this. */
  void addBound(double atLeast) {
    seconds.add(atLeast);
    bounded = true;
  }

  boolean isEmpty() {
    return seconds.isEmpty();
  }

  /** Whether a round was stopped, so that the contestant is slower than it looks. */
  boolean isBounded() {
    return bounded;
  }

  double median() {
    List<Double> sorted = new ArrayList<>(seconds);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** The slowest and the fastest round in rows per second, for people. */
  String spread(long rows) {
    return String.format(
        Locale.ROOT,
        "%s–%s in %d rounds%s",
        Figures.number(Math.rint(rows / Collections.max(seconds))),
        Figures.number(Math.rint(rows / Collections.min(seconds))),
        seconds.size(),
        bounded ? ", stopped for taking too long: a bound" : "");
  }
}
