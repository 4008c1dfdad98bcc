package dev.nightjar.dl4j.onnx;

import java.util.Map;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;

/** Which layers are converted, and by whom. A subclass of one of these is another layer. */
final class Layers {

  /** Adds a layer to the graph and gives what it gives; refuses what it does not know of it. */
  @FunctionalInterface
  private interface Converter {
    Tensor convert(Part part, Tensor in, GraphWriter graph);
  }

  private static final Map<Class<? extends Layer>, Converter> CONVERTERS =
      Map.ofEntries(
          Map.entry(DenseLayer.class, DenseLayers::dense),
          Map.entry(OutputLayer.class, DenseLayers::output),
          Map.entry(CenterLossOutputLayer.class, DenseLayers::output),
          Map.entry(RnnOutputLayer.class, DenseLayers::stepOutput),
          Map.entry(LossLayer.class, DenseLayers::loss),
          Map.entry(RnnLossLayer.class, DenseLayers::stepLoss),
          Map.entry(CnnLossLayer.class, DenseLayers::pixelLoss),
          Map.entry(ActivationLayer.class, DenseLayers::activation),
          Map.entry(PReLULayer.class, DenseLayers::prelu),
          Map.entry(ElementWiseMultiplicationLayer.class, DenseLayers::elementWise),
          Map.entry(BatchNormalization.class, NormalizationLayers::batch),
          Map.entry(DropoutLayer.class, WrapperLayers::identity),
          Map.entry(MaskLayer.class, WrapperLayers::identity),
          Map.entry(FrozenLayer.class, WrapperLayers::frozen),
          Map.entry(FrozenLayerWithBackprop.class, WrapperLayers::frozenWithBackprop));

  private Layers() {}

  /** Adds a layer of any kind. */
  static Tensor convert(Part part, Tensor in, GraphWriter graph) {
    Converter converter = CONVERTERS.get(part.layer().getClass());
    if (converter == null) {
      throw new RefusedException(
          "layers of the kind " + part.layer().getClass().getSimpleName() + " are not converted");
    }
    return converter.convert(part, in, graph);
  }
}
