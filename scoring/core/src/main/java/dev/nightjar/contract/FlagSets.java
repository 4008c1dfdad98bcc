package dev.nightjar.contract;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The flags that there are, by number, and the sets of them that rows had of late, so that rows
 * with the same flags share one list. Not thread-safe: one for each thread that scores.
 */
public final class FlagSets {
  /** Where sets fall on the same place the later one stays, which bounds the memory. */
  private static final int PLACES = 1 << 12;

  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private final Map<String, Integer> numbers = new HashMap<>();
  private String[] names = {};
  private @Nullable FlagSet[] recent = {};

  /** A column is flagged row after row. */
  private @Nullable String asked;

  private int answer;

  /** Flags are numbered when they are first set. */
  public FlagSets() {}

  /**
   * @param flags the first flags, in the order in which a row shall have them
   */
  public FlagSets(List<String> flags) {
    flags.forEach(this::number);
  }

  /** The number of a flag, which stays the same. */
  int number(String flag) {
    if (!flag.equals(asked)) {
      asked = flag;
      answer = known(flag);
    }
    return answer;
  }

  private int known(String flag) {
    Integer known = numbers.get(flag);
    if (known != null) {
      return known;
    }
    int number = names.length;
    names = Arrays.copyOf(names, number + 1);
    names[number] = flag;
    numbers.put(flag, number);
    return number;
  }

  /** The set of some of 64 flags, at least one, behind others of lower numbers. */
  FlagSet set(@Nullable FlagSet before, int word, long bits) {
    if (recent.length == 0) {
      recent = new FlagSet[PLACES];
    }
    long key = bits + word + System.identityHashCode(before);
    int place = (int) ((key * GOLDEN_RATIO) >>> Integer.SIZE) & (PLACES - 1);
    FlagSet found = recent[place];
    if (found == null || !found.isMadeOf(before, word, bits)) {
      found = new FlagSet(names, before, word, bits);
      recent[place] = found;
    }
    return found;
  }
}
