package dev.nightjar.result;

import dev.nightjar.data.KeyHasher;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/** How the values of one key column are hashed. */
enum KeyColumn {
  BOOLEAN {
    @Override
    void add(KeyHasher hasher, InternalRow row, int i, DataType type) {
      hasher.addBoolean(row.getBoolean(i));
    }
  },
  WHOLE {
    @Override
    Column plain(Column column) {
      return column.cast("bigint");
    }

    @Override
    void add(KeyHasher hasher, InternalRow row, int i, DataType type) {
      hasher.addLong(row.getLong(i));
    }
  },
  STRING {
    @Override
    void add(KeyHasher hasher, InternalRow row, int i, DataType type) {
      hasher.addString(row.getUTF8String(i).toString());
    }
  },
  DATE {
    @Override
    Column plain(Column column) {
      return functions.unix_date(column);
    }

    @Override
    void add(KeyHasher hasher, InternalRow row, int i, DataType type) {
      hasher.addDate(row.getInt(i));
    }
  },
  TIMESTAMP {
    @Override
    Column plain(Column column) {
      return functions.unix_micros(column);
    }

    @Override
    void add(KeyHasher hasher, InternalRow row, int i, DataType type) {
      hasher.addTimestamp(row.getLong(i));
    }
  },
  /** A time without a zone, as if it were UTC: no session setting has a part in it. */
  TIMESTAMP_NTZ {
    @Override
    void add(KeyHasher hasher, InternalRow row, int i, DataType type) {
      hasher.addTimestamp(row.getLong(i));
    }
  },
  DECIMAL {
    @Override
    void add(KeyHasher hasher, InternalRow row, int i, DataType type) {
      DecimalType decimal = (DecimalType) type;
      hasher.addDecimal(row.getDecimal(i, decimal.precision(), decimal.scale()).toJavaBigDecimal());
    }
  };

  /** The column's values in a form that does not depend on the session's calendar and zone. */
  Column plain(Column column) {
    return column;
  }

  /**
   * Adds the row's value, which is not null.
   *
   * @param type of the plain column
   */
  abstract void add(KeyHasher hasher, InternalRow row, int i, DataType type);

  /** Finds the column in the rows, by its exact name, and refuses what cannot be a key. */
  static KeyColumn of(Dataset<Row> rows, String name) {
    for (StructField field : rows.schema().fields()) {
      if (field.name().equals(name)) {
        return of(name, field.dataType());
      }
    }
    throw new ResultException(
        "key column",
        name,
        "is not among the rows' columns",
        "name one of " + String.join(", ", rows.columns()));
  }

  static KeyColumn of(String name, DataType type) {
    if (type instanceof BooleanType) {
      return BOOLEAN;
    } else if (isWhole(type)) {
      return WHOLE;
    } else if (type instanceof StringType) {
      return STRING;
    } else if (type instanceof DateType) {
      return DATE;
    } else if (type instanceof TimestampType) {
      return TIMESTAMP;
    } else if (type instanceof TimestampNTZType) {
      return TIMESTAMP_NTZ;
    } else if (type instanceof DecimalType) {
      return DECIMAL;
    }
    throw new ResultException(
        "key column",
        name,
        "has type " + type.sql() + ", which cannot be a key",
        "use whole numbers, strings, dates, timestamps, decimals or booleans");
  }

  private static boolean isWhole(DataType type) {
    return type instanceof ByteType
        || type instanceof ShortType
        || type instanceof IntegerType
        || type instanceof LongType;
  }
}
