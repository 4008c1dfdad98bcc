package dev.nightjar.data;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * The 128-bit hash of a key: the first 16 bytes of SHA-256 over its values in order, each written
 * as a type tag (1 byte), a length (4 bytes, big-endian; −1 for null) and the bytes. Whole numbers
 * of any width are written as 8 bytes, so a column that was widened keeps its hashes. Lengths make
 * compound keys unambiguous: ("1", "23") and ("12", "3") differ.
 *
 * <p>Use: one call per value in key order, then {@link #finish}, which resets. Not thread-safe.
 */
public final class KeyHasher {
  private static final byte NULL = 0;
  private static final byte BOOLEAN = 1;
  private static final byte WHOLE = 2;
  private static final byte STRING = 3;
  private static final byte DATE = 4;
  private static final byte TIMESTAMP = 5;
  private static final byte DECIMAL = 6;

  private final MessageDigest sha256 = Sha256.begin();
  private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

  public void addNull() {
    header(NULL, -1);
  }

  public void addBoolean(boolean value) {
    header(BOOLEAN, 1);
    sha256.update((byte) (value ? 1 : 0));
  }

  public void addLong(long value) {
    addNumber(WHOLE, value);
  }

  public void addString(String value) {
    addBytes(STRING, value.getBytes(StandardCharsets.UTF_8));
  }

  /** A calendar date, as days since 1970-01-01. */
  public void addDate(long epochDay) {
    addNumber(DATE, epochDay);
  }

  /** An instant, as microseconds since 1970-01-01T00:00:00Z. */
  public void addTimestamp(long micros) {
    addNumber(TIMESTAMP, micros);
  }

  /** A decimal by its numeric value: 1.0 and 1.00 hash alike. */
  public void addDecimal(BigDecimal value) {
    addBytes(DECIMAL, value.stripTrailingZeros().toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The digest of the one key whose values were added since the last call. */
  public KeyDigest finish() {
    ByteBuffer hash = ByteBuffer.wrap(sha256.digest());
    return new KeyDigest(1, hash.getLong(), hash.getLong());
  }

  private void addNumber(byte tag, long value) {
    header(tag, Long.BYTES);
    number.clear();
    sha256.update(number.putLong(value).flip());
  }

  private void addBytes(byte tag, byte[] bytes) {
    header(tag, bytes.length);
    sha256.update(bytes);
  }

  private void header(byte tag, int length) {
    sha256.update(tag);
    number.clear();
    sha256.update(number.putInt(length).flip());
  }
}
