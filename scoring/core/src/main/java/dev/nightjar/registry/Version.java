package dev.nightjar.registry;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A version of a model, which never changes.
 *
 * @param name of the model
 * @param version of the model
 * @param digest of its bundle
 * @param created when its training ended, as the bundle says
 * @param admitted when
 * @param by whom
 * @param signedBy the name of the key whose signature was checked; null when none was demanded
 * @param withdrawn null while it may be used
 */
@JsonPropertyOrder({
  "name",
  "version",
  "digest",
  "created",
  "admitted",
  "by",
  "signed-by",
  "withdrawn"
})
public record Version(
    String name,
    String version,
    String digest,
    Instant created,
    Instant admitted,
    String by,
    @Nullable String signedBy,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Withdrawal withdrawn) {
  public Version {
    requireNonNull(name, "name is null");
    requireNonNull(version, "version is null");
    requireNonNull(digest, "digest is null");
    requireNonNull(created, "created is null");
    requireNonNull(admitted, "admitted is null");
    requireNonNull(by, "by is null");
  }

  /**
   * That a version is not to be used any more.
   *
   * @param why for people
   * @param at when
   * @param by whom
   */
  @JsonPropertyOrder({"why", "at", "by"})
  public record Withdrawal(String why, Instant at, String by) {
    public Withdrawal {
      requireNonNull(why, "why is null");
      requireNonNull(at, "at is null");
      requireNonNull(by, "by is null");
    }
  }

  /** Name and version as a reference. */
  public String reference() {
    return name + ":" + version;
  }

  /** All of it as one line of JSON. */
  public String json() {
    return SealedJson.line(this);
  }

  Version withdrawn(@Nullable Withdrawal withdrawal) {
    return new Version(name, version, digest, created, admitted, by, signedBy, withdrawal);
  }
}
