package dev.nightjar.online.request;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request that is not answered with scores. The message goes to the client: it names the field,
 * the rule and the remedy, and holds at most a short piece of what the client sent.
 */
public final class RequestException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;
  private final transient Optional<Duration> retryAfter;

  /** Why, and the HTTP status that says so. */
  public enum Kind {
    /** The body is not what the form or the model's contract asks for. */
    MALFORMED(400),
    /** Whoever asks has no token, or one that is not known. */
    UNAUTHORIZED(401),
    /** Not for whoever asks from there. */
    FORBIDDEN(403),
    /** There is no such model or version here. */
    UNKNOWN_MODEL(404),
    /** Body or rows are more than the limits allow. */
    TOO_LARGE(413),
    /** The body is of a type or encoding that is not read here. */
    UNSUPPORTED(415),
    /** More waits already than can be answered in time. */
    BUSY(429),
    /** The model is not loaded, or the server ends. */
    NOT_READY(503),
    /** The feature store does not answer. */
    STORE_DOWN(503),
    /** The deadline passed before the row's turn came. */
    LATE(504),
    /** A fault of the server; what it was stands in the log under the request's id. */
    FAILED(500);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    /** The HTTP status. */
    public int status() {
      return status;
    }
  }

  public RequestException(Kind kind, String message) {
    this(kind, message, null, Optional.empty());
  }

  /** Where a refusal comes from in the code says nothing, and to find out costs more than it. */
  private RequestException(
      Kind kind, String message, @Nullable Throwable cause, Optional<Duration> retryAfter) {
    super(message, cause, true, kind == Kind.FAILED);
    this.kind = kind;
    this.retryAfter = retryAfter;
  }

  /** One that may succeed when it is sent again after a while. */
  public RequestException(Kind kind, String message, Duration retryAfter) {
    this(kind, message, null, Optional.of(retryAfter));
  }

  /** One with a cause that is for the log alone. */
  public RequestException(Kind kind, String message, Throwable cause) {
    this(kind, message, cause, Optional.empty());
  }

  public static RequestException malformed(String message) {
    return new RequestException(Kind.MALFORMED, message);
  }

  public Kind kind() {
    return kind;
  }

  public Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
