package dev.nightjar.dl4j;

import org.deeplearning4j.nn.conf.layers.AbstractLSTM;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;

/**
 * How many numbers a layer holds for a row beside the input that it is given and the output that it
 * hands on: what layers inside it make, the gates of recurrent ones, and arrays that are turned to
 * be computed with. Rather too many than too few, for DL4J and ONNX Runtime alike. Not counted:
 * what a convolution unfolds of its input, which both libraries do for few rows at a time.
 */
@SuppressWarnings("deprecation") // files hold the old layers still
final class LayerMemory {
  /** Four gates, the state of the cell, and the output turned there and back. */
  private static final int LSTM_ARRAYS = 4 + 1 + 2;

  /** The sums, and the output turned there and back. */
  private static final int RECURRENT_ARRAYS = 1 + 2;

  /** Turned there, and for old formats to what ONNX knows before that. */
  private static final int TURNED = 2;

  private LayerMemory() {}

  /**
   * The numbers of a row beside input and output.
   *
   * @param layer as it is configured
   * @param in how many numbers of a row it is given
   * @param out how many it hands on
   */
  static long beside(Layer layer, long in, long out) {
    if (layer instanceof LastTimeStep last) {
      long all = Math.max(1, steps(last.getUnderlying(), in)) * out;
      return all + beside(last.getUnderlying(), in, all);
    }
    if (layer instanceof BaseWrapperLayer wrapper) {
      return TURNED * (in + out) + out + beside(wrapper.getUnderlying(), in, out);
    }
    if (layer instanceof FrozenLayer frozen) {
      return beside(frozen.getLayer(), in, out);
    }
    if (layer instanceof Bidirectional both) {
      long one = both.getMode() == Bidirectional.Mode.CONCAT ? (out + 1) / 2 : out;
      return TURNED * (in + out)
          + 2 * one
          + beside(both.getFwd(), in, one)
          + beside(both.getBwd(), in, one);
    }
    return besideOne(layer, in, out);
  }

  private static long besideOne(Layer layer, long in, long out) {
    if (layer instanceof GravesBidirectionalLSTM) {
      return 2 * (LSTM_ARRAYS + 1) * out + TURNED * in;
    }
    if (layer instanceof AbstractLSTM) {
      return LSTM_ARRAYS * out + TURNED * in;
    }
    if (layer instanceof BaseRecurrentLayer) {
      return RECURRENT_ARRAYS * out + TURNED * in;
    }
    if (layer instanceof RnnOutputLayer
        || layer instanceof RnnLossLayer
        || layer instanceof CnnLossLayer) {
      return in + out;
    }
    if (layer instanceof SeparableConvolution2D convolution && convolution.getNOut() > 0) {
      return out
          / convolution.getNOut()
          * convolution.getNIn()
          * Math.max(1, convolution.getDepthMultiplier());
    }
    return 0;
  }

  /** How many steps a row has for the layer inside. */
  private static long steps(Layer inside, long in) {
    if (inside instanceof BaseWrapperLayer wrapper) {
      return steps(wrapper.getUnderlying(), in);
    }
    if (inside instanceof FrozenLayer frozen) {
      return steps(frozen.getLayer(), in);
    }
    if (inside instanceof Bidirectional both) {
      return steps(both.getFwd(), in);
    }
    // A layer that does not say has at most a step for each number.
    return inside instanceof FeedForwardLayer fed && fed.getNIn() > 0 ? in / fed.getNIn() : in;
  }
}
