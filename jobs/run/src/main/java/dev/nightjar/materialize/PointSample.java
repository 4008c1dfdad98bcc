package dev.nightjar.materialize;

import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.Timeline.Entry;
import dev.nightjar.feature.spark.JoinProbe.Point;
import dev.nightjar.feature.spark.ViewHistory;
import dev.nightjar.store.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Which keys and times a verification asks: two thirds of the times, as far as there are so many,
 * at the moments when something changes for the key, and a microsecond before and after them, for
 * that is where two ways to an answer part; the others anywhere.
 *
 * @param holds the times for which the store holds the view
 * @param most how many points at the most
 */
record PointSample(FeatureView view, Window holds, int most, long seed) {
  /** At so many times a key is asked, where there are enough keys. */
  private static final int TIMES_OF_A_KEY = 8;

  /** How many keys are drawn from the table. */
  int keys() {
    return view.isStatic() ? most - most / 4 : (most + TIMES_OF_A_KEY - 1) / TIMES_OF_A_KEY;
  }

  /** How many keys are drawn from the store, should the table have lost some. */
  int keysOfTheStore() {
    return (keys() + 3) / 4;
  }

  /** The points, by key in their order and by time. */
  List<Point> of(List<ViewHistory.OfKey> keys) {
    Random random = new Random(seed);
    List<Point> points = new ArrayList<>();
    int left = keys.size();
    for (ViewHistory.OfKey key : keys) {
      if (points.size() == most) {
        break;
      }
      if (view.isStatic()) {
        points.add(new Point(key.key(), 0));
        continue;
      }
      int share = (most - points.size() + left - 1) / left;
      left--;
      for (long time : times(key.entries(), share, random)) {
        points.add(new Point(key.key(), time));
      }
    }
    return points;
  }

  private List<Long> times(List<Entry<FeatureRow>> entries, int share, Random random) {
    List<Long> changes = changes(entries);
    Collections.shuffle(changes, random);
    Set<Long> times = new LinkedHashSet<>();
    for (long change : changes) {
      if (3 * times.size() < 2 * share) {
        times.add(change);
      }
    }
    // A store can hold years in which nothing happens, so half of the others lie among the changes.
    long first = changes.stream().mapToLong(Long::longValue).min().orElse(holds.from());
    long last = changes.stream().mapToLong(Long::longValue).max().orElse(holds.until());
    for (int i = times.size(); i < share; i++) {
      times.add(i % 2 == 0 ? any(holds.from(), holds.until(), random) : any(first, last, random));
    }
    List<Long> sorted = new ArrayList<>(times);
    Collections.sort(sorted);
    return sorted;
  }

  private static long any(long from, long until, Random random) {
    double length = (double) until - from + 1;
    return Math.min(until, from + (long) (random.nextDouble() * length));
  }

  private List<Long> changes(List<Entry<FeatureRow>> entries) {
    Set<Long> changes = new LinkedHashSet<>();
    long maxAge = view.maxAgeMicros();
    for (Entry<FeatureRow> entry : entries) {
      around(entry.from(), changes);
      FeatureRow row = entry.row();
      if (row != null && row.eventTime() <= Long.MAX_VALUE - 1 - maxAge) {
        around(row.eventTime() + maxAge, changes);
      }
    }
    return new ArrayList<>(changes);
  }

  private void around(long change, Set<Long> times) {
    for (long time = change - 1; time <= change + 1; time++) {
      if (time >= holds.from() && time <= holds.until()) {
        times.add(time);
      }
    }
  }
}
