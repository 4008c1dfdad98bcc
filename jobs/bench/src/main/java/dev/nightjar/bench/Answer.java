package dev.nightjar.bench;

import java.time.Duration;
import java.util.Map;

/** What became of a request to a child. */
sealed interface Answer {

  /** It was done. */
  record Done(Map<String, Double> figures) implements Answer {
    double figure(String name) {
      Double value = figures.get(name);
      if (value == null) {
        throw new IllegalStateException("an answer lacks the figure '" + name + "': " + figures);
      }
      return value;
    }
  }

  /** It was not done in time, and the child was ended. */
  record TimedOut(Duration limit) implements Answer {}

  /** The child could not do it, or died. */
  record Failed(String reason) implements Answer {}
}
