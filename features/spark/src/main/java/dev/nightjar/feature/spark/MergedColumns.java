package dev.nightjar.feature.spark;

import dev.nightjar.data.ReservedColumns;
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

  /** The key stands before the first view. */
  static final int BEFORE_VIEWS = 1;

  /** Where the time of tied rows stands behind the outcome. */
  static final int TIED_AT = 1;

  /** Where the values begin behind the outcome. */
  static final int BEFORE_VALUES = 2;

  private final List<ViewRule> rules;
  private final List<Integer> places = new ArrayList<>();
  private final SpecificInternalRow row;

  MergedColumns(List<ViewRule> rules) {
    this.rules = rules;
    int place = BEFORE_VIEWS;
    for (ViewRule rule : rules) {
      places.add(place);
      place += width(rule.rows().values().size());
    }
    this.row = new SpecificInternalRow(schema(0, rules));
  }

  /**
   * The columns and their types.
   *
   * @param number of the merge in its join, for their names
   * @param rules of the views, which have one key
   */
  static StructType schema(int number, List<ViewRule> rules) {
    StructType key = new StructType();
    for (DataType type : rules.get(0).keys().types()) {
      key = key.add("k" + key.size(), type, true);
    }
    StructType schema = new StructType().add(ReservedColumns.PREFIX + "key_" + number, key, true);
    for (ViewRule rule : rules) {
      String prefix = ReservedColumns.PREFIX + "view_" + number + "_";
      schema = schema.add(prefix + schema.size(), DataTypes.IntegerType, false);
      schema = schema.add(prefix + schema.size(), DataTypes.LongType, false);
      for (DataType type : rule.rows().values()) {
        schema = schema.add(prefix + schema.size(), type, true);
      }
    }
    return schema;
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
      row.setLong(place + TIED_AT, visible.tiedEventTime(asOf));
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
    row.setLong(place + TIED_AT, 0);
    for (int i = 0; i < rules.get(view).rows().values().size(); i++) {
      row.setNullAt(place + BEFORE_VALUES + i);
    }
  }
}
