package dev.nightjar.transform;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a step takes a value from: a slot, or the constant beside it, which is null where neither
 * is there.
 *
 * @param constant as text, so that every number keeps its bits
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Operand(OptionalInt slot, Optional<String> constant) {

  /** The values of a slot. */
  public static Operand of(int slot) {
    return new Operand(OptionalInt.of(slot), Optional.empty());
  }

  /** One value for every row. */
  public static Operand constant(Optional<String> value) {
    return new Operand(OptionalInt.empty(), value);
  }
}
