package dev.nightjar.online.model;

/**
 * How long requests of a model take, learned from those that were answered: a moving average of the
 * time for each byte of their bodies, since the rows are not counted before they are decoded.
 * Thread-safe; of two threads that learn at once one may be forgotten.
 */
public final class ServiceTime {
  /** The share of the newest in the average. */
  private static final double NEWEST = 0.05;

  /** What a request takes that is as short as can be. */
  private static final int LEAST_BYTES = 128;

  private volatile double nanosOfByte;

  /** The expected time of a request; 0 while nothing is known. */
  public long expectedNanos(int bodyBytes) {
    return (long) (nanosOfByte * Math.max(LEAST_BYTES, bodyBytes));
  }

  /** Learns from a request that was answered. */
  public void took(int bodyBytes, long nanos) {
    double now = (double) nanos / Math.max(LEAST_BYTES, bodyBytes);
    double before = nanosOfByte;
    nanosOfByte = before == 0 ? now : before + NEWEST * (now - before);
  }
}
