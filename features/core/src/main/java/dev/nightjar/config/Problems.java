package dev.nightjar.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects mistakes while configuration is read. Not thread-safe. */
public final class Problems {
  // A set: a section that is asked twice for a key finds the same mistake twice.
  private final Set<Problem> found = new LinkedHashSet<>();

  public void add(Problem problem) {
    found.add(problem);
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** What was found so far, in the order of finding. */
  public List<Problem> found() {
    return List.copyOf(found);
  }

  /**
   * Ends the reading.
   *
   * @throws ConfigurationException with every problem, when there is one
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new ConfigurationException(found());
    }
  }
}
