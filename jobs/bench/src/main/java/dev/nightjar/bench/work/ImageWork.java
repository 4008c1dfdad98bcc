package dev.nightjar.bench.work;

import dev.nightjar.contract.InputLayout;
import dev.nightjar.contract.InputLayout.Image.PixelOrder;
import dev.nightjar.contract.Layout;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** J3: an image of 28 × 28 pixels, one column for each, into a convolutional network. */
final class ImageWork extends FloatWork {
  private static final int SIDE = 28;

  ImageWork() {
    super(
        SIDE * SIDE,
        new Layout(
            new InputLayout.Image(1, SIDE, SIDE, PixelOrder.CHANNELS_FIRST), Layout.Output.UNITS));
  }

  @Override
  public String name() {
    return "j3";
  }

  @Override
  public MultiLayerNetwork network() {
    return Networks.convolutional(SIDE, SIDE);
  }

  @Override
  public long[] shape() {
    return new long[] {1, SIDE, SIDE};
  }
}
