package dev.nightjar.bundle;

import dev.nightjar.storage.IoWords;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys between their dashed lines, as {@code openssl} writes them. */
final class Pem {
  static final String PRIVATE = "PRIVATE KEY";
  static final String PUBLIC = "PUBLIC KEY";

  private static final int MOST_BYTES = 1 << 16;
  private static final int LINE = 64;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private Pem() {}

  /**
   * The bytes of the one block in a file.
   *
   * @throws BundleException when it cannot be read or holds something else
   */
  static byte[] read(Path file, String kind) {
    Matcher block = BLOCK.matcher(text(file, kind));
    if (!block.find()) {
      throw new BundleException(
          String.format(
              "%s holds no '-----BEGIN %s-----'; 'nightjar keys new' and openssl genpkey -algorithm"
                  + " ed25519 write such files",
              file, kind));
    }
    if (!block.group(1).equals(kind)) {
      throw new BundleException(
          String.format(
              "%s holds a '%s' where a '%s' is needed%s",
              file,
              block.group(1),
              kind,
              block.group(1).startsWith("ENCRYPTED")
                  ? "; take the passphrase off with openssl pkey"
                  : block.group(1).equals(PRIVATE)
                      ? "; give the public half, and keep this one to yourself"
                      : ""));
    }
    try {
      return Base64.getMimeDecoder().decode(block.group(2));
    } catch (IllegalArgumentException e) {
      throw new BundleException(file + " is damaged: between its dashed lines is no Base64", e);
    }
  }

  private static String text(Path file, String kind) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MOST_BYTES), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new BundleException(
          String.format(
              "the %s %s cannot be read: %s",
              kind.toLowerCase(java.util.Locale.ROOT),
              file,
              Files.exists(file) ? IoWords.of(e) : "there is no such file"),
          e);
    }
  }

  /** A file's text. */
  static String text(String kind, byte[] bytes) {
    return "-----BEGIN "
        + kind
        + "-----\n"
        + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(bytes)
        + "\n-----END "
        + kind
        + "-----\n";
  }
}
