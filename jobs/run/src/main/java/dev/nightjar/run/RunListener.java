package dev.nightjar.run;

import dev.nightjar.job.Job;
import dev.nightjar.schedule.Interval;
import java.time.Duration;

/**
 * Hears of a run's steps, in the thread that runs it. What it throws before a step ends the run;
 * what it throws after one is logged.
 */
public interface RunListener {
  /** Hears nothing. */
  RunListener NONE = new RunListener() {};

  default void runStarted(Job job, Interval interval) {}

  default void started(Step step) {}

  default void finished(Step step, Duration took) {}
}
