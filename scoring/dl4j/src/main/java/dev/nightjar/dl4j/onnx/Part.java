package dev.nightjar.dl4j.onnx;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer: how it is configured and what it has learned.
 *
 * @param parameters by DL4J's keys
 */
record Part(Layer layer, Map<String, INDArray> parameters) {

  /** The configuration as the kind of layer that the table found it to be. */
  <L extends Layer> L as(Class<L> kind) {
    return kind.cast(layer);
  }

  /** What it has learned under one key. */
  INDArray parameter(String key) {
    INDArray parameter = parameters.get(key);
    if (parameter == null) {
      throw new RefusedException("it has no parameters '" + key + "'");
    }
    return parameter;
  }

  /** A layer inside it. */
  Part inside(Layer layer) {
    return new Part(layer, parameters);
  }

  /** A layer inside it whose parameters have keys that begin so. */
  Part inside(Layer layer, String prefix) {
    Map<String, INDArray> theirs = new HashMap<>();
    parameters.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            theirs.put(key.substring(prefix.length()), value);
          }
        });
    return new Part(layer, theirs);
  }
}
