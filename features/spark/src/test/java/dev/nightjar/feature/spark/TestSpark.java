package dev.nightjar.feature.spark;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** The one session of this leaf's tests. */
final class TestSpark {
  private static final SparkSession SESSION =
      SparkSession.builder()
          .master("local[2]")
          .appName("features-spark-tests")
          .config("spark.ui.enabled", false)
          .config("spark.sql.shuffle.partitions", 3)
          // Tests read plans; Spark cuts what is longer.
          .config("spark.sql.maxMetadataStringLength", 10_000)
          .config("spark.sql.warehouse.dir", "target/warehouse")
          .config("spark.driver.host", "localhost")
          .config("spark.driver.bindAddress", "127.0.0.1")
          .getOrCreate();

  private TestSpark() {}

  static SparkSession session() {
    return SESSION;
  }

  /** A folder of the material that lies beside the project, existing or not. */
  static Path shared(String folder) {
    String given = System.getProperty("nightjar.shared", System.getenv("NIGHTJAR_SHARED"));
    if (given != null) {
      return Path.of(given).resolve(folder);
    }
    Path root = Path.of(System.getProperty("nightjar.root", ".")).toAbsolutePath().normalize();
    for (Path above = root; above != null; above = above.getParent()) {
      Path found = above.resolve("shared").resolve(folder);
      if (Files.exists(found)) {
        return found;
      }
    }
    return root.resolveSibling("shared").resolve(folder);
  }
}
