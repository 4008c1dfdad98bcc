package dev.nightjar.registry;

import java.io.Serial;

/** The registry cannot do what it was asked for; the message says of what, why, and what to do. */
public final class RegistryException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** What kind of thing went wrong, for exit codes. */
  public enum Kind {
    /** The question is wrong: it breaks the rules of names, or names what is not there. */
    UNKNOWN,
    /** A rule of the registry stands against it; nothing was changed. */
    REFUSED,
    /** Somebody else was first; nothing of this was kept. */
    OVERTAKEN,
    /** The files cannot be read, written or trusted. */
    FAILED
  }

  private final Kind kind;

  public RegistryException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** The same with what caused it. */
  public RegistryException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  static RegistryException unknown(String message) {
    return new RegistryException(Kind.UNKNOWN, message);
  }

  static RegistryException refused(String message) {
    return new RegistryException(Kind.REFUSED, message);
  }

  static RegistryException overtaken(String message) {
    return new RegistryException(Kind.OVERTAKEN, message);
  }

  static RegistryException failed(String message) {
    return new RegistryException(Kind.FAILED, message);
  }
}
