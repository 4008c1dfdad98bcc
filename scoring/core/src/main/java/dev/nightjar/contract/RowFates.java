package dev.nightjar.contract;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What has become of each row of a batch so far. The first verdict stands: a row that was rejected
 * or filtered is passed by in later stages. Not thread-safe.
 */
public final class RowFates {
  private static final byte ALIVE = 0;
  private static final byte FILTERED = 1;
  private static final byte REJECTED = 2;
  private static final long[] NO_BITS = {};

  private final byte[] fates;
  private final FlagSets sets;
  private int stopped;

  // Most batches have no rejections, and many no flags.
  private @Nullable Rejection[] rejections = {};

  /** For every 64 flags their bits of each row; empty where no row has any of the 64. */
  private long[][] flags = {};

  /** The flags of each row by name, when no more will be set. */
  private @Nullable List<String>[] sealed = none(0);

  /** Every row is on its way. */
  public RowFates(int rows) {
    this(rows, new FlagSets());
  }

  /**
   * Every row is on its way.
   *
   * @param sets the flags that there are, for all batches of a thread
   */
  public RowFates(int rows, FlagSets sets) {
    this.fates = new byte[rows];
    this.sets = sets;
  }

  public int rows() {
    return fates.length;
  }

  /** True while a row has been neither rejected nor filtered. */
  public boolean isAlive(int row) {
    return fates[row] == ALIVE;
  }

  /** True while no row has been rejected or filtered. */
  public boolean areAllAlive() {
    return stopped == 0;
  }

  public Outcome outcome(int row) {
    return switch (fates[row]) {
      case ALIVE -> Outcome.SCORED;
      case FILTERED -> Outcome.FILTERED;
      default -> Outcome.REJECTED;
    };
  }

  public Optional<Rejection> rejection(int row) {
    return fates[row] == REJECTED ? Optional.ofNullable(rejections[row]) : Optional.empty();
  }

  /**
   * The flags of a row, each once and in the order of the {@link FlagSets}; the list cannot be
   * changed. Rows with equal flags mostly have the same list.
   */
  public List<String> flags(int row) {
    if (row < sealed.length) {
      List<String> names = sealed[row];
      return names == null ? List.of() : names;
    }
    FlagSet set = null;
    for (int word = 0; word < flags.length; word++) {
      if (flags[word].length > 0 && flags[word][row] != 0) {
        set = sets.set(set, word, flags[word][row]);
      }
    }
    return set == null ? List.of() : set;
  }

  /** The batch is done: from now on it may be read by any thread. */
  public void seal() {
    if (flags.length == 0 || sealed.length > 0) {
      return;
    }
    @Nullable List<String>[] names = none(fates.length);
    for (int row = 0; row < names.length; row++) {
      names[row] = flags(row);
    }
    sealed = names;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of lists cannot be made otherwise
  private static @Nullable List<String>[] none(int rows) {
    return new List[rows];
  }

  public void reject(int row, Rejection rejection) {
    if (isAlive(row)) {
      if (rejections.length == 0) {
        rejections = new Rejection[fates.length];
      }
      fates[row] = REJECTED;
      rejections[row] = rejection;
      stopped++;
    }
  }

  public void filter(int row) {
    if (isAlive(row)) {
      fates[row] = FILTERED;
      stopped++;
    }
  }

  public void flag(int row, String flag) {
    int number = sets.number(flag);
    bits(number)[row] |= 1L << number;
  }

  /** Flags each of these rows that is alive. */
  public void flagAlive(BitSet rows, String flag) {
    int number = sets.number(flag);
    long[] bits = bits(number);
    long bit = 1L << number;
    for (int row = rows.nextSetBit(0);
        row >= 0 && row < fates.length;
        row = rows.nextSetBit(row + 1)) {
      if (fates[row] == ALIVE) {
        bits[row] |= bit;
      }
    }
  }

  private long[] bits(int number) {
    int word = number / Long.SIZE;
    if (word >= flags.length) {
      int before = flags.length;
      flags = Arrays.copyOf(flags, word + 1);
      Arrays.fill(flags, before, flags.length, NO_BITS);
    }
    if (flags[word].length == 0) {
      flags[word] = new long[fates.length];
    }
    return flags[word];
  }
}
