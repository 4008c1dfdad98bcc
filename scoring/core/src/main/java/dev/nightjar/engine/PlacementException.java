package dev.nightjar.engine;

import dev.nightjar.bundle.BundleException;
import java.io.Serial;

/** A bundle's network cannot run as it was asked; nothing of it has been loaded. */
public final class PlacementException extends BundleException {
  @Serial private static final long serialVersionUID = 1L;

  private final Asked asked;

  PlacementException(Asked asked, String message) {
    super(message);
    this.asked = asked;
  }

  /** What was asked for and cannot be had. */
  public Asked asked() {
    return asked;
  }

  /** What can be asked for. */
  public enum Asked {
    ENGINE,
    DEVICE
  }
}
