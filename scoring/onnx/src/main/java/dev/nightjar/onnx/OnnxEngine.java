package dev.nightjar.onnx;

import ai.onnxruntime.OrtException;
import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.ForeignModel;
import dev.nightjar.contract.Layout;
import dev.nightjar.contract.OutputField;
import dev.nightjar.engine.Device;
import dev.nightjar.engine.Engine;
import dev.nightjar.engine.EngineNetwork;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Runs a bundle's {@code model.onnx}, or the foreign model of its {@code source/}, by ONNX Runtime:
 * on the CPU, each call on one thread, or on a GPU of NVIDIA, where the library on the class path
 * is the one that can.
 */
public final class OnnxEngine implements Engine {
  static final String NAME = "onnx";

  private static final int NUMBERS_AT_ONCE = 1 << 15;
  private static final int LEAST_AT_ONCE = 64;

  @Override
  public String name() {
    return NAME;
  }

  /**
   * {@inheritDoc} So many that what layers make of them stays near the processor: images and
   * sequences were scored a third to two thirds faster by 64 than by 4,096.
   */
  @Override
  public int rowsAtOnce(int columns) {
    return rowsOnCpu(columns);
  }

  static int rowsOnCpu(int columns) {
    return Math.max(LEAST_AT_ONCE, NUMBERS_AT_ONCE / Math.max(1, columns));
  }

  @Override
  public Optional<String> unavailable(Device.Kind kind) {
    try {
      return kind == Device.Kind.CPU || NativeLibrary.hasCuda()
          ? Optional.empty()
          : Optional.of(
              "the ONNX Runtime on the class path is the one for CPUs alone; build Nightjar with"
                  + " the Maven profile 'gpu' (-Pgpu), which takes onnxruntime_gpu instead");
    } catch (LinkageError e) {
      return Optional.of(
          "ONNX Runtime's native code cannot be loaded here ("
              + e
              + "); see which systems scoring/README.md names");
    }
  }

  /**
   * {@inheritDoc} Networks of one bundle on one device share the model inside the library, which is
   * freed when the last of them is closed.
   */
  @Override
  public EngineNetwork load(Bundle bundle, Device device) {
    BundleFiles files = bundle.files();
    BundleManifest manifest = bundle.manifest();
    Optional<ForeignModel> foreign = manifest.foreign();
    String file = foreign.isPresent() ? BundleFiles.FOREIGN : BundleFiles.ONNX;
    // What was converted here takes the contract's layout into itself.
    Layout layout = foreign.isPresent() ? manifest.contract().layout() : Layout.ROWS;
    String place = files.place(file);
    byte[] bytes = files.get(file);
    RowModel model =
        RowModel.of(
            new Problems(place),
            ModelReader.check(place, bytes),
            layout,
            manifest.transformed().size(),
            foreign.flatMap(ForeignModel::output));
    refuseUnavailable(device, place);
    EngineNetwork network = open(place, bytes, model, device);
    try {
      for (OutputField output : manifest.contract().outputs()) {
        if (!manifest.contract().fits(output, network.units())) {
          throw new BundleException(
              String.format(
                  "%s gives %d units for a row, and the contract's output '%s' needs others;"
                      + " package it again",
                  place, network.units(), output.name()));
        }
      }
      return network;
    } catch (BundleException e) {
      network.close();
      throw e;
    }
  }

  /** A network for one thread, tried on zeros. */
  static EngineNetwork open(String place, byte[] bytes, RowModel model, Device device) {
    SharedSession session;
    try {
      session = SharedSession.open(bytes, device);
    } catch (OrtException e) {
      throw device instanceof Device.Gpu gpu ? noGpu(place, gpu, e) : notTaken(place, e);
    } catch (LinkageError e) {
      throw new BundleException(
          String.format(
              "%s needs ONNX Runtime, whose native code cannot be loaded here (%s, %s): %s. Package"
                  + " the model with the engine 'dl4j' for such machines",
              place, System.getProperty("os.name"), System.getProperty("os.arch"), e),
          e);
    }
    try {
      return new OnnxNetwork(session, model);
    } catch (RuntimeException e) {
      session.release();
      throw new BundleException(
          String.format(
              "%s cannot be run on %d rows of zeros: %s. Only networks that give a row of units for"
                  + " each row are scored",
              place, OnnxNetwork.ROWS_TRIED, e.getMessage()),
          e);
    }
  }

  private static BundleException notTaken(String place, OrtException e) {
    return new BundleException(
        place
            + " is not taken by ONNX Runtime: "
            + e.getMessage()
            + "; package it again. A model from elsewhere: export it in float32, or with another"
            + " opset",
        e);
  }

  /** Golden rows and the CPU have taken the model before: it is most likely the machine. */
  private static BundleException noGpu(String place, Device.Gpu gpu, OrtException e) {
    return new BundleException(
        String.format(
            "%s cannot be opened on GPU %d of %s: %s. Each machine that scores on a GPU needs"
                + " NVIDIA's driver, CUDA and cuDNN of the versions that onnxruntime_gpu asks for;"
                + " mend that, or ask for the device 'cpu'",
            place, gpu.ordinal(), host(), e.getMessage()),
        e);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "this host";
    }
  }
}
