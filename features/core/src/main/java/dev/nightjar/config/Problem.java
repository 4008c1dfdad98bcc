package dev.nightjar.config;

import java.io.Serializable;

/**
 * One mistake in the configuration.
 *
 * @param file as the user would name it
 * @param line counted from 1; 0 when the whole file is meant
 * @param keyPath such as {@code features[1]}; empty when the whole file is meant
 * @param message the value, the rule that it breaks and what to write instead
 */
public record Problem(String file, int line, String keyPath, String message)
    implements Serializable {
  /** One line, whatever the file holds. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(file);
    if (line > 0) {
      text.append(':').append(line);
    }
    text.append(": ");
    if (!keyPath.isEmpty()) {
      text.append(keyPath).append(": ");
    }
    return oneLine(text.append(message));
  }

  private static String oneLine(CharSequence text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                line.append(String.format("\\u%04x", c));
              } else {
                line.appendCodePoint(c);
              }
            });
    return line.toString();
  }
}
