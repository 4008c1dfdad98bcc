package dev.nightjar.run;

import dev.nightjar.result.NightjarExtensions;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/** The Spark sessions that runs take place in. */
public final class Sessions {
  private Sessions() {}

  /**
   * The session of this process, made when there is none. A master that spark-submit or {@code
   * spark.master} names is kept; without one, Spark runs in this process on all its cores.
   *
   * @param name what is done in the session, for Spark's own pages and logs
   */
  public static OpenSession open(String name) {
    Option<SparkSession> there =
        SparkSession.getDefaultSession().filter(session -> !session.sparkContext().isStopped());
    if (there.isDefined()) {
      return new OpenSession(prepared(there.get()), false);
    }
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName("nightjar " + name)
            // For SELECT … FROM nightjar.`path`; formats that list their own files need no help.
            .config("spark.sql.extensions", NightjarExtensions.class.getName())
            .config("spark.ui.enabled", System.getProperty("spark.ui.enabled", "false"))
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.debug.maxToStringFields", "200");
    if (System.getProperty("spark.master") == null) {
      // Half a dozen small shuffles in one process: two hundred partitions would be all overhead.
      int cores = Runtime.getRuntime().availableProcessors();
      builder
          .master("local[*]")
          .config("spark.sql.shuffle.partitions", Integer.toString(2 * cores))
          .config("spark.default.parallelism", Integer.toString(2 * cores));
    }
    return new OpenSession(prepared(builder.getOrCreate()), true);
  }

  /** The session with what runs rely on: times are in UTC, whatever the machine's zone is. */
  static SparkSession prepared(SparkSession spark) {
    spark.conf().set("spark.sql.session.timeZone", "UTC");
    return spark;
  }
}
