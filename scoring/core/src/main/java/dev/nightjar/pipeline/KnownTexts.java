package dev.nightjar.pipeline;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Texts by number, in a table that is at least three quarters empty. The texts are a contract's, so
 * nobody can choose them to collide. Rows bring strings whose {@link String#hashCode} was never
 * asked for; where three characters and the length tell the texts apart, these are all that is
 * looked at before the one comparison. Immutable.
 */
final class KnownTexts {
  private static final int LONGEST_PROBE = 4;
  private static final int FACTOR = 31;
  private static final int GOLDEN_RATIO = 0x9E3779B9;

  private final String[] texts;
  private final boolean byThreeCharacters;
  private final int shift;
  private final @Nullable String[] table;
  private final int[] numbers;

  KnownTexts(Collection<String> texts) {
    this.texts = new LinkedHashSet<>(texts).toArray(String[]::new);
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(this.texts.length) + 2;
    this.shift = Integer.SIZE - bits;
    this.table = new String[1 << bits];
    this.numbers = new int[1 << bits];
    boolean three = fill(true);
    if (!three) {
      fill(false);
    }
    this.byThreeCharacters = three;
  }

  /** Fills the table; gives up when three characters do not tell the texts apart. */
  private boolean fill(boolean threeCharacters) {
    Arrays.fill(table, null);
    for (int number = 0; number < texts.length; number++) {
      int at = place(texts[number], threeCharacters);
      int from = hash(texts[number], threeCharacters) >>> shift;
      if (threeCharacters && ((at - from) & (table.length - 1)) > LONGEST_PROBE) {
        return false;
      }
      table[at] = texts[number];
      numbers[at] = number;
    }
    return true;
  }

  private static int hash(String text, boolean threeCharacters) {
    int length = text.length();
    if (!threeCharacters || length == 0) {
      return text.hashCode() * GOLDEN_RATIO;
    }
    int hash = length;
    hash = hash * FACTOR + text.charAt(0);
    hash = hash * FACTOR + text.charAt(length >>> 1);
    hash = hash * FACTOR + text.charAt(length - 1);
    return hash * GOLDEN_RATIO;
  }

  /** Where a text is in the table, or else where it would be. */
  private int place(String text, boolean threeCharacters) {
    int at = hash(text, threeCharacters) >>> shift;
    while (table[at] != null && !text.equals(table[at])) {
      at = (at + 1) & (table.length - 1);
    }
    return at;
  }

  /** The number of a text, negative when it is none of these. */
  int number(String text) {
    int at = place(text, byThreeCharacters);
    return table[at] == null ? -1 : numbers[at];
  }

  /** The texts in the order of their numbers; not to be written to. */
  String[] texts() {
    return texts;
  }
}
