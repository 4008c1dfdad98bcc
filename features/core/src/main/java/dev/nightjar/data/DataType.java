package dev.nightjar.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The types that a value in a row can have. A category is a {@link #STRING} with a declared set of
 * values; that it is one is said by the contract, not by the data.
 */
public enum DataType {
  BOOLEAN,
  /** 32-bit signed. */
  INTEGER,
  /** 64-bit signed. */
  LONG,
  FLOAT,
  DOUBLE,
  STRING,
  /** An instant in microseconds since 1970-01-01T00:00:00Z. */
  TIMESTAMP;

  /** The name that configuration and bundles use: {@code double}, {@code timestamp}, … */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The type of that name, as {@link #word()} spells it. */
  public static Optional<DataType> of(String word) {
    return Arrays.stream(values()).filter(t -> t.word().equals(word)).findFirst();
  }

  /** The names of all types, for messages. */
  public static List<String> words() {
    return Arrays.stream(values()).map(DataType::word).toList();
  }

  /** True for the types that hold a number. */
  public boolean isNumeric() {
    return this == INTEGER || this == LONG || this == FLOAT || this == DOUBLE;
  }

  /** True for {@link #FLOAT} and {@link #DOUBLE}, which can hold NaN and cannot be keys. */
  public boolean isFloating() {
    return this == FLOAT || this == DOUBLE;
  }
}
