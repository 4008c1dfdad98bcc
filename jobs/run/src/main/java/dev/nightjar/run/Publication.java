package dev.nightjar.run;

import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultException;
import dev.nightjar.result.ResultStore;
import java.util.Optional;

/** Makes an attempt visible and finds out by reading back whether it is. */
final class Publication {
  private final ResultStore store;

  Publication(ResultStore store) {
    this.store = store;
  }

  /**
   * Publishes and reads back.
   *
   * @return how the run ended: published; or superseded, when a newer attempt's result stands
   * @throws UnknownOutcomeException when the manifest may or may not have been written and reading
   *     back fails too
   * @throws ResultException when it was not published, which reading back has confirmed
   */
  ExitCode publish(Manifest manifest) {
    ResultException failed = null;
    try {
      store.publish(manifest);
    } catch (ResultException e) {
      failed = e; // a write may have succeeded and its answer been lost
    }
    Optional<Manifest> current;
    try {
      current = store.current(manifest.interval());
    } catch (ResultException e) {
      throw new UnknownOutcomeException(manifest, failed == null ? e : failed);
    }
    long visible = current.map(Manifest::token).orElse(0L);
    if (visible == manifest.token()) {
      return ExitCode.PUBLISHED;
    }
    if (visible > manifest.token()) {
      return ExitCode.SUPERSEDED;
    }
    throw failed == null ? new UnknownOutcomeException(manifest, null) : failed;
  }
}
