package dev.nightjar.feature;

/** A feature store that cannot be used; the message is for people and holds the remedy. */
public final class FeatureStoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  /** Why it cannot be used. */
  public enum Kind {
    /** The store is sound, and what was asked does not go with what it holds. */
    REFUSED,
    /** Another one writes to it. */
    BUSY,
    /** It does not answer now, and may in a while. */
    DOWN,
    /** It cannot be read or written. */
    FAILED
  }

  /** What was asked does not go with what the store holds. */
  public FeatureStoreException(String message) {
    this(Kind.REFUSED, message);
  }

  public FeatureStoreException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** The store cannot be read or written. */
  public FeatureStoreException(String message, Throwable cause) {
    super(message, cause);
    this.kind = Kind.FAILED;
  }

  public FeatureStoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
