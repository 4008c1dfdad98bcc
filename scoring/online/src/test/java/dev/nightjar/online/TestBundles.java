package dev.nightjar.online;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
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
import dev.nightjar.data.Timestamps;
import dev.nightjar.dl4j.Bundles;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureStatistics;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.Timeline.Entry;
import dev.nightjar.feature.TrainingRecord;
import dev.nightjar.store.Keeping;
import dev.nightjar.store.OnlineStore;
import dev.nightjar.store.StoreBatch;
import dev.nightjar.store.StorePlace;
import dev.nightjar.store.Window;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.DoubleColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Small bundles whose answers can be computed by hand. Each is made once in a JVM. */
public final class TestBundles {
  private static final Instant TRAINED = Instant.parse("2024-03-01T00:00:00Z");
  private static final Map<String, Bundle> MADE = new ConcurrentHashMap<>();

  /** What {@link #iris} gives for the two rows of which others know what their model gives. */
  private static final double[][] UNITS = {
    {0.020780092, 0.628048775, 0.351171132}, {0.02961109, 0.550100883, 0.420288027}
  };

  private static final double[] LENGTHS = {6.8, 6.0};

  private TestBundles() {}

  /**
   * The model {@code line} with the inputs x (0 to 100; beyond 90 it is filtered) and colour (red
   * or green), and the output y = 2 x + offset, and a half more where it is red.
   */
  public static Bundle line(String version, double offset) {
    return MADE.computeIfAbsent("line " + version + " " + offset, any -> makeLine(version, offset));
  }

  private static Bundle makeLine(String version, double offset) {
    InputField x =
        new InputField(
            "x",
            DataType.DOUBLE,
            false,
            List.of(),
            OnMissing.REJECT,
            Optional.empty(),
            Optional.of(new InputField.Range(0, 100)),
            OnInvalid.REJECT,
            OnUnknown.REJECT,
            Optional.empty());
    TransformProcess transform =
        new TransformProcess.Builder(
                new org.datavec.api.transform.schema.Schema.Builder()
                    .addColumnDouble("x")
                    .addColumnCategorical("colour", "red", "green")
                    .build())
            .filter(
                new ConditionFilter(new DoubleColumnCondition("x", ConditionOp.GreaterThan, 90)))
            .categoricalToOneHot("colour")
            .build();
    ColumnBatch.Builder sample =
        ColumnBatch.builder(
            Schema.of(new Field("x", DataType.DOUBLE), new Field("colour", DataType.STRING)));
    IntStream.range(0, 40).forEach(i -> sample.row(2.5 * i, i % 3 == 0 ? "red" : "green"));
    return written(
        Bundles.from(
                network(
                    new double[][] {{2}, {0.5}, {0}}, new double[] {offset}, Activation.IDENTITY))
            .name("line")
            .version(version)
            .transform(transform)
            .contract(
                new Contract(
                    List.of(x, InputField.category("colour", List.of("red", "green"))),
                    List.of(OutputField.value("y", 0))))
            .sample(sample.build()));
  }

  /**
   * The model {@code iris} with four numbers in and three classes out. It looks at the sepals'
   * length alone, by weights that give what the cases of others expect for their rows.
   */
  public static Bundle iris() {
    return MADE.computeIfAbsent("iris", any -> makeIris());
  }

  private static Bundle makeIris() {
    double[][] weights = new double[4][3];
    double[] biases = new double[3];
    for (int unit = 0; unit < 3; unit++) {
      double slope =
          (Math.log(UNITS[0][unit]) - Math.log(UNITS[1][unit])) / (LENGTHS[0] - LENGTHS[1]);
      weights[0][unit] = slope;
      biases[unit] = Math.log(UNITS[0][unit]) - slope * LENGTHS[0];
    }
    List<String> names = List.of("sepal_length", "sepal_width", "petal_length", "petal_width");
    org.datavec.api.transform.schema.Schema.Builder columns =
        new org.datavec.api.transform.schema.Schema.Builder();
    names.forEach(columns::addColumnFloat);
    ColumnBatch.Builder sample =
        ColumnBatch.builder(
            Schema.of(names.stream().map(name -> new Field(name, DataType.FLOAT)).toList()));
    IntStream.range(0, 40).forEach(i -> sample.row(4f + 0.1f * i, 3f, 0.15f * i, 0.05f * i));
    return written(
        Bundles.from(network(weights, biases, Activation.SOFTMAX))
            .name("iris")
            .version("1")
            .transform(new TransformProcess.Builder(columns.build()).build())
            .contract(
                new Contract(
                    names.stream().map(name -> InputField.required(name, DataType.FLOAT)).toList(),
                    List.of(
                        OutputField.value("setosa", 0),
                        OutputField.value("versicolor", 1),
                        OutputField.value("virginica", 2))))
            .sample(sample.build()));
  }

