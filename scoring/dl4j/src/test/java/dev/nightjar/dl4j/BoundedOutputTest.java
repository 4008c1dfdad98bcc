package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.contract.Layout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class BoundedOutputTest {
  /** Floats of a row: 3 in, 50 hidden, 2 out. */
  private static final long BYTES_PER_ROW = 4L * (3 + 50 + 2);

  private MultiLayerNetwork dl4j;
  private RowNetwork network;

  @BeforeEach
  void read() throws IOException {
    Nd4jBackend.prepare();
    dl4j =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(50).activation(Activation.TANH).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(50)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    dl4j.init();
    network = networkOf(dl4j);
  }

  @AfterEach
  void close() {
    network.close();
    dl4j.close();
  }

  @Test
  void the_memory_of_a_row_is_that_of_all_activations() throws IOException {
    assertThat(network.bytesPerRow()).isEqualTo(BYTES_PER_ROW);
    ComputationGraph graph = dl4j.toComputationGraph();
    try (RowNetwork other = networkOf(graph)) {
      assertThat(other.bytesPerRow()).isEqualTo(BYTES_PER_ROW);
    }
  }

  @Test
  void a_quarter_of_the_limit_is_for_activations_and_their_sums() {
    assertThat(new BoundedOutput(network, 8 * 10 * BYTES_PER_ROW).mostRows()).isEqualTo(10);
    assertThat(new BoundedOutput(network, 1).mostRows()).isEqualTo(1);
    assertThat(new BoundedOutput(network, 0).mostRows()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void rows_in_parts_come_out_as_dl4j_gives_them_as_a_whole() {
    int rows = 23;
    float[] values = new float[rows * 3];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    float[] whole = Matrices.values(dl4j.output(Nd4j.create(values, new long[] {rows, 3}, 'c')));

    float[] parts = new BoundedOutput(network, 8 * 10 * BYTES_PER_ROW).output(values, rows);

    assertThat(parts).hasSize(rows * 2);
    for (int i = 0; i < parts.length; i++) {
      assertThat(parts[i]).as("value " + i).isCloseTo(whole[i], within(1e-6f));
    }
  }

  private static RowNetwork networkOf(org.deeplearning4j.nn.api.Model model) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(model, bytes, false);
    Network read = Networks.read("model.zip", ModelZip.read("model.zip", bytes.toByteArray()));
    return RowNetwork.of("model.zip", read, Layout.ROWS, 3);
  }
}
