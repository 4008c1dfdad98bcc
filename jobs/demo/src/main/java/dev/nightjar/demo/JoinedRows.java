package dev.nightjar.demo;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The rows of a joined Dataset as a training program takes them. */
public final class JoinedRows {
  private JoinedRows() {}

  /** The rows one after the other; the driver holds one partition at a time. */
  public static Iterator<Map<String, @Nullable Object>> of(Dataset<Row> joined) {
    String[] names = joined.columns();
    Iterator<Row> rows = joined.toLocalIterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Map<String, @Nullable Object> next() {
        Row row = rows.next();
        Map<String, @Nullable Object> values = new HashMap<>();
        for (int i = 0; i < names.length; i++) {
          values.put(names[i], value(row.get(i)));
        }
        return values;
      }
    };
  }

  /** Times become microseconds, whichever class Spark has for them. */
  private static @Nullable Object value(@Nullable Object value) {
    if (value instanceof Timestamp timestamp) {
      return ChronoUnit.MICROS.between(Instant.EPOCH, timestamp.toInstant());
    }
    return value instanceof Instant instant
        ? (Object) ChronoUnit.MICROS.between(Instant.EPOCH, instant)
        : value;
  }
}
