package dev.nightjar.engine;

import dev.nightjar.bundle.BundleFiles;

/** Makes bundles from the artifacts of training. Implementations are stateless and thread-safe. */
public interface Packager {

  /**
   * Reads the artifacts, checks that they fit each other and the contract, computes golden rows,
   * proves the bundle on them, and returns its files, its digests included.
   *
   * @throws dev.nightjar.bundle.BundleException when the artifacts make no sound bundle
   */
  BundleFiles pack(PackageRequest request);
}
