package dev.nightjar.feature.spark;

import dev.nightjar.data.Timestamps;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.YearMonthIntervalType;

/**
 * How a value travels through the shuffle to {@link AsOfPass} and back. Spark turns a column's
 * values into Java objects there; for times it would take java.sql.Timestamp, which goes by the
 * JVM's zone, and for texts a String, which loses bytes that are no UTF-8.
 */
enum Carried {
  AS_IS,
  BYTES,
  MICROS,
  DAYS;

  static Carried of(DataType type) {
    if (type instanceof StringType) {
      return BYTES;
    }
    if (type.equals(DataTypes.TimestampType)) {
      return MICROS;
    }
    return type.equals(DataTypes.DateType) ? DAYS : AS_IS;
  }

  Column carry(Column column) {
    return switch (this) {
      case AS_IS -> column;
      case BYTES -> column.cast(DataTypes.BinaryType);
      case MICROS -> functions.unix_micros(column);
      case DAYS -> functions.unix_date(column);
    };
  }

  Column restore(Column carried, DataType type) {
    return switch (this) {
      // Spark's encoder knows one type of interval of each kind.
      case AS_IS -> isInterval(type) ? carried.cast(type) : carried;
      case BYTES -> carried.cast(type);
      case MICROS -> functions.timestamp_micros(carried);
      case DAYS -> functions.date_from_unix_date(carried);
    };
  }

  private static boolean isInterval(DataType type) {
    return type instanceof DayTimeIntervalType || type instanceof YearMonthIntervalType;
  }

  /** The value as a message shows it. */
  String text(Object carried) {
    return switch (this) {
      case AS_IS -> carried.toString();
      case BYTES -> "'" + new String((byte[]) carried, StandardCharsets.UTF_8) + "'";
      case MICROS -> Timestamps.instant((Long) carried).toString();
      case DAYS -> LocalDate.ofEpochDay((Integer) carried).toString();
    };
  }
}
