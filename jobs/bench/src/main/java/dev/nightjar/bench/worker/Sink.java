package dev.nightjar.bench.worker;

import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Where scored rows go. */
public enum Sink {
  /** Nowhere: each row is made and dropped. */
  NOOP,
  /** Into files, as a plain write of Spark's. */
  PARQUET;

  private static final double NANOS = 1e9;

  /** The name in requests and tables. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The sink of that name. */
  public static Sink of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /**
   * Writes rows.
   *
   * @param path where files go; what is there is replaced
   * @return how many seconds it took
   */
  public double write(Dataset<Row> rows, String path) {
    long start = System.nanoTime();
    switch (this) {
      case NOOP -> rows.write().format("noop").mode("overwrite").save();
      case PARQUET -> rows.write().mode("overwrite").parquet(path);
    }
    return (System.nanoTime() - start) / NANOS;
  }
}
