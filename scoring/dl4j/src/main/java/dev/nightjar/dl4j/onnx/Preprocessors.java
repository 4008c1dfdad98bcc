package dev.nightjar.dl4j.onnx;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.preprocessors.KerasFlattenRnnPreprocessor;
import org.deeplearning4j.preprocessors.PermutePreprocessor;
import org.deeplearning4j.preprocessors.ReshapePreprocessor;

/** What stands between layers of different kinds. */
final class Preprocessors {
  private Preprocessors() {}

  static Tensor convert(InputPreProcessor between, Tensor in, GraphWriter graph) {
    Class<?> kind = between.getClass();
    if (kind == CnnToFeedForwardPreProcessor.class) {
      return fromImage((CnnToFeedForwardPreProcessor) between, in, graph);
    }
    if (kind == FeedForwardToCnnPreProcessor.class) {
      return toImage((FeedForwardToCnnPreProcessor) between, in, graph);
    }
    if (kind == RnnToFeedForwardPreProcessor.class) {
      return fromSteps((RnnToFeedForwardPreProcessor) between, in, graph);
    }
    if (kind == FeedForwardToRnnPreProcessor.class) {
      Options.check(between, "rnnDataFormat");
      in.requireRank(2);
      return unfolded(in, ((FeedForwardToRnnPreProcessor) between).getRnnDataFormat(), graph);
    }
    if (kind == CnnToRnnPreProcessor.class) {
      return imagesToSteps((CnnToRnnPreProcessor) between, in, graph);
    }
    if (kind == RnnToCnnPreProcessor.class) {
      return stepsToImages((RnnToCnnPreProcessor) between, in, graph);
    }
    if (kind == KerasFlattenRnnPreprocessor.class) {
      Options.check(between, "tsLength", "depth");
      return graph.flat(in);
    }
    if (kind == PermutePreprocessor.class) {
      return permuted((PermutePreprocessor) between, in, graph);
    }
    if (kind == ReshapePreprocessor.class) {
      return reshaped((ReshapePreprocessor) between, in, graph);
    }
    if (kind == ComposableInputPreProcessor.class) {
      Options.check(between, "inputPreProcessors");
      Tensor out = in;
      for (InputPreProcessor one :
          ((ComposableInputPreProcessor) between).getInputPreProcessors()) {
        out = convert(one, out, graph);
      }
      return out;
    }
    throw new RefusedException("a " + kind.getSimpleName() + " before it is not converted");
  }

  private static Tensor fromImage(
      CnnToFeedForwardPreProcessor between, Tensor in, GraphWriter graph) {
    Options.check(between, "inputHeight", "inputWidth", "numChannels", "format");
    if (in.rank() == 2) {
      return in;
    }
    in.requireRank(4);
    boolean last = between.getFormat() == CNN2DFormat.NHWC;
    long[] declared = {between.getNumChannels(), between.getInputHeight(), between.getInputWidth()};
    long[] given = {in.size(last ? 3 : 1), in.size(last ? 1 : 2), in.size(last ? 2 : 3)};
    if (Arrays.stream(declared).anyMatch(size -> size != 0) && !Arrays.equals(declared, given)) {
      throw new RefusedException("the image before it is another than its preprocessor declares");
    }
    return graph.flat(in);
  }

  private static Tensor toImage(
      FeedForwardToCnnPreProcessor between, Tensor in, GraphWriter graph) {
    Options.check(between, "inputHeight", "inputWidth", "numChannels", "shape");
    if (in.rank() == 4) {
      return in;
    }
    in.requireRank(2);
    return graph.reshaped(
        in, between.getNumChannels(), between.getInputHeight(), between.getInputWidth());
  }

  private static Tensor fromSteps(
      RnnToFeedForwardPreProcessor between, Tensor in, GraphWriter graph) {
    Options.check(between, "rnnDataFormat");
    if (in.rank() == 2) {
      return in;
    }
    in.requireRank(3);
    return folded(in, between.getRnnDataFormat(), graph);
  }

  /** Each step a row. */
  static Tensor folded(Tensor in, RNNFormat format, GraphWriter graph) {
    Tensor steps = format == RNNFormat.NWC ? in : graph.turned(in, 0, 2, 1);
    List<Long> shape = List.of(steps.size(2));
    return new Tensor(
        graph.reshape(steps.name(), shape), shape, Math.multiplyExact(in.perRow(), steps.size(1)));
  }

  /** The steps of a row together again. */
  static Tensor unfolded(Tensor in, RNNFormat format, GraphWriter graph) {
    List<Long> shape = List.of(in.perRow(), in.size(1));
    Tensor steps = new Tensor(graph.reshape(in.name(), shape), shape, 1);
    return format == RNNFormat.NWC ? steps : graph.turned(steps, 0, 2, 1);
  }

  private static Tensor imagesToSteps(CnnToRnnPreProcessor between, Tensor in, GraphWriter graph) {
    Options.check(between, "inputHeight", "inputWidth", "numChannels", "product", "rnnDataFormat");
    in.requireRank(4);
    return unfolded(graph.flat(in), between.getRnnDataFormat(), graph);
  }

  private static Tensor stepsToImages(RnnToCnnPreProcessor between, Tensor in, GraphWriter graph) {
    Options.check(between, "inputHeight", "inputWidth", "numChannels", "product", "rnnDataFormat");
    in.requireRank(3);
    return graph.reshaped(
        folded(in, between.getRnnDataFormat(), graph),
        (long) between.getNumChannels(),
        (long) between.getInputHeight(),
        (long) between.getInputWidth());
  }

  private static Tensor permuted(PermutePreprocessor between, Tensor in, GraphWriter graph) {
    Options.check(between, "permutationIndices", "hasLeadingDimension");
    int[] order = between.getPermutationIndices();
    if (order.length + 1 == in.rank()) {
      int[] whole = new int[in.rank()];
      System.arraycopy(order, 0, whole, 1, order.length);
      order = whole;
    }
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] != i || sorted.length != in.rank() || order[0] != 0) {
        throw new RefusedException("its permutation mixes rows, or is none of its input");
      }
    }
    return graph.turned(in, order);
  }

  private static Tensor reshaped(ReshapePreprocessor between, Tensor in, GraphWriter graph) {
    Options.check(between, "inputShape", "targetShape", "hasMiniBatchDimension", "format");
    if (in.perRow() != 1) {
      throw new RefusedException("it shapes the steps of sequences anew");
    }
    long[] target = between.getTargetShape();
    return graph.reshaped(
        in,
        Arrays.stream(target)
            .skip(between.isHasMiniBatchDimension() ? 1 : 0)
            .boxed()
            .toArray(Long[]::new));
  }
}
