package dev.nightjar.dl4j;

import dev.nightjar.data.Column;
import dev.nightjar.data.DataType;
import java.util.ArrayList;
import java.util.List;
import org.datavec.api.writable.BooleanWritable;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.FloatWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.jspecify.annotations.Nullable;

/** Values of columns as DataVec's own. */
final class Writables {
  private static final long MICROS_PER_MILLI = 1_000;

  private Writables() {}

  /** The values of a row, as a list that the transform may keep. */
  static List<Writable> row(List<Column> columns, int row) {
    List<Writable> values = new ArrayList<>(columns.size());
    for (Column column : columns) {
      values.add(column.isNull(row) ? NullWritable.INSTANCE : value(column, row));
    }
    return values;
  }

  private static Writable value(Column column, int row) {
    if (column instanceof Column.Doubles doubles) {
      return new DoubleWritable(doubles.values()[row]);
    } else if (column.type() == DataType.STRING) {
      return new Text(String.valueOf(column.get(row)));
    } else if (column instanceof Column.Integers integers) {
      return new IntWritable(integers.values()[row]);
    } else if (column instanceof Column.Longs longs) {
      // DataVec's times are milliseconds.
      long value = longs.values()[row];
      return new LongWritable(
          longs.type() == DataType.TIMESTAMP ? Math.floorDiv(value, MICROS_PER_MILLI) : value);
    } else if (column instanceof Column.Floats floats) {
      return new FloatWritable(floats.values()[row]);
    } else {
      return new BooleanWritable(((Column.Booleans) column).values()[row]);
    }
  }

  /** Boxed values as DataVec's own. */
  static List<Writable> row(@Nullable Object[] values) {
    List<Writable> row = new ArrayList<>(values.length);
    for (Object value : values) {
      row.add(value == null ? NullWritable.INSTANCE : value(value));
    }
    return row;
  }

  private static Writable value(Object value) {
    if (value instanceof Double number) {
      return new DoubleWritable(number);
    } else if (value instanceof String text) {
      return new Text(text);
    } else if (value instanceof Integer number) {
      return new IntWritable(number);
    } else if (value instanceof Long number) {
      return new LongWritable(number);
    } else if (value instanceof Float number) {
      return new FloatWritable(number);
    } else {
      return new BooleanWritable((Boolean) value);
    }
  }

  /** DataVec's values, boxed; what has no box of ours stays as it is. */
  static @Nullable Object[] values(List<Writable> row) {
    @Nullable Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = boxed(row.get(i));
    }
    return values;
  }

  private static @Nullable Object boxed(@Nullable Writable value) {
    if (value == null || value instanceof NullWritable) {
      return null;
    } else if (value instanceof DoubleWritable number) {
      return number.get();
    } else if (value instanceof Text) {
      return value.toString();
    } else if (value instanceof IntWritable number) {
      return number.get();
    } else if (value instanceof LongWritable number) {
      return number.get();
    } else if (value instanceof FloatWritable number) {
      return number.get();
    } else if (value instanceof BooleanWritable truth) {
      return truth.get();
    }
    return value;
  }
}
