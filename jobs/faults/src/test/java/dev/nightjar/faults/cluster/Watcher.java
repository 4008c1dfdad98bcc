package dev.nightjar.faults.cluster;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A reader who looks again and again while runs are broken, and counts what breaks the promise of
 * old or new: a result that was there and is gone, an older one behind a newer, a file that is not
 * whole, a number of rows that no run has.
 */
final class Watcher implements AutoCloseable {
  private static final long PAUSE_NANOS = 50_000_000;

  private final Path output;
  private final long rows;
  private final Thread thread = new Thread(this::watch, "watcher");
  private volatile boolean stop;
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong violations = new AtomicLong();
  private long newest;

  /**
   * Begins to watch.
   *
   * @param rows that every result has
   */
  Watcher(Path output, long rows) {
    this.output = output;
    this.rows = rows;
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    while (!stop) {
      Optional<Published> found = Published.newest(output, ManyReadings.DAY);
      if (!isAllowed(found)) {
        violations.incrementAndGet();
      }
      reads.incrementAndGet();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private boolean isAllowed(Optional<Published> found) {
    if (found.isEmpty()) {
      return newest == 0;
    }
    long before = newest;
    newest = found.get().token();
    return newest >= before && found.get().isWhole() && found.get().rows() == rows;
  }

  long reads() {
    return reads.get();
  }

  long violations() {
    return violations.get();
  }

  @Override
  public void close() {
    stop = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
