package dev.nightjar.run;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/** Times the steps of one run and tells a listener of them. */
final class StepTimer {
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
      listener.finished(step, duration);
    }
  }

  /** The steps so far with what they took, in order. */
  Map<Step, Duration> took() {
    return took;
  }
}
