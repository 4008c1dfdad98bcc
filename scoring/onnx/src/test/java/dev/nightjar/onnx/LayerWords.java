package dev.nightjar.onnx;

import org.deeplearning4j.nn.conf.layers.Layer;

/** What tells a layer from others, without what only training reads. */
final class LayerWords {
  private LayerWords() {}

  static String of(Layer layer) {
    return layer.getClass().getSimpleName()
        + " "
        + layer
            .toString()
            .replaceAll(
                "(weightInit|bias(Init|Updater)|gainInit|regular|iUpdater|weightNoise|gradient"
                    + "|iDropout|constraints|cudnn|helper|forget|learning)[^,)]*(\\([^)]*\\))?[,)]",
                "")
            .replaceAll(" +", " ");
  }
}
