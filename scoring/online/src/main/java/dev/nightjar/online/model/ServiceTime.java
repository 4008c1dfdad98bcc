package dev.nightjar.online.model;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * How long requests of a model take, learned from those that were answered: a moving average of the
 * time for each byte of their bodies, since the rows are not counted before they are decoded. Each
 * doubling of the size has an average of its own: a thousand rows take far less than a thousand
 * times one row. Requests larger than any that was answered are expected to take as long as those,
 * so that one is let in, and learned from. The first ones of a size, which wait for classes and
 * compilers, and single ones that waited for something else, must not make the endpoint refuse what
 * it could do. Thread-safe.
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

  private static final int SIZES = Integer.SIZE;

  private final AtomicReferenceArray<@Nullable Average> averages =
      new AtomicReferenceArray<>(SIZES);

  /** Of the requests of a size. */
  private record Average(double nanosOfByte, int learned) {
    Average and(double now) {
      return learned < FIRST
          ? new Average(Math.min(nanosOfByte, now), learned + 1)
          : new Average(
              nanosOfByte + NEWEST * (Math.min(now, MOST_TIMES * nanosOfByte) - nanosOfByte),
              learned);
    }
  }

  /** The expected time of a request; 0 while nothing is known. */
  public long expectedNanos(int bodyBytes) {
    int bytes = Math.max(LEAST_BYTES, bodyBytes);
    int size = size(bytes);
    for (int smaller = size; smaller >= 0; smaller--) {
      Average average = averages.get(smaller);
      if (average != null) {
        int largest = (int) Math.min(Integer.MAX_VALUE, (2L << smaller) - 1);
        return (long) (average.nanosOfByte * Math.min(bytes, largest));
      }
    }
    for (int larger = size + 1; larger < SIZES; larger++) {
      Average average = averages.get(larger);
      if (average != null) {
        return (long) (average.nanosOfByte * bytes);
      }
    }
    return 0;
  }

  /** Learns from a request that was answered. */
  public void took(int bodyBytes, long nanos) {
    int bytes = Math.max(LEAST_BYTES, bodyBytes);
    double now = (double) nanos / bytes;
    averages.accumulateAndGet(
        size(bytes), new Average(now, 1), (old, first) -> old == null ? first : old.and(now));
  }

  /** Sizes from a power of two to the next are one. */
  private static int size(int bytes) {
    return SIZES - 1 - Integer.numberOfLeadingZeros(bytes);
  }
}
