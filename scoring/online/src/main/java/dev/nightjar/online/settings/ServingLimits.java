package dev.nightjar.online.settings;

import dev.nightjar.online.request.RequestLimits;
import java.time.Duration;

/**
 * What bounds the work of an endpoint.
 *
 * @param request of one request
 * @param queue how many requests wait at the most
 * @param threads that decode, look up and score; 0 for as many as there are cores
 * @param deadline within which a request is answered, from its head on, or from its last byte where
 *     the client has taken its time; a client can ask for less
 * @param receiving within which a request must have come in whole, from its first byte on
 * @param idle after which a connection without a request is closed
 * @param connections that are open at once
 * @param drain how long requests in flight are waited for at the end
 */
public record ServingLimits(
    RequestLimits request,
    int queue,
    int threads,
    Duration deadline,
    Duration receiving,
    Duration idle,
    int connections,
    Duration drain) {

  /** What holds where nothing else is said. */
  public static final ServingLimits DEFAULT =
      new ServingLimits(
          RequestLimits.DEFAULT,
          256,
          0,
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofSeconds(65),
          1024,
          Duration.ofSeconds(20));

  /** The number of threads, worked out where it was left open. */
  public int workers() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }
}
