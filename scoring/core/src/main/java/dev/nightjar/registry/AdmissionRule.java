package dev.nightjar.registry;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.pipeline.LoadedBundle;

/**
 * What a bundle must satisfy to be admitted. Rules are asked in turn, after the digests of the
 * bundle's files were checked and before anything of it is stored; cheap ones come first.
 */
@FunctionalInterface
public interface AdmissionRule {

  /** The model computes on this machine what it computed at packaging. */
  AdmissionRule GOLDEN_ROWS = bundle -> LoadedBundle.load(bundle).close();

  /**
   * Lets the bundle pass, or says why not.
   *
   * @throws RegistryException when the bundle is refused
   * @throws dev.nightjar.bundle.BundleException when it is not sound
   */
  void check(Bundle bundle);
}
