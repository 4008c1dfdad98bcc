package dev.nightjar.feature.spark;

import dev.nightjar.feature.spark.WindowRule.Windowed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Queue;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.jspecify.annotations.Nullable;

/**
 * Makes of the rows of a windowed view the rows of a plain one: for each moment at which something
 * comes into a window or leaves one, a row of what all windows come to from then on. So whoever
 * joins, stores or looks up needs to know nothing of windows. Such a row has the event time of the
 * newest row in a window, so that it is too old when the last row has left, and the moment for a
 * tie-break, so that the latest counts.
 *
 * <p>Rows come sorted by key and by the time from which on they are visible. Held at a time: of one
 * key, the rows that are in a window.
 *
 * @param keyFields of the key
 * @param earliest what windows come to before it is not asked
 * @param latest what windows come to behind it is not asked
 */
record WindowPass(WindowRule rule, int keyFields, long earliest, long latest)
    implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
  private static final int KEY = 0;
  private static final int TIME = 1;
  private static final int ROW = 2;

  /** The places of a row that is made. */
  private static final int EVENT_TIME = 0;

  private static final int MOMENT = 1;
  private static final int BEFORE_VALUES = 2;

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> sorted) {
    return new Moments(sorted);
  }

  private final class Moments implements Iterator<InternalRow> {
    private final Iterator<InternalRow> sorted;
    private final Queue<InternalRow> made = new ArrayDeque<>();
    private @Nullable OfKey ofKey;

    Moments(Iterator<InternalRow> sorted) {
      this.sorted = sorted;
    }

    @Override
    public boolean hasNext() {
      while (made.isEmpty() && sorted.hasNext()) {
        step(sorted.next());
        if (!sorted.hasNext() && ofKey != null) {
          ofKey.end();
        }
      }
      return !made.isEmpty();
    }

    @Override
    public InternalRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return made.remove();
    }

    private void step(InternalRow entry) {
      UnsafeRow key = (UnsafeRow) entry.getStruct(KEY, keyFields);
      OfKey current = ofKey;
      if (current == null || !current.key.equals(key)) {
        if (current != null) {
          current.end();
        }
        current = new OfKey(key.copy(), made);
        ofKey = current;
      }
      current.see(entry.getLong(TIME), entry.getStruct(ROW, rule.rows().width()).copy());
    }
  }

  /** The rows of one window's length that are in it, the next to leave first. */
  private final class Span {
    private final long length;
    private final List<WindowedValue> values = new ArrayList<>();
    private final PriorityQueue<InternalRow> rows =
        new PriorityQueue<>(Comparator.comparingLong(rule.rows()::eventTime));

    Span(long length) {
      this.length = length;
    }

    /** When a row is too old, in microseconds. */
    long leaves(InternalRow row) {
      long leaves = rule.rows().eventTime(row) + length + 1;
      return leaves < rule.rows().eventTime(row) ? Long.MAX_VALUE : leaves;
    }

    long next() {
      InternalRow row = rows.peek();
      return row == null ? Long.MAX_VALUE : leaves(row);
    }

    void enter(InternalRow row) {
      rows.add(row);
      values.forEach(value -> value.enter(row));
    }

    void leave(long moment) {
      while (next() <= moment && !rows.isEmpty()) {
        InternalRow row = rows.remove();
        values.forEach(value -> value.leave(row));
      }
    }
  }

  /** One key on its way through time. */
  private final class OfKey {
    private final UnsafeRow key;
    private final Queue<InternalRow> made;
    private final List<WindowedValue> values = new ArrayList<>();

    /** The longest last. */
    private final List<Span> spans = new ArrayList<>();

    private long moment = Long.MIN_VALUE;
    private long newest = Long.MIN_VALUE;

    /** Whether something has changed at the moment, or before the first that is asked. */
    private boolean isChanged;

    /** What the row that was made last has for its event time and values. */
    private @Nullable Object[] before = {};

    OfKey(UnsafeRow key, Queue<InternalRow> made) {
      this.key = key;
      this.made = made;
      for (long length : rule.lengths()) {
        spans.add(new Span(length));
      }
      for (Windowed feature : rule.features()) {
        WindowedValue value = WindowedValue.of(rule, feature);
        values.add(value);
        spans.stream()
            .filter(span -> span.length == feature.over())
            .forEach(span -> span.values.add(value));
      }
    }

    void see(long time, InternalRow row) {
      go(time);
      Span longest = spans.get(spans.size() - 1);
      if (longest.leaves(row) <= time) {
        made.add(new GenericInternalRow(new Object[] {key, time, null})); // too old when it came
        return;
      }
      newest = Math.max(newest, rule.rows().eventTime(row));
      isChanged = true;
      for (Span span : spans) {
        if (span.leaves(row) > time) {
          span.enter(row);
        }
      }
    }

    /** All rows have come; what is left goes on leaving. */
    void end() {
      go(latest);
      make();
    }

    /** On to a time; rows that have become too old by then leave. */
    private void go(long time) {
      for (long next = next(); next <= time && next != Long.MAX_VALUE; next = next()) {
        to(next);
        isChanged = true;
        for (Span span : spans) {
          span.leave(next);
        }
      }
      to(time);
    }

    private long next() {
      return spans.stream().mapToLong(Span::next).min().orElse(Long.MAX_VALUE);
    }

    /** Behind a moment nothing more can change at it; before the first that is asked all is one. */
    private void to(long time) {
      if (time > Math.max(moment, earliest)) {
        make();
      }
      moment = time;
    }

    private void make() {
      if (!isChanged) {
        return;
      }
      isChanged = false;
      long from = Math.max(moment, earliest);
      @Nullable Object[] row = new @Nullable Object[BEFORE_VALUES + values.size()];
      row[EVENT_TIME] = newest;
      for (int i = 0; i < values.size(); i++) {
        row[BEFORE_VALUES + i] = values.get(i).at(from);
      }
      if (spans.get(spans.size() - 1).rows.isEmpty()) {
        return; // by its age all know that it is stale
      }
      @Nullable Object[] other = other(row, from);
      if (other == null && Arrays.equals(row, before)) {
        return; // nothing came of the change
      }
      before = other == null ? row.clone() : new Object[0];
      add(from, row);
      if (other != null) {
        add(from, other);
      }
    }

    /** The row that stands against a row, as those do that it was made of; null for none. */
    private @Nullable Object @Nullable [] other(@Nullable Object[] row, long from) {
      @Nullable Object[] other = row.clone();
      boolean isTied = false;
      for (int i = 0; i < values.size(); i++) {
        Object value = values.get(i).tied(from);
        if (value != null) {
          other[BEFORE_VALUES + i] = value;
          isTied = true;
        }
      }
      return isTied ? other : null;
    }

    private void add(long from, @Nullable Object[] row) {
      row[MOMENT] = from;
      made.add(new GenericInternalRow(new Object[] {key, from, new GenericInternalRow(row)}));
    }
  }
}
