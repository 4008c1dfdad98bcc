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
    } else if (column instanceof Column.Strings) {
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
}
