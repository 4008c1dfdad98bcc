package dev.nightjar.bench.work;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.FloatWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.jspecify.annotations.Nullable;

/**
 * Rows as DataVec takes them. A null becomes the contract's default first, as in every contestant.
 */
public final class WritableRows {
  private final List<Writable> defaults = new ArrayList<>();

  public WritableRows(Contract contract) {
    for (InputField field : contract.inputs()) {
      defaults.add(writable(field.defaultValue().orElseThrow()));
    }
  }

  /** The contract's columns of a row of id and columns. */
  public List<Writable> of(Row row) {
    List<Writable> values = new ArrayList<>(defaults.size());
    for (int i = 0; i < defaults.size(); i++) {
      values.add(of(row.get(i + 1), i));
    }
    return values;
  }

  /** A value of the contract's column of that position; null for its default. */
  public Writable of(@Nullable Object value, int column) {
    return value == null ? defaults.get(column) : writable(value);
  }

  private static Writable writable(Object value) {
    if (value instanceof Double number) {
      return new DoubleWritable(number);
    }
    if (value instanceof Float number) {
      return new FloatWritable(number);
    }
    return new Text(value.toString());
  }
}
