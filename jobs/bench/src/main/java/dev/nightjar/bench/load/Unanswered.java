package dev.nightjar.bench.load;

import java.io.IOException;

/** A connection ended before the answer to a request was whole. */
public final class Unanswered extends IOException {
  private static final long serialVersionUID = 1;

  private final boolean begun;

  Unanswered(boolean begun) {
    super(begun ? "the answer broke off" : "the connection ended without an answer");
    this.begun = begun;
  }

  Unanswered(boolean begun, IOException cause) {
    this(begun);
    initCause(cause);
  }

  /** Whether some of the answer had come. */
  public boolean isBegun() {
    return begun;
  }
}
