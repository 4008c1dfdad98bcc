package dev.nightjar.dl4j;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the heap while something runs. What it sees is what is in use, garbage included, so it
 * says too much rather than too little.
 */
final class HeapWatch {
  private final long before;
  private final AtomicLong most = new AtomicLong();
  private final AtomicBoolean done = new AtomicBoolean();
  private @Nullable Thread thread;

  private HeapWatch(long before) {
    this.before = before;
  }

  /** Collects garbage, then watches. */
  static HeapWatch begin() {
    System.gc();
    HeapWatch watch = new HeapWatch(used());
    Thread thread = new Thread(watch::look, "heap-watch");
    thread.setDaemon(true);
    thread.start();
    watch.thread = thread;
    return watch;
  }

  private void look() {
    while (!done.get()) {
      most.accumulateAndGet(used(), Math::max);
      Thread.onSpinWait();
    }
  }

  /** Ends, and says by how many bytes the heap had grown at most. */
  long end() {
    most.accumulateAndGet(used(), Math::max);
    done.set(true);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Math.max(0, most.get() - before);
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
