package dev.nightjar.feature.spark;

import dev.nightjar.feature.VisibleRows;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.TimestampType;

/** Features' values from row to row, without making objects of numbers. */
final class Values {
  private Values() {}

  /**
   * The values that answer at a time, where there is a row that does.
   *
   * @param into whose places from {@code first} on are null
   */
  static void copy(
      VisibleRows<InternalRow> visible, long asOf, FeatureRows rows, InternalRow into, int first) {
    for (int i = 0; i < rows.values().size(); i++) {
      InternalRow answering = visible.answering(asOf, i);
      if (answering != null) {
        copy(answering, rows.place(i), rows.values().get(i), into, first + i);
      }
    }
  }

  /** One value; a null leaves the place as it is. */
  static void copy(InternalRow from, int place, DataType type, InternalRow into, int at) {
    if (from.isNullAt(place)) {
      return;
    }
    if (type instanceof DoubleType) {
      into.setDouble(at, from.getDouble(place));
    } else if (type instanceof FloatType) {
      into.setFloat(at, from.getFloat(place));
    } else if (type instanceof LongType || type instanceof TimestampType) {
      into.setLong(at, from.getLong(place));
    } else if (type instanceof IntegerType) {
      into.setInt(at, from.getInt(place));
    } else if (type instanceof BooleanType) {
      into.setBoolean(at, from.getBoolean(place));
    } else {
      into.update(at, from.getUTF8String(place));
    }
  }
}
