package dev.nightjar.run;

/** How a replay of a quarantine ended. */
public sealed interface ReplayResult {

  /**
   * There was nothing to do, and nothing was claimed or written.
   *
   * @param why in a sentence
   */
  record Nothing(String why) implements ReplayResult {}

  /** It was only tried out: nothing was claimed or written. */
  record Tried(ReplayTally tally) implements ReplayResult {}

  /** It was an attempt like any other. */
  record Ran(ReplayTally tally, RunResult result) implements ReplayResult {}
}
