package dev.nightjar.result;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.fault.Guard;
import dev.nightjar.storage.Seal;
import java.io.IOException;
import java.util.Optional;

/**
 * The bytes of a manifest, under a {@link Seal} that is called {@code digest}. Every later format
 * keeps this ending and the number {@code format}.
 */
final class ManifestFormat {
  private static final Seal SEAL = new Seal("digest");

  private ManifestFormat() {}

  static byte[] write(Manifest manifest) {
    return seal(Json.text(Json.STRICT, manifest));
  }

  /** Manifests of before engines could be asked for do not say what ran the network. */
  private static void fillIn(JsonNode json) {
    if (json.get("bundle") instanceof ObjectNode bundle) {
      for (String key : new String[] {"engine", "device"}) {
        if (!bundle.has(key)) {
          bundle.put(key, "");
        }
      }
    }
  }

  /** The bytes of a manifest whose JSON is this. */
  static byte[] seal(String object) {
    return SEAL.close(object);
  }

  /**
   * The manifest in these bytes; empty when they are incomplete or damaged.
   *
   * @param origin the file, for messages
   * @throws ResultException when they are complete but cannot be understood: to pass such a
   *     manifest over would show an old result as the current one
   */
  static Optional<Manifest> read(String origin, byte[] bytes) {
    try {
      Optional<JsonNode> json = tree(origin, bytes);
      if (json.isEmpty()) {
        return Optional.empty();
      }
      fillIn(json.get());
      return Optional.of(Json.STRICT.treeToValue(json.get(), Manifest.class));
    } catch (IOException e) {
      throw notOne(origin, e);
    }
  }

  /**
   * Whether these bytes are a whole manifest of an attempt. The schemas, for which Spark's classes
   * would be loaded, are not looked at.
   *
   * @param origin the file, for messages
   * @throws ResultException when they are complete but cannot be understood
   */
  static boolean isOf(String origin, String interval, long token, byte[] bytes) {
    try {
      return tree(origin, bytes)
          .filter(json -> json.path("token").asLong() == token)
          .filter(json -> json.path("interval").asText().equals(interval))
          .isPresent();
    } catch (IOException e) {
      throw notOne(origin, e);
    }
  }

  /** The JSON of a whole manifest of a format that is known; empty when it is not whole. */
  private static Optional<JsonNode> tree(String origin, byte[] bytes) throws IOException {
    if (Guard.MANIFEST_DIGEST.isOn() && SEAL.check(bytes) != Seal.State.WHOLE) {
      return Optional.empty();
    }
    JsonNode json = Json.STRICT.readTree(bytes);
    int format = json.path("format").asInt(0);
    if (format != Manifest.FORMAT) {
      throw new ResultException(
          "manifest",
          origin,
          "has format " + format + "; this Nightjar reads " + Manifest.FORMAT,
          "read it with the Nightjar that wrote it, or a newer one");
    }
    return Optional.of(json);
  }

  private static ResultException notOne(String origin, IOException e) {
    return new ResultException(
        "manifest",
        origin,
        "is complete but not a manifest: " + e.getMessage(),
        "move it away, and score its interval again",
        e);
  }
}
