package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.data.Schema;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.ViewAnswer;
import dev.nightjar.feature.ViewAnswer.Standing;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.materialize.Materialization;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.OnlineBatch;
import dev.nightjar.pipeline.OnlineScorer;
import dev.nightjar.pipeline.TracedBatch;
import dev.nightjar.result.Results;
import dev.nightjar.store.EmbeddedStore;
import dev.nightjar.store.Keeping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One row on request gets the answer that the night's run has written for it. */
class OnlineParityTest {
  @TempDir Path folder;

  @Test
  void each_row_of_a_run_gets_the_same_outcome_score_and_flags_on_request() throws IOException {
    TestProject project = TestProject.in(folder);
    project.replace(
        "data/weather.csv",
        "b,2024-03-05T08",
        "d,2024-03-05T07:00:00Z,1.0\nd,2024-03-05T07:00:00Z,2.0\nb,2024-03-05T08");
    project.replace(
        "data/readings.csv", "7,2024-03-06", "9,2024-03-05T08:00:00Z,10,red,d\n7,2024-03-06");
    RunResult run = project.run();
    assertThat(run.exit()).as(run.record().ending().reason()).isEqualTo(ExitCode.PUBLISHED);
    Map<String, String> written = written();

    Map<String, String> answered = new TreeMap<>();
    Map<String, Optional<GoldenRow>> stages = new TreeMap<>();
    Map<String, ViewAnswer> views = new TreeMap<>();
    FeatureView view = project.job().views().get(0);
    try (LoadedBundle bundle = LoadedBundle.load(Bundle.open(folder.resolve("bundles/readings")));
        EmbeddedStore store = store(view)) {
      OnlineScorer scorer = new OnlineScorer(bundle, store);
      for (String line : Files.readAllLines(folder.resolve("data/readings.csv"))) {
        String[] values = line.split(",", -1);
        if (written.containsKey(values[0])) {
          OnlineBatch answer = scorer.score(request(values), Optional.of("at"));
          answered.put(values[0], answer(answer));
          TracedBatch traced = scorer.trace(request(values), Optional.of("at"));
          assertThat(answer(traced.answers())).isEqualTo(answered.get(values[0]));
          stages.put(values[0], traced.stages().get(0));
          views.put(values[0], answer.views(0).get(0));
        }
      }
    }

    assertThat(written).hasSize(7);
    assertThat(answered).isEqualTo(written);
    assertThatStagesAreTold(stages);
    assertThatViewsAreTold(views);
  }

  /** By the rows of {@link TestProject} and this test's, computed by hand. */
  private static void assertThatStagesAreTold(Map<String, Optional<GoldenRow>> stages) {
    assertThat(stages.get("9")).as("of a tied row").isEmpty();
    GoldenRow scored = stages.get("1").orElseThrow();
    assertThat(scored.input())
        .containsEntry("station", "a")
        .containsEntry("x", 10.0)
        .containsEntry("temp", 10.0);
    assertThat(scored.values().transformed()).containsExactly(10.0, 1.0, 0.0, 10.0);
    assertThat(scored.values().normalized()).containsExactly(10f, 1f, 0f, 10f);
    assertThat(scored.values().activations()[0])
        .isCloseTo((float) TestProject.score(10, true, 10), within(1e-6f));
    assertThat(scored.outputs()).containsEntry("alarm_label", true);

    GoldenRow filtered = stages.get("4").orElseThrow();
    assertThat(filtered.values().outcome()).isEqualTo(Outcome.FILTERED);
    assertThat(filtered.outputs()).isEmpty();
    GoldenRow rejected = stages.get("6").orElseThrow();
    assertThat(rejected.values().rejection().map(Rejection::field)).contains("x");
    assertThat(rejected.values().transformed()).isEmpty();
  }

  private static void assertThatViewsAreTold(Map<String, ViewAnswer> views) {
    assertThat(views.get("1"))
        .isEqualTo(
            new ViewAnswer(
                "weather",
                Standing.MATCHED,
                OptionalLong.of(Timestamps.micros(Instant.parse("2024-03-05T06:00:00Z"))),
                List.of()));
    assertThat(views.get("5").standing()).isEqualTo(Standing.NO_ROW);
    assertThat(views.get("9").standing()).isEqualTo(Standing.TIED);
  }

