package dev.nightjar.online.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.dl4j.Bundles;
import dev.nightjar.engine.EngineChoice;
import dev.nightjar.online.TestEndpoint;
import dev.nightjar.online.settings.ModelChoice;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.Scorer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * Bundles that need DL4J's libraries: one for its network and a step of its transform, one for the
 * step alone. Both give twice x and the hour of a text.
 */
@Tag("soak")
class WithDl4jTest {
  private static final String ROW = "{\"x\": 1.5, \"at\": \"01.02.2024 07:30\"}";

  @TempDir static Path folder;
  private static Bundle network;
  private static Bundle step;

  @BeforeAll
  static void promote() {
    network = bundle("network", EngineChoice.DL4J);
    step = bundle("step", EngineChoice.AUTO);
    TestEndpoint.promote(folder, network, "champion");
    TestEndpoint.promote(folder, step, "champion");
  }

  private static Bundle bundle(String name, EngineChoice engine) {
    MultiLayerNetwork sum =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(2)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    sum.init();
    sum.setParams(Nd4j.create(new float[][] {{2, 1, 0}}));
    TransformProcess hour =
        new TransformProcess.Builder(
                new org.datavec.api.transform.schema.Schema.Builder()
                    .addColumnDouble("x")
                    .addColumnString("at")
                    .build())
            .stringToTimeTransform("at", "dd.MM.yyyy HH:mm", DateTimeZone.UTC)
            .transform(
                new DeriveColumnsFromTimeTransform.Builder("at")
                    .addIntegerDerivedColumn("hour", DateTimeFieldType.hourOfDay())
                    .build())
            .removeColumns("at")
            .build();
    return Bundles.from(sum)
        .name(name)
        .version("1")
        .created(Instant.parse("2024-03-01T00:00:00Z"))
        .transform(hour)
        .withoutNormalizer()
        .engine(engine)
        .contract(
            new Contract(
                List.of(
                    InputField.required("x", DataType.DOUBLE),
                    InputField.required("at", DataType.STRING)),
                List.of(OutputField.value("sum", 0))))
        .sample(rows())
        .write(folder.resolve(name));
  }

  private static ColumnBatch rows() {
    ColumnBatch.Builder rows =
        ColumnBatch.builder(
            Schema.of(new Field("x", DataType.DOUBLE), new Field("at", DataType.STRING)));
    rows.row(1.5, "01.02.2024 07:30");
    for (int i = 0; i < 40; i++) {
      rows.row((double) i, String.format(Locale.ROOT, "01.02.2024 %02d:30", i % 24));
    }
    return rows.build();
  }

  /** What a run's code gives for the row. */
  private static double inBatch(Bundle bundle) {
    try (LoadedBundle loaded = LoadedBundle.load(bundle);
        Scorer scorer = loaded.scorer()) {
      return ((Number) scorer.score(rows()).outputs().column("sum").get(0)).doubleValue();
    }
  }

  @Test
  void rows_are_scored_by_dl4j_as_in_batch() {
    assertThat(network.manifest().engine()).isEqualTo("dl4j");
    assertThat(step.manifest().provenance().get("transform")).contains("by reference");
    assertThat(inBatch(network)).isEqualTo(10);
    assertThat(inBatch(step)).isEqualTo(10);
    try (TestEndpoint endpoint =
        TestEndpoint.start(
            TestEndpoint.settings(
                folder, ModelChoice.of("network@champion"), ModelChoice.of("step@champion")))) {
      for (String model : List.of("network", "step")) {
        var answer = endpoint.post("/v1/models/" + model + "/score", ROW);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(TestEndpoint.json(answer).path("outputs").path("sum").asDouble()).isEqualTo(10);
      }
    }
  }

  @Test
  void without_its_libraries_both_are_refused_with_the_option_that_takes_them_along()
      throws IOException {
    String needs =
        ", which this endpoint was started without; start it with 'nightjar serve --with-dl4j',"
            + " which needs some 300 MB of memory more";
    List<String> said = startedWithout("network@champion", "step@champion");

    assertThat(said.get(0))
        .isEqualTo(
            "nightjar serve: the model 'network@champion' is not ready: the bundle "
                + network.label()
                + " is run by the engine 'dl4j'"
                + needs);
    assertThat(said.get(1))
        .isEqualTo(
            "nightjar serve: the model 'step@champion' is not ready: the bundle "
                + step.label()
                + " has steps of its transform run by DataVec (StringToTimeTransform)"
                + needs);
  }

  @Test
  void the_option_itself_is_refused_where_the_libraries_are_not() throws IOException {
    assertThat(startedWithout("--with-dl4j").get(0))
        .isEqualTo(
            "nightjar serve: DL4J's libraries are not on the class path; start the endpoint with"
                + " bin/nightjar serve, which puts them there");
  }

  /** What an endpoint says, up to where it listens, on a class path without DL4J's libraries. */
  private static List<String> startedWithout(String... arguments) throws IOException {
    String withoutDl4j =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.matches(".*(nd4j|datavec|deeplearning4j|scoring.dl4j).*"))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                withoutDl4j,
                "dev.nightjar.online.Main",
                "--port=0",
                "--project=" + folder));
    command.addAll(List.of(arguments));
    Process endpoint = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(endpoint.getInputStream(), UTF_8))) {
      List<String> said = new ArrayList<>();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith("nightjar serve: on ")) {
          break;
        }
        if (line.startsWith("nightjar serve: ")) {
          said.add(line);
        }
      }
      return said;
    } finally {
      endpoint.destroyForcibly();
    }
  }
}
