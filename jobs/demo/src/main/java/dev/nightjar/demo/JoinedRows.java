package dev.nightjar.demo;

import dev.nightjar.spark.SparkTypes;
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
          values.put(names[i], SparkTypes.value(row.get(i)));
        }
        return values;
      }
    };
  }
}
