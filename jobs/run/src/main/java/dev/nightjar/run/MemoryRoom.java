package dev.nightjar.run;

import java.lang.management.ManagementFactory;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/**
 * What one executor has room for, in bytes.
 *
 * @param name what messages call it
 * @param heap for what is scored: what Spark leaves to user code
 * @param beside the heap, for native code
 * @param cores how many tasks it runs at once
 * @param remedy where there is more to be had, for messages
 */
public record MemoryRoom(String name, long heap, long beside, int cores, String remedy) {
  /** Spark keeps so much of each heap for itself (RESERVED_SYSTEM_MEMORY_BYTES). */
  private static final long SPARKS = 300L << 20;

  /** Of the rest, what spark.memory.fraction at its default leaves to user code. */
  private static final double LEFT = 0.4;

  /** What YARN and Kubernetes leave beside a heap when nobody says: a tenth, and at least this. */
  private static final long LEAST_OVERHEAD = 384L << 20;

  /** Of a container, for the JVM beside its heap, and never less than {@link #LEAST_JVM}. */
  private static final double JVM_SHARE = 0.10;

  private static final long LEAST_JVM = 256L << 20;

  /** What the JVM itself takes of a container, beside its heap: code, threads, buffers. */
  public static long ofJvm(long container) {
    return Math.max(LEAST_JVM, Math.round((container >> 20) * JVM_SHARE) << 20);
  }

  /** What a heap of so many bytes leaves to what is scored. */
  public static long ofHeap(long heap) {
    return Math.max(0, (long) ((heap - SPARKS) * LEFT));
  }

  /** What the executors of a running context have; in local mode that is this process. */
  static MemoryRoom of(SparkContext context) {
    SparkConf conf = context.getConf();
    if (context.isLocal()) {
      long heap = Runtime.getRuntime().maxMemory();
      var machine =
          (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      return new MemoryRoom(
          "this process",
          ofHeap(heap),
          Math.max(0, machine.getTotalMemorySize() - heap),
          threads(context.master()),
          "set NIGHTJAR_HEAP, or run on a machine with more memory");
    }
    long heap = conf.getSizeAsBytes("spark.executor.memory", "1g");
    long overhead =
        conf.contains("spark.executor.memoryOverhead")
            ? conf.getSizeAsMb("spark.executor.memoryOverhead") << 20
            : Math.max(LEAST_OVERHEAD, heap / 10);
    return new MemoryRoom(
        "an executor",
        ofHeap(heap),
        Math.max(0, overhead - ofJvm(heap + overhead)),
        Math.max(1, conf.getInt("spark.executor.cores", 1) / conf.getInt("spark.task.cpus", 1)),
        "give executors more with 'nightjar submit --executor-memory', or fewer --executor-cores");
  }

  /** How many tasks a local master runs at once: {@code local[2]}, {@code local[*, 3]}. */
  private static int threads(String master) {
    Matcher matcher = Pattern.compile("local\\[([0-9]+)[,\\]].*").matcher(master);
    if (matcher.matches()) {
      return Integer.parseInt(matcher.group(1));
    }
    return master.equals("local") ? 1 : Runtime.getRuntime().availableProcessors();
  }
}
