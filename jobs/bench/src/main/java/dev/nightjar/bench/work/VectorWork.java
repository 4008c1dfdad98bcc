package dev.nightjar.bench.work;

import dev.nightjar.contract.Layout;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** J1: 32 floats into a perceptron 32-128-64-1. */
final class VectorWork extends FloatWork {
  private static final int WIDTH = 32;

  VectorWork() {
    super(WIDTH, Layout.ROWS);
  }

  @Override
  public String name() {
    return "j1";
  }

  @Override
  public MultiLayerNetwork network() {
    return Networks.perceptron(WIDTH);
  }

  @Override
  public long[] shape() {
    return new long[] {WIDTH};
  }
}
