package dev.nightjar.feature.spark;

import dev.nightjar.feature.Timeline;
import dev.nightjar.feature.Timeline.Entry;
import dev.nightjar.feature.VisibleRows;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.jspecify.annotations.Nullable;

/**
 * The one pass over a partition that holds all feature rows and all input rows of its keys, sorted
 * as {@link MergeJoin} says: by the key's hash and then by time, for a feature row the time from
 * which on it is visible, for an input row its as-of time, within one quantum the feature rows
 * first. So when an input row comes, the feature rows that it may see have been shown to {@link
 * VisibleRows}, which keeps one of them, or lie in its own quantum.
 *
 * <p>Held at a time: of the keys with one hash, one row for each view, and one for each time of one
 * quantum at which something became visible.
 */
record MergePass(List<ViewRule> rules, int keyFields, int inputFields, TimeQuanta quanta)
    implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
  /** In place of a view's number. */
  static final int INPUT = -1;

  /** Positions of the sorted rows' columns; behind the input row each view's row. */
  private static final int ORDER = 0;

  private static final int KEY = 1;
  private static final int TIME = 2;
  private static final int VIEW = 3;
  private static final int INPUT_ROW = 4;
  private static final int FEATURE_ROWS = 5;

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> sorted) {
    return new Answers(sorted);
  }

  private final class Answers implements Iterator<InternalRow> {
    private final Iterator<InternalRow> sorted;
    private final List<KeyState> keysOfHash = new ArrayList<>();
    private final JoinedRow joined = new JoinedRow();
    private final MergedColumns answers = new MergedColumns(rules);
    private int hash;
    private @Nullable InternalRow next;

    Answers(Iterator<InternalRow> sorted) {
      this.sorted = sorted;
    }

    @Override
    public boolean hasNext() {
      while (next == null && sorted.hasNext()) {
        next = step(sorted.next());
      }
      return next != null;
    }

    @Override
    public InternalRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      InternalRow row = Objects.requireNonNull(next);
      next = null;
      return row;
    }

    private @Nullable InternalRow step(InternalRow row) {
      int view = row.getInt(VIEW);
      if (row.isNullAt(KEY)) {
        return joined.apply(row.getStruct(INPUT_ROW, inputFields), answers.matchless());
      }
      long order = row.getLong(ORDER);
      UnsafeRow key = (UnsafeRow) row.getStruct(KEY, keyFields);
      KeyState state = state((int) (order >> Integer.SIZE), key);
      int quantum = (int) order >>> 1;
      long time = row.getLong(TIME);
      if (view != INPUT) {
        int place = FEATURE_ROWS + view;
        state.views[view].show(
            quantum,
            time,
            row.isNullAt(place)
                ? null
                : row.getStruct(place, rules.get(view).rows().width()).copy());
        return null;
      }
      answers.begin(state.key);
      for (int i = 0; i < state.views.length; i++) {
        answers.put(i, state.views[i].at(quantum, time), time);
      }
      return joined.apply(row.getStruct(INPUT_ROW, inputFields), answers.row());
    }

    private KeyState state(int ofHash, UnsafeRow key) {
      if (ofHash != hash) {
        hash = ofHash;
        keysOfHash.clear();
      }
      for (KeyState state : keysOfHash) {
        if (state.key.equals(key)) {
          return state;
        }
      }
      KeyState state = new KeyState(key.copy());
      keysOfHash.add(state);
      return state;
    }
  }

  /** What has been shown of one key. */
  private final class KeyState {
    private final UnsafeRow key;
    private final ViewState[] views = new ViewState[rules.size()];

    KeyState(UnsafeRow key) {
      this.key = key;
      for (int i = 0; i < views.length; i++) {
        views[i] = new ViewState(rules.get(i));
      }
    }
  }

  /** What has been shown of one key's rows in a view. */
  private final class ViewState {
    private final ViewRule rule;

    /** What has become visible before the last quantum. */
    private final VisibleRows<InternalRow> visible;

    /** What as-of times of the last quantum may or may not see: nearly always of one time. */
    private final VisibleRows<InternalRow> pending;

    private final SortedMap<Long, VisibleRows<InternalRow>> pendingOfOtherTimes = new TreeMap<>();
    private boolean isPending;
    private long timeOfPending;
    private int quantumOfPending;
    private @Nullable Timeline<InternalRow> ofQuantum;

    ViewState(ViewRule rule) {
      this.rule = rule;
      this.visible = rule.nothing();
      this.pending = rule.nothing();
    }

    void show(int quantum, long time, @Nullable InternalRow row) {
      settle(quantum);
      Entry<InternalRow> entry = new Entry<>(time, row);
      if (quanta.areExact() || quanta.isBefore(time)) {
        entry.showTo(visible);
        return;
      }
      if (!isPending) {
        isPending = true;
        quantumOfPending = quantum;
        timeOfPending = time;
      }
      ofQuantum = null;
      entry.showTo(
          time == timeOfPending
              ? pending
              : pendingOfOtherTimes.computeIfAbsent(time, other -> rule.nothing()));
    }

    VisibleRows<InternalRow> at(int quantum, long time) {
      settle(quantum);
      if (!isPending) {
        return visible;
      }
      if (ofQuantum == null) {
        SortedMap<Long, VisibleRows<InternalRow>> moments = new TreeMap<>(pendingOfOtherTimes);
        moments.put(timeOfPending, pending);
        ofQuantum = Timeline.of(visible, moments);
      }
      return ofQuantum.at(time);
    }

    /** Rows of earlier quanta are visible to all that is to come. */
    private void settle(int quantum) {
      if (isPending && quantum != quantumOfPending) {
        visible.see(pending);
        pendingOfOtherTimes.values().forEach(visible::see);
        pending.clear();
        pendingOfOtherTimes.clear();
        isPending = false;
        ofQuantum = null;
      }
    }
  }
}
