package dev.nightjar.run;

import org.apache.spark.sql.SparkSession;

/**
 * A Spark session for as long as it is needed. Closing stops Spark where it was started for this,
 * and leaves a session alone that was there before: somebody else works with it.
 */
public final class OpenSession implements AutoCloseable {
  private final SparkSession spark;
  private final boolean startedHere;

  OpenSession(SparkSession spark, boolean startedHere) {
    this.spark = spark;
    this.startedHere = startedHere;
  }

  /** The session; not to be used after {@link #close()}. */
  public SparkSession spark() {
    return spark;
  }

  @Override
  public void close() {
    if (startedHere) {
      spark.stop();
    }
  }
}
