package dev.nightjar.dl4j;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Rows between the Java heap and ND4J's memory. The collector does not see how large that memory
 * is, so who makes an array here frees it too.
 */
final class Matrices {
  private Matrices() {}

  /** A matrix with these values, row after row. */
  static INDArray of(float[] values, int rows, DataType type) {
    return of(values, new long[] {rows, values.length / rows}, type);
  }

  /** An array of this shape with these values, the last index running fastest. */
  static INDArray of(float[] values, long[] shape, DataType type) {
    INDArray floats = Nd4j.create(values, shape, DataType.FLOAT);
    INDArray typed = floats.castTo(type);
    if (typed != floats) {
      free(floats);
    }
    return typed;
  }

  /** The values of an array of any type and order, the last index running fastest. */
  static float[] values(INDArray array) {
    INDArray floats = array.castTo(DataType.FLOAT);
    INDArray copy = floats.dup('c');
    float[] values = copy.data().asFloat();
    free(copy);
    if (floats != array) {
      free(floats);
    }
    return values;
  }

  /** Gives an array's memory back at once, when the array is its only owner. */
  static void free(INDArray array) {
    if (array.closeable()) {
      array.close();
    }
  }
}
