package dev.nightjar.notice;

import java.util.Optional;

/** Where the notices of jobs go, as the files say now. Thread-safe. */
public interface Routes {
  /**
   * The route of a job; empty where nobody is to be told.
   *
   * @throws dev.nightjar.config.ConfigurationException when the files have mistakes; the notices
   *     wait until they are mended
   */
  Optional<Route> of(String job);
}
