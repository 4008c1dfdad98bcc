package dev.nightjar.registry;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.TrustedKeys;
import java.util.Optional;

/**
 * What a bundle must satisfy to be admitted. Rules are asked in turn, after the digests of the
 * bundle's files were checked and before anything of it is loaded or stored.
 */
@FunctionalInterface
public interface AdmissionRule {

  /** One of these keys has signed it. */
  static AdmissionRule signedBy(TrustedKeys keys) {
    return bundle -> Optional.of(keys.require(bundle));
  }

  /**
   * Lets the bundle pass, or says why not.
   *
   * @return the name of the key that vouches for the bundle, where the rule asks for one
   * @throws RegistryException when the bundle is refused
   * @throws dev.nightjar.bundle.BundleException when it is not sound
   */
  Optional<String> check(Bundle bundle);
}
