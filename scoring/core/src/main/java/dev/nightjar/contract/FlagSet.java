package dev.nightjar.contract;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The flags of a row in the order in which they were set: those of another set, and one more. Sets
 * that add the same flags in the same order to the same set are the same object, so that a row
 * costs no more than a reference.
 */
final class FlagSet {
  private static final int FIRST_ROOM = 4;

  private final @Nullable FlagSet before;
  private final String last;
  private final int hash;

  /** The sets that add one flag to this one: a hash table with linear probing, half empty. */
  private @Nullable FlagSet[] next = {};

  private int count;

  /** Made when somebody asks. Its class has final fields only, so that a race does no harm. */
  private @Nullable List<String> list;

  private FlagSet(@Nullable FlagSet before, String last) {
    this.before = before;
    this.last = last;
    this.hash = spread(last);
  }

  /** The set of no flags. */
  static FlagSet none() {
    return new FlagSet(null, "");
  }

  /** What a flag adds to this set. */
  FlagSet with(String flag, FlagSets sets) {
    int mask = next.length - 1;
    if (mask > 0) {
      for (int at = spread(flag) & mask; next[at] != null; at = (at + 1) & mask) {
        FlagSet found = next[at];
        if (found.last.equals(flag)) {
          return found;
        }
      }
    }
    FlagSet made = new FlagSet(this, flag);
    if (sets.mayKeepOneMore()) {
      keep(made);
    }
    return made;
  }

  private void keep(FlagSet made) {
    if (2 * (count + 1) > next.length) {
      @Nullable FlagSet[] old = next;
      next = new FlagSet[Math.max(FIRST_ROOM, 2 * old.length)];
      for (FlagSet set : old) {
        if (set != null) {
          put(set);
        }
      }
    }
    put(made);
    count++;
  }

  private void put(FlagSet set) {
    int mask = next.length - 1;
    int at = set.hash & mask;
    while (next[at] != null) {
      at = (at + 1) & mask;
    }
    next[at] = set;
  }

  private static int spread(String flag) {
    int hash = flag.hashCode();
    return hash ^ (hash >>> 16);
  }

  /** The flags; always the same list. */
  List<String> list() {
    List<String> made = list;
    if (made == null) {
      List<String> flags = new ArrayList<>();
      for (FlagSet set = this; set.before != null; set = set.before) {
        flags.add(set.last);
      }
      Collections.reverse(flags);
      made = List.copyOf(flags);
      list = made;
    }
    return made;
  }
}
