package dev.nightjar.engine;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.config.Section;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What runs a bundle's network, and on what: decided once for a run, by its driver, and the same
 * for every executor.
 *
 * @param engine the engine's name
 * @param device what it runs on; which one of several, each process finds for itself
 */
public record Placement(String engine, Device.Kind device) implements Serializable {
  private static final String ONNX = Section.word(EngineChoice.ONNX);

  /**
   * Decides.
   *
   * @param noGpu why tasks get no GPU where this is to run, as a sentence with the remedy; empty
   *     when they get one
   * @throws PlacementException when the bundle cannot be run so
   * @throws dev.nightjar.bundle.BundleException when the engine is not on the class path
   */
  public static Placement decide(
      Bundle bundle, EngineChoice engine, DeviceChoice device, Optional<String> noGpu) {
    String chosen = engine(bundle, engine);
    if (device == DeviceChoice.CPU || (device == DeviceChoice.AUTO && noGpu.isPresent())) {
      return new Placement(chosen, Device.Kind.CPU);
    }
    Optional<String> unavailable = Engines.engine(chosen).unavailable(Device.Kind.GPU);
    if (device == DeviceChoice.AUTO) {
      return new Placement(chosen, unavailable.isPresent() ? Device.Kind.CPU : Device.Kind.GPU);
    }
    List<String> missing = new ArrayList<>();
    unavailable.ifPresent(missing::add);
    noGpu.ifPresent(missing::add);
    if (!missing.isEmpty()) {
      throw new PlacementException(
          PlacementException.Asked.DEVICE,
          String.format(
              "the device 'gpu' was asked for, and %s, run by the engine '%s', cannot have one: %s."
                  + " Or ask for the device 'cpu', or 'auto'",
              bundle.label(), chosen, String.join(". ", missing)));
    }
    return new Placement(chosen, Device.Kind.GPU);
  }

  /**
   * The name of the engine that a choice means for a bundle.
   *
   * @throws PlacementException when the bundle cannot be run by it
   */
  public static String engine(Bundle bundle, EngineChoice choice) {
    BundleManifest manifest = bundle.manifest();
    return switch (choice) {
      case AUTO -> manifest.engine();
      case DL4J -> {
        if (manifest.foreign().isPresent()) {
          throw new PlacementException(
              PlacementException.Asked.ENGINE,
              String.format(
                  "the engine 'dl4j' was asked for, and %s is a model of ONNX from elsewhere, which"
                      + " DL4J cannot run; ask for the engine 'onnx', or 'auto'",
                  bundle.label()));
        }
        yield Reference.TRAINING;
      }
      case ONNX -> {
        boolean converted = bundle.files().find(BundleFiles.ONNX).isPresent();
        if (manifest.foreign().isEmpty() && !converted) {
          throw new PlacementException(
              PlacementException.Asked.ENGINE,
              String.format(
                  "the engine 'onnx' was asked for, and %s was packaged without it: its network is"
                      + " %s. Package the model again with the engine 'onnx', or ask for 'dl4j' or"
                      + " 'auto'",
                  bundle.label(),
                  manifest
                      .provenance()
                      .getOrDefault("network", "run by the engine '" + manifest.engine() + "'")));
        }
        yield ONNX;
      }
    };
  }
}
