package dev.nightjar.spark;

import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.engine.DeviceChoice;
import dev.nightjar.engine.EngineChoice;
import java.util.Optional;

/**
 * What is asked of a bundle and of how it runs.
 *
 * @param signedBy whose signature it must carry, here before anything of it is loaded and in every
 *     task; empty to take any bundle
 * @param engine what is to run its network
 * @param device on what; {@link DeviceChoice#AUTO} is a GPU only where the settings of Spark give
 *     one to executors and tasks
 */
public record Demands(Optional<TrustedKeys> signedBy, EngineChoice engine, DeviceChoice device) {
  /** Any bundle, as it was packaged. */
  public static final Demands NONE =
      new Demands(Optional.empty(), EngineChoice.AUTO, DeviceChoice.AUTO);

  /** The same with a signature that is asked for. */
  public Demands withSignature(Optional<TrustedKeys> keys) {
    return new Demands(keys, engine, device);
  }

  /** The same with another engine. */
  public Demands withEngine(EngineChoice other) {
    return new Demands(signedBy, other, device);
  }

  /** The same with another device. */
  public Demands withDevice(DeviceChoice other) {
    return new Demands(signedBy, engine, other);
  }
}