  /** The view {@code weather}: the temperature (temp) of a station, by the hour. */
  public static FeatureView weather() {
    return new FeatureView(
        "weather",
        Optional.empty(),
        Map.of("station", "station"),
        Optional.of("time"),
        new Availability.AtEventTime(),
        Optional.empty(),
        FeatureView.Boundary.INCLUSIVE,
        List.of(),
        FeatureView.OnTie.REJECT,
        FeatureView.NullPolicy.LATEST_ROW,
        List.of(new Feature("temp", "temp", DataType.DOUBLE, new DefaultValue.None())));
  }

  /**
   * The model {@code warm} with the input x and the feature temp of {@link #weather}; its output is
   * y = x + temp, where a temperature that is not known counts as 1000.
   */
  public static Bundle warm() {
    return MADE.computeIfAbsent("warm", any -> makeWarm());
  }

  private static Bundle makeWarm() {
    InputField temp =
        new InputField(
            "temp",
            DataType.DOUBLE,
            false,
            List.of(),
            OnMissing.IMPUTE,
            Optional.of(1000.0),
            Optional.empty(),
            OnInvalid.REJECT,
            OnUnknown.REJECT,
            Optional.empty());
    TransformProcess transform =
        new TransformProcess.Builder(
                new org.datavec.api.transform.schema.Schema.Builder()
                    .addColumnDouble("x")
                    .addColumnDouble("temp")
                    .build())
            .build();
    ColumnBatch.Builder sample =
        ColumnBatch.builder(
            Schema.of(new Field("x", DataType.DOUBLE), new Field("temp", DataType.DOUBLE)));
    IntStream.range(0, 40).forEach(i -> sample.row(1.0 * i, 20.0 - i));
    return written(
        Bundles.from(network(new double[][] {{1}, {1}}, new double[] {0}, Activation.IDENTITY))
            .name("warm")
            .version("1")
            .transform(transform)
            .contract(
                new Contract(
                    List.of(InputField.required("x", DataType.DOUBLE), temp),
                    List.of(OutputField.value("y", 0))))
            .training(
                new TrainingRecord(
                    List.of(weather()), FeatureStatistics.NONE, "0".repeat(64), 100, 0))
            .sample(sample.build()));
  }

  /** Stores {@link #weather}: the temperature at a is 7.5 from an hour before the tests' now on. */
  public static void fillWeather(StorePlace place) {
    long now = Timestamps.micros(TestEndpoint.NOW);
    long before = now - 3_600_000_000L;
    try (OnlineStore store = place.write(List.of(weather()));
        StoreBatch batch = store.begin("weather", new Window(0, now), Keeping.HISTORY)) {
      batch.add(
          List.of("a"),
          List.of(
              new Entry<>(
                  before,
                  new FeatureRow(before, new @Nullable Object[0], new @Nullable Object[] {7.5}))));
      batch.commit();
    }
  }

  /** A single layer with these weights, input by unit. */
  private static MultiLayerNetwork network(
      double[][] weights, double[] biases, Activation activation) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(weights.length)
                        .nOut(biases.length)
                        .activation(activation)
                        .build())
                .build());
    network.init();
    network.setParam("0_W", Nd4j.create(weights).castTo(Nd4j.defaultFloatingPointType()));
    network.setParam(
        "0_b", Nd4j.create(new double[][] {biases}).castTo(Nd4j.defaultFloatingPointType()));
    return network;
  }

  private static Bundle written(Bundles parts) {
    try {
      Path folder = Files.createTempDirectory("nightjar-bundle");
      Path zip = folder.resolve("bundle.zip");
      Bundle bundle = parts.created(TRAINED).withoutNormalizer().write(zip);
      Files.delete(zip);
      Files.delete(folder);
      return bundle;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a bundle as a folder, one file of which can then be damaged. */
  public static Path write(BundleFiles files, Path folder) throws IOException {
    for (String name : files.names()) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, files.get(name));
    }
    return folder;
  }
}