  @Test
  void a_feature_that_a_request_brings_along_is_scored_in_place_of_the_stores() throws IOException {
    TestProject project = TestProject.in(folder);
    Schema schema =
        Schema.of(
            new Field("x", DataType.DOUBLE),
            new Field("colour", DataType.STRING),
            new Field("temp", DataType.DOUBLE));
    ColumnBatch rows = ColumnBatch.builder(schema).row(20.0, "green", 5.0).build();
    FeatureView view = project.job().views().get(0);
    try (LoadedBundle bundle = LoadedBundle.load(Bundle.open(folder.resolve("bundles/readings")));
        EmbeddedStore store = EmbeddedStore.write(folder.resolve("feature-store"), List.of(view))) {
      // Neither the key nor the time is there, and the store does not hold the view.
      OnlineBatch answer = new OnlineScorer(bundle, store).score(rows, Optional.of("at"));

      assertThat((Float) answer.output(0, 0))
          .isCloseTo((float) TestProject.score(20, false, 5), within(1e-6f));
      assertThat(answer.flags(0)).isEmpty();
      assertThat(answer.views(0))
          .containsExactly(
              new ViewAnswer("weather", Standing.NOT_ASKED, OptionalLong.empty(), List.of("temp")));
      assertThat(new OnlineScorer(bundle).scoreJoined(rows).views(0)).isEmpty();
      assertThatThrownBy(() -> new OnlineScorer(bundle).score(rows, Optional.empty()))
          .hasMessage(
              "this scorer has no feature store to look features up in; make it with one, or give"
                  + " it joined rows");
    }
  }

  private EmbeddedStore store(FeatureView view) {
    EmbeddedStore store = EmbeddedStore.write(folder.resolve("feature-store"), List.of(view));
    try (TableReader tables = new TableReader(TestProject.spark(), folder.toString())) {
      new Materialization(tables, store)
          .store(
              new Materialization.Request(
                  view,
                  Optional.of(Instant.parse("2024-03-05T00:00:00Z")),
                  Instant.parse("2024-03-06T00:00:00Z"),
                  Optional.of(Keeping.HISTORY),
                  false));
    }
    return store;
  }

  /** By id: outcome, score, flags, and why a row was rejected. */
  private Map<String, String> written() {
    Map<String, String> written = new TreeMap<>();
    Results results = Results.at(TestProject.spark(), folder.resolve("out/readings").toString());
    for (Row row : results.scored().collectAsList()) {
      written.put(
          row.getAs("id"),
          "SCORED "
              + row.getAs("alarm")
              + " "
              + row.getAs("alarm_label")
              + " "
              + row.getList(row.fieldIndex(ReservedColumns.FLAGS)));
    }
    for (Row row : results.filtered().collectAsList()) {
      written.put(row.getAs("id"), "FILTERED");
    }
    for (Row row : results.quarantine().collectAsList()) {
      Row why = row.getAs(ReservedColumns.REJECTION);
      written.put(
          row.getAs("id"),
          "REJECTED " + why.getString(0) + " " + why.getString(1) + " " + why.getString(2));
    }
    return written;
  }

  private static ColumnBatch request(String[] values) {
    ColumnBatch.Builder rows =
        ColumnBatch.builder(
            Schema.of(
                new Field("at", DataType.TIMESTAMP),
                new Field("x", DataType.DOUBLE),
                new Field("colour", DataType.STRING),
                new Field("station", DataType.STRING)));
    @Nullable Object at =
        values[1].isEmpty() ? null : Timestamps.parse(values[1], ZoneOffset.UTC).getAsLong();
    return rows.row(at, Double.parseDouble(values[2]), values[3], values[4]).build();
  }

  private static String answer(OnlineBatch answer) {
    return switch (answer.outcome(0)) {
      case SCORED ->
          "SCORED " + answer.output(0, 0) + " " + answer.output(0, 1) + " " + answer.flags(0);
      case FILTERED -> "FILTERED";
      case REJECTED -> {
        Rejection why = answer.rejection(0).orElseThrow();
        yield "REJECTED " + why.stage().word() + " " + why.field() + " " + why.reason();
      }
    };
  }
}
