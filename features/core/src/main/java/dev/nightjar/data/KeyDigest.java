package dev.nightjar.data;

/**
 * Which keys a multiset of rows holds: their number and the sum of their 128-bit hashes modulo
 * 2^128 ({@code high} and {@code low} are its two halves). Sums do not depend on order or on how
 * rows are split into partitions, and unlike an exclusive or they see a row that was doubled.
 */
public record KeyDigest(long count, long high, long low) {
  /** The digest of no rows. */
  public static final KeyDigest EMPTY = new KeyDigest(0, 0, 0);

  /** The digest of both multisets together. */
  public KeyDigest plus(KeyDigest other) {
    long sumLow = low + other.low;
    long carry = Long.compareUnsigned(sumLow, low) < 0 ? 1 : 0;
    return new KeyDigest(count + other.count, high + other.high + carry, sumLow);
  }

  /** The sum as 32 hexadecimal digits. */
  public String hex() {
    return String.format("%016x%016x", high, low);
  }

  /**
   * The digest that {@link #hex} wrote.
   *
   * @throws IllegalArgumentException when the text is not 32 hexadecimal digits
   */
  public static KeyDigest of(long count, String hex) {
    if (!hex.matches("[0-9a-f]{32}")) {
      throw new IllegalArgumentException(
          "a key digest has 32 hexadecimal digits, not '" + hex + "'");
    }
    return new KeyDigest(
        count,
        Long.parseUnsignedLong(hex.substring(0, 16), 16),
        Long.parseUnsignedLong(hex.substring(16), 16));
  }

  @Override
  public String toString() {
    return count + " keys, sum " + hex();
  }
}
