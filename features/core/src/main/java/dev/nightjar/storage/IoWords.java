package dev.nightjar.storage;

import java.io.IOException;
import java.util.Locale;

/** What an {@link IOException} says, for people. */
public final class IoWords {
  private IoWords() {}

  /**
   * The exception's message. Some messages are a path alone; then only the kind of the failure says
   * what is wrong with it, and stands before it: {@code access denied: /models}.
   */
  public static String of(IOException e) {
    String message = String.valueOf(e.getMessage());
    String kind =
        e.getClass()
            .getSimpleName()
            .replaceAll("(Exception|Error)$", "")
            .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
            .toLowerCase(Locale.ROOT);
    return message.contains(" ") ? message : kind + ": " + message;
  }
}
