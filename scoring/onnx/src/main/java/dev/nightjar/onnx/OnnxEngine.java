package dev.nightjar.onnx;

import ai.onnxruntime.OrtException;
import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.contract.OutputField;
import dev.nightjar.engine.Engine;
import dev.nightjar.engine.EngineNetwork;

/** Runs a bundle's {@code model.onnx} by ONNX Runtime, on the CPU, each call on one thread. */
public final class OnnxEngine implements Engine {
  static final String NAME = "onnx";

  /** With one row alone, a network that mixes rows would not be noticed. */
  private static final int ROWS_TRIED = 2;

  @Override
  public String name() {
    return NAME;
  }

  /**
   * {@inheritDoc} Networks of one bundle share the model inside the library, which is freed when
   * the last of them is closed.
   */
  @Override
  public EngineNetwork load(Bundle bundle) {
    BundleFiles files = bundle.files();
    String place = files.place(BundleFiles.ONNX);
    byte[] bytes = files.get(BundleFiles.ONNX);
    ModelReader.Signature signature = ModelReader.check(place, bytes);
    int columns = bundle.manifest().transformed().size();
    if (signature.columns() != columns) {
      throw new BundleException(
          String.format(
              "%s takes rows of %d columns, and the bundle's transform gives %d; package it again",
              place, signature.columns(), columns));
    }
    for (OutputField output : bundle.manifest().contract().outputs()) {
      checkOutput(place, output, signature.units());
    }
    return open(place, bytes, signature);
  }

  private static void checkOutput(String place, OutputField output, int units) {
    if (!output.fits(units)) {
      throw new BundleException(
          String.format(
              "%s gives %d units for a row, and the contract's output '%s' needs others; package it"
                  + " again",
              place, units, output.name()));
    }
  }

  /** A network for one thread, tried on zeros. */
  static EngineNetwork open(String place, byte[] bytes, ModelReader.Signature signature) {
    OnnxNetwork network;
    try {
      network = new OnnxNetwork(SharedSession.open(bytes), signature);
    } catch (OrtException e) {
      throw new BundleException(
          place + " is not taken by ONNX Runtime: " + e.getMessage() + "; package it again", e);
    } catch (LinkageError e) {
      throw new BundleException(
          String.format(
              "%s needs ONNX Runtime, whose native code cannot be loaded here (%s, %s): %s. Package"
                  + " the model with the engine 'dl4j' for such machines",
              place, System.getProperty("os.name"), System.getProperty("os.arch"), e),
          e);
    }
    try {
      network.run(new float[ROWS_TRIED * signature.columns()], ROWS_TRIED);
      return network;
    } catch (RuntimeException e) {
      network.close();
      throw new BundleException(
          String.format(
              "%s cannot be run on %d rows of zeros: %s. Only networks that give a row of units for"
                  + " each row are scored",
              place, ROWS_TRIED, e.getMessage()),
          e);
    }
  }
}
