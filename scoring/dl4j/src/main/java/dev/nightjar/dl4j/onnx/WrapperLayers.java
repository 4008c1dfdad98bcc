package dev.nightjar.dl4j.onnx;

import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;

/** Layers that only change how another is trained, and layers that only training sees. */
final class WrapperLayers {
  private WrapperLayers() {}

  static Tensor frozen(Part part, Tensor in, GraphWriter graph) {
    FrozenLayer layer = part.as(FrozenLayer.class);
    Options.check(layer, "layer");
    return Layers.convert(part.inside(layer.getLayer()), in, graph);
  }

  static Tensor frozenWithBackprop(Part part, Tensor in, GraphWriter graph) {
    BaseWrapperLayer layer = part.as(BaseWrapperLayer.class);
    Options.check(layer, "underlying");
    return Layers.convert(part.inside(layer.getUnderlying()), in, graph);
  }

  /** Dropout is over after training, and without a mask a mask layer has nothing to do. */
  static Tensor identity(Part part, Tensor in, GraphWriter graph) {
    Options.check(part.layer(), "activationFn");
    return in;
  }
}
