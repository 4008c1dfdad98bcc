package dev.nightjar.dl4j;

import dev.nightjar.contract.Layout;
import dev.nightjar.dl4j.onnx.Conversion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.util.ModelSerializer;

/**
 * A network as the reference runs it and as the converter writes it, for the tests of engines. Not
 * thread-safe.
 */
public final class ConvertedNetwork implements AutoCloseable {
  static {
    Nd4jBackend.prepare();
  }

  private final RowNetwork network;

  private ConvertedNetwork(RowNetwork network) {
    this.network = network;
  }

  /** The network of a zip as DL4J saves it. */
  public static ConvertedNetwork read(byte[] zip, Layout layout, int columns) {
    Network network = Networks.read("network", ModelZip.read("network", zip));
    try {
      return new ConvertedNetwork(RowNetwork.of("network", network, layout, columns));
    } catch (RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /** A network of this JVM, saved and read again. */
  public static ConvertedNetwork of(Model network, Layout layout, int columns) {
    return read(saved(network), layout, columns);
  }

  /** The zip that DL4J writes. */
  public static byte[] saved(Model network) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ModelSerializer.writeModel(network, bytes, false);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many numbers it gives for a row. */
  public int units() {
    return network.units();
  }

  /** Whether its first layer takes that number; embeddings take few. */
  public boolean takes(float value) {
    return network.inputs().takes(0, value);
  }

  /** How many categories the layer behind a column knows; 0 when it is no embedding. */
  public long categories(int column) {
    return network.inputs().at(column).categories();
  }

  /** What the reference gives for rows of columns. */
  public float[] reference(float[] columns, int rows) {
    return network.output(columns, rows);
  }

  /** The network as ONNX, or why not. */
  public Conversion toOnnx() {
    return network.toOnnx();
  }

  @Override
  public void close() {
    network.close();
  }
}
