package dev.nightjar.engine;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.transform.RowSteps;

/**
 * The library that a bundle was trained with, as the judge of what its rows score. Implementations
 * are stateless and thread-safe.
 */
public interface Reference {
  /** The library whose transforms and networks bundles are made of. */
  String TRAINING = "dl4j";

  /** The name by which bundles call it: {@code dl4j}. */
  String name();

  /**
   * Loads a bundle's transform, normalizer and network from its verified bytes.
   *
   * @throws dev.nightjar.bundle.BundleException when they cannot be read or do not fit each other
   */
  ReferencePipeline load(Bundle bundle);

  /**
   * The steps of a bundle's transform, to be run one by one where they are not compiled. Each call
   * gives others, since a step may keep state.
   *
   * @throws dev.nightjar.bundle.BundleException when the transform cannot be read
   */
  RowSteps steps(Bundle bundle);
}
