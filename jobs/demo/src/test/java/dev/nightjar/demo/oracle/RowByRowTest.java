package dev.nightjar.demo.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.demo.oracle.Input.Kind;
import dev.nightjar.demo.oracle.Input.Unknown;
import dev.nightjar.demo.oracle.Verdict.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.CategoricalColumnCondition;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The model is sigmoid(0.5 + 2·hour/24 − 3·log(distance)/10 + 1·[red] − 1·[blue]): the scaler maps
 * hours from [0, 24] and logarithms from [0, 10] to [0, 1].
 */
class RowByRowTest {
  @TempDir static Path folder;

  private static final Input DISTANCE = Input.of("distance", Kind.NUMBER).withRange(0, 20_000);
  private static final Input STATUS = Input.category("status", Set.of("flies", "stays"));
  private static final Input COLOUR = Input.category("colour", Set.of("red", "blue"));
  private static final Input TIME = Input.of("time", Kind.TIME);

  @BeforeAll
  static void train() throws IOException {
    TransformProcess transform =
        new TransformProcess.Builder(
                new Schema.Builder()
                    .addColumnTime("time", DateTimeZone.forID("America/New_York"))
                    .addColumnCategorical("status", "flies", "stays")
                    .addColumnDouble("distance")
                    .addColumnCategorical("colour", "red", "blue")
                    .build())
            .filter(new CategoricalColumnCondition("status", ConditionOp.Equal, "stays"))
            .removeColumns("status")
            .transform(
                new DeriveColumnsFromTimeTransform.Builder("time")
                    .addIntegerDerivedColumn("hour", DateTimeFieldType.hourOfDay())
                    .build())
            .removeColumns("time")
            .doubleMathFunction("distance", MathFunction.LOG)
            .categoricalToOneHot("colour")
            .build();
    Files.writeString(folder.resolve("transform.json"), transform.toJson());

    NormalizerMinMaxScaler scaler = new NormalizerMinMaxScaler();
    scaler.fit(
        new DataSet(Nd4j.create(new float[][] {{0, 0, 0, 0}, {24, 10, 1, 1}}), Nd4j.zeros(2, 1)));
    NormalizerSerializer.getDefault().write(scaler, folder.resolve("normalizer.bin").toFile());

    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.XENT)
                        .nIn(4)
                        .nOut(1)
                        .activation(Activation.SIGMOID)
                        .build())
                .build());
    network.init();
    network.setParam("0_W", Nd4j.create(new float[] {2, -3, 1, -1}, new long[] {4, 1}));
    network.setParam("0_b", Nd4j.create(new float[] {0.5f}, new long[] {1, 1}));
    ModelSerializer.writeModel(network, folder.resolve("model.zip").toFile(), false);
  }

  @Test
  void scoresAsWorkedOutByHand() throws IOException {
    // 17:30 UTC is 12:30 in New York: hour 12.
    Verdict verdict = judge().judge(row());
    assertThat(verdict.outcome()).isEqualTo(Outcome.SCORED);
    assertThat(verdict.activations()).hasSize(1);
    double expected = sigmoid(0.5 + 2 * 12 / 24.0 - 3 * Math.log(1000) / 10 + 1);
    assertThat((double) verdict.activations().get(0)).isCloseTo(expected, within(1e-6));
  }

  @Test
  void timesAreTakenAsInstantsTextsOrMicroseconds() throws IOException {
    Verdict expected = judge().judge(row());
    Instant time = Instant.parse("2013-11-12T17:30:00Z");
    for (Object same :
        List.of(
            time,
            "2013-11-12T17:30:00Z",
            "2013-11-12T12:30:00-05:00",
            java.sql.Timestamp.from(time),
            time.toEpochMilli() * 1000 + 999)) {
      assertThat(judge().judge(with("time", same))).isEqualTo(expected);
    }
    // Before and after the clocks go back at 06:00 UTC: 01:00 in New York either way.
    assertThat(judge().judge(with("time", "2013-11-03T05:00:00Z")))
        .isEqualTo(judge().judge(with("time", "2013-11-03T06:00:00Z")))
        .isNotEqualTo(judge().judge(with("time", "2013-11-03T07:00:00Z")));
  }

  @Test
  void textsAreReadAsNumbers() throws IOException {
    assertThat(judge().judge(with("distance", " 1000.0 "))).isEqualTo(judge().judge(row()));
    assertThat(judge().judge(with("distance", 1000L))).isEqualTo(judge().judge(row()));
  }

  @Test
  void theTransformsFilterTakesRowsOut() throws IOException {
    assertThat(judge().judge(with("status", "stays"))).isEqualTo(Verdict.filtered());
  }

  @Test
  void theContractStopsWhatItDoesNotKnow() throws IOException {
    for (Object wrong : new Object[] {null, "", -1.0, 20_001, Double.NaN, "far", true}) {
      assertThat(judge().judge(with("distance", wrong)))
          .as("distance %s", wrong)
          .isEqualTo(Verdict.rejected("contract", "distance"));
    }
    assertThat(judge().judge(with("colour", "green")))
        .isEqualTo(Verdict.rejected("contract", "colour"));
    assertThat(judge().judge(with("colour", null)))
        .isEqualTo(Verdict.rejected("contract", "colour"));
    assertThat(judge().judge(with("time", "yesterday")))
        .isEqualTo(Verdict.rejected("contract", "time"));
    assertThat(judge().judge(with("time", null))).isEqualTo(Verdict.rejected("contract", "time"));
  }

  @Test
  void aFilteredRowThatTheContractStopsIsRejected() throws IOException {
    Map<String, @Nullable Object> row = with("status", "stays");
    row.put("distance", null);
    assertThat(judge().judge(row)).isEqualTo(Verdict.rejected("contract", "distance"));
  }

  @Test
  void missingAndInvalidValuesAreFilledInWhereThatIsTheRule() throws IOException {
    RowByRow lenient = judge(DISTANCE.withStandIn(1000.0).withInvalidAsMissing());
    for (Object wrong : new Object[] {null, "", -1.0, Double.NaN, "far"}) {
      assertThat(lenient.judge(with("distance", wrong))).isEqualTo(judge().judge(row()));
    }
    RowByRow strict = judge(DISTANCE.withStandIn(1000.0));
    assertThat(strict.judge(with("distance", null))).isEqualTo(judge().judge(row()));
    assertThat(strict.judge(with("distance", -1.0)))
        .isEqualTo(Verdict.rejected("contract", "distance"));
  }

  @Test
  void unknownCategoriesAreReplacedOrLeftToTheTransform() throws IOException {
    Set<String> known = Set.of("red", "blue");
    RowByRow replacing = judge(COLOUR.withKnown(known, Unknown.IS_REPLACED, "red"));
    assertThat(replacing.judge(with("colour", "green"))).isEqualTo(judge().judge(row()));
    RowByRow passing = judge(COLOUR.withKnown(known, Unknown.IS_PASSED_ON, null));
    assertThat(passing.judge(with("colour", "green"))).isEqualTo(Verdict.rejected("transform", ""));
  }

  @Test
  void aNullThatIsPassedOnStopsAtTheTransform() throws IOException {
    assertThat(judge(DISTANCE.withNullsPassedOn()).judge(with("distance", null)))
        .isEqualTo(Verdict.rejected("transform", ""));
  }

  @Test
  void whatTheTransformMakesInfiniteIsRejected() throws IOException {
    // The logarithm of zero.
    assertThat(judge().judge(with("distance", 0.0))).isEqualTo(Verdict.rejected("transform", ""));
  }

  private static RowByRow judge(Input... instead) throws IOException {
    Map<String, Input> inputs = new HashMap<>();
    for (Input input : List.of(DISTANCE, STATUS, COLOUR, TIME)) {
      inputs.put(input.name(), input);
    }
    for (Input input : instead) {
      inputs.put(input.name(), input);
    }
    return RowByRow.load(
        List.copyOf(inputs.values()),
        folder.resolve("model.zip"),
        folder.resolve("transform.json"),
        folder.resolve("normalizer.bin"));
  }

  private static Map<String, @Nullable Object> row() {
    return Collections.unmodifiableMap(with("distance", 1000.0));
  }

  private static Map<String, @Nullable Object> with(String column, @Nullable Object value) {
    Map<String, @Nullable Object> row = new HashMap<>();
    row.put("id", "not looked at");
    row.put("time", Instant.parse("2013-11-12T17:30:00Z"));
    row.put("status", "flies");
    row.put("distance", 1000.0);
    row.put("colour", "red");
    row.put(column, value);
    return row;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
