package dev.nightjar.run;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Times the steps of one run and tells a listener of them. */
final class StepTimer {
  private static final Logger LOG = LoggerFactory.getLogger(StepTimer.class);

  private final RunListener listener;
  private final Map<Step, Duration> took = new LinkedHashMap<>();

  StepTimer(RunListener listener) {
    this.listener = listener;
  }

  /** Does a step's work; also a step that fails is timed. */
  <T> T time(Step step, Callable<T> work) {
    listener.started(step);
    long begin = System.nanoTime();
    try {
      return work.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) { // Spark throws checked exceptions that its signatures do not name
      throw new IllegalStateException(e.getMessage(), e);
    } finally {
      Duration duration = Duration.ofNanos(System.nanoTime() - begin);
      took.put(step, duration);
      tellFinished(step, duration);
    }
  }

  /** A step that is done is done: who only listens cannot undo it, least of all a publication. */
  private void tellFinished(Step step, Duration duration) {
    try {
      listener.finished(step, duration);
    } catch (RuntimeException e) {
      LOG.warn("the listener of the run failed after the step {}", step.word(), e);
    }
  }

  /** The steps so far with what they took, in order. */
  Map<Step, Duration> took() {
    return took;
  }
}
