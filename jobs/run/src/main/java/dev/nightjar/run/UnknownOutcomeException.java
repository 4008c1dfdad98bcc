package dev.nightjar.run;

import dev.nightjar.result.Manifest;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Whether an attempt's result is visible could not be told. */
public final class UnknownOutcomeException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** A table shows the attempt, and its manifest could not be published. */
  UnknownOutcomeException(Manifest manifest, String table, Throwable cause) {
    super(
        table
            + " shows the result of "
            + manifest.run()
            + ", and its manifest could not be written ("
            + cause.getMessage()
            + "); 'nightjar runs resolve' writes it, or the next run of the interval",
        cause);
  }

  UnknownOutcomeException(Manifest manifest, @Nullable Throwable cause) {
    super(
        "whether the result of "
            + manifest.run()
            + " is published and durable cannot be told"
            + (cause == null ? "" : " (" + cause.getMessage() + ")")
            + "; ask 'nightjar runs' before running the interval again",
        cause);
  }
}
