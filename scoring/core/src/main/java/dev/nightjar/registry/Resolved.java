package dev.nightjar.registry;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a reference meant when it was resolved. It stays that, wherever the alias goes afterwards; a
 * run resolves once and works with this.
 *
 * @param reference as it was written, such as {@code flight-delay@champion}
 * @param name of the model
 * @param version of the model
 * @param digest of the bundle
 * @param move the alias's move that was current; empty when the reference names no alias
 */
public record Resolved(
    String reference, String name, String version, String digest, Optional<Move> move) {

  /** For people: {@code flight-delay@champion, which is flight-delay:2013-11 since move 3}. */
  public String label() {
    String version = name + ":" + this.version;
    return move.map(m -> reference + ", which is " + version + " since move " + m.number())
        .orElse(version);
  }

  /** All of it as one line of JSON. */
  public String json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("reference", reference);
    json.put("name", name);
    json.put("version", version);
    json.put("digest", digest);
    move.ifPresent(m -> json.put("move", m.number()));
    return SealedJson.line(json);
  }
}
