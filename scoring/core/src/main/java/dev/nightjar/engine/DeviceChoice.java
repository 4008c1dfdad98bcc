package dev.nightjar.engine;

/** What a bundle's network is to run on. */
public enum DeviceChoice {
  /** A GPU where the engine can use one and Spark is configured to give tasks one; else the CPU. */
  AUTO,
  /** The CPU. */
  CPU,
  /** A GPU; where there is none, the run is refused before it reads anything. */
  GPU
}
