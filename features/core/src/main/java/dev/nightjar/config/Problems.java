package dev.nightjar.config;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Collects mistakes while configuration is read. Not thread-safe. */
public final class Problems {
  // A set: a section that is asked twice for a key finds the same mistake twice.
  private final Set<Problem> found = new LinkedHashSet<>();
  private final Set<String> absent = new TreeSet<>();

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

  void keyIsAbsent(String path) {
    absent.add(path);
  }

  /**
   * The keys that readers know and that stand nowhere in what was read, by their paths such as
   * {@code input.format}. No mistakes; a page that claims to show every key is held against them.
   */
  public Set<String> absentKeys() {
    return Collections.unmodifiableSet(absent);
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
