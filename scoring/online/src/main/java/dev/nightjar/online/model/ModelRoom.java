package dev.nightjar.online.model;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.pipeline.MemoryNeed;
import java.util.function.LongSupplier;

/**
 * Whether there is memory for one bundle more, looked at before it is loaded: a version that takes
 * over lies beside the one before for a while. Thread-safe.
 *
 * @param heap bytes of the heap that are free
 * @param beside bytes that the machine or container has beside the heap and does not use
 * @param threads that score at once
 * @param rows that a thread scores at once at the most
 */
record ModelRoom(LongSupplier heap, LongSupplier beside, long threads, long rows) {
  /** For code, threads and buffers of the JVM and the server. */
  private static final long OF_JVM = 96L << 20;

  private static final long MEBIBYTE = 1L << 20;

  /** What this process has. */
  static ModelRoom ofProcess(long threads, long rows) {
    return new ModelRoom(ModelRoom::freeHeap, ModelRoom::freeBeside, threads, rows);
  }

  private static long freeHeap() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
  }

  /** Of a container where there is one. */
  private static long freeBeside() {
    var machine =
        (com.sun.management.OperatingSystemMXBean)
            java.lang.management.ManagementFactory.getOperatingSystemMXBean();
    return machine.getFreeMemorySize() - OF_JVM;
  }

  /**
   * Refuses a bundle for which there is no room.
   *
   * @throws BundleException with both numbers and the remedy
   */
  void require(Bundle bundle) {
    MemoryNeed need = MemoryNeed.of(bundle, bundle.manifest().engine());
    long inside = Math.min(rows, need.rowsInside());
    require(
        bundle,
        "heap",
        need.files() + threads * rows * need.heapOfRow(),
        heap.getAsLong(),
        "give the endpoint more with NIGHTJAR_HEAP, or let requests have fewer rows (limits.rows)");
    require(
        bundle,
        "memory beside the heap",
        need.nativeShared() + threads * (need.nativeOfReplica() + inside * need.nativeOfRow()),
        beside.getAsLong(),
        "give the endpoint a machine or container with more, or serve fewer models on this one");
  }

  private static void require(Bundle bundle, String what, long needed, long free, String remedy) {
    if (needed > free) {
      throw new BundleException(
          "the bundle "
              + bundle.label()
              + " needs "
              + (needed + MEBIBYTE - 1) / MEBIBYTE
              + " MiB of "
              + what
              + " and "
              + Math.max(0, free) / MEBIBYTE
              + " MiB are free; "
              + remedy);
    }
  }
}
