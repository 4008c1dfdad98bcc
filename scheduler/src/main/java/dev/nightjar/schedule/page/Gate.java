package dev.nightjar.schedule.page;

import com.sun.net.httpserver.Headers;
import dev.nightjar.access.AccessTokens;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who may see and change what. Everybody who reaches the port may read; whoever changes something
 * must be known, by a header that no other site can send, or by a session and the secret of its
 * forms, from a page of this very origin. Thread-safe.
 */
final class Gate {
  private static final String BEARER = "Bearer ";
  private static final Pattern THIS_MACHINE =
      Pattern.compile(
          "(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{0,5})?", Pattern.CASE_INSENSITIVE);

  private final Optional<AccessTokens> tokens;
  private final Sessions sessions;
  private final boolean isThisMachineAlone;

  Gate(Optional<AccessTokens> tokens, Sessions sessions, boolean isThisMachineAlone) {
    this.tokens = tokens;
    this.sessions = sessions;
    this.isThisMachineAlone = isThisMachineAlone;
  }

  boolean hasTokens() {
    return tokens.isPresent();
  }

  Sessions sessions() {
    return sessions;
  }

  /**
   * A page of somebody else's, open in a browser of this machine, can make its own host name point
   * to this machine and read what it asks; but the browser then tells that name.
   */
  boolean isForeignHost(Headers headers) {
    return isThisMachineAlone && !THIS_MACHINE.matcher(first(headers, "Host")).matches();
  }

  Reader reader(Headers headers) {
    return sessions.reader(cookies(headers)).orElseGet(() -> Reader.stranger(tokens.isPresent()));
  }

  /** Whose token it is; empty for nobody's. */
  Optional<String> holder(String token) {
    return tokens.flatMap(known -> known.holder(token.strip()));
  }

  /** Whether a request comes with a token of its own, and not by a browser's session. */
  boolean isByToken(Headers headers) {
    return !first(headers, "Authorization").isEmpty();
  }

  /** Who sends a change; empty for somebody who may not. */
  Optional<String> sender(Headers headers, String secret) {
    String authorization = first(headers, "Authorization");
    if (!authorization.isEmpty()) {
      return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
          ? holder(authorization.substring(BEARER.length()))
          : Optional.empty();
    }
    return isOfThisOrigin(headers) ? sessions.sender(cookies(headers), secret) : Optional.empty();
  }

  /** Browsers tell with every form from where it comes. */
  boolean isOfThisOrigin(Headers headers) {
    String site = first(headers, "Sec-Fetch-Site");
    if (!site.isEmpty() && !site.equals("same-origin")) {
      return false;
    }
    try {
      String authority = URI.create(first(headers, "Origin")).getRawAuthority();
      return authority != null && authority.equalsIgnoreCase(first(headers, "Host"));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static String cookies(Headers headers) {
    return String.join("; ", headers.getOrDefault("Cookie", java.util.List.of()));
  }

  private static String first(Headers headers, String name) {
    String value = headers.getFirst(name);
    return value == null ? "" : value;
  }
}
