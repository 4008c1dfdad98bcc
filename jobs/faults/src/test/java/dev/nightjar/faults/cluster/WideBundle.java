package dev.nightjar.faults.cluster;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.dl4j.Bundles;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.datavec.api.transform.TransformProcess;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** A bundle that is small on disk and needs gigabytes for each batch of rows. */
final class WideBundle {
  /** Units between input and output: a batch of 4,096 rows takes 2 GB for their activations. */
  private static final int UNITS = 120_000;

  private WideBundle() {}

  static void write(Path folder) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(
                    new DenseLayer.Builder().nIn(1).nOut(UNITS).activation(Activation.TANH).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.XENT)
                        .nIn(UNITS)
                        .nOut(1)
                        .activation(Activation.SIGMOID)
                        .build())
                .build());
    network.init();
    ColumnBatch.Builder sample = ColumnBatch.builder(Schema.of(new Field("x", DataType.DOUBLE)));
    for (int i = 0; i < 100; i++) {
      sample.row((double) i);
    }
    Bundles.from(network)
        .name("wide")
        .version("1")
        .created(Instant.parse("2024-03-01T00:00:00Z"))
        .transform(
            new TransformProcess.Builder(
                    new org.datavec.api.transform.schema.Schema.Builder()
                        .addColumnDouble("x")
                        .build())
                .build())
        .withoutNormalizer()
        .contract(
            new Contract(
                List.of(InputField.required("x", DataType.DOUBLE)),
                List.of(OutputField.probability("alarm", 0, 0.5))))
        .sample(sample.build())
        .write(folder);
  }
}
