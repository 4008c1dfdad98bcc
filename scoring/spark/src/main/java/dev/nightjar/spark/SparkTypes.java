package dev.nightjar.spark;

import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.data.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Spark's types as ours and back. */
public final class SparkTypes {
  private static final Map<org.apache.spark.sql.types.DataType, DataType> OURS =
      Map.of(
          DataTypes.BooleanType, DataType.BOOLEAN,
          DataTypes.ByteType, DataType.INTEGER,
          DataTypes.ShortType, DataType.INTEGER,
          DataTypes.IntegerType, DataType.INTEGER,
          DataTypes.LongType, DataType.LONG,
          DataTypes.FloatType, DataType.FLOAT,
          DataTypes.DoubleType, DataType.DOUBLE,
          DataTypes.StringType, DataType.STRING,
          DataTypes.TimestampType, DataType.TIMESTAMP);

  private SparkTypes() {}

  /** Our type for Spark's; empty for types that no contract can name, such as structs. */
  public static Optional<DataType> ours(org.apache.spark.sql.types.DataType type) {
    return Optional.ofNullable(OURS.get(type));
  }

  /** Spark's type for ours. */
  public static org.apache.spark.sql.types.DataType sparks(DataType type) {
    return switch (type) {
      case BOOLEAN -> DataTypes.BooleanType;
      case INTEGER -> DataTypes.IntegerType;
      case LONG -> DataTypes.LongType;
      case FLOAT -> DataTypes.FloatType;
      case DOUBLE -> DataTypes.DoubleType;
      case STRING -> DataTypes.StringType;
      case TIMESTAMP -> DataTypes.TimestampType;
    };
  }

  /** The columns whose types we know; others are left out. */
  public static Schema schema(StructType columns) {
    List<Field> fields = new ArrayList<>();
    for (StructField column : columns.fields()) {
      ours(column.dataType()).ifPresent(type -> fields.add(new Field(column.name(), type)));
    }
    return Schema.of(fields);
  }

  /** A nullable column of Spark. */
  public static StructField field(Field field) {
    return DataTypes.createStructField(field.name(), sparks(field.type()), true);
  }

  /**
   * A value of a Spark row as our columns box it: bytes and shorts widen, instants are
   * microseconds.
   */
  public static @Nullable Object value(@Nullable Object value) {
    if (value instanceof Byte || value instanceof Short) {
      return ((Number) value).intValue();
    }
    if (value instanceof Instant instant) {
      return Timestamps.micros(instant);
    }
    if (value instanceof java.sql.Timestamp timestamp) {
      // Spark has moved old times to the calendar of java.sql; only Spark knows the way back.
      return DateTimeUtils.fromJavaTimestamp(timestamp);
    }
    return value;
  }

  /** One of our values as a Spark row holds it, for the types of outputs. */
  static @Nullable Object sparkValue(@Nullable Object value, DataType type) {
    if (value != null && type == DataType.TIMESTAMP) {
      return DateTimeUtils.toJavaTimestamp((Long) value);
    }
    return value;
  }
}
