package dev.nightjar.feature.spark;

import dev.nightjar.data.Timestamps;
import java.time.LocalDate;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;

/** Spark's values as the plain ones of {@link dev.nightjar.feature}. */
final class PlainValues {
  private PlainValues() {}

  /** A value of a {@link dev.nightjar.feature.FeatureRow}. */
  static @Nullable Object of(InternalRow row, int place, DataType type) {
    if (row.isNullAt(place)) {
      return null;
    }
    if (type instanceof DoubleType) {
      return row.getDouble(place);
    }
    if (type instanceof FloatType) {
      return row.getFloat(place);
    }
    if (type instanceof LongType || type instanceof TimestampType) {
      return row.getLong(place);
    }
    if (type instanceof IntegerType || type instanceof DateType) {
      return row.getInt(place);
    }
    if (type instanceof ShortType) {
      return (int) row.getShort(place);
    }
    if (type instanceof ByteType) {
      return (int) row.getByte(place);
    }
    if (type instanceof BooleanType) {
      return row.getBoolean(place);
    }
    if (type instanceof StringType) {
      return row.getUTF8String(place).toString();
    }
    if (type instanceof DecimalType decimal) {
      return row.getDecimal(place, decimal.precision(), decimal.scale()).toJavaBigDecimal();
    }
    throw new IllegalStateException("values of type " + type.simpleString() + " are not plain");
  }

  /** A value of a key, as {@link dev.nightjar.feature.FeatureStore.Query} has it; never null. */
  static Object ofKey(InternalRow row, int place, DataType type) {
    Object value = of(row, place, type);
    if (value == null) {
      throw new IllegalStateException("a key that is null matches nothing and is not read");
    }
    if (type instanceof TimestampType) {
      return Timestamps.instant((Long) value);
    }
    return type instanceof DateType ? LocalDate.ofEpochDay((Integer) value) : value;
  }
}
