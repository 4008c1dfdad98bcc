package dev.nightjar.store;

import dev.nightjar.config.Section;
import dev.nightjar.config.Template;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * A store in a Redis, and how it is spoken to. Its text never holds the password.
 *
 * @param host name or address
 * @param port of the host
 * @param database number of the database
 * @param tls whether the connection is encrypted, and the server's certificate checked, its name
 *     too
 * @param prefix how all keys of the store begin
 * @param user empty for Redis's default user
 * @param password empty for none
 * @param deadline the longest that a look-up waits for a connection, and then for an answer
 * @param whenDown what a look-up answers while the store does not
 */
public record RedisPlace(
    String host,
    int port,
    int database,
    boolean tls,
    String prefix,
    Optional<String> user,
    Optional<Template> password,
    Duration deadline,
    WhenDown whenDown) {
  private static final int PORT = 6379;
  private static final String PREFIX = "nightjar";
  private static final Duration DEADLINE = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** What a look-up answers while the store cannot be reached, or not in time. */
  public enum WhenDown {
    /** It fails. */
    FAIL,
    /** It answers that nothing is known: null, the flag {@code unknown:<view>}, no default. */
    UNKNOWN
  }

  /**
   * A store at an address such as {@code redis://host:6379/0}, with all else as it is by default.
   */
  static RedisPlace at(String host, int port, int database) {
    return new RedisPlace(
        host,
        port,
        database,
        false,
        PREFIX,
        Optional.empty(),
        Optional.empty(),
        DEADLINE,
        WhenDown.FAIL);
  }

  /**
   * Reads {@code redis, prefix, user, password, deadline, when-down}; mistakes are reported to the
   * section.
   */
  static RedisPlace read(Section section) {
    RedisPlace address = address(section);
    Optional<Template> password = section.optionalTemplate("password");
    if (password.isPresent() && password.get().written().equals(password.get().text())) {
      section.problem(
          "password", "stands here for everyone to read; write ${env:NAME} or ${file:/path}");
    }
    String prefix = section.has("prefix") ? section.name("prefix") : PREFIX;
    Duration deadline = section.duration("deadline").orElse(DEADLINE);
    if (deadline.isZero() || deadline.compareTo(LONGEST) > 0) {
      section.problem("deadline", "is to be from 1ms to 10m, such as 50ms");
    }
    RedisPlace place =
        new RedisPlace(
            address.host,
            address.port,
            address.database,
            address.tls,
            prefix,
            section.optionalString("user"),
            password,
            deadline,
            section.choice("when-down", WhenDown.class, WhenDown.FAIL));
    section.refuseUnknownKeys();
    return place;
  }

  private static RedisPlace address(Section section) {
    String written = section.string("redis");
    try {
      return written.isEmpty() ? at("localhost", PORT, 0) : parse(written);
    } catch (IllegalArgumentException e) {
      section.problem("redis", String.valueOf(e.getMessage()));
      return at("localhost", PORT, 0);
    }
  }

  /**
   * The place of an address, with all else as it is by default.
   *
   * @throws IllegalArgumentException in words, without the address: a password may stand in it
   */
  static RedisPlace parse(String address) {
    if (address.contains("@")) {
      throw new IllegalArgumentException(
          "the address of a Redis holds no user and no password; give them by the keys 'user' and"
              + " 'password' under feature-store in conf/project.yaml");
    }
    URI uri;
    try {
      uri = new URI(address);
    } catch (URISyntaxException e) {
      uri = URI.create(""); // which is no address either
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    String path = uri.getPath() == null ? "" : uri.getPath();
    boolean isAddress =
        (scheme.equals("redis") || scheme.equals("rediss"))
            && uri.getHost() != null
            && path.matches("(/\\d{0,6})?")
            && uri.getRawQuery() == null
            && uri.getRawFragment() == null
            && uri.getPort() <= 65_535;
    if (!isAddress) {
      throw new IllegalArgumentException(
          "this is no address of a Redis; write redis://HOST:PORT/DATABASE, or rediss:// for an"
              + " encrypted connection");
    }
    RedisPlace plain =
        at(
            uri.getHost(),
            uri.getPort() < 0 ? PORT : uri.getPort(),
            path.length() < 2 ? 0 : Integer.parseInt(path.substring(1)));
    return scheme.equals("rediss") ? plain.withTls() : plain;
  }

  private RedisPlace withTls() {
    return new RedisPlace(host, port, database, true, prefix, user, password, deadline, whenDown);
  }

  /** Its address, and where it is not the usual one, the beginning of its keys. */
  @Override
  public String toString() {
    return (tls ? "rediss://" : "redis://")
        + host
        + ":"
        + port
        + "/"
        + database
        + (prefix.equals(PREFIX) ? "" : " (prefix '" + prefix + "')");
  }
}
