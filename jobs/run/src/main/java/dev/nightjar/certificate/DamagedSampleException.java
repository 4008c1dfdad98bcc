package dev.nightjar.certificate;

import java.io.Serial;

/** A chosen row does not carry what was sealed when it was scored. */
public final class DamagedSampleException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  DamagedSampleException(String key) {
    super(
        "the written row "
            + key
            + " does not carry what was sealed in it when it was scored: the files are not as they"
            + " were written. Nothing is published; look for trouble with their storage, and run"
            + " the interval again");
  }
}
