package dev.nightjar.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Contestants of one job that are measured by turns, round after round, so that what else the
 * machine does strikes all of them alike. Not thread-safe.
 */
final class Contest {
  private final String job;
  private final long rows;
  private final Map<String, Lane> lanes = new LinkedHashMap<>();

  /** One contestant with one sink. */
  private record Lane(Child child, List<String> request, Samples samples) {}

  Contest(String job, long rows) {
    this.job = job;
    this.rows = rows;
  }

  /** Adds a contestant under a name, such as {@code by-the-book-parquet}. */
  void add(String name, Child child, String... request) {
    lanes.put(name, new Lane(child, List.of(request), new Samples()));
  }

  /**
   * Measures all of them.
   *
   * @param warmUp rounds before those that count
   * @param rounds that count
   * @param limit the longest that a contestant may take; it is stopped then, and counts as slower
   *     than that from there on
   * @param hear what each round gave
   * @throws BenchException when one of them fails
   */
  void run(int warmUp, int rounds, Duration limit, Consumer<String> hear) {
    List<String> order = new ArrayList<>(lanes.keySet());
    for (int round = 0; round < warmUp + rounds; round++) {
      StringBuilder line = new StringBuilder(job + " round " + (round + 1) + ":");
      for (String name : order) {
        double took = measure(name, round >= warmUp, limit);
        line.append(' ').append(name).append(' ').append(Figures.number(took)).append('s');
      }
      hear.accept(line.append(round < warmUp ? " (warm-up)" : "").toString());
      Collections.rotate(order, 1);
    }
  }

  private double measure(String name, boolean counts, Duration limit) {
    Lane lane = lane(name);
    double bound = limit.toMillis() / 1000.0;
    if (lane.samples().isBounded()) {
      return bound;
    }
    Answer answer = lane.child().ask(limit, lane.request().toArray(String[]::new));
    if (answer instanceof Answer.Done done) {
      double seconds = done.figure("seconds");
      if (counts) {
        lane.samples().add(done.figures());
      }
      return seconds;
    }
    if (answer instanceof Answer.TimedOut) {
      lane.samples().addBound(bound);
      return bound;
    }
    throw new BenchException(job + " " + name + ": " + ((Answer.Failed) answer).reason());
  }

  boolean has(String name) {
    return lanes.containsKey(name);
  }

  /** The seconds of a contestant. */
  Samples samples(String name) {
    return lane(name).samples();
  }

  /** How many times longer the first took than the second. */
  double ratio(String slower, String faster) {
    return samples(slower).median() / samples(faster).median();
  }

  /** Reports rows per second of each contestant. */
  void report(Figures figures) {
    lanes.forEach(
        (name, lane) ->
            figures.report(
                job + "-" + name + "-rows-per-s",
                Math.rint(rows / lane.samples().median()),
                Figures.Better.HIGHER,
                lane.samples().spread(rows)));
  }

  private Lane lane(String name) {
    Lane lane = lanes.get(name);
    if (lane == null) {
      throw new IllegalArgumentException(job + " has no contestant '" + name + "'");
    }
    return lane;
  }
}
