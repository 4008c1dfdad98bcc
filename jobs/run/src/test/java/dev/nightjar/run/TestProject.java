package dev.nightjar.run;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.config.Environment;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputField.OnInvalid;
import dev.nightjar.contract.InputField.OnMissing;
import dev.nightjar.contract.InputField.OnUnknown;
import dev.nightjar.contract.InputField.Range;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.dl4j.Bundles;
import dev.nightjar.feature.FeatureStatistics;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureViews;
import dev.nightjar.feature.TrainingRecord;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.schedule.Interval;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.DoubleColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * A small project in a folder: readings of stations, the weather at the station as a feature view,
 * and a network of one layer whose scores can be computed by hand.
 */
public final class TestProject {
  public static final String DAY = "2024-03-05";
  static final Clock CLOCK = Clock.fixed(Instant.parse("2024-03-06T04:30:00Z"), ZoneOffset.UTC);

  /** Weights of x, red, green, temp, and the bias. */
  private static final double[] WEIGHTS = {0.01, 0.5, -0.5, 0.02, -0.3};

  private static final double MEAN_TEMP = 11.5;
  private static SparkSession spark;

  /** The files of the bundle, by path within it: it is packaged once in this JVM. */
  private static final Map<Path, byte[]> BUNDLE = new HashMap<>();

  private final Path folder;

  private TestProject(Path folder) {
    this.folder = folder;
  }

  /** A sound project with a bundle, and the input of one day. */
  public static TestProject in(Path folder) {
    TestProject project = withoutBundle(folder);
    project.copyBundle("bundles/readings");
    return project;
  }

  /** A copy of a project with all that was published from it. */
  static TestProject copyOf(TestProject origin, Path folder) {
    TestProject copy = new TestProject(folder);
    for (Path file : origin.files("")) {
      copy.write(origin.folder.relativize(file).toString(), read(file));
    }
    return copy;
  }

  /** The project without its bundle, which takes a second to make. */
  public static TestProject withoutBundle(Path folder) {
    TestProject project = new TestProject(folder);
    project.write("conf/views/weather.yaml", WEATHER_VIEW);
    project.write("conf/jobs/readings.yaml", JOB);
    project.write(
        "data/weather.csv",
        """
        station,hour,temp
        a,2024-03-05T06:00:00Z,10.0
        a,2024-03-05T09:00:00Z,12.0
        b,2024-03-05T01:00:00Z,NA
        b,2024-03-05T08:00:00Z,20.0
        """);
    project.write(
        "data/readings.csv",
        """
        id,at,x,colour,station
        1,2024-03-05T08:00:00Z,10,red,a
        2,2024-03-05T10:00:00Z,20,green,a
        3,2024-03-05T08:30:00Z,30,red,b
        4,2024-03-05T12:00:00Z,95,red,a
        5,2024-03-05T12:00:00Z,40,green,c
        6,2024-03-05T13:00:00Z,-5,red,a
        7,2024-03-06T08:00:00Z,10,red,a
        8,,10,red,a
        """);
    return project;
  }

  static final String WEATHER_VIEW =
      """
      view: weather
      source: {path: data/weather.csv, format: csv, null-value: NA}
      keys: {station: station}
      event-time: hour
      max-age: 4h
      features:
        temp: {type: double, default: mean}
      """;

  public static final String JOB =
      """
      job: readings
      interval: 1d
      zone: UTC
      input:
        path: data/readings.csv
        format: csv
        time: at
        key: [id]
        as-of: at
      features: [weather]
      bundle: bundles/readings
      output:
        path: out/readings
        pass-through: [station]
      limits:
        rejected-rows: 2
        unassigned-rows: 1
      audit: {sample: 0}
      """;

  /** One session for all tests of this JVM. */
  public static synchronized SparkSession spark() {
    if (spark == null) {
      spark =
          SparkSession.builder()
              .master("local[2]")
              .appName("jobs/run tests")
              .config("spark.ui.enabled", "false")
              .config("spark.sql.shuffle.partitions", "2")
              .config("spark.default.parallelism", "2")
              .getOrCreate();
    }
    return spark;
  }

  public Path path(String relative) {
    return folder.resolve(relative);
  }

  public TestProject write(String relative, String text) {
    return write(relative, text.getBytes(StandardCharsets.UTF_8));
  }

