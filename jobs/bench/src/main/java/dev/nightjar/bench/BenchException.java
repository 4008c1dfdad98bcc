package dev.nightjar.bench;

/** A contestant failed, so that there is nothing to compare. */
final class BenchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BenchException(String message) {
    super(message);
  }
}
