package dev.nightjar.onnx;

import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Makes random parameters such as training could have given. */
final class Variances {
  private Variances() {}

  /** Variances that are not negative. */
  static void positive(Model network) {
    for (Map.Entry<String, INDArray> entry : network.paramTable().entrySet()) {
      if (entry.getKey().endsWith("_var")) {
        INDArray variances = entry.getValue();
        for (long i = 0; i < variances.length(); i++) {
          variances.putScalar(i, 0.1 + Math.abs(variances.getDouble(i)));
        }
      }
    }
  }
}
