package dev.nightjar.feature;

/** A feature store that cannot be used; the message is for people and holds the remedy. */
public final class FeatureStoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public FeatureStoreException(String message) {
    super(message);
  }

  public FeatureStoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether the store is sound, and what was asked does not go with what it holds. */
  public boolean isRefusal() {
    return getCause() == null;
  }
}
