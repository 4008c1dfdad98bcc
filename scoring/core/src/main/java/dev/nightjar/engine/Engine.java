package dev.nightjar.engine;

import dev.nightjar.bundle.Bundle;

/**
 * A library that runs networks. Which one runs a bundle's is decided at packaging and written into
 * its manifest. Implementations are stateless and thread-safe.
 */
public interface Engine {

  /** The name by which bundles call it: {@code dl4j}, {@code onnx}. */
  String name();

  /**
   * Loads a bundle's network from its verified bytes.
   *
   * @throws dev.nightjar.bundle.BundleException when it cannot be read, or does not take the
   *     contract's layout
   */
  EngineNetwork load(Bundle bundle);
}
