package dev.nightjar.bundle;

import java.io.Serial;

/** A bundle lacks the signature that was asked for; nothing of it has been loaded. */
public final class UntrustedBundleException extends BundleException {
  @Serial private static final long serialVersionUID = 1L;

  public UntrustedBundleException(String message) {
    super(message);
  }
}
