package dev.nightjar.store;

import dev.nightjar.data.Sha256;
import dev.nightjar.data.Timestamps;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The key of a feature row as bytes: of each value a tag, and of texts and decimals the length, so
 * that compound keys cannot run into each other. Whole numbers of any width are written alike, as
 * are decimals of equal value. A key that is too long for an index is its SHA-256 instead.
 */
final class KeyBytes {
  /** An index of LMDB takes 511 bytes; the rest is for the view and the time. */
  static final int MOST = 400;

  private static final byte BOOLEAN = 1;
  private static final byte WHOLE = 2;
  private static final byte STRING = 3;
  private static final byte DATE = 4;
  private static final byte TIMESTAMP = 5;
  private static final byte DECIMAL = 6;
  private static final byte DIGEST = 7;

  private KeyBytes() {}

  /**
   * The bytes of a key.
   *
   * @param key as {@link dev.nightjar.feature.FeatureStore.Query} has it
   * @throws IllegalArgumentException for a value of another type
   */
  static byte[] of(List<Object> key) {
    int length = 0;
    Object[] plain = new Object[key.size()];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = plain(key.get(i));
      length += 1 + (plain[i] instanceof byte[] text ? Integer.BYTES + text.length : Long.BYTES);
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    for (int i = 0; i < plain.length; i++) {
      bytes.put(tag(key.get(i)));
      if (plain[i] instanceof byte[] text) {
        bytes.putInt(text.length).put(text);
      } else {
        bytes.putLong((Long) plain[i]);
      }
    }
    return length <= MOST ? bytes.array() : digest(bytes.array());
  }

  /** The key of these bytes; empty for one that is there as its digest alone. */
  static Optional<List<Object>> read(byte[] key) {
    List<Object> values = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(key);
    while (bytes.hasRemaining()) {
      byte tag = bytes.get();
      switch (tag) {
        case BOOLEAN -> values.add(bytes.getLong() != 0);
        case WHOLE -> values.add(bytes.getLong());
        case STRING -> values.add(text(bytes));
        case DATE -> values.add(LocalDate.ofEpochDay(bytes.getLong()));
        case TIMESTAMP -> values.add(Timestamps.instant(bytes.getLong()));
        case DECIMAL -> values.add(new BigDecimal(text(bytes)));
        case DIGEST -> {
          return Optional.empty();
        }
        default -> throw new IllegalArgumentException("a value of a key begins with " + tag);
      }
    }
    return Optional.of(List.copyOf(values));
  }

  private static String text(ByteBuffer bytes) {
    byte[] text = new byte[bytes.getInt()];
    bytes.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** The types of a key's values, in words. */
  static String types(List<Object> key) {
    return key.stream().map(KeyBytes::type).collect(Collectors.joining(", "));
  }

  private static String type(Object value) {
    return switch (tag(value)) {
      case BOOLEAN -> "boolean";
      case STRING -> "text";
      case DATE -> "date";
      case TIMESTAMP -> "timestamp";
      case DECIMAL -> "decimal";
      default -> "whole number";
    };
  }

  private static byte[] digest(byte[] bytes) {
    byte[] digest = Sha256.begin().digest(bytes);
    return ByteBuffer.allocate(1 + digest.length).put(DIGEST).put(digest).array();
  }

  /** A number, or bytes. */
  private static Object plain(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? 1L : 0L;
    }
    if (value instanceof Long || value instanceof Integer) {
      return ((Number) value).longValue();
    }
    if (value instanceof String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    if (value instanceof LocalDate date) {
      return date.toEpochDay();
    }
    if (value instanceof Instant instant) {
      return Timestamps.micros(instant);
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.stripTrailingZeros().toString().getBytes(StandardCharsets.UTF_8);
    }
    throw new IllegalArgumentException(
        "a key of type " + value.getClass().getSimpleName() + " cannot be looked up");
  }

  private static byte tag(Object value) {
    if (value instanceof Boolean) {
      return BOOLEAN;
    }
    if (value instanceof String) {
      return STRING;
    }
    if (value instanceof LocalDate) {
      return DATE;
    }
    if (value instanceof Instant) {
      return TIMESTAMP;
    }
    return value instanceof BigDecimal ? DECIMAL : WHOLE;
  }
}
