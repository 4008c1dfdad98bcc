package dev.nightjar.dl4j;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.contract.InputLayout;
import dev.nightjar.contract.InputLayout.Image;
import dev.nightjar.contract.InputLayout.Rows;
import dev.nightjar.contract.InputLayout.Sequence;
import dev.nightjar.transform.Pipeline;
import java.util.Locale;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.DataFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.jspecify.annotations.Nullable;

/**
 * What a network takes, as its first layer declares it. A native operation that is given another
 * shape may notice late or never, so layouts are held against this before anything runs.
 *
 * @param layer the kind of the first layer, for messages
 * @param size columns of a row, channels of an image, features of a step; 0 when it does not say
 * @param height of an image; 0 when it does not say
 * @param width of an image; 0 when it does not say
 * @param channelsFirst whether channels or features stand before the pixels or steps
 * @param categories how many categories an embedding knows, whose numbers the columns then are; 0
 *     for any other layer
 */
record NetworkInput(
    String layer,
    Kind kind,
    long size,
    long height,
    long width,
    boolean channelsFirst,
    long categories) {

  /** What kinds of arrays a layer takes. */
  enum Kind {
    ROWS,
    IMAGE,
    SEQUENCE,
    /** The layer takes several kinds; running it shows whether it takes this one. */
    ANY
  }

  /** A graph whose input leads to no layer. */
  static NetworkInput unknown(String vertex) {
    return new NetworkInput(vertex, Kind.ANY, 0, 0, 0, true, 0);
  }

  /**
   * What the first layer declares.
   *
   * @param origin what messages call the network
   * @throws BundleException when no layout can make what it takes
   */
  static NetworkInput of(String origin, Layer first, @Nullable InputPreProcessor before) {
    Layer layer = unwrapped(first);
    String name =
        layer.getClass().getSimpleName()
            + (before == null ? "" : " behind a " + before.getClass().getSimpleName());
    if (before != null) {
      return behind(name, before, layer);
    }
    if (layer instanceof Convolution3D
        || layer instanceof Deconvolution3D
        || layer instanceof Subsampling3DLayer) {
      throw new BundleException(
          origin
              + " begins with a "
              + name
              + ", which takes volumes; layouts are rows, images and sequences, so begin with a"
              + " layer of one of these");
    }
    return of(name, layer);
  }

  private static Layer unwrapped(Layer first) {
    if (first instanceof TimeDistributed) {
      return first;
    }
    if (first instanceof FrozenLayer frozen) {
      return unwrapped(frozen.getLayer());
    }
    if (first instanceof BaseWrapperLayer wrapper) {
      return unwrapped(wrapper.getUnderlying());
    }
    return first instanceof Bidirectional both ? unwrapped(both.getFwd()) : first;
  }

  private static NetworkInput behind(String name, InputPreProcessor before, Layer layer) {
    if (before instanceof FeedForwardToCnnPreProcessor pixels) {
      return rows(name, pixels.getInputHeight() * pixels.getInputWidth() * pixels.getNumChannels());
    }
    if (before instanceof CnnToFeedForwardPreProcessor flat) {
      return new NetworkInput(
          name,
          Kind.IMAGE,
          flat.getNumChannels(),
          flat.getInputHeight(),
          flat.getInputWidth(),
          flat.getFormat() != CNN2DFormat.NHWC,
          0);
    }
    if (before instanceof CnnToRnnPreProcessor image) {
      return new NetworkInput(
          name,
          Kind.IMAGE,
          image.getNumChannels(),
          image.getInputHeight(),
          image.getInputWidth(),
          true,
          0);
    }
    if (before instanceof RnnToFeedForwardPreProcessor steps) {
      long features = layer instanceof FeedForwardLayer fed ? fed.getNIn() : 0;
      return sequence(name, features, steps.getRnnDataFormat());
    }
    if (before instanceof RnnToCnnPreProcessor steps) {
      long features =
          (long) steps.getInputHeight() * steps.getInputWidth() * steps.getNumChannels();
      return sequence(name, features, steps.getRnnDataFormat());
    }
    return unknown(name);
  }

  private static NetworkInput of(String name, Layer layer) {
    if (layer instanceof TimeDistributed each) {
      Layer inside = unwrapped(each.getUnderlying());
      long features = inside instanceof FeedForwardLayer fed ? fed.getNIn() : 0;
      return sequence(name, features, each.getRnnDataFormat());
    }
    if (layer instanceof Convolution1DLayer convolution) {
      return sequence(name, convolution.getNIn(), convolution.getRnnDataFormat());
    }
    if (layer instanceof ConvolutionLayer convolution) {
      return image(name, convolution.getNIn(), convolution.getCnn2dDataFormat());
    }
    if (layer instanceof Subsampling1DLayer) {
      return sequence(name, 0, RNNFormat.NCW);
    }
    if (layer instanceof SubsamplingLayer pooling) {
      return image(name, 0, pooling.getCnn2dDataFormat());
    }
    if (layer instanceof CnnLossLayer loss) {
      return image(name, 0, loss.getFormat());
    }
    if (layer instanceof BaseRecurrentLayer recurrent) {
      return sequence(name, recurrent.getNIn(), recurrent.getRnnDataFormat());
    }
    if (layer instanceof RnnOutputLayer output) {
      return sequence(name, output.getNIn(), output.getRnnDataFormat());
    }
    if (layer instanceof RnnLossLayer loss) {
      return sequence(name, 0, loss.getRnnDataFormat());
    }
    if (layer instanceof EmbeddingLayer one) {
      return embedding(name, 1, one);
    }
    if (layer instanceof EmbeddingSequenceLayer several) {
      return embedding(name, Math.max(0, several.getInputLength()), several);
    }
    if (layer instanceof DenseLayer dense && dense.getTimeDistributedFormat() != null) {
      return sequence(name, dense.getNIn(), dense.getTimeDistributedFormat());
    }
    return layer instanceof FeedForwardLayer fed && !(layer instanceof BatchNormalization)
        ? rows(name, fed.getNIn())
        : unknown(name);
  }

  private static NetworkInput rows(String name, long columns) {
    return new NetworkInput(name, Kind.ROWS, columns, 0, 0, true, 0);
  }

  private static NetworkInput embedding(String name, long columns, FeedForwardLayer layer) {
    return new NetworkInput(name, Kind.ROWS, columns, 0, 0, true, layer.getNIn());
  }

  private static NetworkInput image(String name, long channels, @Nullable CNN2DFormat format) {
    return new NetworkInput(name, Kind.IMAGE, channels, 0, 0, format != CNN2DFormat.NHWC, 0);
  }

  /** Files from before formats were declared have none; then features come first. */
  private static NetworkInput sequence(String name, long features, @Nullable DataFormat format) {
    return new NetworkInput(name, Kind.SEQUENCE, features, 0, 0, format != RNNFormat.NWC, 0);
  }

  /** Whether the layer can take that number; an embedding would throw for the whole batch. */
  boolean takes(float value) {
    return Pipeline.takes(categories, value);
  }

  /** Whether a layout makes arrays that the layer says it takes. */
  boolean takes(InputLayout layout) {
    return switch (kind) {
      case ANY -> true;
      case ROWS -> layout instanceof Rows;
      case IMAGE ->
          layout instanceof Image image
              && isOrUnsaid(size, image.channels())
              && isOrUnsaid(height, image.height())
              && isOrUnsaid(width, image.width());
      case SEQUENCE -> layout instanceof Sequence steps && isOrUnsaid(size, steps.features());
    };
  }

  private static boolean isOrUnsaid(long declared, long size) {
    return declared == 0 || declared == size;
  }

  /** What it takes, for messages, such as {@code sequences, [rows, 3 features, steps]}. */
  String words() {
    return switch (kind) {
      case ANY -> "arrays of a kind that it does not say";
      case ROWS -> size == 0 ? "rows of numbers" : "rows of " + size + " numbers";
      case IMAGE ->
          "images, "
              + shape(
                  sized(size, "channels"), sized(height, "height") + ", " + sized(width, "width"));
      case SEQUENCE -> "sequences, " + shape(sized(size, "features"), "steps");
    };
  }

  /** The layout to declare, as YAML. */
  String remedy() {
    return switch (kind) {
      case ANY, ROWS -> "leave out 'layout' in the contract";
      case IMAGE ->
          String.format(
              "write 'layout: {kind: image, channels: %s, height: %s, width: %s}' in the contract",
              orDots(size), orDots(height), orDots(width));
      case SEQUENCE ->
          String.format(
              "write 'layout: {kind: sequence, steps: …, features: %s}' in the contract",
              orDots(size));
    };
  }

  /** What a layout of several inputs says of this one, as YAML. */
  String toWrite(String name) {
    return switch (kind) {
      case ANY, ROWS -> String.format("%s: {columns: %s}", name, orDots(size));
      case IMAGE ->
          String.format(
              "%s: {kind: image, channels: %s, height: %s, width: %s}",
              name, orDots(size), orDots(height), orDots(width));
      case SEQUENCE ->
          String.format("%s: {kind: sequence, steps: …, features: %s}", name, orDots(size));
    };
  }

  private String shape(String channels, String positions) {
    return channelsFirst
        ? "[rows, " + channels + ", " + positions + "]"
        : "[rows, " + positions + ", " + channels + "]";
  }

  private static String sized(long size, String what) {
    return size == 0 ? what : String.format(Locale.ROOT, "%d %s", size, what);
  }

  private static String orDots(long size) {
    return size == 0 ? "…" : Long.toString(size);
  }
}
