package dev.nightjar.contract;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What has become of each row of a batch so far. The first verdict stands: a row that was rejected
 * or filtered is passed by in later stages. Not thread-safe.
 */
public final class RowFates {
  private final Outcome[] outcomes;
  private final @Nullable Rejection[] rejections;
  private final @Nullable List<String>[] flags;

  /** Every row is on its way. */
  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of lists cannot be made otherwise
  public RowFates(int rows) {
    outcomes = new Outcome[rows];
    Arrays.fill(outcomes, Outcome.SCORED);
    rejections = new Rejection[rows];
    flags = new List[rows];
  }

  public int rows() {
    return outcomes.length;
  }

  /** True while a row has been neither rejected nor filtered. */
  public boolean isAlive(int row) {
    return outcomes[row] == Outcome.SCORED;
  }

  public Outcome outcome(int row) {
    return outcomes[row];
  }

  public Optional<Rejection> rejection(int row) {
    return Optional.ofNullable(rejections[row]);
  }

  /** The flags of a row in the order in which they were set. */
  public List<String> flags(int row) {
    List<String> set = flags[row];
    return set == null ? List.of() : set;
  }

  public void reject(int row, Rejection rejection) {
    if (isAlive(row)) {
      outcomes[row] = Outcome.REJECTED;
      rejections[row] = rejection;
    }
  }

  public void filter(int row) {
    if (isAlive(row)) {
      outcomes[row] = Outcome.FILTERED;
    }
  }

  public void flag(int row, String flag) {
    List<String> set = flags[row];
    if (set == null) {
      set = new ArrayList<>(2);
      flags[row] = set;
    }
    set.add(flag);
  }
}
