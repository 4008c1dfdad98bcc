package dev.nightjar.bench.worker;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputField.Range;
import dev.nightjar.data.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Rows in a contract's columns and types, most of them sound and about a third with something bad
 * in it: not a number, infinite, out of range, an unknown category. Not thread-safe.
 */
final class RandomRows {
  private static final double NULLS = 0.08;

  /** The chance of a row, however many columns it has. */
  private static final double BAD_ROWS = 0.35;

  private static final double USUAL = 5;

  private final Contract contract;
  private final SplittableRandom random;

  RandomRows(Contract contract, long seed) {
    this.contract = contract;
    this.random = new SplittableRandom(seed);
  }

  /** The next rows. */
  List<@Nullable Object[]> next(int count) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      rows.add(row());
    }
    return rows;
  }

  private @Nullable Object[] row() {
    List<InputField> inputs = contract.inputs();
    @Nullable Object[] row = new Object[inputs.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = random.nextDouble() < NULLS ? null : sound(inputs.get(i));
    }
    if (random.nextDouble() < BAD_ROWS) {
      int bad = random.nextInt(row.length);
      // The last columns are rarely drawn among many, and are of other kinds than the first.
      int column =
          random.nextBoolean() ? bad : row.length - 1 - random.nextInt(Math.min(2, row.length));
      row[column] = bad(inputs.get(column));
    }
    return row;
  }

  private Object sound(InputField field) {
    if (field.type() == DataType.STRING) {
      return field.values().get(random.nextInt(field.values().size()));
    }
    Range range = field.range().orElseThrow();
    // Mostly the usual, now and then anything that the contract lets through.
    boolean anything = random.nextInt(20) == 0;
    double least = anything ? range.least() : Math.max(range.least(), -USUAL);
    double greatest = anything ? range.greatest() : Math.min(range.greatest(), USUAL);
    return number(field, least + random.nextDouble() * (greatest - least));
  }

  private Object bad(InputField field) {
    if (field.type() == DataType.STRING) {
      return List.of("", "unknown", field.values().get(0) + " ", "null").get(random.nextInt(4));
    }
    Range range = field.range().orElseThrow();
    double[] candidates = {
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      range.greatest() + 1,
      range.least() - 1,
      Double.MAX_VALUE,
      // On the edge, which is sound still.
      range.least(),
      range.greatest(),
    };
    return number(field, candidates[random.nextInt(candidates.length)]);
  }

  /** Of the field's type; written out, because a conditional would unbox both to doubles. */
  private static Object number(InputField field, double value) {
    if (field.type() == DataType.FLOAT) {
      return (float) value;
    }
    return value;
  }
}
