package dev.nightjar.ledger;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why a slot is there. The first ones come first where both wait. */
public enum Cause {
  /** A person asked for it. */
  TRIGGER,
  /** The job's schedule fired. */
  SCHEDULE,
  /** Its firing was missed, and {@code catch-up} asks for it. */
  CATCH_UP,
  /** A backfill asked for it. */
  BACKFILL,
  /** Its result was found under the output path, and no slot had been there. */
  FOUND;

  /** The word in the database and in what people read. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Cause> of(String word) {
    return Arrays.stream(values()).filter(cause -> cause.word().equals(word)).findFirst();
  }
}
