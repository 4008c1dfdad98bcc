package dev.nightjar.dl4j;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.engine.Device;
import dev.nightjar.engine.Engine;
import dev.nightjar.engine.EngineNetwork;
import java.util.Arrays;
import java.util.Optional;

/** Networks run by DL4J itself. */
public final class Dl4jEngine implements Engine {
  static {
    Nd4jBackend.prepare();
  }

  @Override
  public String name() {
    return Dl4jReference.NAME;
  }

  /** {@inheritDoc} The GPU builds of ND4J are older than the GPUs of today, and none is here. */
  @Override
  public Optional<String> unavailable(Device.Kind kind) {
    return kind == Device.Kind.CPU
        ? Optional.empty()
        : Optional.of(
            "DL4J runs on the CPU alone here; a network that was packaged for ONNX can run on a GPU"
                + " by the engine 'onnx'");
  }

  @Override
  public EngineNetwork load(Bundle bundle, Device device) {
    refuseUnavailable(device, bundle.files().origin());
    String place = bundle.files().place(BundleFiles.MODEL);
    ModelZip zip = ModelZip.read(place, bundle.files().get(BundleFiles.MODEL));
    Network network = Networks.read(place, zip);
    try {
      return new Loaded(
          RowNetwork.of(
              place,
              network,
              bundle.manifest().contract().layout(),
              bundle.manifest().transformed().size()));
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /** Runs as many rows at once as native memory has room for. */
  private static final class Loaded implements EngineNetwork {
    private final RowNetwork network;
    private final BoundedOutput bounded;

    Loaded(RowNetwork network) {
      this.network = network;
      this.bounded = new BoundedOutput(network);
    }

    @Override
    public int columns() {
      return network.columns();
    }

    @Override
    public int units() {
      return network.units();
    }

    @Override
    public float[] run(float[] rows, int count) {
      int length = count * columns();
      return bounded.output(rows.length == length ? rows : Arrays.copyOf(rows, length), count);
    }

    @Override
    public void close() {
      network.close();
    }
  }
}
