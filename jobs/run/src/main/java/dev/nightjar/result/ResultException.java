package dev.nightjar.result;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A result cannot be written or read; the message says which thing, the rule and the remedy. */
public final class ResultException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String thing;
  private final String value;
  private final String rule;
  private final String remedy;

  public ResultException(String thing, String value, String rule, String remedy) {
    this(thing, value, rule, remedy, null);
  }

  /** The same with what caused it. */
  public ResultException(
      String thing, String value, String rule, String remedy, @Nullable Throwable cause) {
    super(thing + " '" + value + "' " + rule + "; " + remedy, cause);
    this.thing = thing;
    this.value = value;
    this.rule = rule;
    this.remedy = remedy;
  }

  /** What is wrong, such as {@code output path} or {@code interval}. */
  public String thing() {
    return thing;
  }

  public String value() {
    return value;
  }

  /** What holds for the value and should not, or should and does not. */
  public String rule() {
    return rule;
  }

  /** What the user can do. */
  public String remedy() {
    return remedy;
  }
}
