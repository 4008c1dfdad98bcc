package dev.nightjar.spark;

import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * Spark's texts as Java's. Categories come again and again: a short text that was seen lately is
 * not decoded again, and the same text is the same object, whose hash Java keeps. Of texts that
 * fall on one place, the later one stays. Not thread-safe.
 */
final class TextMemo {
  private static final int BITS = 10;
  private static final int PLACES = 1 << BITS;
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private static final int LONGEST = 64;

  private final @Nullable UTF8String[] seen = new UTF8String[PLACES];
  private final @Nullable String[] texts = new String[PLACES];

  String of(UTF8String text) {
    if (text.numBytes() > LONGEST) {
      return text.toString();
    }
    int place = place(text);
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

  /** From the ends of a text alone: they tell most categories apart, and cost next to nothing. */
  private static int place(UTF8String text) {
    int bytes = text.numBytes();
    long ends = text.getPrefix() * GOLDEN_RATIO;
    if (bytes > Long.BYTES) {
      long last = Platform.getLong(text.getBaseObject(), text.getBaseOffset() + bytes - Long.BYTES);
      ends = (ends ^ last) * GOLDEN_RATIO;
    }
    return (int) ((ends + bytes) >>> (Long.SIZE - BITS));
  }
}
