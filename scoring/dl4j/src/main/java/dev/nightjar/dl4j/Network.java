package dev.nightjar.dl4j;

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

  @Override
  void close();
}