  private TestProject write(String relative, byte[] bytes) {
    try {
      Path file = path(relative);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Replaces a text that stands once in a file. */
  public TestProject replace(String relative, String old, String by) {
    try {
      String text = Files.readString(path(relative));
      if (!text.contains(old)) {
        throw new IllegalArgumentException(relative + " does not hold: " + old);
      }
      return write(relative, text.replace(old, by));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Job job() {
    return Project.open(folder, Environment.empty()).job("readings");
  }

  Interval interval() {
    return Interval.parse(DAY, job().grain(), job().zone());
  }

  RunResult run() {
    return run(RunListener.NONE);
  }

  RunResult run(RunListener listener) {
    return new JobRunner(spark(), CLOCK, listener).run(job(), interval());
  }

  /** What the network gives for a row that reaches it, computed by hand. */
  static double score(double x, boolean red, double temp) {
    double sum = WEIGHTS[0] * x + (red ? WEIGHTS[1] : WEIGHTS[2]) + WEIGHTS[3] * temp + WEIGHTS[4];
    return 1 / (1 + Math.exp(-sum));
  }

  static double meanTemp() {
    return MEAN_TEMP;
  }

  /** Every file below a folder of the project. */
  public List<Path> files(String relative) {
    try (Stream<Path> walk = Files.walk(path(relative))) {
      return walk.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A normalizer of the transform's four columns, as ND4J saves one. */
  public void writeNormalizer(String relative) {
    try (OutputStream out = Files.newOutputStream(path(relative))) {
      NormalizerStandardize normalizer =
          new NormalizerStandardize(
              Nd4j.create(new double[][] {{50, 0.5, 0.5, MEAN_TEMP}}),
              Nd4j.create(new double[][] {{25, 0.5, 0.5, 4}}));
      NormalizerSerializer.getDefault().write(normalizer, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void copyBundle(String relative) {
    synchronized (BUNDLE) {
      if (BUNDLE.isEmpty()) {
        writeBundle(relative, "1");
        for (Path file : files(relative)) {
          BUNDLE.put(path(relative).relativize(file), read(file));
        }
      } else {
        BUNDLE.forEach((file, bytes) -> write(relative + "/" + file, bytes));
      }
    }
  }

  /** Packages the network as a version of the model {@code readings}. */
  public Bundle writeBundle(String relative, String version) {
    FeatureView weather = FeatureViews.read(path("conf/views/weather.yaml"), Environment.empty());
    TrainingRecord training =
        new TrainingRecord(
            List.of(weather),
            new FeatureStatistics(Map.of("weather", Map.of("temp", MEAN_TEMP))),
            "0".repeat(64),
            100,
            0);
    return Bundles.from(network())
        .name("readings")
        .version(version)
        .created(Instant.parse("2024-03-01T00:00:00Z"))
        .transform(transform())
        .withoutNormalizer()
        .contract(contract())
        .training(training)
        .sample(sample())
        .write(path(relative));
  }

  private static Contract contract() {
    return new Contract(
        List.of(
            new InputField(
                "x",
                DataType.DOUBLE,
                false,
                List.of(),
                OnMissing.REJECT,
                Optional.empty(),
                Optional.of(new Range(0, 100)),
                OnInvalid.REJECT,
                OnUnknown.REJECT,
                Optional.empty()),
            InputField.category("colour", List.of("red", "green")),
            InputField.required("temp", DataType.DOUBLE)),
        List.of(OutputField.probability("alarm", 0, 0.5)));
  }

  private static TransformProcess transform() {
    org.datavec.api.transform.schema.Schema columns =
        new org.datavec.api.transform.schema.Schema.Builder()
            .addColumnDouble("x")
            .addColumnCategorical("colour", "red", "green")
            .addColumnDouble("temp")
            .build();
    return new TransformProcess.Builder(columns)
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
                        .nIn(4)
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
            Schema.of(
                new Field("x", DataType.DOUBLE),
                new Field("colour", DataType.STRING),
                new Field("temp", DataType.DOUBLE)));
    for (int i = 0; i < 100; i++) {
      rows.row((double) i, i % 3 == 0 ? "red" : "green", i / 5.0);
    }
    return rows.build();
  }
}
