package dev.nightjar.spark;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.unsafe.types.UTF8String;

/** Java's texts as Spark's: flags and classes come again and again. Not thread-safe. */
final class TextPool {
  private static final int MOST_REMEMBERED = 10_000;

  private final Map<String, UTF8String> texts = new HashMap<>();

  UTF8String of(String text) {
    UTF8String known = texts.get(text);
    if (known == null) {
      known = UTF8String.fromString(text);
      if (texts.size() < MOST_REMEMBERED) {
        texts.put(text, known);
      }
    }
    return known;
  }
}
