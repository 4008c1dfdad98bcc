package dev.nightjar.backfill;

import dev.nightjar.job.Job;
import dev.nightjar.schedule.Interval;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What is to be made good.
 *
 * @param job whose results
 * @param intervals in order, at most {@value #MOST}
 * @param which of them are scored
 * @param allIntervals whether also those are that no firing of the job's schedule scores
 */
public record BackfillRequest(
    Job job, List<Interval> intervals, Which which, boolean allIntervals) {
  /** The most intervals of one request. */
  public static final int MOST = 10_000;

  /** Which intervals are scored. */
  public enum Which {
    /** All, also what is published. */
    ALL,
    /** Those that are not published. */
    ONLY_MISSING,
    /** Those that are not published, and those whose result would not be proven to be the same. */
    CHANGED
  }

  public BackfillRequest {
    intervals = List.copyOf(intervals);
  }

  /**
   * The intervals from one to another, both included.
   *
   * @throws IllegalArgumentException when the last begins before the first, or when there are more
   *     than {@value #MOST}
   */
  public static List<Interval> between(Interval first, Interval last) {
    Duration one = Duration.between(first.start(), first.end());
    // Before a list is made: a year that was mistyped would fill the memory with it.
    long count = Duration.between(first.start(), last.end()).dividedBy(one);
    if (count > MOST) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "from %s to %s there are about %,d intervals and a backfill takes %,d at most; give a"
                  + " shorter range, and the rest in another one",
              first.id(),
              last.id(),
              count,
              MOST));
    }
    return first.to(last);
  }
}
