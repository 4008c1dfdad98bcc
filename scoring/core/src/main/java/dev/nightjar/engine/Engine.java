package dev.nightjar.engine;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import java.util.Optional;

/**
 * A library that runs networks. Which one runs a bundle's is decided at packaging and written into
 * its manifest; a run may ask for another ({@link Placement}). Implementations are stateless and
 * thread-safe.
 */
public interface Engine {

  /** The name by which bundles call it: {@code dl4j}, {@code onnx}. */
  String name();

  /**
   * Why this engine, as it is on the class path, runs on no device of that kind: a sentence with
   * the remedy. Empty when it does; whether this very machine has such a device is only known when
   * a network is loaded.
   */
  Optional<String> unavailable(Device.Kind kind);

  /**
   * Refuses a device on which this engine does not run.
   *
   * @param what is to be loaded there, as the message calls it
   * @throws BundleException with what {@link #unavailable} says
   */
  default void refuseUnavailable(Device device, String what) {
    unavailable(device.kind())
        .ifPresent(
            why -> {
              throw new BundleException(what + " cannot be loaded: " + why);
            });
  }

  /**
   * How many rows of so many columns its networks like best to be given at once on the CPU, which
   * is known before one is loaded; {@link EngineNetwork#rowsAtOnce} keeps to it there.
   */
  default int rowsAtOnce(int columns) {
    return Integer.MAX_VALUE;
  }

  /**
   * Loads a bundle's network from its verified bytes.
   *
   * @throws BundleException when it cannot be read, does not take the contract's layout, or the
   *     device cannot be used here
   */
  EngineNetwork load(Bundle bundle, Device device);

  /** {@link #load(Bundle, Device)} on the CPU. */
  default EngineNetwork load(Bundle bundle) {
    return load(bundle, Device.cpu());
  }
}
