package dev.nightjar.materialize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.config.Section;
import dev.nightjar.data.DataType;
import dev.nightjar.feature.Aggregation;
import dev.nightjar.feature.Aggregation.Function;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.Boundary;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import dev.nightjar.feature.Source;
import dev.nightjar.feature.spark.AsOfRange;
import dev.nightjar.feature.spark.JoinProbe;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.materialize.Verification.Report;
import dev.nightjar.run.TestProject;
import dev.nightjar.store.EmbeddedStore;
import dev.nightjar.store.Keeping;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Over a table with ties, nulls, rows that arrive late and compound keys of several types. */
class VerificationTest {
  private static final Instant BEGIN = Instant.parse("2024-01-01T00:00:30Z");
  private static final Instant MIDDLE = Instant.parse("2024-01-01T00:01:00Z");
  private static final Instant END = Instant.parse("2024-01-01T00:01:50Z");

  private static final String TABLE =
      """
      select cast(id % 20 as int) a, date_add(date'2024-02-29', cast(id % 3 as int)) d,
        cast(id % 2 as decimal(6,2)) / 4 m,
        timestamp_micros(1704067200000000 + pmod(xxhash64(id, 1), 100) * 1000000) t,
        timestamp_micros(1704067200000000 + pmod(xxhash64(id, 1), 100) * 1000000
          + pmod(xxhash64(id, 2), 12) * 1000000) arrived,
        cast(pmod(xxhash64(id, 3), 2) as int) revision,
        case when pmod(xxhash64(id, 4), 5) > 0 then pmod(xxhash64(id, 5), 3) / 2D end v,
        case when pmod(xxhash64(id, 6), 4) > 0 then concat('ş', pmod(xxhash64(id, 7), 3)) end s,
        case when pmod(xxhash64(id, 8), 4) > 0
          then timestamp_micros(pmod(xxhash64(id, 9), 3) - 1) end w
      from range(1200)
      """;

  @TempDir static Path folder;

  @BeforeAll
  static void write() {
    SparkSession spark = TestProject.spark();
    spark.sql(TABLE).write().parquet(folder.resolve("table").toString());
    spark
        .sql(TABLE)
        .selectExpr("* except (v)", "case when a = 7 and v = 0.5 then 0.75 else v end v")
        .write()
        .parquet(folder.resolve("corrected").toString());
  }

  private static FeatureView view(
      Availability availability,
      Optional<Duration> maxAge,
      Boundary boundary,
      List<String> tieBreak,
      OnTie onTie,
      NullPolicy nulls) {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("number", "a");
    keys.put("day", "d");
    keys.put("part", "m");
    return new FeatureView(
        "readings",
        Optional.of(Source.parquet(folder.resolve("table").toString())),
        keys,
        Optional.of("t"),
        availability,
        maxAge,
        boundary,
        tieBreak,
        onTie,
        nulls,
        List.of(
            new Feature("value", "v", DataType.DOUBLE, new DefaultValue.Constant(9.0)),
            new Feature("word", "s", DataType.STRING, new DefaultValue.None()),
            new Feature("when", "w", DataType.TIMESTAMP, new DefaultValue.Constant(5L))));
  }

  static Stream<FeatureView> views() {
    Availability late = new Availability.AtColumn("arrived");
    Availability after = new Availability.After(Duration.ofSeconds(3));
    Availability atOnce = new Availability.AtEventTime();
    Optional<Duration> age = Optional.of(Duration.ofSeconds(20));
    List<String> revision = List.of("revision");
    return Stream.of(
        view(
            atOnce,
            Optional.empty(),
            Boundary.INCLUSIVE,
            List.of(),
            OnTie.REJECT,
            NullPolicy.LATEST_ROW),
        view(late, age, Boundary.STRICT, revision, OnTie.REJECT, NullPolicy.LATEST_ROW),
        view(after, age, Boundary.INCLUSIVE, List.of(), OnTie.ANY, NullPolicy.LAST_KNOWN),
        view(
            late,
            Optional.empty(),
            Boundary.INCLUSIVE,
            revision,
            OnTie.REJECT,
            NullPolicy.LAST_KNOWN),
        windowed(late, OnTie.REJECT),
        windowed(atOnce, OnTie.ANY));
  }

