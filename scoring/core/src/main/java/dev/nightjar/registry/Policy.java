package dev.nightjar.registry;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.bundle.VerifyingKey;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the registry demands of every bundle, besides its golden rows, when it is admitted and when
 * it is opened.
 *
 * @param signatures the public keys one of which must have signed, by name, as {@link
 *     VerifyingKey#encoded} writes them; none when signatures are not demanded
 * @param at when this was set
 * @param by whom
 */
@JsonPropertyOrder({"signatures", "at", "by"})
public record Policy(Map<String, String> signatures, Instant at, String by) {
  /** What holds where nobody has set anything. */
  public static final Policy NONE = new Policy(Map.of(), Instant.EPOCH, "");

  public Policy {
    signatures = new TreeMap<>(signatures);
    requireNonNull(at, "at is null");
    requireNonNull(by, "by is null");
  }

  /**
   * The keys one of which must have signed; empty when signatures are not demanded.
   *
   * @throws dev.nightjar.bundle.BundleException when one is no key
   */
  @JsonIgnore
  public Optional<TrustedKeys> trustedKeys() {
    if (signatures.isEmpty()) {
      return Optional.empty();
    }
    Map<String, VerifyingKey> keys = new TreeMap<>();
    signatures.forEach(
        (name, key) -> keys.put(name, VerifyingKey.of("the registry's policy, " + name, key)));
    return Optional.of(TrustedKeys.of(keys));
  }
}
