package dev.nightjar.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * All that the files under a job's output path tell.
 *
 * @param job the job's name
 * @param attempts every attempt
 * @param results what readers see, at most one of each interval
 * @param undecided the intervals of which an attempt may yet be published
 */
public record FiledRuns(
    String job, List<IndexedRun> attempts, List<Result> results, Set<String> undecided) {
  /** The longest interval's id that a ledger keeps; no interval of ours has a longer one. */
  public static final int LONGEST_INTERVAL = 40;

  public FiledRuns {
    attempts = List.copyOf(attempts);
    results = List.copyOf(results);
    undecided = Set.copyOf(undecided);
  }

  /**
   * What readers see of an interval.
   *
   * @param interval the interval's id
   * @param start of the interval
   * @param end of the interval
   * @param token of the attempt whose result it is
   * @param published when
   */
  public record Result(
      String interval, Instant start, Instant end, long token, Instant published) {}
}
