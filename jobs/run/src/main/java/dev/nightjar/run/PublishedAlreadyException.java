package dev.nightjar.run;

import java.io.Serial;

/** Another attempt has published the interval, and this one was asked to leave it at that. */
final class PublishedAlreadyException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final long token;

  /**
   * @param token of the attempt whose result readers see
   */
  PublishedAlreadyException(long token) {
    super("it is published already as token " + token + ", which stands");
    this.token = token;
  }

  long token() {
    return token;
  }
}
