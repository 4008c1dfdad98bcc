package dev.nightjar.store;

/**
 * A record's bytes that no {@link Standings} wrote; what store they are of is said by who reads.
 */
final class DamagedRecordException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DamagedRecordException(RuntimeException cause) {
    super("a record makes no sense (" + cause + ")", cause);
  }
}
