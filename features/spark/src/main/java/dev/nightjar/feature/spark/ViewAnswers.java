package dev.nightjar.feature.spark;

import dev.nightjar.feature.VisibleRows;
import dev.nightjar.feature.VisibleRows.Outcome;
import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.jspecify.annotations.Nullable;

/** What one view answers input rows, one after the other. Not thread-safe. */
sealed interface ViewAnswers {

  /**
   * The answer to a row.
   *
   * @param asOf of no account for a static view
   */
  Outcome ask(InternalRow row, long asOf);

  /** Puts the values of the last answer, which was a match, in places that are null. */
  void values(InternalRow into, int first);

  /** Why the row is rejected whose answer was a tie. */
  String tie();

  /** Answers that are looked up. */
  final class Indexed implements ViewAnswers {
    private final ViewIndex.Reader index;
    private final ViewRule rule;
    private final int key;
    private @Nullable UnsafeRow keyOfRow;
    private @Nullable VisibleRows<InternalRow> visible;
    private long asOf;

    /**
     * From an index.
     *
     * @param key where the row's key for the view stands, null for a row that matches nothing
     */
    Indexed(ViewIndex index, int key) {
      this.index = index.reader();
      this.rule = index.rule();
      this.key = key;
    }

    @Override
    public Outcome ask(InternalRow row, long time) {
      if (row.isNullAt(key)) {
        return Outcome.NO_ROW;
      }
      asOf = rule.isStatic() ? 0 : time;
      keyOfRow = (UnsafeRow) row.getStruct(key, rule.keys().types().size());
      visible = index.at(keyOfRow, asOf);
      return visible == null ? Outcome.NO_ROW : visible.outcome(asOf);
    }

    @Override
    public void values(InternalRow into, int first) {
      Values.copy(Objects.requireNonNull(visible), asOf, rule.rows(), into, first);
    }

    @Override
    public String tie() {
      return rule.tie(
          Objects.requireNonNull(keyOfRow), Objects.requireNonNull(visible).tiedEventTime(asOf));
    }
  }

  /** Answers that {@link MergePass} has put behind the row. */
  final class Merged implements ViewAnswers {
    private final ViewRule rule;
    private final int key;
    private final int place;
    private @Nullable InternalRow answered;

    /**
     * Of a view.
     *
     * @param key where the row's key for the view stands
     * @param place where the view's answer begins, as {@link MergedColumns} puts it
     */
    Merged(ViewRule rule, int key, int place) {
      this.rule = rule;
      this.key = key;
      this.place = place;
    }

    @Override
    public Outcome ask(InternalRow row, long asOf) {
      answered = row;
      return MergedColumns.outcome(row.getInt(place));
    }

    @Override
    public void values(InternalRow into, int first) {
      InternalRow row = Objects.requireNonNull(answered);
      for (int i = 0; i < rule.rows().values().size(); i++) {
        Values.copy(
            row,
            place + MergedColumns.BEFORE_VALUES + i,
            rule.rows().values().get(i),
            into,
            first + i);
      }
    }

    @Override
    public String tie() {
      InternalRow row = Objects.requireNonNull(answered);
      return rule.tie(
          row.getStruct(key, rule.keys().types().size()),
          row.getLong(place + MergedColumns.TIED_AT));
    }
  }
}
