package dev.nightjar.bench;

import java.time.Duration;

/**
 * How much is asked of the endpoint.
 *
 * @param starts of its process
 * @param warmUp requests before those whose latency counts
 * @param measured requests whose latency counts
 * @param rounds of each server where two are compared
 * @param round how long each takes
 * @param memory requests after which memory is read
 * @param compared rows that are held against a run
 * @param spoilt bodies
 * @param reloads of the model under load
 */
record OnlineScale(
    String name,
    int starts,
    long warmUp,
    long measured,
    int rounds,
    Duration round,
    long memory,
    long compared,
    long spoilt,
    int reloads) {

  /** The one of that name: {@code quick}, or {@code normal}, which {@code full} is too. */
  static OnlineScale of(String name) {
    return switch (name) {
      case "quick" ->
          new OnlineScale(
              name, 3, 10_000, 20_000, 1, Duration.ofSeconds(3), 100_000, 20_000, 20_000, 20);
      case "normal", "full" ->
          new OnlineScale(
              name, 5, 50_000, 100_000, 3, Duration.ofSeconds(5), 1_000_000, 100_000, 100_000, 20);
      default -> throw new IllegalArgumentException("there is no scale '" + name + "'");
    };
  }
}
