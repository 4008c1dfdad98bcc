package dev.nightjar.result;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightjar.data.Sha256;
import dev.nightjar.fault.Guard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The bytes of a manifest. The last line, {@code "digest": "…"}}, holds the SHA-256 of all bytes
 * before it, so a file that was cut off anywhere, or changed, is known for what it is. Every later
 * format keeps this ending and the number {@code format}.
 */
final class ManifestFormat {
  private static final String BEFORE = "\"digest\": \"";
  private static final String AFTER = "\"}";

  private ManifestFormat() {}

  static byte[] write(Manifest manifest) {
    return seal(Json.text(Json.STRICT, manifest));
  }

  /** Replaces the closing brace of a JSON object by its digest's line. */
  static byte[] seal(String object) {
    String body = object.substring(0, object.lastIndexOf('}')).stripTrailing() + ",\n";
    return (body + BEFORE + Sha256.of(body) + AFTER).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The manifest in these bytes; empty when they are incomplete or damaged.
   *
   * @param origin the file, for messages
   * @throws ResultException when they are complete but cannot be understood: to pass such a
   *     manifest over would show an old result as the current one
   */
  static Optional<Manifest> read(String origin, byte[] bytes) {
    if (Guard.MANIFEST_DIGEST.isOn() && !isComplete(bytes)) {
      return Optional.empty();
    }
    try {
      JsonNode json = Json.STRICT.readTree(bytes);
      int format = json.path("format").asInt(0);
      if (format != Manifest.FORMAT) {
        throw new ResultException(
            "manifest",
            origin,
            "has format " + format + "; this Nightjar reads " + Manifest.FORMAT,
            "read it with the Nightjar that wrote it, or a newer one");
      }
      return Optional.of(Json.STRICT.treeToValue(json, Manifest.class));
    } catch (IOException e) {
      throw new ResultException(
          "manifest",
          origin,
          "is complete but not a manifest: " + e.getMessage(),
          "move it away, and score its interval again",
          e);
    }
  }

  private static boolean isComplete(byte[] bytes) {
    int end = bytes.length;
    int line = end;
    while (line > 0 && bytes[line - 1] != '\n') {
      line--;
    }
    String digest = Sha256.of(Arrays.copyOf(bytes, line));
    String last = new String(bytes, line, end - line, StandardCharsets.UTF_8);
    return line > 0 && last.equals(BEFORE + digest + AFTER);
  }
}
