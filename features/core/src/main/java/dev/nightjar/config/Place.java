package dev.nightjar.config;

/**
 * Where a value stands in the configuration, for mistakes that are only found later.
 *
 * @param file as the user would name it
 * @param line counted from 1; 0 when the whole file is meant
 * @param keyPath such as {@code limits.min-rows}
 */
public record Place(String file, int line, String keyPath) {

  /** A mistake in the value. */
  public Problem problem(String message) {
    return new Problem(file, line, keyPath, message);
  }
}
