package dev.nightjar.dl4j.onnx;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.Pooling1D;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;

/** Which layers are converted, and by whom. A subclass of one of these is another layer. */
final class Layers {

  /** Adds a layer to the graph and gives what it gives; refuses what it does not know of it. */
  @FunctionalInterface
  private interface Converter {
    Tensor convert(Part part, Tensor in, GraphWriter graph);
  }

  @SuppressWarnings("deprecation") // files hold the old layers still
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
          Map.entry(ConvolutionLayer.class, ConvolutionLayers::image),
          Map.entry(Convolution2D.class, ConvolutionLayers::image),
          Map.entry(Convolution1DLayer.class, ConvolutionLayers::sequence),
          Map.entry(Convolution1D.class, ConvolutionLayers::sequence),
          Map.entry(DepthwiseConvolution2D.class, ConvolutionLayers::depthwise),
          Map.entry(SeparableConvolution2D.class, ConvolutionLayers::separable),
          Map.entry(SubsamplingLayer.class, PoolingLayers::image),
          Map.entry(Pooling2D.class, PoolingLayers::image),
          Map.entry(Subsampling1DLayer.class, PoolingLayers::sequence),
          Map.entry(Pooling1D.class, PoolingLayers::sequence),
          Map.entry(GlobalPoolingLayer.class, PoolingLayers::global),
          Map.entry(ZeroPaddingLayer.class, ShapeLayers::padImage),
          Map.entry(ZeroPadding1DLayer.class, ShapeLayers::padSequence),
          Map.entry(Cropping2D.class, ShapeLayers::cropImage),
          Map.entry(Cropping1D.class, ShapeLayers::cropSequence),
          Map.entry(Upsampling2D.class, ShapeLayers::upsampleImage),
          Map.entry(Upsampling1D.class, ShapeLayers::upsampleSequence),
          Map.entry(RepeatVector.class, ShapeLayers::repeatVector),
          Map.entry(EmbeddingLayer.class, EmbeddingLayers::one),
          Map.entry(EmbeddingSequenceLayer.class, EmbeddingLayers::several),
          Map.entry(LSTM.class, RecurrentLayers::recurrent),
          Map.entry(GravesLSTM.class, RecurrentLayers::recurrent),
          Map.entry(SimpleRnn.class, RecurrentLayers::recurrent),
          Map.entry(GravesBidirectionalLSTM.class, RecurrentLayers::gravesBidirectional),
          Map.entry(Bidirectional.class, RecurrentLayers::bidirectional),
          Map.entry(LastTimeStep.class, RecurrentLayers::lastStep),
          Map.entry(TimeDistributed.class, RecurrentLayers::timeDistributed),
          Map.entry(DropoutLayer.class, WrapperLayers::identity),
          Map.entry(MaskLayer.class, WrapperLayers::identity),
          Map.entry(FrozenLayer.class, WrapperLayers::frozen),
          Map.entry(FrozenLayerWithBackprop.class, WrapperLayers::frozenWithBackprop));

  private Layers() {}

  /** The names of the kinds that are converted. */
  static Set<String> kinds() {
    return CONVERTERS.keySet().stream().map(Class::getSimpleName).collect(Collectors.toSet());
  }

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
