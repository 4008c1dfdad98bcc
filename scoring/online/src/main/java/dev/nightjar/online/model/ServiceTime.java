package dev.nightjar.online.model;

/**
 * How long requests of a model take, learned from those that were answered: a moving average of the
 * time for each byte of their bodies, since the rows are not counted before they are decoded. The
 * first ones, which wait for classes and compilers, and single ones that waited for something else,
 * must not make the endpoint refuse what it could do. Thread-safe.
 */
public final class ServiceTime {
  /** The share of the newest in the average. */
  private static final double NEWEST = 0.05;

  /** Of so many at the beginning the quickest counts. */
  private static final int FIRST = 32;

  /** One counts at the most so many times the average. */
  private static final double MOST_TIMES = 4;

  /** What a request takes that is as short as can be. */
  private static final int LEAST_BYTES = 128;

  private volatile double nanosOfByte;
  private int learned;

  /** The expected time of a request; 0 while nothing is known. */
  public long expectedNanos(int bodyBytes) {
    return (long) (nanosOfByte * Math.max(LEAST_BYTES, bodyBytes));
  }

  /** Learns from a request that was answered. */
  public synchronized void took(int bodyBytes, long nanos) {
    double now = (double) nanos / Math.max(LEAST_BYTES, bodyBytes);
    double average = nanosOfByte;
    if (learned < FIRST) {
      nanosOfByte = learned == 0 ? now : Math.min(average, now);
      learned++;
    } else {
      nanosOfByte = average + NEWEST * (Math.min(now, MOST_TIMES * average) - average);
    }
  }
}
