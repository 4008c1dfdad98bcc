package dev.nightjar.engine;

/** Which engine is to run a bundle's network. */
public enum EngineChoice {
  /** The fastest one that runs the network and is proven on the golden rows. */
  AUTO,
  /** DL4J itself, always possible. */
  DL4J,
  /** ONNX Runtime; a network that it cannot run, or runs differently, is refused. */
  ONNX
}
