package dev.nightjar.dl4j.onnx;

import java.util.ArrayList;
import java.util.List;
import onnx.Onnx.AttributeProto;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.jspecify.annotations.Nullable;

/**
 * What slides over an image or a sequence, for each of its dimensions.
 *
 * @param before how many zeros stand before the first number
 * @param after how many stand behind the last
 * @param out at how many places the window stops
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Window(
    long[] kernel, long[] stride, long[] dilation, long[] before, long[] after, long[] out) {

  /**
   * The window as DL4J moves it.
   *
   * @param in the sizes of the image or sequence
   * @param padding before and after; {@code Same} and {@code Causal} have their own
   */
  static Window of(
      @Nullable ConvolutionMode mode,
      int[] kernel,
      int[] stride,
      int[] padding,
      int[] dilation,
      long... in) {
    int dimensions = in.length;
    Window window =
        new Window(
            new long[dimensions],
            new long[dimensions],
            new long[dimensions],
            new long[dimensions],
            new long[dimensions],
            new long[dimensions]);
    for (int i = 0; i < dimensions; i++) {
      window.kernel[i] = positive(kernel[i], "kernel");
      window.stride[i] = positive(stride[i], "stride");
      window.dilation[i] = positive(dilation[i], "dilation");
      window.place(i, mode == null ? ConvolutionMode.Truncate : mode, padding[i], in[i]);
    }
    return window;
  }

  private static long positive(long size, String what) {
    if (size < 1) {
      throw new RefusedException("its " + what + " is " + size);
    }
    return size;
  }

  private void place(int i, ConvolutionMode mode, long padding, long in) {
    long wide = (kernel[i] - 1) * dilation[i] + 1;
    switch (mode) {
      case Same -> {
        out[i] = (in + stride[i] - 1) / stride[i];
        long all = Math.max(0, (out[i] - 1) * stride[i] + wide - in);
        before[i] = all / 2;
        after[i] = all - before[i];
      }
      case Causal -> {
        before[i] = wide - 1;
        out[i] = (in - 1) / stride[i] + 1;
      }
      default -> {
        before[i] = padding;
        after[i] = padding;
        if (in + 2 * padding < wide) { // DL4J rounds the negative quotient up to a place
          throw new RefusedException("its window does not fit into its input");
        }
        out[i] = (in + 2 * padding - wide) / stride[i] + 1;
      }
    }
    if (out[i] < 1 || before[i] < 0) {
      throw new RefusedException("its window does not fit into its input");
    }
  }

  boolean dilated() {
    for (long one : dilation) {
      if (one != 1) {
        return true;
      }
    }
    return false;
  }

  boolean padded() {
    for (int i = 0; i < before.length; i++) {
      if (before[i] != 0 || after[i] != 0) {
        return true;
      }
    }
    return false;
  }

  /** As an operator takes it; with what else it takes. */
  AttributeProto[] attributes(AttributeProto... others) {
    long[] pads = new long[2 * before.length];
    System.arraycopy(before, 0, pads, 0, before.length);
    System.arraycopy(after, 0, pads, before.length, after.length);
    List<AttributeProto> all = new ArrayList<>();
    all.add(GraphWriter.ints("kernel_shape", kernel));
    all.add(GraphWriter.ints("strides", stride));
    all.add(GraphWriter.ints("pads", pads));
    if (dilated()) {
      all.add(GraphWriter.ints("dilations", dilation));
    }
    all.addAll(List.of(others));
    return all.toArray(AttributeProto[]::new);
  }
}
