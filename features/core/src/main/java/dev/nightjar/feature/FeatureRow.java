package dev.nightjar.feature;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A row of a view as plain values, which is how a store hands it out: numbers, texts and booleans
 * in their usual boxes, a timestamp as {@link Long} microseconds since 1970, a date as {@link
 * Integer} days since then, a decimal as {@link java.math.BigDecimal}. Cannot be changed.
 */
public final class FeatureRow {
  /** Compares such rows; texts compare as {@link String#compareTo} does. Thread-safe. */
  public static final VisibleRows.RowOrder<FeatureRow> ORDER = new Order();

  private final long eventTime;
  private final @Nullable Object[] tieBreaks;
  private final @Nullable Object[] values;

  /**
   * A row.
   *
   * @param eventTime in microseconds since 1970; 0 for a static view
   * @param tieBreaks values of the view's tie-break columns, in order; not copied
   * @param values of the view's features, in order; not copied
   */
  public FeatureRow(long eventTime, @Nullable Object[] tieBreaks, @Nullable Object[] values) {
    this.eventTime = eventTime;
    this.tieBreaks = tieBreaks;
    this.values = values;
  }

  /** In microseconds since 1970. */
  public long eventTime() {
    return eventTime;
  }

  /** How many tie-break values there are. */
  public int tieBreaks() {
    return tieBreaks.length;
  }

  /** The value of a tie-break column; null can be one. */
  public @Nullable Object tieBreak(int place) {
    return tieBreaks[place];
  }

  /** How many values there are. */
  public int width() {
    return values.length;
  }

  /** The value of a feature; null can be one. */
  public @Nullable Object value(int place) {
    return values[place];
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FeatureRow row
        && eventTime == row.eventTime
        && Arrays.equals(tieBreaks, row.tieBreaks)
        && Arrays.equals(values, row.values);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(eventTime) + 31 * (Arrays.hashCode(values) + Arrays.hashCode(tieBreaks));
  }

  @Override
  public String toString() {
    return eventTime + Arrays.toString(tieBreaks) + Arrays.toString(values);
  }

  private static final class Order implements VisibleRows.RowOrder<FeatureRow> {
    @Override
    public long eventTime(FeatureRow row) {
      return row.eventTime;
    }

    @Override
    public int compareTieBreaks(FeatureRow a, FeatureRow b) {
      for (int i = 0; i < a.tieBreaks.length; i++) {
        int compared = compare(a.tieBreaks[i], b.tieBreaks[i]);
        if (compared != 0) {
          return compared;
        }
      }
      return 0;
    }

    @Override
    public boolean isNull(FeatureRow row, int value) {
      return row.values[value] == null;
    }

    @Override
    public int compareValues(FeatureRow a, FeatureRow b, int value) {
      return compare(a.values[value], b.values[value]);
    }

    @Override
    public boolean sameValues(FeatureRow a, FeatureRow b, int value) {
      Object left = a.values[value];
      Object right = b.values[value];
      if (compare(left, right) == 0) {
        return true;
      }
      // 0.0 and −0.0, which have an order and are the same number.
      return (left instanceof Double x && right instanceof Double y && (double) x == y)
          || (left instanceof Float u && right instanceof Float v && (float) u == v);
    }

    @SuppressWarnings("unchecked") // the values of one column are of one type
    private static int compare(@Nullable Object a, @Nullable Object b) {
      if (a == null || b == null) {
        return Boolean.compare(b == null, a == null);
      }
      return ((Comparable<Object>) a).compareTo(b);
    }
  }
}
