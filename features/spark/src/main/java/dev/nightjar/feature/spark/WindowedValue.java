package dev.nightjar.feature.spark;

import dev.nightjar.feature.Aggregation.Function;
import dev.nightjar.feature.VisibleRows;
import dev.nightjar.feature.VisibleRows.Outcome;
import java.util.TreeMap;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * One feature of a windowed view, of the rows of one key that are in its window at a moment. What
 * it comes to depends on which rows those are and on nothing else: not on their order, and not on
 * the rows that have come and gone. Not thread-safe.
 */
sealed interface WindowedValue {

  /** A row came into the window. It is kept, and must not change. */
  void enter(InternalRow row);

  /** A row that came into the window before has left it. */
  void leave(InternalRow row);

  /** What they come to, as Spark holds it; null for none. */
  @Nullable Object at(long moment);

  /** One of the values that stand against each other, where nothing decides; else null. */
  default @Nullable Object tied(long moment) {
    return null;
  }

  /** Of no rows yet. */
  static WindowedValue of(WindowRule rule, WindowRule.Windowed feature) {
    Function function = feature.function();
    return switch (function) {
      case COUNT -> new Count(rule.rows(), feature.input());
      case SUM, MEAN -> new Sum(rule.rows().place(feature.input()), function == Function.MEAN);
      case MIN, MAX ->
          new Extreme(
              rule.rows().place(feature.input()),
              rule.rows().values().get(feature.input()),
              function == Function.MIN);
      case LAST -> new Last(rule, feature);
    };
  }

  /** How many rows there are, or how many of them have a value. */
  final class Count implements WindowedValue {
    private final int place;
    private long count;

    Count(FeatureRows rows, int input) {
      this.place = input == WindowRule.ALL_ROWS ? WindowRule.ALL_ROWS : rows.place(input);
    }

    @Override
    public void enter(InternalRow row) {
      count += weight(row);
    }

    @Override
    public void leave(InternalRow row) {
      count -= weight(row);
    }

    private int weight(InternalRow row) {
      return place == WindowRule.ALL_ROWS || row.getBoolean(place) ? 1 : 0;
    }

    @Override
    public Object at(long moment) {
      return count;
    }
  }

  /** The sum of doubles, or their mean. */
  final class Sum implements WindowedValue {
    private final int place;
    private final boolean isMean;
    private final ExactSum sum = new ExactSum();

    Sum(int place, boolean isMean) {
      this.place = place;
      this.isMean = isMean;
    }

    @Override
    public void enter(InternalRow row) {
      if (!row.isNullAt(place)) {
        sum.add(row.getDouble(place));
      }
    }

    @Override
    public void leave(InternalRow row) {
      if (!row.isNullAt(place)) {
        sum.remove(row.getDouble(place));
      }
    }

    @Override
    public @Nullable Object at(long moment) {
      if (sum.values() == 0) {
        return null;
      }
      return isMean ? sum.value() / sum.values() : sum.value();
    }
  }

  /** The least or the greatest value. */
  final class Extreme implements WindowedValue {
    private final int place;
    private final DataType type;
    private final boolean isLeast;

    /** How often each value is there. */
    private final TreeMap<Object, Integer> values = new TreeMap<>(Extreme::compare);

    Extreme(int place, DataType type, boolean isLeast) {
      this.place = place;
      this.type = type;
      this.isLeast = isLeast;
    }

    @SuppressWarnings("unchecked") // the values of one column are of one type
    private static int compare(Object a, Object b) {
      return a instanceof UTF8String x && b instanceof UTF8String y
          ? FeatureRows.compareTexts(x, y)
          : ((Comparable<Object>) a).compareTo(b);
    }

    @Override
    public void enter(InternalRow row) {
      if (!row.isNullAt(place)) {
        values.merge(row.get(place, type), 1, Integer::sum);
      }
    }

    @Override
    public void leave(InternalRow row) {
      if (!row.isNullAt(place)) {
        values.computeIfPresent(
            row.get(place, type), (value, count) -> count == 1 ? null : count - 1);
      }
    }

    @Override
    public @Nullable Object at(long moment) {
      if (values.isEmpty()) {
        return null;
      }
      return isLeast ? values.firstKey() : values.lastKey();
    }
  }

  /** The newest value, which is what a view of this one column would answer. */
  final class Last implements WindowedValue {
    private final int place;
    private final DataType type;
    private final VisibleRows<InternalRow> visible;

    Last(WindowRule rule, WindowRule.Windowed feature) {
      this.place = rule.rows().place(feature.input());
      this.type = rule.rows().values().get(feature.input());
      this.visible =
          new VisibleRows<>(
              new OneColumn(rule.rows(), feature.input()),
              feature.over(),
              rule.anyOnTie(),
              true,
              1);
    }

    @Override
    public void enter(InternalRow row) {
      visible.see(row);
    }

    /** By its age a row goes unasked: the newest is the last to leave. */
    @Override
    public void leave(InternalRow row) {}

    @Override
    public @Nullable Object at(long moment) {
      return value(moment, Outcome.MATCHED);
    }

    @Override
    public @Nullable Object tied(long moment) {
      return value(moment, Outcome.TIED);
    }

    private @Nullable Object value(long moment, Outcome outcome) {
      if (visible.outcome(moment) != outcome) {
        return null;
      }
      InternalRow row = visible.answering(moment, 0);
      return row == null ? null : row.get(place, type);
    }
  }

  /** Rows of which one value counts. */
  record OneColumn(FeatureRows rows, int value) implements VisibleRows.RowOrder<InternalRow> {
    @Override
    public long eventTime(InternalRow row) {
      return rows.eventTime(row);
    }

    @Override
    public int compareTieBreaks(InternalRow a, InternalRow b) {
      return rows.compareTieBreaks(a, b);
    }

    @Override
    public boolean isNull(InternalRow row, int only) {
      return rows.isNull(row, value);
    }

    @Override
    public int compareValues(InternalRow a, InternalRow b, int only) {
      return rows.compareValues(a, b, value);
    }

    @Override
    public boolean sameValues(InternalRow a, InternalRow b, int only) {
      return rows.sameValues(a, b, value);
    }
  }
}
