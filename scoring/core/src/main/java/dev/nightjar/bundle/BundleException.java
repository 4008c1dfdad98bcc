package dev.nightjar.bundle;

import java.io.Serial;

/** A bundle cannot be made, read or trusted; the message names it, the rule and the remedy. */
public class BundleException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public BundleException(String message) {
    super(message);
  }

  public BundleException(String message, Throwable cause) {
    super(message, cause);
  }
}
