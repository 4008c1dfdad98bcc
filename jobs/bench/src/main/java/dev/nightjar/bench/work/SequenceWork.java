package dev.nightjar.bench.work;

import dev.nightjar.contract.InputLayout;
import dev.nightjar.contract.InputLayout.Sequence.StepOrder;
import dev.nightjar.contract.Layout;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** J4: 50 steps of 8 features, one column for each, into an LSTM. */
final class SequenceWork extends FloatWork {
  private static final int STEPS = 50;
  private static final int FEATURES = 8;

  SequenceWork() {
    super(
        STEPS * FEATURES,
        new Layout(
            new InputLayout.Sequence(STEPS, FEATURES, StepOrder.STEPS_FIRST), Layout.Output.UNITS));
  }

  @Override
  public String name() {
    return "j4";
  }

  @Override
  public MultiLayerNetwork network() {
    return Networks.recurrent(FEATURES, STEPS);
  }

  @Override
  public long[] shape() {
    return new long[] {FEATURES, STEPS};
  }

  /** Columns come step by step, and DL4J takes all steps of a feature together. */
  @Override
  public int place(int column) {
    return column % FEATURES * STEPS + column / FEATURES;
  }
}
