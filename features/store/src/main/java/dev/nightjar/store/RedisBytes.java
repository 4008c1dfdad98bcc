package dev.nightjar.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is sent to Redis and comes from it, as bytes. */
final class RedisBytes {
  /** A time and the number of a batch, which stand before each record. */
  static final int HEAD = 2 * Long.BYTES;

  private RedisBytes() {}

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] text(long number) {
    return text(Long.toString(number));
  }

  /**
   * A time, whose bytes are in the order of times: with the sign turned negative ones are first.
   */
  static byte[] time(long micros) {
    return number(micros ^ Long.MIN_VALUE);
  }

  static byte[] number(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  /** The time with which a member begins. */
  static long timeOf(byte[] member) {
    return ByteBuffer.wrap(member).getLong() ^ Long.MIN_VALUE;
  }

  /** The record with which a member ends. */
  static ByteBuffer recordOf(byte[] member) {
    return ByteBuffer.wrap(member, HEAD, member.length - HEAD).slice();
  }

  /** Some bytes, and others behind them. */
  static byte[] joined(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  /** An answer that is a list. */
  static List<?> list(@Nullable Object answer) {
    if (answer instanceof List<?> list) {
      return list;
    }
    throw new IllegalStateException("Redis has answered " + answer + " in place of a list");
  }

  /** An answer that is bytes. */
  static byte[] bytes(@Nullable Object answer) {
    if (answer instanceof byte[] bytes) {
      return bytes;
    }
    throw new IllegalStateException("Redis has answered " + answer + " in place of bytes");
  }

  /** An answer that is a text. */
  static String string(@Nullable Object answer) {
    return new String(bytes(answer), StandardCharsets.UTF_8);
  }

  /** An answer that is a number. */
  static long whole(@Nullable Object answer) {
    if (answer instanceof Long number) {
      return number;
    }
    throw new IllegalStateException("Redis has answered " + answer + " in place of a number");
  }
}
