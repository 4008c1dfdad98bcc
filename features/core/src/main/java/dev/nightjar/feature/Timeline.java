package dev.nightjar.feature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What one key's visible rows come to at every moment: for each time at which something became
 * visible a {@link VisibleRows}, found by binary search. Holds a key's whole history, so it is for
 * tables that are small, or for a short span of time. Cannot be changed; for any number of threads
 * once it is safely published.
 *
 * @param <R> how the caller holds a row
 */
public final class Timeline<R> {
  private final VisibleRows<R> before;
  private final long[] times;
  private final List<VisibleRows<R>> standings;

  private Timeline(VisibleRows<R> before, long[] times, List<VisibleRows<R>> standings) {
    this.before = before;
    this.times = times;
    this.standings = standings;
  }

  /**
   * A row, or that there is one that is too old for all that will be asked.
   *
   * @param from the time from which on it is visible
   * @param row null when it is too old
   */
  public record Entry<R>(long from, @Nullable R row) {

    /** Shows the row. */
    public void showTo(VisibleRows<R> visible) {
      if (row == null) {
        visible.seeTooOld();
      } else {
        visible.see(row);
      }
    }
  }

  /**
   * The timeline that follows on what is visible already.
   *
   * @param before is kept, so it must not change as long as the timeline is asked
   * @param moments what became visible at each time; not kept
   */
  public static <R> Timeline<R> of(VisibleRows<R> before, SortedMap<Long, VisibleRows<R>> moments) {
    long[] times = new long[moments.size()];
    List<VisibleRows<R>> standings = new ArrayList<>(moments.size());
    VisibleRows<R> standing = before;
    for (Map.Entry<Long, VisibleRows<R>> moment : moments.entrySet()) {
      standing = standing.copy();
      standing.see(moment.getValue());
      times[standings.size()] = moment.getKey();
      standings.add(standing);
    }
    return new Timeline<>(before, times, standings);
  }

  /** What is visible at a time. */
  public VisibleRows<R> at(long time) {
    int found = Arrays.binarySearch(times, time);
    int last = found >= 0 ? found : -found - 2;
    return last < 0 ? before : standings.get(last);
  }
}
