package dev.nightjar.feature;

import java.time.Duration;

/** From when on a row of a feature view may be seen, besides its event time. */
public sealed interface Availability {

  /** From its event time on. */
  record AtEventTime() implements Availability {}

  /** A fixed time after its event time, because it takes that long to arrive. */
  record After(Duration delay) implements Availability {}

  /** From the time in a column of the view on; a row in which it is null is never seen. */
  record AtColumn(String column) implements Availability {}
}
