package dev.nightjar.feature.spark;

import dev.nightjar.data.DataType;
import dev.nightjar.data.Timestamps;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Spark's columns and types in terms of ours. */
final class Columns {
  private Columns() {}

  /** The column of exactly that name, whatever characters it has. */
  static Column named(String name) {
    return functions.col(quoted(name));
  }

  static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** The field of exactly that name. */
  static Optional<StructField> field(StructType schema, String name) {
    return Arrays.stream(schema.fields()).filter(f -> f.name().equals(name)).findFirst();
  }

  static org.apache.spark.sql.types.DataType sparkType(DataType type) {
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

  /** How messages call a type of Spark. */
  static String word(org.apache.spark.sql.types.DataType type) {
    return type.equals(DataTypes.IntegerType)
        ? "integer"
        : type.simpleString().replace("bigint", "long");
  }

  /** True when every value of a column of that type is a value of ours. */
  static boolean isLossless(org.apache.spark.sql.types.DataType from, DataType to) {
    return switch (to) {
      case BOOLEAN -> from.equals(DataTypes.BooleanType);
      case INTEGER -> isWhole(from) && !from.equals(DataTypes.LongType);
      case LONG -> isWhole(from);
      case FLOAT ->
          from.equals(DataTypes.FloatType)
              || from.equals(DataTypes.ByteType)
              || from.equals(DataTypes.ShortType);
      case DOUBLE ->
          from.equals(DataTypes.DoubleType)
              || from.equals(DataTypes.FloatType)
              || (isWhole(from) && !from.equals(DataTypes.LongType));
      case STRING -> from instanceof StringType;
      case TIMESTAMP -> from.equals(DataTypes.TimestampType);
    };
  }

  static boolean isWhole(org.apache.spark.sql.types.DataType type) {
    return type.equals(DataTypes.ByteType)
        || type.equals(DataTypes.ShortType)
        || type.equals(DataTypes.IntegerType)
        || type.equals(DataTypes.LongType);
  }

  /**
   * A text as a value of a type; null when it is not one.
   *
   * @param up whether the digits of a time beyond the microsecond count as one more
   */
  static Column parsed(Column text, DataType type, ZoneId zone, boolean up) {
    return switch (type) {
      case STRING -> text;
      case TIMESTAMP -> instants(text, new TextToMicros(zone, up));
      default -> text.try_cast(sparkType(type));
    };
  }

  /** Wall-clock times or dates (their midnights) of a zone as instants. */
  static Column inZone(Column column, org.apache.spark.sql.types.DataType type, ZoneId zone) {
    return type.equals(DataTypes.DateType)
        ? instants(column.cast(DataTypes.TimestampNTZType), new LocalToMicros(zone))
        : instants(column, new LocalToMicros(zone));
  }

  /** Microseconds of a zone's wall clock, counted as if it were that of UTC, as instants. */
  static Column inZone(Column micros, ZoneId zone) {
    return instants(micros, new WallToMicros(zone));
  }

  /** A column of nanoseconds as whole microseconds: the last before each, or the next ones. */
  static Column micros(String nanoseconds, boolean up) {
    Column cut = functions.expr(quoted(nanoseconds) + " div 1000"); // towards zero
    Column rest = named(nanoseconds).mod(1_000);
    return up
        ? cut.plus(functions.when(rest.gt(0), 1L).otherwise(0L))
        : cut.minus(functions.when(rest.lt(0), 1L).otherwise(0L));
  }

  // Java's own time and not Spark's casts: those go by the session's zone and take "12:30" for
  // today.
  private static Column instants(Column column, UDF1<?, Long> toMicros) {
    return functions.timestamp_micros(functions.udf(toMicros, DataTypes.LongType).apply(column));
  }

  /** Texts of {@link dev.nightjar.data.Timestamps} to microseconds. */
  private record TextToMicros(ZoneId zone, boolean up)
      implements UDF1<@Nullable String, @Nullable Long> {
    @Override
    public @Nullable Long call(@Nullable String text) {
      if (text == null) {
        return null;
      }
      OptionalLong micros = up ? Timestamps.parseUp(text, zone) : Timestamps.parse(text, zone);
      return micros.isPresent() ? (Long) micros.getAsLong() : null;
    }
  }

  /** Wall-clock times to microseconds. */
  private record LocalToMicros(ZoneId zone)
      implements UDF1<@Nullable LocalDateTime, @Nullable Long> {
    @Override
    public @Nullable Long call(@Nullable LocalDateTime time) {
      return time == null ? null : (Long) Timestamps.micros(time, zone);
    }
  }

  /** Microseconds of a wall clock to those since 1970. */
  private record WallToMicros(ZoneId zone) implements UDF1<@Nullable Long, @Nullable Long> {
    @Override
    public @Nullable Long call(@Nullable Long micros) {
      return micros == null
          ? null
          : (Long)
              Timestamps.micros(
                  LocalDateTime.ofInstant(Timestamps.instant(micros), ZoneOffset.UTC), zone);
    }
  }

  /** Names as Spark compares them: it cannot tell {@code Temp} from {@code temp}. */
  static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
