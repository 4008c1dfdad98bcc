package dev.nightjar.feature;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the visible rows of one key come to: the rule of {@link FeatureView} in one place, free of
 * where rows come from. Rows are shown one by one as they become visible, in any order; at any time
 * the answer for an as-of time can be asked.
 *
 * <p>Only the greatest row so far is kept, which is enough because what is visible only grows with
 * the as-of time: a row that a greater one has beaten can never answer again, and if the greatest
 * is too old, all others are older still. So a key costs the same memory whatever its history.
 *
 * <p>Rows compare by event time, then by the tie-break values, where null is the least and texts
 * compare as {@link String#compareTo} does. Rows that compare equal are tied when their values
 * differ; of tied rows the one with the greatest values is kept, so the choice does not depend on
 * the order in which rows are shown. Not thread-safe; use again for the next key after {@link
 * #clear}.
 */
public final class VisibleRows {

  /** What an as-of time is answered. */
  public enum Outcome {
    /** A row answers. */
    MATCHED,
    /** There are visible rows, but all are older than the maximum age. */
    STALE,
    /** No row is visible. */
    NO_ROW,
    /** Rows are tied and their values differ. */
    TIED
  }

  private final long maxAge;
  private final boolean anyOnTie;
  private final boolean lastKnown;
  private final int width;
  private final Candidate[] candidates;
  private boolean anyVisible;
  private boolean anyYoung;
  private long newest;
  private long tiedEventTime;

  /**
   * For one view.
   *
   * @param maxAge in microseconds, {@link Long#MAX_VALUE} for none
   * @param anyOnTie whether tied rows answer with one of them
   * @param lastKnown whether each column answers with its newest value that is not null
   * @param width number of values of a row
   */
  public VisibleRows(long maxAge, boolean anyOnTie, boolean lastKnown, int width) {
    this.maxAge = maxAge;
    this.anyOnTie = anyOnTie;
    this.lastKnown = lastKnown;
    this.width = width;
    this.candidates = new Candidate[lastKnown ? width : 1];
    Arrays.setAll(candidates, i -> new Candidate());
  }

  /** Forgets all rows. */
  public void clear() {
    anyVisible = false;
    anyYoung = false;
    for (Candidate candidate : candidates) {
      candidate.clear();
    }
  }

  /** A row became visible. The arrays are kept and must not be changed. */
  public void see(long eventTime, @Nullable Object[] tieBreaks, @Nullable Object[] values) {
    anyVisible = true;
    newest = anyYoung ? Math.max(newest, eventTime) : eventTime;
    anyYoung = true;
    if (!lastKnown) {
      candidates[0].offer(eventTime, tieBreaks, values);
      return;
    }
    for (int i = 0; i < width; i++) {
      if (values[i] != null) {
        candidates[i].offer(eventTime, tieBreaks, new @Nullable Object[] {values[i]});
      }
    }
  }

  /** A row became visible that is known to be too old for every as-of time still to be asked. */
  public void seeTooOld() {
    anyVisible = true;
  }

  /**
   * The answer at an as-of time, which must not lie before any earlier one since {@link #clear}.
   *
   * @param into takes the values; all null unless {@link Outcome#MATCHED}
   */
  public Outcome answer(long asOf, @Nullable Object[] into) {
    Arrays.fill(into, null);
    if (!anyVisible) {
      return Outcome.NO_ROW;
    }
    long oldest = oldest(asOf);
    if (!anyYoung || newest < oldest) {
      return Outcome.STALE;
    }
    for (Candidate candidate : candidates) {
      if (candidate.answers(oldest) && candidate.tied && !anyOnTie) {
        tiedEventTime = candidate.eventTime;
        return Outcome.TIED;
      }
    }
    for (int i = 0; i < width; i++) {
      Candidate candidate = candidates[lastKnown ? i : 0];
      if (candidate.answers(oldest)) {
        into[i] = candidate.values[lastKnown ? 0 : i];
      }
    }
    return Outcome.MATCHED;
  }

  /** The event time of the rows that were tied at the last answer. */
  public long tiedEventTime() {
    return tiedEventTime;
  }

  private long oldest(long asOf) {
    long oldest = asOf - maxAge;
    return oldest > asOf ? Long.MIN_VALUE : oldest;
  }

  /** The greatest row so far, or the greatest with a value in one column. */
  private static final class Candidate {
    private boolean present;
    private long eventTime;
    private @Nullable Object[] tieBreaks = {};
    private @Nullable Object[] values = {};
    private boolean tied;

    void clear() {
      present = false;
      tied = false;
    }

    boolean answers(long oldest) {
      return present && eventTime >= oldest;
    }

    void offer(long time, @Nullable Object[] breaks, @Nullable Object[] offered) {
      int order = present ? Long.compare(time, eventTime) : 1;
      if (order == 0) {
        order = compare(breaks, tieBreaks);
      }
      if (order > 0) {
        present = true;
        tied = false;
        eventTime = time;
        tieBreaks = breaks;
        values = offered;
      } else if (order == 0) {
        tied |= !same(offered, values);
        if (compare(offered, values) > 0) {
          values = offered;
        }
      }
    }
  }

  private static int compare(@Nullable Object[] a, @Nullable Object[] b) {
    for (int i = 0; i < a.length; i++) {
      int order = compare(a[i], b[i]);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  @SuppressWarnings("unchecked") // both come from one column
  private static int compare(@Nullable Object a, @Nullable Object b) {
    if (a == null || b == null) {
      return a == b ? 0 : a == null ? -1 : 1;
    }
    return ((Comparable<Object>) a).compareTo(b);
  }

  private static boolean same(@Nullable Object[] a, @Nullable Object[] b) {
    for (int i = 0; i < a.length; i++) {
      if (!same(a[i], b[i])) {
        return false;
      }
    }
    return true;
  }

  /** Equal to a reader of the values: NaN is NaN, and 0.0 is −0.0. */
  private static boolean same(@Nullable Object a, @Nullable Object b) {
    if (a == null || b == null) {
      return a == b;
    }
    return a.equals(b)
        || (a instanceof Double x && b instanceof Double y && x.doubleValue() == y.doubleValue())
        || (a instanceof Float u && b instanceof Float v && u.floatValue() == v.floatValue());
  }
}
