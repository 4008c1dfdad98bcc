package dev.nightjar.backfill;

import dev.nightjar.run.Repeat;
import dev.nightjar.schedule.Interval;
import java.util.Optional;

/**
 * What is to be done about an interval.
 *
 * @param interval it
 * @param what is to be done
 * @param why for people
 * @param published the token of the result that readers see now; empty when there is none, or where
 *     that makes no difference
 * @param repeat what a run does that finds the interval published by somebody else meanwhile
 */
public record Decision(
    Interval interval, What what, String why, Optional<Long> published, Repeat repeat) {

  /** What is to be done. */
  public enum What {
    /** It is scored and published. */
    SCORE,
    /** It is published, which is enough. */
    PUBLISHED,
    /** It is published, and a new run would come to the same. */
    UNCHANGED,
    /** No firing of the schedule scores it. */
    NOT_DUE,
    /** It is not over, so nobody knows its rows. */
    NOT_COMPLETE
  }

  /** Whether it is scored. */
  public boolean isToScore() {
    return what == What.SCORE;
  }
}
