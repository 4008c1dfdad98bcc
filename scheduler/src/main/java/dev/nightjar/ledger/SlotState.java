package dev.nightjar.ledger;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where a slot stands. */
public enum SlotState {
  /** To be done, now or at {@link Slot#notBefore}. */
  DUE(false),
  /** Somebody has it under a lease, or had it and died. */
  RUNNING(false),
  /** Its result is published. */
  PUBLISHED(true),
  /** A limit or gate refused it: the same input would be refused again. */
  REFUSED(true),
  /** It failed as often as it may, or in a way that does not heal by itself. */
  FAILED(true),
  /** It was missed and the job's {@code catch-up} does not ask for it. */
  SKIPPED(true),
  /** A person has ended it. */
  CANCELLED(true),
  /** Nobody can tell whether its result is published: {@code nightjar runs resolve}. */
  UNKNOWN(true);

  private final boolean isEnd;

  SlotState(boolean isEnd) {
    this.isEnd = isEnd;
  }

  /** Whether nothing more happens by itself. */
  public boolean isEnd() {
    return isEnd;
  }

  /** The word in the database and in what people read. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<SlotState> of(String word) {
    return Arrays.stream(values()).filter(state -> state.word().equals(word)).findFirst();
  }
}
