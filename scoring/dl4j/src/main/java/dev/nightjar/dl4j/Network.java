package dev.nightjar.dl4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network with one input and one output, both rows of numbers. Not thread-safe, as networks are
 * not.
 */
interface Network extends AutoCloseable {

  /** How many numbers a row has; as the first layer declares it. */
  int inputs();

  /** The type in which it computes. */
  DataType type();

  /** The activations of the output layer for rows of its type, as at scoring: dropout is off. */
  INDArray output(INDArray rows);

  /** How much native memory the activations of all layers take for a row; found by running one. */
  long bytesPerRow();

  @Override
  void close();

  /** The activations for rows of floats, row after row. */
  default float[] output(float[] values, int rows) {
    INDArray input = Matrices.of(values, rows, type());
    try {
      INDArray output = output(input);
      float[] activations = Matrices.values(output);
      Matrices.free(output);
      return activations;
    } finally {
      Matrices.free(input);
    }
  }
}
