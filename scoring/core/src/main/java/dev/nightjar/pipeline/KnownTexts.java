package dev.nightjar.pipeline;

import java.util.Collection;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Texts by number, in a table that is at least three quarters empty: most look-ups take one
 * comparison. The texts are a contract's, so nobody can choose them to collide. Immutable.
 */
final class KnownTexts {
  private final String[] texts;
  private final @Nullable String[] table;
  private final int[] numbers;

  KnownTexts(Collection<String> texts) {
    this.texts = new LinkedHashSet<>(texts).toArray(String[]::new);
    int room = Integer.highestOneBit(this.texts.length + 1) * 8;
    this.table = new String[room];
    this.numbers = new int[room];
    for (int number = 0; number < this.texts.length; number++) {
      int at = place(this.texts[number]);
      table[at] = this.texts[number];
      numbers[at] = number;
    }
  }

  /** Where a text is in the table, or else where it would be. */
  private int place(String text) {
    int mask = table.length - 1;
    int hash = text.hashCode();
    int at = (hash ^ (hash >>> 16)) & mask;
    while (table[at] != null && !text.equals(table[at])) {
      at = (at + 1) & mask;
    }
    return at;
  }

  /** The number of a text, negative when it is none of these. */
  int number(String text) {
    int at = place(text);
    return table[at] == null ? -1 : numbers[at];
  }

  /** The texts in the order of their numbers; not to be written to. */
  String[] texts() {
    return texts;
  }
}
