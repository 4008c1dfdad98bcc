package dev.nightjar.feature.spark;

import dev.nightjar.feature.VisibleRows;
import java.io.Serializable;
import java.util.List;
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
import org.apache.spark.unsafe.types.UTF8String;

/**
 * A view's rows as Spark holds them: the event time, the tie-break values, the features' values.
 * Texts compare as {@link String#compareTo} does, and those that are no UTF-8 by their bytes.
 *
 * @param tieBreaks types of the tie-break values
 * @param values types of the features
 */
record FeatureRows(List<DataType> tieBreaks, List<DataType> values)
    implements VisibleRows.RowOrder<InternalRow>, Serializable {
  private static final int EVENT_TIME = 0;
  private static final int BEFORE_TIE_BREAKS = 1;

  /** Number of fields of a row. */
  int width() {
    return place(values.size());
  }

  /** Where a feature's value stands in a row. */
  int place(int value) {
    return BEFORE_TIE_BREAKS + tieBreaks.size() + value;
  }

  @Override
  public long eventTime(InternalRow row) {
    return row.getLong(EVENT_TIME);
  }

  @Override
  public int compareTieBreaks(InternalRow a, InternalRow b) {
    for (int i = 0; i < tieBreaks.size(); i++) {
      int compared = compare(a, b, BEFORE_TIE_BREAKS + i, tieBreaks.get(i));
      if (compared != 0) {
        return compared;
      }
    }
    return 0;
  }

  @Override
  public boolean isNull(InternalRow row, int value) {
    return row.isNullAt(place(value));
  }

  @Override
  public int compareValues(InternalRow a, InternalRow b, int value) {
    return compare(a, b, place(value), values.get(value));
  }

  @Override
  public boolean sameValues(InternalRow a, InternalRow b, int value) {
    int place = place(value);
    DataType type = values.get(value);
    if (compare(a, b, place, type) == 0) {
      return true;
    }
    if (a.isNullAt(place) || b.isNullAt(place)) {
      return false;
    }
    // 0.0 and −0.0, which have an order and are the same number.
    return (type instanceof DoubleType && a.getDouble(place) == b.getDouble(place))
        || (type instanceof FloatType && a.getFloat(place) == b.getFloat(place));
  }

  private static int compare(InternalRow a, InternalRow b, int place, DataType type) {
    boolean isNull = a.isNullAt(place);
    if (isNull || b.isNullAt(place)) {
      return Boolean.compare(b.isNullAt(place), isNull);
    }
    if (type instanceof DoubleType) {
      return Double.compare(a.getDouble(place), b.getDouble(place));
    }
    if (type instanceof FloatType) {
      return Float.compare(a.getFloat(place), b.getFloat(place));
    }
    if (type instanceof LongType || type instanceof TimestampType) {
      return Long.compare(a.getLong(place), b.getLong(place));
    }
    if (type instanceof IntegerType || type instanceof DateType) {
      return Integer.compare(a.getInt(place), b.getInt(place));
    }
    return compareOthers(a, b, place, type);
  }

  private static int compareOthers(InternalRow a, InternalRow b, int place, DataType type) {
    if (type instanceof StringType) {
      return compareTexts(a.getUTF8String(place), b.getUTF8String(place));
    }
    if (type instanceof BooleanType) {
      return Boolean.compare(a.getBoolean(place), b.getBoolean(place));
    }
    if (type instanceof ShortType) {
      return Short.compare(a.getShort(place), b.getShort(place));
    }
    if (type instanceof ByteType) {
      return Byte.compare(a.getByte(place), b.getByte(place));
    }
    if (type instanceof DecimalType decimal) {
      return a.getDecimal(place, decimal.precision(), decimal.scale())
          .compare(b.getDecimal(place, decimal.precision(), decimal.scale()));
    }
    throw new IllegalStateException("values of type " + type.simpleString() + " have no order");
  }

  static int compareTexts(UTF8String a, UTF8String b) {
    int compared = a.toString().compareTo(b.toString());
    // Bytes that are not UTF-8 become one and the same character, and go on as they are.
    return compared == 0 ? a.binaryCompare(b) : compared;
  }
}
