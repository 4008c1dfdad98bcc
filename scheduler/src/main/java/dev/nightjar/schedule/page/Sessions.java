package dev.nightjar.schedule.page;

import dev.nightjar.access.AccessTokens;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who is logged in, by a cookie that holds for some hours and no longer than this scheduler. Each
 * session has a secret besides, which its forms carry and no other site can know. Thread-safe.
 */
final class Sessions {
  private static final String COOKIE = "nightjar-session";
  private static final Duration LENGTH = Duration.ofHours(12);
  private static final int MOST = 200;

  private final Clock clock;
  private final Map<String, Session> sessions = new LinkedHashMap<>();

  Sessions(Clock clock) {
    this.clock = clock;
  }

  private static final class Session {
    private final String name;
    private final String secret;
    private final Instant until;
    private Optional<String> told = Optional.empty();

    Session(String name, String secret, Instant until) {
      this.name = name;
      this.secret = secret;
      this.until = until;
    }
  }

  /**
   * Begins one.
   *
   * @return the cookie to be set
   */
  synchronized String begin(String name) {
    if (sessions.size() >= MOST) {
      sessions.remove(sessions.keySet().iterator().next());
    }
    String id = AccessTokens.fresh();
    sessions.put(id, new Session(name, AccessTokens.fresh(), clock.instant().plus(LENGTH)));
    return cookie(id, LENGTH.toSeconds());
  }

  /** Ends one; the cookie that takes it out of the browser. */
  synchronized String end(String cookies) {
    id(cookies).ifPresent(sessions::remove);
    return cookie("", 0);
  }

  private static String cookie(String id, long seconds) {
    return COOKIE + "=" + id + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + seconds;
  }

  /** Whoever sends these cookies; empty for nobody who is logged in. */
  synchronized Optional<Reader> reader(String cookies) {
    return session(cookies)
        .map(
            session -> {
              Optional<String> told = session.told;
              session.told = Optional.empty();
              return new Reader(true, Optional.of(session.name), Optional.of(session.secret), told);
            });
  }

  /** Who has sent a form; empty when it is none of a page that this session was given. */
  synchronized Optional<String> sender(String cookies, String secret) {
    return session(cookies)
        .filter(session -> MessageDigest.isEqual(bytes(session.secret), bytes(secret)))
        .map(session -> session.name);
  }

  /** Keeps a sentence for the next page of a session. */
  synchronized void tell(String cookies, String sentence) {
    session(cookies).ifPresent(session -> session.told = Optional.of(sentence));
  }

  private Optional<Session> session(String cookies) {
    Instant now = clock.instant();
    sessions.values().removeIf(session -> session.until.isBefore(now));
    return id(cookies).map(sessions::get);
  }

  private static Optional<String> id(String cookies) {
    for (String cookie : cookies.split(";", -1)) {
      String[] parts = cookie.strip().split("=", 2);
      if (parts.length == 2 && parts[0].equals(COOKIE)) {
        return Optional.of(parts[1]);
      }
    }
    return Optional.empty();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
