package dev.nightjar.engine;

import dev.nightjar.bundle.Bundle;

/**
 * The library that a bundle was trained with, as the judge of what its rows score. Implementations
 * are stateless and thread-safe.
 */
public interface Reference {

  /** The name by which bundles call it: {@code dl4j}. */
  String name();

  /**
   * Loads a bundle's transform, normalizer and network from its verified bytes.
   *
   * @throws dev.nightjar.bundle.BundleException when they cannot be read or do not fit each other
   */
  ReferencePipeline load(Bundle bundle);
}
