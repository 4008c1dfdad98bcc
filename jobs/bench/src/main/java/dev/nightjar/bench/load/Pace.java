package dev.nightjar.bench.load;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** When requests are sent; asked by all connections of a load together. Thread-safe. */
public interface Pace {

  /** No time. */
  long UNSET = Long.MIN_VALUE;

  private static long first(AtomicLong begin, long now) {
    begin.compareAndSet(UNSET, now);
    return begin.get();
  }

  /** The time at which the next request is due, by {@link System#nanoTime}; empty at the end. */
  OptionalLong next();

  /** So many requests, each as soon as a connection is free. */
  static Pace count(long requests) {
    AtomicLong left = new AtomicLong(requests);
    return () ->
        left.getAndDecrement() > 0 ? OptionalLong.of(System.nanoTime()) : OptionalLong.empty();
  }

  /** As many as fit into the time from the first on, each as soon as a connection is free. */
  static Pace during(Duration time) {
    AtomicLong begin = new AtomicLong(UNSET);
    return () -> {
      long now = System.nanoTime();
      return now - first(begin, now) < time.toNanos() ? OptionalLong.of(now) : OptionalLong.empty();
    };
  }

  /** Until somebody says that it is enough. */
  static Pace until(AtomicBoolean enough) {
    return () -> enough.get() ? OptionalLong.empty() : OptionalLong.of(System.nanoTime());
  }

  /**
   * So many a second from the first on, whether or not the server keeps up. Where all connections
   * wait for answers, those that are due are sent late and count from when they were due.
   */
  static Pace rate(double perSecond, Duration time) {
    AtomicLong begin = new AtomicLong(UNSET);
    AtomicLong sent = new AtomicLong();
    return () -> {
      long from = first(begin, System.nanoTime());
      long after = (long) (sent.getAndIncrement() * 1e9 / perSecond);
      return after < time.toNanos() ? OptionalLong.of(from + after) : OptionalLong.empty();
    };
  }
}
