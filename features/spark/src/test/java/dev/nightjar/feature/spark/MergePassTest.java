package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.feature.VisibleRows.Outcome;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

/** One pass over rows as the shuffle brings them, with what a shuffle brings together seldom. */
class MergePassTest {
  private static final int HASH = 77;

  /** Quanta of 1,024 microseconds from 0 on. */
  private static final TimeQuanta QUANTA = new TimeQuanta(0, 10);

  private static final ViewRule RULE =
      new ViewRule(
          "w",
          new JoinKeys(List.of("k"), List.of("k"), List.of(DataTypes.StringType)),
          false,
          false,
          Long.MAX_VALUE,
          false,
          false,
          new FeatureRows(List.of(), List.of(DataTypes.DoubleType)));

  private final List<InternalRow> sorted = new ArrayList<>();

  private static UnsafeRow row(DataType[] types, Object... values) {
    return UnsafeProjection.create(types).apply(new GenericInternalRow(values)).copy();
  }

  private static UnsafeRow key(String key) {
    return row(new DataType[] {DataTypes.StringType}, UTF8String.fromString(key));
  }

  private static long order(long time, int behind) {
    return ((long) HASH << Integer.SIZE) | (time >> QUANTA.shift() << 1) | behind;
  }

  private void feature(String key, long visibleFrom, long eventTime, double value) {
    UnsafeRow row =
        row(new DataType[] {DataTypes.LongType, DataTypes.DoubleType}, eventTime, value);
    sorted.add(
        new GenericInternalRow(
            new Object[] {order(visibleFrom, 0), key(key), visibleFrom, 0, null, row}));
  }

  private void input(String key, long asOf) {
    UnsafeRow row = row(new DataType[] {DataTypes.LongType}, asOf);
    sorted.add(
        new GenericInternalRow(
            new Object[] {order(asOf, 1), key(key), asOf, MergePass.INPUT, row, null}));
  }

  /** Of each input row in order the time, and what it was answered. */
  private List<String> answers() {
    Iterator<InternalRow> joined =
        new MergePass(List.of(RULE), 1, 1, QUANTA).call(sorted.iterator());
    List<String> answers = new ArrayList<>();
    while (joined.hasNext()) {
      InternalRow row = joined.next();
      Outcome outcome = MergedColumns.outcome(row.getInt(2));
      answers.add(row.getLong(0) + " " + (outcome == Outcome.MATCHED ? row.getDouble(4) : outcome));
    }
    return answers;
  }

  @Test
  void keys_of_one_hash_are_told_apart_and_times_of_one_quantum_too() {
    feature("a", 100, 100, 1);
    feature("b", 100, 100, 5);
    feature("a", 200, 200, 2);
    input("a", 99);
    input("b", 150);
    input("a", 150);
    input("a", 250);
    feature("a", 2_000, 2_000, 3);
    input("a", 1_999);
    input("b", 2_100);
    input("a", 2_100);
    input("c", 2_100);

    assertThat(answers())
        .containsExactly(
            "99 NO_ROW",
            "150 5.0",
            "150 1.0",
            "250 2.0",
            "1999 2.0",
            "2100 5.0",
            "2100 3.0",
            "2100 NO_ROW");
  }

  @Test
  void rows_that_become_visible_at_one_instant_are_as_one() {
    feature("a", 300, 50, 9);
    feature("a", 300, 60, 8);
    feature("a", 300, 60, 8);
    feature("a", 300, 40, 7);
    input("a", 299);
    input("a", 300);
    feature("a", 3_000, 70, 1);
    feature("a", 3_000, 70, 2);
    feature("a", 3_001, 80, 3);
    input("a", 3_000);
    input("a", 3_001);
    input("a", 5_000);

    assertThat(answers())
        .containsExactly("299 NO_ROW", "300 8.0", "3000 TIED", "3001 3.0", "5000 3.0");
  }
}
