package dev.nightjar.run;

import java.io.Serial;

/** A limit or gate refuses the run; the message says which, the figures and what to do. */
public final class RefusedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public RefusedException(String message) {
    super(message);
  }
}
