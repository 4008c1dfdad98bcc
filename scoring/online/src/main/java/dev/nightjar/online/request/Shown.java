package dev.nightjar.online.request;

import java.util.Locale;

/** Pieces of what a client sent, as messages and logs may hold them: short, and on one line. */
public final class Shown {
  private static final int LONGEST = 40;

  private Shown() {}

  /** A text in quotes. */
  public static String text(String text) {
    return '"' + piece(text) + '"';
  }

  /**
   * The first 40 characters, with … where there are more. What moves the cursor, changes the
   * direction or is half a character is written as an escape.
   */
  public static String piece(String text) {
    StringBuilder shown = new StringBuilder();
    int at = 0;
    for (int n = 0; n < LONGEST && at < text.length(); n++) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      if (isPlain(c)) {
        shown.appendCodePoint(c);
      } else {
        escape(c, shown);
      }
    }
    return at < text.length() ? shown.append('…').toString() : shown.toString();
  }

  private static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  private static void escape(int c, StringBuilder shown) {
    for (char unit : Character.toChars(c)) {
      shown.append(
          switch (unit) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> String.format(Locale.ROOT, "\\u%04x", (int) unit);
          });
    }
  }
}
