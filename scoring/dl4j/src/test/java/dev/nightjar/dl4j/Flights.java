package dev.nightjar.dl4j;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.IntegerColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** A small model of delayed flights: every outcome of a row can be had from it. */
final class Flights {
  static final List<String> CARRIERS = List.of("UA", "AA", "DL");
  static final Instant TRAINED = Instant.parse("2013-10-31T12:00:00Z");

  static final Schema COLUMNS =
      Schema.of(
          new Field("distance", DataType.DOUBLE),
          new Field("carrier", DataType.STRING),
          new Field("hour", DataType.INTEGER),
          new Field("wind", DataType.DOUBLE),
          new Field("cancelled", DataType.INTEGER));

  static final int WIDTH = 6;

  private Flights() {}

  static Contract contract() {
    return contract(InputField.OnUnknown.REJECT);
  }

  static Contract contract(InputField.OnUnknown onUnknown) {
    InputField distance =
        new InputField(
            "distance",
            DataType.DOUBLE,
            false,
            List.of(),
            InputField.OnMissing.REJECT,
            Optional.empty(),
            Optional.of(new InputField.Range(0, 20_000)),
            InputField.OnInvalid.REJECT,
            InputField.OnUnknown.REJECT,
            Optional.empty());
    InputField carrier =
        new InputField(
            "carrier",
            DataType.STRING,
            true,
            CARRIERS,
            InputField.OnMissing.REJECT,
            Optional.empty(),
            Optional.empty(),
            InputField.OnInvalid.REJECT,
            onUnknown,
            onUnknown == InputField.OnUnknown.OTHER ? Optional.of("DL") : Optional.empty());
    InputField wind =
        new InputField(
            "wind",
            DataType.DOUBLE,
            false,
            List.of(),
            InputField.OnMissing.PASS,
            Optional.empty(),
            Optional.empty(),
            InputField.OnInvalid.REJECT,
            InputField.OnUnknown.REJECT,
            Optional.empty());
    return new Contract(
        List.of(
            distance,
            carrier,
            InputField.required("hour", DataType.INTEGER),
            wind,
            InputField.required("cancelled", DataType.INTEGER)),
        List.of(OutputField.probability("delayed", 0, 0.5)));
  }

  static org.datavec.api.transform.schema.Schema schema() {
    return new org.datavec.api.transform.schema.Schema.Builder()
        .addColumnDouble("distance")
        .addColumnCategorical("carrier", CARRIERS)
        .addColumnInteger("hour")
        .addColumnDouble("wind")
        .addColumnInteger("cancelled")
        .build();
  }

  /** Filters cancelled flights; a distance of 0 becomes −∞, a missing wind throws. */
  static TransformProcess transform() {
    return transform(2.0);
  }

  static TransformProcess transform(double windFactor) {
    return new TransformProcess.Builder(schema())
        .filter(new ConditionFilter(new IntegerColumnCondition("cancelled", ConditionOp.Equal, 1)))
        .doubleMathFunction("distance", MathFunction.LOG)
        .doubleMathOp("wind", MathOp.Multiply, windFactor)
        .categoricalToOneHot("carrier")
        .removeColumns("cancelled")
        .build();
  }

  static MultiLayerNetwork network() {
    return network(WIDTH, 1, Activation.SIGMOID);
  }

  static MultiLayerNetwork network(int inputs, int outputs, Activation activation) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(inputs)
                        .nOut(8)
                        .dropOut(0.5)
                        .activation(Activation.RELU)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(8)
                        .nOut(outputs)
                        .activation(activation)
                        .build())
                .build());
    network.init();
    return network;
  }

  static ComputationGraph graph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "hidden",
                    new DenseLayer.Builder().nIn(WIDTH).nOut(8).activation(Activation.RELU).build(),
                    "in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(8)
                        .nOut(1)
                        .activation(Activation.SIGMOID)
                        .build(),
                    "hidden")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  /** Fitted on the transformed sample. */
  static NormalizerStandardize normalizer() {
    TransformProcess process = transform();
    List<double[]> rows = new ArrayList<>();
    for (Object[] row : rows(200)) {
      List<Writable> out = process.execute(writables(row));
      if (out != null) {
        rows.add(out.stream().mapToDouble(Writable::toDouble).toArray());
      }
    }
    INDArray features =
        Nd4j.create(rows.toArray(double[][]::new)).castTo(Nd4j.defaultFloatingPointType());
    NormalizerStandardize normalizer = new NormalizerStandardize();
    normalizer.fit(new DataSet(features, Nd4j.zeros(rows.size(), 1)));
    return normalizer;
  }

  static List<Writable> writables(Object[] row) {
    List<Writable> values = new ArrayList<>();
    for (Object value : row) {
      if (value == null) {
        values.add(NullWritable.INSTANCE);
      } else if (value instanceof Double d) {
        values.add(new DoubleWritable(d));
      } else if (value instanceof Integer i) {
        values.add(new IntWritable(i));
      } else {
        values.add(new Text(value.toString()));
      }
    }
    return values;
  }

  /** Rows that are scored, every tenth of them cancelled. */
  static List<Object[]> rows(int count) {
    Random random = new Random(42);
    List<Object[]> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(
          new Object[] {
            100 + Math.rint(random.nextDouble() * 4_000),
            CARRIERS.get(random.nextInt(3)),
            random.nextInt(24),
            random.nextDouble() * 30,
            i % 10 == 9 ? 1 : 0
          });
    }
    return rows;
  }

  static ColumnBatch batch(List<Object[]> rows) {
    ColumnBatch.Builder batch = ColumnBatch.builder(COLUMNS);
    rows.forEach(batch::row);
    return batch.build();
  }

  static ColumnBatch batch(Object[]... rows) {
    return batch(List.of(rows));
  }

  static Object[] good() {
    return new Object[] {1_400.0, "UA", 5, 12.5, 0};
  }

  /** The good row with another value in a column. */
  static Object[] with(String column, Object value) {
    Object[] row = good();
    row[COLUMNS.position(column)] = value;
    return row;
  }

  static List<Map<String, Object>> sampleRows() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Object[] row : rows(200)) {
      rows.add(
          Map.of(
              "distance",
              row[0],
              "carrier",
              row[1],
              "hour",
              row[2],
              "wind",
              row[3],
              "cancelled",
              row[4]));
    }
    return rows;
  }

  /** Everything that a bundle needs. */
  static Bundles bundle() {
    return bundle(network(), normalizer());
  }

  static Bundles bundle(MultiLayerNetwork network, NormalizerStandardize normalizer) {
    return Bundles.from(network)
        .name("flight-delay")
        .version("2013-10")
        .created(TRAINED)
        .transform(transform())
        .normalizer(normalizer)
        .contract(contract())
        .sample(batch(rows(200)))
        .provenance("training-set", "every 97th flight");
  }
}
