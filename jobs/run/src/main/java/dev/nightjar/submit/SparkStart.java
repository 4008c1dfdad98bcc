package dev.nightjar.submit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How spark-submit is started. */
public sealed interface SparkStart {

  /**
   * The script of an installed Spark.
   *
   * @param script absolute path of {@code bin/spark-submit}
   */
  record Script(Path script) implements SparkStart {}

  /**
   * The class behind the script, from a folder of jars without one.
   *
   * @param java the command
   * @param jars the folder
   * @param moduleFlags what Spark needs of the JDK, which the script would add
   */
  record Plain(Path java, Path jars, List<String> moduleFlags) implements SparkStart {
    public Plain {
      moduleFlags = List.copyOf(moduleFlags);
    }
  }

  /**
   * The script of {@code SPARK_HOME} where there is one, else its jars or the distribution's.
   *
   * @param sparkHome null when it is not set
   */
  static SparkStart find(
      @Nullable String sparkHome, Distribution distribution, Path java, List<String> moduleFlags) {
    if (sparkHome == null || sparkHome.isEmpty()) {
      return new Plain(java, distribution.sparkJars(), moduleFlags);
    }
    Path home = Path.of(sparkHome).toAbsolutePath().normalize();
    Path script = home.resolve("bin/spark-submit");
    return Files.isExecutable(script)
        ? new Script(script)
        : new Plain(java, home.resolve("jars"), moduleFlags);
  }
}
