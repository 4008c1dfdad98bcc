package dev.nightjar.bench.worker;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The memory of this JVM while something runs: what lives on the heap after full collections, and
 * what the process has beyond its heap. The heap must be of a fixed size and touched at the start
 * ({@code -Xms}, {@code -Xmx}, {@code -XX:+AlwaysPreTouch}), or the two cannot be told apart.
 */
final class Memory {
  private static final MemoryMXBean HEAP = ManagementFactory.getMemoryMXBean();
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long MILLIS_BETWEEN = 1_500;
  private static final int KIBIBYTE = 1_024;

  private Memory() {}

  /**
   * Runs it and watches.
   *
   * @return the greatest {@code live} and {@code native} bytes
   */
  static Map<String, Double> watch(Runnable work) throws InterruptedException, IOException {
    Thread worker = new Thread(work, "watched work");
    Throwable[] failure = new Throwable[1];
    worker.setUncaughtExceptionHandler((thread, thrown) -> failure[0] = thrown);
    worker.start();
    long live = 0;
    long beyond = 0;
    while (worker.isAlive()) {
      worker.join(MILLIS_BETWEEN);
      System.gc();
      live = Math.max(live, HEAP.getHeapMemoryUsage().getUsed());
      beyond = Math.max(beyond, resident() - HEAP.getHeapMemoryUsage().getCommitted());
    }
    if (failure[0] != null) {
      throw new IllegalStateException(failure[0]);
    }
    return Map.of("live", (double) live, "native", (double) beyond);
  }

  private static long resident() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE)
        .findFirst()
        .orElseThrow(() -> new IOException(STATUS + " does not tell how much memory is resident"));
  }
}
