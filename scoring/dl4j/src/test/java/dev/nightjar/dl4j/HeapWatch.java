package dev.nightjar.dl4j;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the heap while something runs, and collects garbage when much has come together, so that
 * what it sees is what is held on to, or a little more.
 */
final class HeapWatch {
  private static final long MUCH = 32L << 20;

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
      long used = used();
      if (used - before > MUCH) {
        System.gc();
        used = used();
      }
      most.accumulateAndGet(used, Math::max);
      Thread.onSpinWait();
    }
  }

  /** Ends, and says by how many bytes the heap had grown at most. */
  long end() {
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
