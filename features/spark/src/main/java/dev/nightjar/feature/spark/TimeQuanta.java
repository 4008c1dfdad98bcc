package dev.nightjar.feature.spark;

import dev.nightjar.data.Timestamps;
import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/**
 * Times of a range by number, in 31 bits: quanta of 2<sup>{@code shift}</sup> microseconds, from 0.
 * What lies before the range has the number of its first quantum, what lies behind it that of the
 * last.
 *
 * @param earliest the range's first time, in microseconds
 */
record TimeQuanta(long earliest, int shift) implements Serializable {
  private static final int BITS = 31;
  private static final long MOST = (1L << BITS) - 1;

  /** For rows without times. */
  static final TimeQuanta NONE = new TimeQuanta(0, 0);

  /** The shortest quanta that reach over a range; empty when there are no as-of times. */
  static TimeQuanta of(Optional<AsOfRange> range) {
    if (range.isEmpty()) {
      return NONE;
    }
    long earliest = Timestamps.micros(range.get().earliest());
    long length = Timestamps.micros(range.get().latest()) - earliest;
    int bits = Long.SIZE - Long.numberOfLeadingZeros(length);
    return new TimeQuanta(earliest, Math.max(0, bits - BITS));
  }

  /** The number of a time's quantum. */
  Column of(Column time) {
    Column within = functions.greatest(time, functions.lit(earliest)).minus(earliest);
    return functions.least(functions.shiftright(within, shift), functions.lit(MOST));
  }

  /**
   * Whether a time lies at the range's beginning or before it, where its order is of no account.
   */
  boolean isBefore(long time) {
    return time <= earliest;
  }

  /** Whether all times of a quantum are one. */
  boolean areExact() {
    return shift == 0;
  }
}
