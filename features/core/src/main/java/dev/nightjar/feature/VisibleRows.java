package dev.nightjar.feature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the visible rows of one key come to: the rule of {@link FeatureView} in one place, free of
 * where rows come from. Rows are shown one by one as they become visible, in any order; at any time
 * the answer for an as-of time can be asked.
 *
 * <p>Only the greatest row so far is kept (of each column, where the newest known values answer),
 * which is enough because what is visible only grows with the as-of time: a row that a greater one
 * has beaten can never answer again, and if the greatest is too old, all others are older still. So
 * a key costs the same memory whatever its history.
 *
 * <p>Rows compare by event time, then by the tie-break values. Rows that compare equal are tied
 * when their values differ; of tied rows the one with the greatest values is kept, so the choice
 * does not depend on the order in which rows are shown. Not thread-safe while rows are shown;
 * asking changes nothing. Use again after {@link #clear}.
 *
 * @param <R> how the caller holds a row
 */
public final class VisibleRows<R> {

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

  /**
   * How rows of a view are read and compared. Values are numbered as the view's features.
   *
   * @param <R> how the caller holds a row
   */
  public interface RowOrder<R> {

    /** In microseconds since 1970. */
    long eventTime(R row);

    /** By the tie-break values in order, where null is the least. */
    int compareTieBreaks(R a, R b);

    boolean isNull(R row, int value);

    /** In any order that is total, so that of tied rows the same one is found each time. */
    int compareValues(R a, R b, int value);

    /** Equal to a reader of the values: NaN is NaN, and 0.0 is −0.0. */
    boolean sameValues(R a, R b, int value);
  }

  private final RowOrder<R> order;
  private final long maxAge;
  private final boolean anyOnTie;
  private final boolean lastKnown;
  private final int width;

  /** The greatest row so far, or for each value the greatest that has one. */
  private final @Nullable Object[] best;

  private final boolean[] tied;
  private boolean anyVisible;
  private boolean anyYoung;
  private long newest;

  /**
   * For one view.
   *
   * @param maxAge in microseconds, {@link Long#MAX_VALUE} for none
   * @param anyOnTie whether tied rows answer with one of them
   * @param lastKnown whether each column answers with its newest value that is not null
   * @param width number of values of a row, at least one
   */
  public VisibleRows(
      RowOrder<R> order, long maxAge, boolean anyOnTie, boolean lastKnown, int width) {
    this.order = order;
    this.maxAge = maxAge;
    this.anyOnTie = anyOnTie;
    this.lastKnown = lastKnown;
    this.width = width;
    this.best = new Object[lastKnown ? width : 1];
    this.tied = new boolean[best.length];
  }

  private VisibleRows(VisibleRows<R> other) {
    this.order = other.order;
    this.maxAge = other.maxAge;
    this.anyOnTie = other.anyOnTie;
    this.lastKnown = other.lastKnown;
    this.width = other.width;
    this.best = other.best.clone();
    this.tied = other.tied.clone();
    this.anyVisible = other.anyVisible;
    this.anyYoung = other.anyYoung;
    this.newest = other.newest;
  }

  /** For rows of a view as plain values. */
  public static VisibleRows<FeatureRow> of(FeatureView view) {
    return new VisibleRows<>(
        FeatureRow.ORDER,
        view.maxAgeMicros(),
        view.onTie() == FeatureView.OnTie.ANY,
        view.nulls() == FeatureView.NullPolicy.LAST_KNOWN,
        view.features().size());
  }

  /**
   * All that is kept, for who keeps it elsewhere.
   *
   * @param anyVisible whether any row is visible
   * @param newest the greatest event time of rows that are not too old; empty when there are none
   * @param places of a view whose rows answer as a whole one, else one for each value
   */
  public record State<R>(boolean anyVisible, OptionalLong newest, List<Standing<R>> places) {
    public State {
      places = List.copyOf(places);
    }
  }

  /**
   * The greatest row of a place.
   *
   * @param row null for none
   * @param tied whether others are its equals, with other values
   */
  public record Standing<R>(@Nullable R row, boolean tied) {}

  /** What is kept of the rows shown so far. */
  public State<R> state() {
    List<Standing<R>> places = new ArrayList<>();
    for (int place = 0; place < best.length; place++) {
      places.add(new Standing<>(at(place), tied[place]));
    }
    return new State<>(
        anyVisible, anyYoung ? OptionalLong.of(newest) : OptionalLong.empty(), places);
  }

  /**
   * One by the same rule to which the rows were shown that a state was taken of.
   *
   * @throws IllegalArgumentException when the state is that of another rule
   */
  public VisibleRows<R> with(State<R> state) {
    if (state.places.size() != best.length) {
      throw new IllegalArgumentException(
          "a state of " + state.places.size() + " places cannot be that of " + best.length);
    }
    VisibleRows<R> restored = copy();
    for (int place = 0; place < best.length; place++) {
      restored.best[place] = state.places.get(place).row;
      restored.tied[place] = state.places.get(place).tied;
    }
    restored.anyVisible = state.anyVisible;
    restored.anyYoung = state.newest.isPresent();
    restored.newest = state.newest.orElse(0);
    return restored;
  }

  /** How many rows are kept at the most: one, or one for each value. */
  public int places() {
    return best.length;
  }

  /**
   * Takes over what was kept at a place, for who has kept it elsewhere; {@link #restore(boolean,
   * long)} is to follow.
   */
  public void restore(int place, @Nullable R row, boolean isTied) {
    best[place] = row;
    tied[place] = isTied;
  }

  /**
   * Takes over the rest of what was kept, of rows of which some are visible.
   *
   * @param isAnyYoung whether any of them is not too old
   * @param newestTime the greatest event time of those
   */
  public void restore(boolean isAnyYoung, long newestTime) {
    anyVisible = true;
    anyYoung = isAnyYoung;
    newest = newestTime;
  }

  /** What has been shown so far; what is shown to one of the two later, the other does not see. */
  public VisibleRows<R> copy() {
    return new VisibleRows<>(this);
  }

  /** Forgets all rows. */
  public void clear() {
    anyVisible = false;
    anyYoung = false;
    Arrays.fill(best, null);
    Arrays.fill(tied, false);
  }

  /** A row became visible. It may be kept, and must not change. */
  public void see(R row) {
    long eventTime = order.eventTime(row);
    anyVisible = true;
    newest = anyYoung ? Math.max(newest, eventTime) : eventTime;
    anyYoung = true;
    if (!lastKnown) {
      if (isGreater(0, row)) {
        best[0] = row;
      }
      return;
    }
    for (int i = 0; i < width; i++) {
      if (!order.isNull(row, i) && isGreater(i, row)) {
        best[i] = row;
      }
    }
  }

  /** All that another one was shown became visible; that one stays as it is. */
  public void see(VisibleRows<R> others) {
    if (others.anyYoung) {
      newest = anyYoung ? Math.max(newest, others.newest) : others.newest;
    }
    anyVisible |= others.anyVisible;
    anyYoung |= others.anyYoung;
    for (int place = 0; place < best.length; place++) {
      R row = others.at(place);
      if (row == null) {
        continue;
      }
      R standing = at(place);
      boolean staysTied = others.tied[place] && (standing == null || compare(row, standing) >= 0);
      if (isGreater(place, row)) {
        best[place] = row;
      }
      tied[place] |= staysTied;
    }
  }

  private int compare(R row, R other) {
    int compared = Long.compare(order.eventTime(row), order.eventTime(other));
    return compared == 0 ? order.compareTieBreaks(row, other) : compared;
  }

  /** A row became visible that is known to be too old for every as-of time still to be asked. */
  public void seeTooOld() {
    anyVisible = true;
  }

  /**
   * Whether a row beats the one at a place, which is then no longer tied, or tied with this one.
   */
  private boolean isGreater(int place, R row) {
    R standing = at(place);
    if (standing == null) {
      return true;
    }
    int compared = compare(row, standing);
    if (compared != 0) {
      tied[place] &= compared < 0;
      return compared > 0;
    }
    int from = lastKnown ? place : 0;
    int until = lastKnown ? place + 1 : width;
    for (int i = from; i < until; i++) {
      tied[place] |= !order.sameValues(row, standing, i);
    }
    for (int i = from; i < until; i++) {
      int values = order.compareValues(row, standing, i);
      if (values != 0) {
        return values > 0;
      }
    }
    return false;
  }

  @SuppressWarnings("unchecked") // only rows are put there
  private @Nullable R at(int place) {
    return (R) best[place];
  }

  /** The answer at an as-of time, at which at least the rows shown so far are visible. */
  public Outcome outcome(long asOf) {
    if (!anyVisible) {
      return Outcome.NO_ROW;
    }
    if (!anyYoung || newest < oldest(asOf)) {
      return Outcome.STALE;
    }
    return tiedPlace(asOf) < 0 ? Outcome.MATCHED : Outcome.TIED;
  }

  /**
   * The row that gives a value, when the outcome is {@link Outcome#MATCHED}; null where the value
   * is known of none. The value itself can be null.
   */
  public @Nullable R answering(long asOf, int value) {
    R row = at(lastKnown ? value : 0);
    return row != null && order.eventTime(row) >= oldest(asOf) ? row : null;
  }

  /** The event time of the tied rows, when the outcome is {@link Outcome#TIED}. */
  public long tiedEventTime(long asOf) {
    R row = at(tiedPlace(asOf));
    if (row == null) {
      throw new IllegalStateException("no rows are tied");
    }
    return order.eventTime(row);
  }

  private int tiedPlace(long asOf) {
    if (!anyOnTie) {
      for (int place = 0; place < best.length; place++) {
        if (tied[place] && answering(asOf, place) != null) {
          return place;
        }
      }
    }
    return -1;
  }

  private long oldest(long asOf) {
    long oldest = asOf - maxAge;
    return oldest > asOf ? Long.MIN_VALUE : oldest;
  }
}
