package dev.nightjar.feature.spark;

import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.VisibleRows;
import dev.nightjar.feature.VisibleRows.Outcome;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * The one pass over a partition that holds all feature rows and all input rows of its keys, sorted
 * by key and then by time: for a feature row the time from which on it is visible, for an input row
 * its as-of time, feature rows first where both are equal. So when an input row comes, exactly the
 * feature rows that it may see have been shown to {@link VisibleRows}, which keeps one of them.
 */
record AsOfPass(Rule rule) implements MapPartitionsFunction<Row, Row> {
  static final int TOO_OLD = 0;
  static final int FEATURE = 1;
  static final int INPUT = 2;

  /** Positions of the sorted rows' columns: hash and key, time, kind, the two payloads. */
  private static final int KEY = 1;

  private static final int TIME = 2;
  private static final int KIND = 3;
  private static final int INPUT_ROW = 4;
  private static final int FEATURE_ROW = 5;

  /**
   * What executors know of the view.
   *
   * @param keys names of the input's key columns
   * @param maxAge microseconds, {@link Long#MAX_VALUE} for none
   * @param earliest the least as-of time that feature rows were read for
   * @param latest the greatest one
   */
  record Rule(
      String view,
      List<String> keys,
      List<Carried> carried,
      boolean isStatic,
      long maxAge,
      boolean anyOnTie,
      boolean lastKnown,
      int tieBreaks,
      int features,
      long earliest,
      long latest)
      implements Serializable {}

  @Override
  public Iterator<Row> call(Iterator<Row> sorted) {
    return new Answers(rule, sorted);
  }

  private static final class Answers implements Iterator<Row> {
    private final Rule rule;
    private final Iterator<Row> sorted;
    private final VisibleRows visible;
    private final @Nullable Object[] values;
    private @Nullable Row key;
    private @Nullable Row next;

    Answers(Rule rule, Iterator<Row> sorted) {
      this.rule = rule;
      this.sorted = sorted;
      this.visible = new VisibleRows(rule.maxAge, rule.anyOnTie, rule.lastKnown, rule.features);
      this.values = new @Nullable Object[rule.features];
    }

    @Override
    public boolean hasNext() {
      while (next == null && sorted.hasNext()) {
        next = step(sorted.next());
      }
      return next != null;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row answer = Objects.requireNonNull(next);
      next = null;
      return answer;
    }

    private @Nullable Row step(Row row) {
      if (row.isNullAt(KEY)) {
        return answer(row.getStruct(INPUT_ROW), Outcome.NO_ROW, null);
      }
      Row rowKey = row.getStruct(KEY);
      if (!rowKey.equals(key)) {
        key = rowKey;
        visible.clear();
      }
      switch (row.getInt(KIND)) {
        case TOO_OLD -> visible.seeTooOld();
        case FEATURE -> see(row.getStruct(FEATURE_ROW));
        default -> {
          return ask(row, rowKey);
        }
      }
      return null;
    }

    private void see(Row feature) {
      @Nullable Object[] tieBreaks = new @Nullable Object[rule.tieBreaks];
      for (int i = 0; i < tieBreaks.length; i++) {
        tieBreaks[i] = feature.get(1 + i);
      }
      @Nullable Object[] shown = new @Nullable Object[rule.features];
      for (int i = 0; i < shown.length; i++) {
        shown[i] = feature.get(1 + rule.tieBreaks + i);
      }
      visible.see(feature.getLong(0), tieBreaks, shown);
    }

    private Row ask(Row row, Row rowKey) {
      long asOf = row.getLong(TIME);
      if (asOf < rule.earliest || asOf > rule.latest) {
        throw new TableException(
            "view '"
                + rule.view
                + "': an input row's as-of time is "
                + Timestamps.instant(asOf)
                + ", outside the range that the join was told, "
                + Timestamps.instant(rule.earliest)
                + " to "
                + Timestamps.instant(rule.latest)
                + "; give the true range, or none to have it computed");
      }
      Outcome outcome = visible.answer(asOf, values);
      String tie = outcome == Outcome.TIED ? tie(rowKey) : null;
      return answer(row.getStruct(INPUT_ROW), outcome, tie);
    }

    private Row answer(Row input, Outcome outcome, @Nullable String tie) {
      @Nullable Object[] answer = new @Nullable Object[3 + rule.features];
      answer[0] = input;
      answer[1] = outcome.name();
      answer[2] = tie;
      if (outcome == Outcome.MATCHED) {
        System.arraycopy(values, 0, answer, 3, rule.features);
      }
      return RowFactory.create(answer);
    }

    private String tie(Row rowKey) {
      List<String> keys = new ArrayList<>();
      for (int i = 0; i < rule.keys.size(); i++) {
        keys.add(rule.keys.get(i) + "=" + rule.carried.get(i).text(rowKey.get(i)));
      }
      return "view '"
          + rule.view
          + "' has several rows of different values for "
          + String.join(", ", keys)
          + (rule.isStatic ? "" : " at " + Timestamps.instant(visible.tiedEventTime()))
          + " and nothing that decides; name a 'tie-break' column, or take one with 'on-tie: any'";
    }
  }
}
