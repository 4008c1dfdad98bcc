package dev.nightjar.schedule.node;

import java.time.Duration;

/**
 * How a node goes about it. All nodes on a ledger have the same {@code lease} and {@code margin}.
 *
 * @param name of the node, one of a kind on its ledger
 * @param runs how many runs it has at once, at least 1
 * @param lease how long a slot is kept from others without a word
 * @param renew after which a lease is renewed, well below {@code lease}
 * @param margin by how much clocks may differ: a lease of another counts as ended only then
 * @param misfire how late a firing may be noticed without having been missed
 * @param reload after which job files are looked at again
 * @param recheck after which a slot that waits for something is looked at again
 * @param firstWait how long a run that failed waits for its first retry; doubled for each further
 * @param mostWait the longest such wait
 */
public record NodeSettings(
    String name,
    int runs,
    Duration lease,
    Duration renew,
    Duration margin,
    Duration misfire,
    Duration reload,
    Duration recheck,
    Duration firstWait,
    Duration mostWait) {
  /** The usual ones: a node that dies is followed by another within 15 seconds. */
  public static NodeSettings usual(String name, int runs) {
    return new NodeSettings(
        name,
        runs,
        Duration.ofSeconds(10),
        Duration.ofSeconds(3),
        Duration.ofSeconds(2),
        Duration.ofSeconds(60),
        Duration.ofSeconds(5),
        Duration.ofSeconds(60),
        Duration.ofSeconds(30),
        Duration.ofHours(1));
  }

  /**
   * How long to wait after a failure.
   *
   * @param failures so far, at least 1
   */
  Duration wait(int failures) {
    Duration wait = firstWait;
    for (int i = 1; i < failures && wait.compareTo(mostWait) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(mostWait) < 0 ? wait : mostWait;
  }
}
