package dev.nightjar.online.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes JSON in UTF-8 that any reader takes. Thread-safe. */
public final class JsonBytes {
  private static final JsonFactory JSON = new JsonFactory();
  private static final char REPLACEMENT = '\uFFFD';

  private JsonBytes() {}

  /** What writes one document. */
  @FunctionalInterface
  public interface Writing {
    void to(JsonGenerator out) throws IOException;
  }

  /** The document that is written. */
  public static byte[] of(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      writing.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes what is written", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Writes a value so that reading it as its own type gives the same bits. NaN and the infinities,
   * which JSON does not have, are written as null.
   *
   * @param value Boolean, Integer, Long, Float, Double or String
   */
  public static void value(JsonGenerator out, @Nullable Object value) throws IOException {
    if (value instanceof Float number && Float.isFinite(number)) {
      out.writeNumber(number);
    } else if (value instanceof Double number && Double.isFinite(number)) {
      out.writeNumber(number);
    } else if (value instanceof Integer number) {
      out.writeNumber(number);
    } else if (value instanceof Long number) {
      out.writeNumber(number);
    } else if (value instanceof Boolean truth) {
      out.writeBoolean(truth);
    } else if (value instanceof String text) {
      text(out, text);
    } else {
      out.writeNull();
    }
  }

  /** {@link #value} under a name. */
  public static void field(JsonGenerator out, String name, @Nullable Object value)
      throws IOException {
    out.writeFieldName(wellFormed(name));
    value(out, value);
  }

  /** Writes a text; half a character, which UTF-8 does not have, becomes U+FFFD. */
  public static void text(JsonGenerator out, String text) throws IOException {
    out.writeString(wellFormed(text));
  }

  /** Writes maps, lists and single values, in their order. */
  public static void tree(JsonGenerator out, @Nullable Object value) throws IOException {
    if (value instanceof Map<?, ?> map) {
      out.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.writeFieldName(wellFormed(String.valueOf(entry.getKey())));
        tree(out, entry.getValue());
      }
      out.writeEndObject();
    } else if (value instanceof List<?> list) {
      out.writeStartArray();
      for (Object one : list) {
        tree(out, one);
      }
      out.writeEndArray();
    } else {
      value(out, value);
    }
  }

  private static String wellFormed(String text) {
    if (isWellFormed(text)) {
      return text;
    }
    StringBuilder mended = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c ->
                mended.appendCodePoint(
                    Character.getType(c) == Character.SURROGATE ? REPLACEMENT : c));
    return mended.toString();
  }

  /** Whether a text has whole characters alone. */
  public static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        boolean isPair =
            Character.isHighSurrogate(text.charAt(i))
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!isPair) {
          return false;
        }
        i++;
      }
    }
    return true;
  }
}
