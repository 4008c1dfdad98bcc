package dev.nightjar.contract;

import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * The flags of a row by name, in the order of their numbers: some of 64 flags as bits, behind those
 * of lower numbers. Immutable and thread-safe.
 */
final class FlagSet extends AbstractList<String> implements RandomAccess {
  private final String[] names;
  private final @Nullable FlagSet before;
  private final int word;
  private final long bits;
  private final int sizeBefore;

  /**
   * @param names by number; not written to any more
   * @param before flags of lower numbers
   * @param word which 64 flags the bits stand for
   */
  FlagSet(String[] names, @Nullable FlagSet before, int word, long bits) {
    this.names = names;
    this.before = before;
    this.word = word;
    this.bits = bits;
    this.sizeBefore = before == null ? 0 : before.size();
  }

  @SuppressWarnings("ReferenceEquality") // of equal sets only one is kept
  boolean isMadeOf(@Nullable FlagSet before, int word, long bits) {
    return this.bits == bits && this.word == word && this.before == before;
  }

  @Override
  public String get(int index) {
    Objects.checkIndex(index, size());
    if (before != null && index < sizeBefore) {
      return before.get(index);
    }
    long left = bits;
    for (int i = sizeBefore; i < index; i++) {
      left &= left - 1;
    }
    return names[word * Long.SIZE + Long.numberOfTrailingZeros(left)];
  }

  @Override
  public int size() {
    return sizeBefore + Long.bitCount(bits);
  }
}
