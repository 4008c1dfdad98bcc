package dev.nightjar.sink;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A table was not changed; the message says which thing, the value, the rule and the remedy. */
public class SinkException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public SinkException(String thing, String value, String rule, String remedy) {
    this(thing, value, rule, remedy, null);
  }

  /** The same with what caused it. */
  public SinkException(
      String thing, String value, String rule, String remedy, @Nullable Throwable cause) {
    super(thing + " '" + value + "' " + rule + "; " + remedy, cause);
  }

  /** Rows do not fit into the table, or the table is another job's; to try again would not help. */
  public static final class Misfit extends SinkException {
    @Serial private static final long serialVersionUID = 1L;

    public Misfit(String thing, String value, String rule, String remedy) {
      super(thing, value, rule, remedy);
    }
  }
}
