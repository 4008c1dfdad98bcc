package dev.nightjar.bench.kernel;

import dev.nightjar.bench.work.TableWork;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Rows of {@link TableWork} in memory, of a seed. */
final class TableRows {
  private static final double NULLS = 0.1;

  private TableRows() {}

  /**
   * Rows in the contract's order and types.
   *
   * @param withNulls whether a tenth of the values is null, as before the contract, or none is
   */
  static List<@Nullable Object[]> of(int count, boolean withNulls) {
    Contract contract = new TableWork().contract();
    SplittableRandom random = new SplittableRandom(7);
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (int row = 0; row < count; row++) {
      @Nullable Object[] values = new Object[contract.inputs().size()];
      for (int i = 0; i < values.length; i++) {
        boolean isNull = withNulls && random.nextDouble() < NULLS;
        values[i] = isNull ? null : value(contract.inputs().get(i), random);
      }
      rows.add(values);
    }
    return rows;
  }

  private static Object value(InputField field, SplittableRandom random) {
    if (field.type() == DataType.STRING) {
      return field.values().get(random.nextInt(field.values().size()));
    }
    double least = Math.max(-5, field.range().orElseThrow().least());
    return least + random.nextDouble() * 5;
  }

  /** The same rows as columns. */
  static ColumnBatch columns(List<@Nullable Object[]> rows) {
    ColumnBatch.Builder columns = ColumnBatch.builder(new TableWork().contract().inputSchema());
    rows.forEach(columns::row);
    return columns.build();
  }
}
