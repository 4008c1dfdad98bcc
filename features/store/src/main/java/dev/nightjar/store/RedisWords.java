package dev.nightjar.store;

import dev.nightjar.config.Durations;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureStoreException.Kind;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.NoSuchElementException;
import javax.net.ssl.SSLException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/** What an error of Redis, or on the way to it, means for people. */
final class RedisWords {
  /** What a script answers to a writer that another one has come after. */
  private static final String FENCED = "FENCED";

  /** And to one whose batch is not as it was left. */
  private static final String LOST = "LOST";

  private final RedisPlace place;
  private final Duration deadline;

  RedisWords(RedisPlace place, Duration deadline) {
    this.place = place;
    this.deadline = deadline;
  }

  /** Whether time has run out, be it for the connection or for the answer. */
  static boolean isTimeout(Throwable thrown) {
    return isCausedBy(thrown, SocketTimeoutException.class)
        || isCausedBy(thrown, NoSuchElementException.class);
  }

  /** Whether there is nobody at the address, so that another try is in vain. */
  static boolean isRefused(Throwable thrown) {
    return isCausedBy(thrown, ConnectException.class)
        || isCausedBy(thrown, NoRouteToHostException.class)
        || isCausedBy(thrown, UnknownHostException.class)
        || isCausedBy(thrown, SSLException.class);
  }

  private static boolean isCausedBy(Throwable thrown, Class<? extends Throwable> type) {
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return true;
      }
      for (Throwable suppressed : at.getSuppressed()) {
        if (isCausedBy(suppressed, type)) {
          return true;
        }
      }
    }
    return false;
  }

  FeatureStoreException of(JedisException error) {
    if (isTimeout(error)) {
      return down(
          "has not answered within "
              + Durations.text(deadline)
              + "; see how busy the server and the network are, or allow more time ('deadline')",
          error);
    }
    if (isCausedBy(error, SSLException.class)) {
      return new FeatureStoreException(
          "the feature store in "
              + place
              + " cannot be spoken to over TLS: "
              + innermost(error)
              + "; see that the server speaks TLS at this port, and that its certificate is for this"
              + " name and of an authority that this Java trusts (javax.net.ssl.trustStore)",
          error);
    }
    return error instanceof JedisConnectionException
        ? down(
            "cannot be reached: "
                + innermost(error)
                + "; see that a Redis runs there, and that it lets this machine connect",
            error)
        : refusal(error);
  }

  private FeatureStoreException down(String what, Throwable cause) {
    return new FeatureStoreException(
        Kind.DOWN, "the feature store in " + place + " " + what, cause);
  }

  /** What the server itself has said, which begins with one word for it. */
  private FeatureStoreException refusal(JedisException error) {
    String said = String.valueOf(error.getMessage());
    if (says(said, FENCED)) {
      return new FeatureStoreException(
          Kind.BUSY,
          "another materialization has come after this one in the feature store in "
              + place
              + ", since nothing had been heard of this one for longer than its lease; what it has"
              + " not committed is gone, run it again when the other one has ended");
    }
    if (says(said, LOST)) {
      return failed(
          "has lost some of what was just written to it, since it was started again or another"
              + " server has taken its place; nothing of this batch is visible, materialize again",
          error);
    }
    if (says(said, "LOADING")) {
      return down("is still loading its data; try again in a while", error);
    }
    if (says(said, "MASTERDOWN") || says(said, "BUSY") || says(said, "TRYAGAIN")) {
      return down("does not answer now: " + said, error);
    }
    // Within a script the server says it in other words.
    if (says(said, "NOPERM") || said.contains("The user executing the script can't")) {
      return refused(
          "does not let "
              + user()
              + " do what is needed ("
              + said
              + "); give the rights that features/README.md names (ACL SETUSER)",
          error);
    }
    if (says(said, "NOAUTH") || says(said, "WRONGPASS") || said.contains("AUTH")) {
      return refused(
          "does not let "
              + user()
              + " in ("
              + said
              + "); give 'user' and 'password' under feature-store",
          error);
    }
    if (says(said, "READONLY")) {
      return refused(
          "is a replica, which cannot be written; give the address of its primary", error);
    }
    if (says(said, "OOM")) {
      return failed(
          "has no memory left ("
              + said
              + "); give it more (maxmemory) and materialize again, what was stored before is whole",
          error);
    }
    if (says(said, "MOVED") || says(said, "CROSSSLOT") || said.contains("non local key")) {
      return refused(RedisWords.CLUSTER, error);
    }
    return failed("cannot be used: " + said, error);
  }

  static final String CLUSTER =
      "is a Redis cluster, whose nodes cannot show a batch all at once; name a single Redis, with"
          + " replicas if need be";

  private String user() {
    return place.user().map(name -> "the user '" + name + "'").orElse("the default user");
  }

  /** Older servers put the words of the script's call around it. */
  private static boolean says(String said, String word) {
    return said.startsWith(word + " ") || said.contains("-" + word + " ");
  }

  private FeatureStoreException refused(String what, Throwable cause) {
    return new FeatureStoreException(
        Kind.REFUSED, "the feature store in " + place + " " + what, cause);
  }

  private FeatureStoreException failed(String what, Throwable cause) {
    return new FeatureStoreException("the feature store in " + place + " " + what, cause);
  }

  private static String innermost(Throwable thrown) {
    Throwable at = thrown;
    while (true) {
      Throwable next = at.getCause();
      if (next == null && at.getSuppressed().length > 0) {
        next = at.getSuppressed()[0]; // one address of several
      }
      if (next == null) {
        String message = at.getMessage();
        return at instanceof UnknownHostException
            ? "there is no host " + message
            : message == null ? at.getClass().getSimpleName() : message;
      }
      at = next;
    }
  }
}
