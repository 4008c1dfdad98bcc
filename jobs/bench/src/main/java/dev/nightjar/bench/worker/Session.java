package dev.nightjar.bench.worker;

import org.apache.spark.sql.SparkSession;

/** The Spark session that all contestants get. */
public final class Session {
  /** One thread for each of two cores, and as many partitions behind a shuffle. */
  private static final String CORES = "2";

  private Session() {}

  /** The session of this JVM. */
  public static SparkSession open() {
    SparkSession spark =
        SparkSession.builder()
            .master("local[" + CORES + "]")
            .appName("nightjar bench")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.shuffle.partitions", CORES)
            .config("spark.default.parallelism", CORES)
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.debug.maxToStringFields", "200")
            .getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    return spark;
  }
}
