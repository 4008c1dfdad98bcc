package dev.nightjar.schedule.node;

import dev.nightjar.schedule.Gate;
import dev.nightjar.schedule.Interval;
import java.io.IOException;
import java.util.Optional;

/** Looks whether what a run waits for is there. Thread-safe; may take its time. */
public interface GateKeeper {
  /**
   * What is missing, for people; empty when the gate is open.
   *
   * @param job that waits
   * @param interval that it is to score
   * @throws IOException when that cannot be told now, with the reason
   */
  Optional<String> missing(String job, Interval interval, Gate gate) throws IOException;
}
