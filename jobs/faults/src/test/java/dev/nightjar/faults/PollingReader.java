package dev.nightjar.faults;

import dev.nightjar.faults.check.Checker;
import dev.nightjar.faults.check.PublishedResult;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads an interval's result over and over while runs are broken, as a stranger would: every time
 * it must be one of the complete versions, and never an older one than before.
 */
final class PollingReader implements AutoCloseable {
  private static final long LEAST_PAUSE_NANOS = 10_000_000;

  /** How much longer it rests than it reads: what it looks at needs the machine too. */
  private static final int REST = 3;

  private final Source source;
  private final List<Checker> versions;
  private final boolean alwaysThere;
  private final List<String> violations = new CopyOnWriteArrayList<>();
  private final AtomicLong reads = new AtomicLong();
  private final Thread thread;
  private volatile boolean closed;
  private long newest;

  /** Where results are read. */
  @FunctionalInterface
  interface Source {
    /** What is there now; empty when there is nothing. */
    Optional<PublishedResult> read() throws IOException;
  }

  /**
   * Begins to read what is published.
   *
   * @param alwaysThere whether there is a result from the beginning
   * @param versions that may be seen
   */
  PollingReader(Path output, String interval, boolean alwaysThere, Checker... versions) {
    this(() -> PublishedResult.read(output, interval), alwaysThere, versions);
  }

  /** The same, of another place. */
  PollingReader(Source source, boolean alwaysThere, Checker... versions) {
    this.source = source;
    this.alwaysThere = alwaysThere;
    this.versions = List.of(versions);
    this.thread = new Thread(this::poll, "polling reader");
    thread.setDaemon(true);
    thread.start();
  }

  private void poll() {
    while (!closed) {
      long begun = System.nanoTime();
      readOnce();
      LockSupport.parkNanos(Math.max(LEAST_PAUSE_NANOS, REST * (System.nanoTime() - begun)));
    }
  }

  private void readOnce() {
    reads.incrementAndGet();
    try {
      Optional<PublishedResult> seen = readOrAgain();
      if (seen.isEmpty()) {
        if (alwaysThere || newest > 0) {
          violations.add("no result is there where one was before");
        }
        return;
      }
      long token = seen.get().token();
      if (token < newest) {
        violations.add("attempt " + token + " is seen after attempt " + newest);
      }
      newest = Math.max(newest, token);
      if (versions.stream().noneMatch(one -> one.check(seen.get().rows()).isRight())) {
        violations.add("attempt " + token + " is neither the old result nor the new one");
      }
    } catch (IOException | RuntimeException e) {
      violations.add("what is published cannot be read: " + e);
    }
  }

  /**
   * Where nothing is kept, a result may be collected under the reader: then there is a newer one.
   */
  private Optional<PublishedResult> readOrAgain() throws IOException {
    try {
      return source.read();
    } catch (NoSuchFileException | FileNotFoundException e) {
      return source.read();
    }
  }

  /** What was seen and must not be; reads once more first. */
  List<String> violations() {
    close();
    readOnce();
    return List.copyOf(violations);
  }

  /** The same while it reads on. */
  List<String> seen() {
    return List.copyOf(violations);
  }

  /** How often it has read. */
  long reads() {
    return reads.get();
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
