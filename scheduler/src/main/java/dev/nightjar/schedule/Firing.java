package dev.nightjar.schedule;

import java.time.Instant;

/**
 * An interval that a schedule asks for.
 *
 * @param interval the last one that was complete at the scheduled instant
 * @param scheduled the first instant at which the schedule asked for it
 * @param fate what is to be done
 */
public record Firing(Interval interval, Instant scheduled, Fate fate) {
  /** What becomes of a firing. */
  public enum Fate {
    /** It is scored now. */
    ON_TIME,
    /** It was missed, and is scored late. */
    CATCH_UP,
    /** It was missed, and is not scored. */
    SKIPPED
  }

  /** The same with another fate. */
  Firing with(Fate other) {
    return new Firing(interval, scheduled, other);
  }
}
