package dev.nightjar.store;

import dev.nightjar.feature.FeatureStoreException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Lets a store be used until it is closed, by any number of threads, and one batch be written at a
 * time. Thread-safe.
 */
final class Gate {
  private final String place;

  /** Held for reading while the store is used: nothing may be taken away under a look-up. */
  private final ReadWriteLock open = new ReentrantReadWriteLock();

  private final AtomicBoolean batchIsOpen = new AtomicBoolean();
  private boolean closed;

  Gate(String place) {
    this.place = place;
  }

  /**
   * Uses the store.
   *
   * @throws FeatureStoreException when it has been closed
   */
  <T> T whileOpen(Supplier<T> use) {
    open.readLock().lock();
    try {
      if (closed) {
        throw new FeatureStoreException(
            "the feature store in " + place + " has been closed; open it again");
      }
      return use.get();
    } finally {
      open.readLock().unlock();
    }
  }

  /**
   * Begins to write a batch; if it does not begin, it has ended.
   *
   * @throws IllegalStateException when one is being written already, be it by the same thread
   */
  <T> T beginBatch(Supplier<T> begin) {
    if (!batchIsOpen.compareAndSet(false, true)) {
      throw batchIsOpen();
    }
    boolean hasBegun = false;
    try {
      T begun = begin.get();
      hasBegun = true;
      return begun;
    } finally {
      if (!hasBegun) {
        endBatch();
      }
    }
  }

  /** A batch is written no longer. */
  void endBatch() {
    batchIsOpen.set(false);
  }

  private IllegalStateException batchIsOpen() {
    return new IllegalStateException(
        "a batch is being written to the feature store in "
            + place
            + "; commit it or close it first");
  }

  /**
   * Waits for uses that are under way, and refuses later ones in words; once more does nothing.
   *
   * @param release what the store holds
   * @throws IllegalStateException while a batch is being written
   */
  void close(Runnable release) {
    open.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      if (batchIsOpen.get()) {
        throw batchIsOpen(); // its next row would go to what is no longer there
      }
      closed = true;
      release.run();
    } finally {
      open.writeLock().unlock();
    }
  }
}
