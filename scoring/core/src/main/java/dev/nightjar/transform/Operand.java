package dev.nightjar.transform;

import org.jspecify.annotations.Nullable;

/**
 * Where a step takes a value from: a slot, or else the constant beside it.
 *
 * @param slot null for a constant
 * @param constant as text, so that every number keeps its bits; null for the value that is null
 */
public record Operand(@Nullable Integer slot, @Nullable String constant) {

  /** The values of a slot. */
  public static Operand of(int slot) {
    return new Operand(slot, null);
  }

  /** One value for every row. */
  public static Operand constant(@Nullable String value) {
    return new Operand(null, value);
  }
}
