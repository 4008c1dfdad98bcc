package dev.nightjar.engine;

/** Which engine is to run a bundle's network. */
public enum EngineChoice {
  /**
   * At packaging, the fastest one that runs the network and is proven on the golden rows; when
   * scoring, the one that was chosen at packaging.
   */
  AUTO,
  /** DL4J itself, always possible but for models of ONNX from elsewhere. */
  DL4J,
  /** ONNX Runtime; a network that it cannot run, or runs differently, is refused. */
  ONNX
}
