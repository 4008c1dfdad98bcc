package dev.nightjar.feature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
   * @param before is not kept and not changed
   * @param entries in any order; sorted in place
   */
  public static <R> Timeline<R> of(VisibleRows<R> before, Entry<R>[] entries) {
    Arrays.sort(entries, (a, b) -> Long.compare(a.from, b.from));
    VisibleRows<R> visible = before.copy();
    long[] times = new long[entries.length];
    List<VisibleRows<R>> standings = new ArrayList<>();
    for (int i = 0; i < entries.length; i++) {
      entries[i].showTo(visible);
      if (i + 1 == entries.length || entries[i + 1].from > entries[i].from) {
        times[standings.size()] = entries[i].from;
        standings.add(visible.copy());
      }
    }
    return new Timeline<>(before.copy(), Arrays.copyOf(times, standings.size()), standings);
  }

  /** What is visible at a time. */
  public VisibleRows<R> at(long time) {
    int found = Arrays.binarySearch(times, time);
    int last = found >= 0 ? found : -found - 2;
    return last < 0 ? before : standings.get(last);
  }
}
