package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.config.Environment;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.data.Schema;
import dev.nightjar.data.Timestamps;
import dev.nightjar.demo.DemoModel;
import dev.nightjar.dl4j.WrongKernels;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.OnlineBatch;
import dev.nightjar.pipeline.OnlineScorer;
import dev.nightjar.project.ProjectSettings;
import dev.nightjar.result.Results;
import dev.nightjar.store.OnlineStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedSpark.class)
class DemoCommandTest {
  @TempDir static Path folder;
  private static Shell.Ended demo;

  @BeforeAll
  static void run() {
    demo = new Shell().run("demo", "--dir", folder.resolve("demo").toString());
  }

  @Test
  void it_trains_publishes_twice_and_says_what_happened() {
    assertThat(demo.exit()).as(demo.all()).isZero();
    assertThat(demo.out())
        .contains(
            "1  a month of flights",
            "published as attempt 1",
            "✔ 2013-11-29  818 in = 800 scored + 15 filtered + 3 rejected",
            "flight-delay/2013-11-29/2",
            "every key of the input is in the result once",
            "Look further:",
            "nightjar serve --project " + folder.resolve("demo"),
            "out/, feature-store/.");
  }

  @Test
  void a_flight_gets_the_score_on_request_that_the_run_has_published() throws IOException {
    assertThat(demo.out())
        .contains(
            "8  nightjar features materialize weather planes --history --from 2013-11-01:",
            "   weather: ",
            "   planes: ");
    Path project = folder.resolve("demo");
    Map<Long, Flight> published = published(project);
    Map<Long, Flight> answered = new TreeMap<>();
    try (LoadedBundle bundle = LoadedBundle.load(Bundle.open(project.resolve(DemoModel.BUNDLE)));
        OnlineStore store =
            ProjectSettings.read(project.toAbsolutePath(), Environment.empty())
                .featureStore()
                .read(List.of())) {
      List<FeatureView> views = OnlineScorer.views(bundle.bundle().manifest());
      assertThat(store.missing(views)).isEmpty();
      OnlineScorer scorer = new OnlineScorer(bundle, store.reading(views));
      for (String line : Files.readAllLines(project.resolve("data/flights.csv"))) {
        String[] flight = line.split(",", -1);
        if (flight[0].matches("\\d+") && published.containsKey(Long.parseLong(flight[0]))) {
          OnlineBatch answer = scorer.score(request(flight), Optional.of("scheduled_departure"));
          Object score = Objects.requireNonNull(answer.output(0, 0));
          answered.put(Long.parseLong(flight[0]), new Flight((Float) score, answer.flags(0)));
        }
      }
    }
    assertThat(published).hasSize(800);
    assertThat(answered)
        .allSatisfy(
            (id, flight) -> {
              assertThat(flight.score).isCloseTo(published.get(id).score, within(1e-6f));
              assertThat(flight.flags).isEqualTo(published.get(id).flags);
            })
        .hasSameSizeAs(published);
  }

  private record Flight(float score, List<String> flags) {}

  /** The day's scored flights, by their ids. */
  private static Map<Long, Flight> published(Path project) {
    Map<Long, Flight> published = new TreeMap<>();
    Results results =
        Results.at(SparkSession.active(), project.resolve("out/flight-delay").toString());
    for (Row row : results.interval("2013-11-29").scored().collectAsList()) {
      published.put(
          row.getAs("flight_id"),
          new Flight(row.getAs("delayed"), row.getList(row.fieldIndex(ReservedColumns.FLAGS))));
    }
    return published;
  }

  /** A line of the flights without what the job does not read; an empty text is null. */
  private static ColumnBatch request(String[] flight) {
    Schema schema =
        Schema.of(
            new Field("carrier", DataType.STRING),
            new Field("tail_number", DataType.STRING),
            new Field("origin", DataType.STRING),
            new Field("distance", DataType.DOUBLE),
            new Field("scheduled_departure", DataType.TIMESTAMP),
            new Field("status", DataType.STRING));
    return ColumnBatch.builder(schema)
        .row(
            text(flight[1]),
            text(flight[3]),
            text(flight[4]),
            flight[6].isEmpty() ? null : Double.valueOf(flight[6]),
            Timestamps.micros(Instant.parse(flight[7])),
            text(flight[8]))
        .build();
  }

  private static @Nullable String text(String value) {
    return value.isEmpty() ? null : value;
  }

  @Test
  void a_wrong_kernel_in_any_step_of_its_bundle_fails_the_golden_rows() {
    Path bundle = folder.resolve("demo").resolve(DemoModel.BUNDLE);
    assertThat(WrongKernels.requireNoticed(Bundle.open(bundle))).isPositive();
  }

  @Test
  void a_folder_of_somebody_else_is_left_alone() throws IOException {
    Path own = Files.createDirectories(folder.resolve("own"));
    Files.writeString(own.resolve("thesis.txt"), "years of work");
    Shell.Ended refused = new Shell().run("demo", "--dir", own.toString());
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains("not of an earlier demo", "--dir");
    assertThat(own.resolve("thesis.txt")).hasContent("years of work");
  }
}
