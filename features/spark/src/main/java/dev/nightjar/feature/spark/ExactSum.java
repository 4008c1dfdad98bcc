package dev.nightjar.feature.spark;

/**
 * A sum of doubles that is exact, so that neither the order in which values come matters nor those
 * that have been taken away again: the small superaccumulator of R. M. Neal, "Fast exact summation
 * using small and large superaccumulators" (arXiv:1505.05571, 2015). The sum is a number in fixed
 * point over the whole range of doubles, in digits of 32 bits that are kept in 64, so that carries
 * wait. Infinities and NaN are counted beside it. Not thread-safe.
 */
final class ExactSum {
  /** Bits of a digit. */
  private static final int BITS = 32;

  private static final long DIGIT = (1L << BITS) - 1;

  /** The least digit's lowest bit is the least double: 2<sup>-1074</sup>. */
  private static final int LEAST_EXPONENT = -1074;

  /** Up to the greatest double, with two digits to grow into. */
  private static final int DIGITS = (1024 - LEAST_EXPONENT) / BITS + 3;

  /** Each value adds less than 2<sup>32</sup> to a digit. */
  private static final int MOST_WAITING = 1 << 30;

  private static final int FRACTION_BITS = 52;
  private static final long FRACTION = (1L << FRACTION_BITS) - 1;
  private static final int EXPONENT = 0x7ff;

  private final long[] digits = new long[DIGITS];
  private int waiting;
  private long values;
  private long nans;
  private long positiveInfinities;
  private long negativeInfinities;

  /** One more value. */
  void add(double value) {
    change(value, 1);
  }

  /** One that was added before goes. */
  void remove(double value) {
    change(value, -1);
  }

  /** How many there are. */
  long values() {
    return values;
  }

  /**
   * The sum, rounded to the nearest double, to the even one of two; 0.0 of none, and of zeros of
   * either sign. NaN when one of the values is NaN or there are infinities of both signs.
   */
  double value() {
    if (nans > 0 || (positiveInfinities > 0 && negativeInfinities > 0)) {
      return Double.NaN;
    }
    if (positiveInfinities > 0) {
      return Double.POSITIVE_INFINITY;
    }
    if (negativeInfinities > 0) {
      return Double.NEGATIVE_INFINITY;
    }
    carry();
    if (digits[DIGITS - 1] >= 0) {
      return rounded(digits);
    }
    long[] negated = new long[DIGITS];
    for (int i = 0; i < DIGITS; i++) {
      negated[i] = -digits[i];
    }
    carry(negated);
    return -rounded(negated);
  }

  private void change(double value, int sign) {
    values += sign;
    if (Double.isNaN(value)) {
      nans += sign;
      return;
    }
    if (Double.isInfinite(value)) {
      positiveInfinities += value > 0 ? sign : 0;
      negativeInfinities += value < 0 ? sign : 0;
      return;
    }
    long bits = Double.doubleToRawLongBits(value);
    int exponent = (int) (bits >>> FRACTION_BITS) & EXPONENT;
    long fraction = bits & FRACTION;
    if (exponent == 0) {
      exponent = 1; // a subnormal number, without the bit that goes without saying
    } else {
      fraction |= 1L << FRACTION_BITS;
    }
    int place = (exponent - 1) / BITS;
    int offset = (exponent - 1) % BITS;
    int direction = bits < 0 ? -sign : sign;
    long above = fraction >>> (BITS - offset);
    digits[place] += direction * ((fraction << offset) & DIGIT);
    digits[place + 1] += direction * (above & DIGIT);
    digits[place + 2] += direction * (above >>> BITS);
    if (++waiting == MOST_WAITING) {
      carry();
    }
  }

  private void carry() {
    carry(digits);
    waiting = 0;
  }

  /** Brings all digits but the last, which has the sign, into their range. */
  private static void carry(long[] digits) {
    long carried = 0;
    for (int i = 0; i < digits.length - 1; i++) {
      long digit = digits[i] + carried;
      digits[i] = digit & DIGIT;
      carried = digit >> BITS;
    }
    digits[digits.length - 1] += carried;
  }

  /** Of digits that are no negative number. */
  private static double rounded(long[] digits) {
    int highest = digits.length - 1;
    while (highest > 0 && digits[highest] == 0) {
      highest--;
    }
    int zeros = Long.numberOfLeadingZeros(digits[highest]);
    int top = highest * BITS + Long.SIZE - 1 - zeros; // the place of the highest bit
    if (top <= FRACTION_BITS) {
      return Math.scalb((double) ((digits[1] << BITS) | digits[0]), LEAST_EXPONENT);
    }
    // 64 bits from the highest on; of what is below them it is enough to know whether it is zero.
    long window = window(digits, top - (Long.SIZE - 1));
    int beyond = Long.SIZE - FRACTION_BITS - 1;
    long kept = window >>> beyond;
    long rest = window & ((1L << beyond) - 1);
    long half = 1L << (beyond - 1);
    boolean isUp =
        rest > half
            || (rest == half && ((kept & 1) == 1 || anyBelow(digits, top - (Long.SIZE - 1))));
    return Math.scalb((double) (isUp ? kept + 1 : kept), top - FRACTION_BITS + LEAST_EXPONENT);
  }

  /** The 64 bits from a place on; the place can be below zero. */
  private static long window(long[] digits, int from) {
    long window = 0;
    for (int i = 0; i < digits.length; i++) {
      int shift = i * BITS - from;
      if (shift > -BITS && shift < Long.SIZE) {
        window |= shift >= 0 ? digits[i] << shift : digits[i] >>> -shift;
      }
    }
    return window;
  }

  private static boolean anyBelow(long[] digits, int place) {
    for (int i = 0; i < digits.length && i * BITS < place; i++) {
      int bits = Math.min(BITS, place - i * BITS);
      if ((digits[i] & ((1L << bits) - 1)) != 0) {
        return true;
      }
    }
    return false;
  }
}
