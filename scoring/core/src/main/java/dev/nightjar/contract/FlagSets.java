package dev.nightjar.contract;

/**
 * The sets of flags that rows have had, so that rows with the same flags share one list, also those
 * of different batches. Sets beyond a few thousand are not kept, and when there are so many, the
 * next batch begins anew. Not thread-safe: one for each thread that scores.
 */
public final class FlagSets {
  private static final int MOST = 1 << 13;

  private FlagSet none = FlagSet.none();
  private int kept;

  /** A batch begins. */
  void begin() {
    if (kept >= MOST) {
      none = FlagSet.none();
      kept = 0;
    }
  }

  FlagSet none() {
    return none;
  }

  boolean mayKeepOneMore() {
    if (kept >= MOST) {
      return false;
    }
    kept++;
    return true;
  }
}
