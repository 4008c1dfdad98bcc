package dev.nightjar.spark;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputField.OnInvalid;
import dev.nightjar.contract.InputField.OnMissing;
import dev.nightjar.contract.InputField.OnUnknown;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.dl4j.Bundles;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.DoubleColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** A bundle of one layer over a number and a colour; its scores can be computed by hand. */
final class TestBundle {
  /** Weights of x, red, green, and the bias. */
  private static final double[] WEIGHTS = {0.1, 0.5, -0.5, -0.3};

  private TestBundle() {}

  /** What the network gives for a row that reaches it. */
  static double score(double x, boolean red) {
    return 1 / (1 + Math.exp(-(WEIGHTS[0] * x + WEIGHTS[red ? 1 : 2] + WEIGHTS[3])));
  }

  static Contract contract() {
    return new Contract(
        List.of(
            new InputField(
                "x",
                DataType.DOUBLE,
                false,
                List.of(),
                OnMissing.IMPUTE,
                Optional.of(1.0),
                Optional.empty(),
                OnInvalid.REJECT,
                OnUnknown.REJECT,
                Optional.empty()),
            InputField.category("colour", List.of("red", "green"))),
        List.of(OutputField.probability("alarm", 0, 0.5)));
  }

  /** Packages it; rows with an x above 90 are filtered by its transform. */
  static void write(Path place, String version) {
    Bundles.from(network())
        .name("readings")
        .version(version)
        .created(Instant.parse("2024-03-01T00:00:00Z"))
        .transform(transform())
        .withoutNormalizer()
        .contract(contract())
        .sample(sample())
        .write(place);
  }

  private static TransformProcess transform() {
    return new TransformProcess.Builder(
            new org.datavec.api.transform.schema.Schema.Builder()
                .addColumnDouble("x")
                .addColumnCategorical("colour", "red", "green")
                .build())
        .filter(new ConditionFilter(new DoubleColumnCondition("x", ConditionOp.GreaterThan, 90)))
        .categoricalToOneHot("colour")
        .build();
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.XENT)
                        .nIn(3)
                        .nOut(1)
                        .activation(Activation.SIGMOID)
                        .build())
                .build());
    network.init();
    network.setParams(Nd4j.create(new double[][] {WEIGHTS}).castTo(network.params().dataType()));
    return network;
  }

  private static ColumnBatch sample() {
    ColumnBatch.Builder rows =
        ColumnBatch.builder(
            Schema.of(new Field("x", DataType.DOUBLE), new Field("colour", DataType.STRING)));
    for (int i = 0; i < 100; i++) {
      rows.row((double) i, i % 3 == 0 ? "red" : "green");
    }
    return rows.build();
  }
}
