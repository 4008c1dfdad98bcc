package dev.nightjar.dl4j.onnx;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.jspecify.annotations.Nullable;

/** Between channels first, which ONNX knows, and channels last, which layers may be given. */
final class Formats {
  private Formats() {}

  /** Old files name no format; then channels stand first. */
  static Tensor channelsFirst(Tensor in, @Nullable CNN2DFormat format, GraphWriter graph) {
    in.requireRank(4);
    return format == CNN2DFormat.NHWC ? graph.turned(in, 0, 3, 1, 2) : in;
  }

  static Tensor given(Tensor in, @Nullable CNN2DFormat format, GraphWriter graph) {
    return format == CNN2DFormat.NHWC ? graph.turned(in, 0, 2, 3, 1) : in;
  }

  /** Old files name no format; then features stand first. */
  static Tensor channelsFirst(Tensor in, @Nullable RNNFormat format, GraphWriter graph) {
    in.requireRank(3);
    return format == RNNFormat.NWC ? graph.turned(in, 0, 2, 1) : in;
  }

  static Tensor given(Tensor in, @Nullable RNNFormat format, GraphWriter graph) {
    return format == RNNFormat.NWC ? graph.turned(in, 0, 2, 1) : in;
  }
}
