package dev.nightjar.contract;

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

  private final byte[] fates;
  private final FlagSets sets;
  private int stopped;

  // Most batches have no rejections, and many no flags.
  private @Nullable Rejection[] rejections = {};
  private @Nullable FlagSet[] flags = {};

  /** Every row is on its way. */
  public RowFates(int rows) {
    this(rows, new FlagSets());
  }

  /**
   * Every row is on its way.
   *
   * @param sets of the flags of earlier batches of the same thread
   */
  public RowFates(int rows, FlagSets sets) {
    this.fates = new byte[rows];
    this.sets = sets;
    sets.begin();
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
   * The flags of a row in the order in which they were set; the list cannot be changed. Rows with
   * equal flags have the same list, unless there are thousands of different ones.
   */
  public List<String> flags(int row) {
    FlagSet set = row < flags.length ? flags[row] : null;
    return set == null ? List.of() : set.list();
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
    if (flags.length == 0) {
      flags = new FlagSet[fates.length];
    }
    FlagSet set = flags[row];
    flags[row] = (set == null ? sets.none() : set).with(flag, sets);
  }

  /** Flags each of these rows that is alive. */
  public void flagAlive(BitSet rows, String flag) {
    for (int row = rows.nextSetBit(0); row >= 0 && row < fates.length; ) {
      if (fates[row] == ALIVE) {
        flag(row, flag);
      }
      row = rows.nextSetBit(row + 1);
    }
  }
}
