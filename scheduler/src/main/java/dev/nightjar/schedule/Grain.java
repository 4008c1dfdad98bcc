package dev.nightjar.schedule;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How long a job's intervals are. */
public enum Grain {
  /** From midnight to midnight in the job's zone: 23, 24 or 25 hours. */
  DAY("1d"),
  /** A clock hour in the job's zone. */
  HOUR("1h");

  private final String word;

  Grain(String word) {
    this.word = word;
  }

  /** How a job file writes it. */
  public String word() {
    return word;
  }

  /** The grain that a job file writes so. */
  public static Optional<Grain> of(String word) {
    return Arrays.stream(values()).filter(grain -> grain.word.equals(word)).findFirst();
  }

  /** How job files write all of them. */
  public static List<String> words() {
    return Arrays.stream(values()).map(Grain::word).toList();
  }
}
