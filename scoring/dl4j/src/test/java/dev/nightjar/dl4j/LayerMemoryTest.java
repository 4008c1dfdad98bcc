package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.contract.InputLayout.Sequence;
import dev.nightjar.contract.Layout;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What a row takes inside layers that hide others, counted by hand. */
class LayerMemoryTest {
  private static final int STEPS = 50;
  private static final int FEATURES = 8;
  private static final int UNITS = 64;

  /** The input, and of each step the output, four gates and the state of the cell. */
  private static final long LSTM = 4L * STEPS * (FEATURES + UNITS * (1 + 4 + 1));

  @BeforeAll
  static void prepare() {
    Nd4jBackend.prepare();
  }

  @Test
  void the_steps_and_gates_behind_a_last_step_are_counted() {
    assertThat(bytesOfRow(new LastTimeStep(lstm()), UNITS)).isBetween(LSTM, 2 * LSTM);
  }

  @Test
  void they_are_counted_as_well_where_the_sequence_is_handed_on() {
    long shown = bytesOfRow(lstm());
    assertThat(shown).isBetween(LSTM, 2 * LSTM);
    assertThat(bytesOfRow(new FrozenLayer(lstm()))).isEqualTo(shown);
  }

  @Test
  void both_directions_are_counted_and_what_joins_them() {
    long both = 2 * LSTM - 4L * STEPS * FEATURES + 4L * STEPS * 2 * UNITS;
    assertThat(
            bytesOfRow(
                new LastTimeStep(new Bidirectional(Bidirectional.Mode.CONCAT, lstm())), 2 * UNITS))
        .isBetween(both, 2 * both);
    long added = 2 * LSTM - 4L * STEPS * FEATURES + 4L * STEPS * UNITS;
    assertThat(
            bytesOfRow(new LastTimeStep(new Bidirectional(Bidirectional.Mode.ADD, lstm())), UNITS))
        .isBetween(added, 2 * added);
  }

  @Test
  void the_sums_of_a_simple_layer_are_counted() {
    long simple = 4L * STEPS * (FEATURES + 2 * UNITS);
    assertThat(
            bytesOfRow(
                new LastTimeStep(new SimpleRnn.Builder().nIn(FEATURES).nOut(UNITS).build()), UNITS))
        .isBetween(simple, 3 * simple);
  }

  @Test
  void layers_of_each_step_are_counted_for_all_steps() {
    long dense = 4L * STEPS * (FEATURES + 2 * UNITS);
    assertThat(
            bytesOfRow(
                new TimeDistributed(
                    new DenseLayer.Builder().nIn(FEATURES).nOut(UNITS).build(), RNNFormat.NCW)))
        .isBetween(dense, 3 * dense);
  }

  private static LSTM lstm() {
    return new LSTM.Builder().nIn(FEATURES).nOut(UNITS).build();
  }

  /** Behind it a layer that takes its last step. */
  private static long bytesOfRow(Layer layer, int units) {
    return bytesOfRow(
        layer,
        new OutputLayer.Builder(LossFunction.XENT)
            .nIn(units)
            .nOut(1)
            .activation(Activation.SIGMOID)
            .build(),
        Layout.Output.UNITS);
  }

  /** Behind it a layer that takes all steps. */
  private static long bytesOfRow(Layer layer) {
    return bytesOfRow(
        layer,
        new RnnOutputLayer.Builder(LossFunction.XENT)
            .nIn(UNITS)
            .nOut(1)
            .activation(Activation.SIGMOID)
            .build(),
        Layout.Output.LAST_STEP);
  }

  private static long bytesOfRow(Layer layer, Layer output, Layout.Output kept) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder().list().layer(layer).layer(output).build());
    network.init();
    Network read =
        Networks.read("model.zip", ModelZip.read("model.zip", ConvertedNetwork.saved(network)));
    Sequence steps = new Sequence(STEPS, FEATURES, Sequence.StepOrder.STEPS_FIRST);
    try (RowNetwork rows =
        RowNetwork.of("model.zip", read, new Layout(steps, kept), STEPS * FEATURES)) {
      return rows.bytesPerRow();
    } finally {
      network.close();
    }
  }
}
