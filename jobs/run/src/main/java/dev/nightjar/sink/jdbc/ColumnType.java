package dev.nightjar.sink.jdbc;

import java.io.Serial;
import java.io.Serializable;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
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
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.unsafe.types.UTF8String;
import org.postgresql.util.ByteConverter;

/** The type that a column of results gets in the database, and how its values get there. */
final class ColumnType implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private static final int DAYS_1970_TO_2000 = 10_957;
  private static final long MICROS_1970_TO_2000 = 946_684_800_000_000L;

  /** The first day of PostgreSQL, 24 November 4714 BC, in days since 2000. */
  private static final long FIRST_DAY = -2_451_545;

  /** The first moment of that day, in microseconds since 2000. */
  private static final long FIRST_MICROS = -211_813_488_000_000_000L;

  /** How values of one type are sent. */
  enum Kind {
    BOOLEAN("boolean", 16) {
      @Override
      void put(CopyBuffer to, SpecializedGetters from, int i, ColumnType type) {
        to.putByte(from.getBoolean(i) ? 1 : 0);
      }
    },
    BYTE("smallint", 21) {
      @Override
      void put(CopyBuffer to, SpecializedGetters from, int i, ColumnType type) {
        to.putShort(from.getByte(i));
      }
    },
    SHORT("smallint", 21) {
      @Override
      void put(CopyBuffer to, SpecializedGetters from, int i, ColumnType type) {
        to.putShort(from.getShort(i));
      }
    },
    INTEGER("integer", 23) {
      @Override
      void put(CopyBuffer to, SpecializedGetters from, int i, ColumnType type) {
        to.putInt(from.getInt(i));
      }
    },
    LONG("bigint", 20) {
      @Override
      void put(CopyBuffer to, SpecializedGetters from, int i, ColumnType type) {
        to.putLong(from.getLong(i));
      }
    },
    FLOAT("real", 700) {
      @Override
      void put(CopyBuffer to, SpecializedGetters from, int i, ColumnType type) {
        to.putInt(Float.floatToIntBits(from.getFloat(i)));
      }
    },
    DOUBLE("double precision", 701) {
      @Override
      void put(CopyBuffer to, SpecializedGetters from, int i, ColumnType type) {
        to.putLong(Double.doubleToLongBits(from.getDouble(i)));
      }
    },
    STRING("text", 25) {
      @Override
      void put(CopyBuffer to, SpecializedGetters from, int i, ColumnType type)
          throws UnstorableException {
        UTF8String text = from.getUTF8String(i);
        byte[] bytes = text.getBytes();
        for (byte one : bytes) {
          if (one == 0) {
            throw new UnstorableException("a text with the character U+0000");
          }
        }
        if (!text.isValid()) {
          throw new UnstorableException("a text that is not UTF-8");
        }
        to.put(bytes);
      }
    },
    BINARY("bytea", 17) {
      @Override
      void put(CopyBuffer to, SpecializedGetters from, int i, ColumnType type) {
        to.put(from.getBinary(i));
      }
    },
    DATE("date", 1082) {
      @Override
      void put(CopyBuffer to, SpecializedGetters from, int i, ColumnType type)
          throws UnstorableException {
        long days = (long) from.getInt(i) - DAYS_1970_TO_2000;
        if (days < FIRST_DAY) {
          throw new UnstorableException("a date before 4713 BC");
        }
        to.putInt((int) days);
      }
    },
    TIMESTAMP("timestamp with time zone", 1184) {
      @Override
      void put(CopyBuffer to, SpecializedGetters from, int i, ColumnType type)
          throws UnstorableException {
        to.putLong(micros(from.getLong(i)));
      }
    },
    TIMESTAMP_NTZ("timestamp without time zone", 1114) {
      @Override
      void put(CopyBuffer to, SpecializedGetters from, int i, ColumnType type)
          throws UnstorableException {
        to.putLong(micros(from.getLong(i)));
      }
    },
    DECIMAL("numeric", 1700) {
      @Override
      void put(CopyBuffer to, SpecializedGetters from, int i, ColumnType type) {
        to.put(
            ByteConverter.numeric(
                from.getDecimal(i, type.precision, type.scale).toJavaBigDecimal()));
      }
    };

    private final String sql;
    private final int oid;

    Kind(String sql, int oid) {
      this.sql = sql;
      this.oid = oid;
    }

    abstract void put(CopyBuffer to, SpecializedGetters from, int i, ColumnType type)
        throws UnstorableException;

    private static long micros(long since1970) throws UnstorableException {
      if (since1970 < FIRST_MICROS + MICROS_1970_TO_2000) {
        throw new UnstorableException("a time before 4713 BC");
      }
      return since1970 - MICROS_1970_TO_2000;
    }
  }

  /** What the database cannot hold. */
  static final class UnstorableException extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    UnstorableException(String what) {
      super(what);
    }
  }

  private static final Pattern NUMERIC = Pattern.compile("numeric(?:\\((\\d+),(-?\\d+)\\))?(.*)");

  private final Kind kind;
  private final int precision;
  private final int scale;
  private final boolean isArray;

  private ColumnType(Kind kind, int precision, int scale, boolean isArray) {
    this.kind = kind;
    this.precision = precision;
    this.scale = scale;
    this.isArray = isArray;
  }

  /** What holds all values of a type of Spark; empty where nothing does. */
  static Optional<ColumnType> of(DataType type) {
    if (type instanceof ArrayType array) {
      return array.elementType() instanceof ArrayType
          ? Optional.empty()
          : of(array.elementType())
              .map(of -> new ColumnType(of.kind, of.precision, of.scale, true));
    }
    if (type instanceof DecimalType decimal) {
      return Optional.of(new ColumnType(Kind.DECIMAL, decimal.precision(), decimal.scale(), false));
    }
    return kind(type).map(kind -> new ColumnType(kind, 0, 0, false));
  }

  private static Optional<Kind> kind(DataType type) {
    Kind kind = null;
    if (type instanceof BooleanType) {
      kind = Kind.BOOLEAN;
    } else if (type instanceof ByteType) {
      kind = Kind.BYTE;
    } else if (type instanceof ShortType) {
      kind = Kind.SHORT;
    } else if (type instanceof IntegerType) {
      kind = Kind.INTEGER;
    } else if (type instanceof LongType) {
      kind = Kind.LONG;
    } else if (type instanceof FloatType) {
      kind = Kind.FLOAT;
    } else if (type instanceof DoubleType) {
      kind = Kind.DOUBLE;
    } else if (type instanceof StringType) {
      kind = Kind.STRING;
    } else if (type instanceof BinaryType) {
      kind = Kind.BINARY;
    } else if (type instanceof DateType) {
      kind = Kind.DATE;
    } else if (type instanceof TimestampType) {
      kind = Kind.TIMESTAMP;
    } else if (type instanceof TimestampNTZType) {
      kind = Kind.TIMESTAMP_NTZ;
    }
    return Optional.ofNullable(kind);
  }

  /** The type's name, as the catalog tells it. */
  String sql() {
    String one = kind == Kind.DECIMAL ? kind.sql + "(" + precision + "," + scale + ")" : kind.sql;
    return isArray ? one + "[]" : one;
  }

  /** Puts a value that may be null, with its length. */
  void put(CopyBuffer to, SpecializedGetters from, int i) throws UnstorableException {
    if (from.isNullAt(i)) {
      to.putNull();
      return;
    }
    int start = to.open();
    if (isArray) {
      putArray(to, from.getArray(i));
    } else {
      kind.put(to, from, i, this);
    }
    to.close(start);
  }

  private void putArray(CopyBuffer to, ArrayData values) throws UnstorableException {
    int size = values.numElements();
    to.putInt(size == 0 ? 0 : 1); // dimensions
    to.putInt(1); // there may be nulls
    to.putInt(kind.oid);
    if (size > 0) {
      to.putInt(size);
      to.putInt(1); // the first one's index
    }
    for (int i = 0; i < size; i++) {
      if (values.isNullAt(i)) {
        to.putNull();
      } else {
        int start = to.open();
        kind.put(to, values, i, this);
        to.close(start);
      }
    }
  }

  /** How a column that is there takes values of this type. */
  enum Fit {
    /** As it is. */
    HOLDS,
    /** Once it is widened; what it holds stays the same. */
    WIDENS,
    /** Not without loss. */
    NOT
  }

  /**
   * Holds a column's type against this one.
   *
   * @param actual the type's name, as the catalog tells it
   */
  Fit in(String actual) {
    if (actual.equals(sql())) {
      return Fit.HOLDS;
    }
    if (isArray) {
      return Fit.NOT;
    }
    if (kind == Kind.STRING && actual.startsWith("character varying")) {
      return Fit.HOLDS; // a text that is too long for it is refused by the database
    }
    Matcher numeric = NUMERIC.matcher(actual);
    if (numeric.matches() && numeric.group(3).isEmpty()) {
      return inNumeric(numeric.group(1), numeric.group(2));
    }
    int own = width(kind.sql);
    int other = width(actual);
    if (own == 0 || own / 10 != other / 10) {
      return Fit.NOT;
    }
    return other > own ? Fit.HOLDS : Fit.WIDENS;
  }

  private Fit inNumeric(String digits, String fraction) {
    int whole = digitsBefore();
    if (whole == 0) {
      return Fit.NOT;
    }
    if (digits == null) {
      return Fit.HOLDS; // any number of digits
    }
    int otherScale = Integer.parseInt(fraction);
    int otherWhole = Integer.parseInt(digits) - otherScale;
    if (otherWhole >= whole && otherScale >= scale) {
      return Fit.HOLDS;
    }
    return kind == Kind.DECIMAL && whole >= otherWhole && scale >= otherScale
        ? Fit.WIDENS
        : Fit.NOT;
  }

  /** How many digits a value can have before the point; 0 for what is no exact number. */
  private int digitsBefore() {
    return switch (kind) {
      case BYTE -> 3;
      case SHORT -> 5;
      case INTEGER -> 10;
      case LONG -> 19;
      case DECIMAL -> Math.max(1, precision - scale);
      default -> 0;
    };
  }

  /** Types of equal tens hold each other from the lower to the higher one. */
  private static int width(String sql) {
    return switch (sql) {
      case "smallint" -> 11;
      case "integer" -> 12;
      case "bigint" -> 13;
      case "real" -> 21;
      case "double precision" -> 22;
      default -> 0;
    };
  }
}
