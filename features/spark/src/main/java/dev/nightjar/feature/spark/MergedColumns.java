package dev.nightjar.feature.spark;

import dev.nightjar.feature.VisibleRows;
import dev.nightjar.feature.VisibleRows.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What {@link MergePass} adds to an input row: the key, and of each view the outcome by number, the
 * time of tied rows, and the values. One row that is written again and again. Not thread-safe.
 */
final class MergedColumns {
  private static final int KEY = 0;
  private static final int BEFORE_VALUES = 2;

  private final List<ViewRule> rules;
  private final List<Integer> places = new ArrayList<>();
  private final SpecificInternalRow row;

  MergedColumns(List<ViewRule> rules) {
    this.rules = rules;
    StructType types = new StructType().add("key", DataTypes.NullType);
    for (ViewRule rule : rules) {
      places.add(types.size());
      types = types.add("o" + types.size(), DataTypes.IntegerType);
      types = types.add("t" + types.size(), DataTypes.LongType);
      for (DataType type : rule.rows().values()) {
        types = types.add("v" + types.size(), type);
      }
    }
    this.row = new SpecificInternalRow(types);
  }

  /** Number of columns of a view. */
  static int width(int features) {
    return BEFORE_VALUES + features;
  }

  /** The columns as the last row has them. */
  InternalRow row() {
    return row;
  }

  /** The columns of a row that matches nothing. */
  InternalRow matchless() {
    row.setNullAt(KEY);
    for (int view = 0; view < rules.size(); view++) {
      empty(view, Outcome.NO_ROW);
    }
    return row;
  }

  void begin(UnsafeRow key) {
    row.update(KEY, key);
  }

  /** What a view answers. */
  void put(int view, VisibleRows<InternalRow> visible, long asOf) {
    Outcome outcome = visible.outcome(asOf);
    empty(view, outcome);
    int place = places.get(view);
    if (outcome == Outcome.TIED) {
      row.setLong(place + 1, visible.tiedEventTime(asOf));
    } else if (outcome == Outcome.MATCHED) {
      Values.copy(visible, asOf, rules.get(view).rows(), row, place + BEFORE_VALUES);
    }
  }

  /** An outcome as a row holds it; {@link #outcome} reads it. */
  private static int number(Outcome outcome) {
    return switch (outcome) {
      case MATCHED -> 0;
      case STALE -> 1;
      case NO_ROW -> 2;
      case TIED -> 3;
    };
  }

  /** The outcome that a row holds as a number. */
  static Outcome outcome(int number) {
    return switch (number) {
      case 0 -> Outcome.MATCHED;
      case 1 -> Outcome.STALE;
      case 2 -> Outcome.NO_ROW;
      case 3 -> Outcome.TIED;
      default -> throw new IllegalArgumentException(number + " is the number of no outcome");
    };
  }

  private void empty(int view, Outcome outcome) {
    int place = places.get(view);
    row.setInt(place, number(outcome));
    row.setLong(place + 1, 0);
    for (int i = 0; i < rules.get(view).rows().values().size(); i++) {
      row.setNullAt(place + BEFORE_VALUES + i);
    }
  }
}
