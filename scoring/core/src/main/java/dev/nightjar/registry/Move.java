package dev.nightjar.registry;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;

/**
 * A move of an alias.
 *
 * @param number of the move, counted from 1; numbers may be left out
 * @param version to which it points from then on
 * @param digest of that version's bundle
 * @param after the number of the move before; 0 for the first
 * @param rollback whether it goes back to what was before, and so takes a version from the history
 *     instead of adding one
 * @param at when
 * @param by whom
 */
@JsonPropertyOrder({"number", "version", "digest", "after", "rollback", "at", "by"})
public record Move(
    long number,
    String version,
    String digest,
    long after,
    boolean rollback,
    Instant at,
    String by) {
  public Move {
    requireNonNull(version, "version is null");
    requireNonNull(digest, "digest is null");
    requireNonNull(at, "at is null");
    requireNonNull(by, "by is null");
  }

  /** All of it as one line of JSON. */
  public String json() {
    return SealedJson.line(this);
  }
}
