package dev.nightjar.notice;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as JSON; this module has no library for it, and needs none to write. Any text is written
 * so that any reader takes it: control characters are escaped, halves of pairs replaced.
 */
final class Json {
  private Json() {}

  /**
   * Writes a value.
   *
   * @param value a map with texts as keys, a list, a text, a number, a truth value or null
   */
  static String of(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private static void write(@Nullable Object value, StringBuilder out) {
    if (value instanceof Map<?, ?> map) {
      out.append('{');
      String between = "";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.append(between);
        text(String.valueOf(entry.getKey()), out);
        out.append(':');
        write(entry.getValue(), out);
        between = ",";
      }
      out.append('}');
    } else if (value instanceof List<?> list) {
      out.append('[');
      String between = "";
      for (Object one : list) {
        out.append(between);
        write(one, out);
        between = ",";
      }
      out.append(']');
    } else if (value == null || value instanceof Boolean || value instanceof Number) {
      out.append(value);
    } else {
      text(value.toString(), out);
    }
  }

  private static void text(String text, StringBuilder out) {
    out.append('"');
    text.codePoints()
        .forEach(
            letter -> {
              if (letter == '"' || letter == '\\') {
                out.append('\\').append((char) letter);
              } else if (letter == '\n') {
                out.append("\\n");
              } else if (Character.isISOControl(letter) || letter == 0x2028 || letter == 0x2029) {
                out.append(String.format(Locale.ROOT, "\\u%04x", letter));
              } else if (Character.getType(letter) == Character.SURROGATE) {
                out.append('\ufffd');
              } else {
                out.appendCodePoint(letter);
              }
            });
    out.append('"');
  }
}
