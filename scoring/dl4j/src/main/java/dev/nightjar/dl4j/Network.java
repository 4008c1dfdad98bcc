package dev.nightjar.dl4j;

import dev.nightjar.contract.Layout;
import dev.nightjar.dl4j.onnx.Conversion;
import dev.nightjar.dl4j.onnx.RowShape;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network of inputs and outputs. Not thread-safe, as networks are not. */
interface Network extends AutoCloseable {
  /** What a network of layers calls its one input and its one output: nothing. */
  String UNNAMED = "";

  /**
   * An input.
   *
   * @param name by which the network calls it; {@link #UNNAMED} in a network of layers
   * @param takes as its first layer declares it
   */
  record Port(String name, NetworkInput takes) {}

  /** Its inputs, in its own order; at least one. */
  List<Port> inputs();

  /** The names of its outputs, in its own order; at least one. */
  List<String> outputs();

  /** The type in which it computes. */
  DataType type();

  /**
   * What each output gives for arrays of its type, one for each input, as at scoring: dropout is
   * off.
   */
  List<INDArray> output(List<INDArray> inputs);

  /**
   * How much native memory the activations of all layers take for arrays of its type, the arrays
   * themselves and what layers hold beside among them; found by running it. The arrays are freed.
   */
  long activationBytes(List<INDArray> inputs);

  /**
   * The network as ONNX behind rows of columns; it is not run.
   *
   * @param rows how each input takes the next columns, by its name
   * @param kept which of the numbers of each output are units
   * @param stepsLast whether the steps of an output are its last dimension, where one of them
   *     counts
   */
  Conversion toOnnx(Map<String, RowShape> rows, List<Layout.Output> kept, boolean stepsLast);

  @Override
  void close();
}
