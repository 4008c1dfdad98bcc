package dev.nightjar.contract;

import static java.util.Objects.requireNonNull;

/**
 * Why a row has no score.
 *
 * @param stage where it was stopped
 * @param field the input field, feature view or output that is to blame; empty when it is none
 *     alone
 * @param reason for people; begins in lower case and holds the value where that helps
 */
public record Rejection(Stage stage, String field, String reason) {
  private static final int LONGEST_WORDS = 160;

  public Rejection {
    requireNonNull(stage, "stage is null");
    requireNonNull(field, "field is null");
    requireNonNull(reason, "reason is null");
  }

  /** Of a row over which the network fails when it is given alone. */
  public static Rejection byNetwork(RuntimeException failure) {
    return new Rejection(Stage.MODEL, "", "the network does not take it: " + words(failure));
  }

  /**
   * What a library says about a row: the first line of its message, and no more of it than a column
   * of reasons should hold; the name of its class when it says nothing.
   */
  public static String words(RuntimeException failure) {
    String message = failure.getMessage();
    String text =
        message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    String line = text.strip().lines().findFirst().orElse(text);
    return line.length() <= LONGEST_WORDS ? line : line.substring(0, LONGEST_WORDS) + "…";
  }
}
