package dev.nightjar.spark;

import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * Spark's texts as Java's. Categories come again and again: a short text that was seen lately is
 * not decoded again, and the same text is the same object, whose hash Java keeps. Of texts whose
 * hashes meet, the later one stays. Not thread-safe.
 */
final class TextMemo {
  /** A power of two. */
  private static final int PLACES = 1024;

  private static final int LONGEST = 64;

  private final @Nullable UTF8String[] seen = new UTF8String[PLACES];
  private final @Nullable String[] texts = new String[PLACES];

  String of(UTF8String text) {
    if (text.numBytes() > LONGEST) {
      return text.toString();
    }
    int hash = text.hashCode();
    int place = (hash ^ (hash >>> 16)) & (PLACES - 1);
    String known = texts[place];
    if (known != null && text.equals(seen[place])) {
      return known;
    }
    String decoded = text.toString();
    // The memory behind Spark's text is used again for the next row.
    seen[place] = text.copy();
    texts[place] = decoded;
    return decoded;
  }
}
