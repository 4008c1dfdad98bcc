package dev.nightjar.result;

import org.apache.spark.sql.SparkSession;

/** Sessions for the tests of this package, on whatever Spark context this JVM has already. */
final class SparkTest {
  private SparkTest() {}

  /** A session whose settings are nobody else's. */
  static SparkSession session() {
    return isolated(builder().getOrCreate().newSession());
  }

  /** The same with our SQL extension, which a session has from its beginning or never. */
  static SparkSession extended() {
    SparkSession before = builder().getOrCreate();
    SparkSession.clearActiveSession();
    SparkSession.clearDefaultSession();
    try {
      return isolated(builder().withExtensions(new NightjarExtensions()).getOrCreate());
    } finally {
      SparkSession.setDefaultSession(before);
      SparkSession.clearActiveSession();
    }
  }

  private static SparkSession.Builder builder() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("result tests")
        .config("spark.ui.enabled", "false")
        .config("spark.log.level", "WARN");
  }

  private static SparkSession isolated(SparkSession session) {
    session.conf().set("spark.sql.shuffle.partitions", "2");
    session.conf().set("spark.sql.session.timeZone", "UTC");
    return session;
  }
}
