package dev.nightjar.registry;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.List;

/**
 * What the registry demands of every bundle besides its golden rows.
 *
 * @param signatures the public keys, in Base64 of their X.509 form, one of which must have signed;
 *     none when signatures are not demanded
 * @param at when this was set
 * @param by whom
 */
@JsonPropertyOrder({"signatures", "at", "by"})
public record Policy(List<String> signatures, Instant at, String by) {
  /** What holds where nobody has set anything. */
  public static final Policy NONE = new Policy(List.of(), Instant.EPOCH, "");

  public Policy {
    signatures = List.copyOf(signatures);
    requireNonNull(at, "at is null");
    requireNonNull(by, "by is null");
  }

  /** Whether an unsigned bundle is refused. */
  public boolean demandsSignatures() {
    return !signatures.isEmpty();
  }
}
