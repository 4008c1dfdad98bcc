package dev.nightjar.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The scripts that Redis runs for a {@link RedisStore}, each as one step that no other command
 * comes between. What they take and give, and what lies where, is said in their files.
 */
enum Script {
  LOOK_UP,
  CATALOGUE,
  ACQUIRE,
  RENEW,
  RELEASE,
  BEGIN,
  READ,
  WRITE,
  COMMIT,
  FORGET,
  SETTLE,
  DROP,
  DROPPED,
  ALIVE;

  private final String text;
  private final String digest;

  Script() {
    String file = name().toLowerCase(Locale.ROOT).replace('_', '-');
    this.text = resource("prelude") + resource(file);
    this.digest = sha1(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String resource(String name) {
    String file = "redis/" + name + ".lua";
    try (InputStream in = Script.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the script " + file + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the script " + file + " cannot be read", e);
    }
  }

  /** The name by which Redis knows a script. */
  private static String sha1(byte[] text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  /** What EVAL takes. */
  String text() {
    return text;
  }

  /** What EVALSHA takes. */
  String digest() {
    return digest;
  }
}
