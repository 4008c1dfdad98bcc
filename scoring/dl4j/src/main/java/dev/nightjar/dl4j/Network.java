package dev.nightjar.dl4j;

import dev.nightjar.contract.Layout;
import dev.nightjar.dl4j.onnx.Conversion;
import dev.nightjar.dl4j.onnx.RowShape;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network with one input and one output. Not thread-safe, as networks are not. */
interface Network extends AutoCloseable {

  /** What it takes, as its first layer declares it. */
  NetworkInput input();

  /** The type in which it computes. */
  DataType type();

  /** The activations of the output layer for arrays of its type, as at scoring: dropout is off. */
  INDArray output(INDArray input);

  /**
   * How much native memory the activations of all layers take for an array of its type, the array
   * itself among them; found by running it. The array is freed.
   */
  long activationBytes(INDArray input);

  /** The network as ONNX behind rows of columns; it is not run. */
  Conversion toOnnx(RowShape rows, Layout.Output output);

  @Override
  void close();
}
