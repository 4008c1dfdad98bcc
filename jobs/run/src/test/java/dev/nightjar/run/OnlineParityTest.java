package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.contract.Rejection;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.data.Schema;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.materialize.Materialization;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.OnlineBatch;
import dev.nightjar.pipeline.OnlineScorer;
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
    FeatureView view = project.job().views().get(0);
    try (LoadedBundle bundle = LoadedBundle.load(Bundle.open(folder.resolve("bundles/readings")));
        EmbeddedStore store = store(view)) {
      OnlineScorer scorer = new OnlineScorer(bundle, store);
      for (String line : Files.readAllLines(folder.resolve("data/readings.csv"))) {
        String[] values = line.split(",", -1);
        if (written.containsKey(values[0])) {
          answered.put(values[0], answer(scorer.score(request(values), Optional.of("at"))));
        }
      }
    }

    assertThat(written).hasSize(7);
    assertThat(answered).isEqualTo(written);
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
