package dev.nightjar.schedule.node;

import dev.nightjar.schedule.Interval;
import java.io.IOException;
import java.util.OptionalLong;

/** What is published. Thread-safe; may take its time. */
public interface ResultIndex {
  /**
   * The token of the published result of an interval; empty when there is none.
   *
   * @throws IOException when that cannot be told now, with the reason
   */
  OptionalLong published(String job, Interval interval) throws IOException;
}
