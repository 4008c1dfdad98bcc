package dev.nightjar.submit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What executors are to be like.
 *
 * @param memory of each
 * @param count how many; empty leaves it to the cluster
 * @param cores of each, which is how many tasks it runs at once
 * @param nativeCache a folder, the same on every host, into which native libraries were unpacked
 *     before; empty for one of its own per executor
 */
public record Executors(
    ContainerMemory memory, Optional<Integer> count, int cores, Optional<String> nativeCache) {
  /**
   * Against the folder in which the cluster starts an executor, which no other one has. JavaCPP
   * unpacks into its cache whatever another JVM does there at that moment.
   */
  private static final String OWN_CACHE = "./javacpp";

  /** The JVM options that keep native code within the container and executors apart. */
  String javaOptions() {
    return "-Dorg.bytedeco.javacpp.maxbytes="
        + memory.nativeMax()
        + "m -Dorg.bytedeco.javacpp.maxphysicalbytes="
        + memory.physicalMax()
        + "m -Dorg.bytedeco.javacpp.cachedir="
        + nativeCache.orElse(OWN_CACHE);
  }

  /** The settings of Spark that say so, but for the JVM options. */
  Map<String, String> settings(String master) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("spark.executor.memory", memory.heap() + "m");
    settings.put("spark.executor.memoryOverhead", memory.overhead() + "m");
    settings.put("spark.executor.cores", Integer.toString(cores));
    count.ifPresent(
        n -> {
          // A standalone master knows no number of executors, only how many cores it may give.
          if (master.startsWith("spark://")) {
            settings.put("spark.cores.max", Integer.toString(n * cores));
          } else {
            settings.put("spark.executor.instances", Integer.toString(n));
          }
        });
    // Read when the JVM starts: set inside the process it comes too late for ND4J.
    settings.put("spark.executorEnv.OMP_NUM_THREADS", "1");
    return settings;
  }
}