  private static FeatureView windowed(Availability availability, OnTie onTie) {
    return view(
            availability,
            Optional.empty(),
            Boundary.INCLUSIVE,
            List.of(),
            onTie,
            NullPolicy.LATEST_ROW)
        .withFeatures(
            List.of(
                over(12, Function.COUNT, "t", DataType.LONG),
                over(20, Function.SUM, "v", DataType.DOUBLE),
                over(5, Function.MEAN, "v", DataType.DOUBLE),
                over(20, Function.MIN, "s", DataType.STRING),
                over(12, Function.MAX, "w", DataType.TIMESTAMP),
                over(20, Function.LAST, "v", DataType.DOUBLE)));
  }

  private static Feature over(int seconds, Function function, String column, DataType type) {
    return new Feature(
        Section.word(function) + seconds,
        column,
        type,
        Optional.of(new Aggregation(function, Duration.ofSeconds(seconds))),
        new DefaultValue.None());
  }

  private static EmbeddedStore stored(Path place, FeatureView view, TableReader tables) {
    EmbeddedStore store = EmbeddedStore.write(place, List.of(view));
    Materialization materialization = new Materialization(tables, store);
    Optional<Keeping> history = Optional.of(Keeping.HISTORY);
    materialization.store(
        new Materialization.Request(view, Optional.of(BEGIN), MIDDLE, history, false));
    materialization.store(new Materialization.Request(view, Optional.empty(), END, history, false));
    return store;
  }

  private static Report verify(EmbeddedStore store, FeatureView view, TableReader tables) {
    return new Verification(tables, store).verify(new Verification.Request(view, 2_000, 11));
  }

  @ParameterizedTest
  @MethodSource("views")
  void join_and_store_agree_whatever_the_rule_of_the_view(FeatureView view, @TempDir Path place) {
    try (TableReader tables = new TableReader(TestProject.spark(), folder.toString());
        EmbeddedStore store = stored(place, view, tables)) {
      Report report = verify(store, view, tables);

      assertThat(report.differences()).isEmpty();
      assertThat(report.keys()).isEqualTo(60);
      assertThat(report.points()).isBetween(1_900, 2_000);
      assertThat(report.differing()).isZero();
    }
  }

  @Test
  void each_difference_is_found_by_key_time_and_column(@TempDir Path place) {
    FeatureView view = views().skip(3).findFirst().orElseThrow();
    FeatureView corrected =
        view.withSource(Optional.of(Source.parquet(folder.resolve("corrected").toString())));
    try (TableReader tables = new TableReader(TestProject.spark(), folder.toString());
        EmbeddedStore store = stored(place, view, tables)) {
      Report report = verify(store, corrected, tables);

      assertThat(report.differences())
          .isNotEmpty()
          .allSatisfy(
              difference -> {
                assertThat(difference.key().keySet()).containsExactly("number", "day", "part");
                assertThat(difference.key()).containsEntry("number", 7L);
                assertThat(difference.key().get("day")).isInstanceOf(LocalDate.class);
                assertThat(difference.asOf().orElseThrow()).isBetween(BEGIN, END);
              });
      assertThat(report.differences())
          .filteredOn(difference -> difference.column().equals("value"))
          .isNotEmpty()
          .allSatisfy(
              difference ->
                  assertThat(List.of(difference.ofJoin() + "", difference.ofStore() + ""))
                      .isSubsetOf("0.75", "0.5", "1.0", "0.0", "9.0", "null"));
      assertThat(report.differing())
          .isEqualTo(
              (int)
                  report.differences().stream()
                      .map(difference -> difference.key() + " " + difference.asOf())
                      .distinct()
                      .count());
    }
  }

  @Test
  void the_same_seed_asks_the_same_and_another_one_something_else() {
    FeatureView view = views().findFirst().orElseThrow();
    try (TableReader tables = new TableReader(TestProject.spark(), folder.toString())) {
      JoinProbe join = new JoinProbe(view, tables.read(view, Map.of()));
      assertThat(new TreeSet<>(keys(join, 5, 1)))
          .hasSize(5)
          .isEqualTo(new TreeSet<>(keys(join, 5, 1)));
      assertThat(keys(join, 5, 1)).isNotEqualTo(keys(join, 5, 2));
    }
  }

  private static List<String> keys(JoinProbe join, int most, long seed) {
    return join.keys(most, seed, Optional.of(new AsOfRange(BEGIN, END))).stream()
        .map(of -> of.key().toString())
        .toList();
  }
}
