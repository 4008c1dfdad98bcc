package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.Limit;
import dev.nightjar.data.DataType;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.DefaultValue.Kind;
import dev.nightjar.feature.DefaultValue.Statistic;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.Source;
import dev.nightjar.feature.TrainingRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingSetsTest {
  private final SparkSession spark = TestSpark.session();
  @TempDir Path project;

  @BeforeEach
  void tables() throws IOException {
    // Row 5 is tied at 'e', 6 has no key, 7 is malformed, 8 knows no feature row.
    Files.writeString(
        project.resolve("input.csv"),
        """
        id,k,at
        1,a,2025-06-01T10:00:00Z
        2,b,2025-06-01T10:00:00Z
        3,c,2025-06-01T10:00:00Z
        4,d,2025-06-01T10:00:00Z
        5,e,2025-06-01T10:00:00Z
        6,,2025-06-01T10:00:00Z
        7,a
        8,z,2025-06-01T10:00:00Z
        """);
    Files.writeString(
        project.resolve("view.csv"),
        """
        k,ts,x,n,low,high,word,none,fixed
        a,2025-06-01T09:00:00Z,0.1,1,3,3,q,,1
        b,2025-06-01T09:00:00Z,0.2,2,-2.5,7,p,,2
        c,2025-06-01T09:00:00Z,0.3,,NaN,NaN,q,,3
        d,2025-06-01T09:00:00Z,,,,,p,,
        e,2025-06-01T09:00:00Z,100,100,-100,100,w,,5
        e,2025-06-01T09:00:00Z,200,100,-100,100,w,,5
        y,2025-06-01T09:00:00Z,999,999,-999,999,w,,5
        """);
  }

  @Test
  void statistics_are_over_matched_values_and_fill_the_defaults() throws IOException {
    TrainingSets.Result result = training().write();

    assertThat(result.rows()).isEqualTo(5);
    assertThat(result.rejected()).isEqualTo(3);
    assertThat(result.limitExceeded()).isFalse();
    assertThat(result.withoutFigure()).containsExactly("none");
    // (0.1 + 0.2 + 0.3) / 3; (1 + 2) / 2 = 1.5, half up; 'p' and 'q' twice each, the least wins.
    assertThat(result.statistics().values().get("v"))
        .isEqualTo(Map.of("x", 0.2, "n", 2L, "low", -2.5, "high", 7.0f, "word", "p"));

    List<Row> rows = spark.read().parquet(path("train.parquet")).orderBy("id").collectAsList();
    assertThat(rows.stream().map(r -> r.<String>getAs("id")))
        .containsExactly("1", "2", "3", "4", "8");
    Row imputed = rows.get(3);
    assertThat(imputed.<Double>getAs("x")).isEqualTo(0.2);
    assertThat(imputed.<Long>getAs("n")).isEqualTo(2L);
    assertThat(imputed.<Double>getAs("fixed")).isEqualTo(-1.0);
    assertThat(imputed.getList(imputed.fieldIndex("_nightjar_flags")).toString())
        .isEqualTo("[imputed:x, imputed:n, imputed:low, imputed:high, imputed:fixed]");
    Row unmatched = rows.get(4);
    assertThat(unmatched.<String>getAs("word")).isEqualTo("p");
    assertThat(unmatched.getList(unmatched.fieldIndex("_nightjar_flags")).toString())
        .isEqualTo("[no-row:v]");
    assertThat(rows.get(0).schema().fieldNames())
        .containsExactly(
            "id", "k", "at", "x", "n", "low", "high", "word", "none", "fixed", "_nightjar_flags");

    assertThat(
            spark
                .read()
                .parquet(path("train.parquet.rejected"))
                .orderBy("id")
                .selectExpr("id", "_nightjar_rejection.field", "_nightjar_rejection.reason")
                .collectAsList()
                .toString())
        .contains(
            "[5,v,view 'v' has several rows",
            "[6,k,the key is null",
            "[7,_nightjar_malformed,",
            ": 7,a]");
    TrainingRecord record =
        TrainingRecord.parse("r", Files.readString(project.resolve("train.parquet.features.yaml")));
    assertThat(record.statistics()).isEqualTo(result.statistics());
    assertThat(record.rows()).isEqualTo(5);
    assertThat(record.rejected()).isEqualTo(3);
    assertThat(record.inputDigest()).hasSize(64);
    assertThat(record.views()).containsExactly(view().semantics());
    try (var left = Files.list(project)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .noneMatch(name -> name.endsWith(".unfilled"));
    }
  }

  @Test
  void above_the_limit_only_the_rejected_rows_are_left() {
    TrainingSets.Result result = training().limit(new Limit(0.37, true)).write();

    assertThat(result.limitExceeded()).isTrue();
    assertThat(result.rejected()).isEqualTo(3);
    assertThat(project.resolve("train.parquet")).doesNotExist();
    assertThat(project.resolve("train.parquet.features.yaml")).doesNotExist();
    assertThat(project.resolve("train.parquet.rejected")).isDirectory();
    assertThat(new Limit(3, false).allows(3, 8)).isTrue();
    assertThat(new Limit(2, false).allows(3, 8)).isFalse();
    assertThat(new Limit(0.375, true).allows(3, 8)).isTrue();
  }

  @Test
  void an_existing_training_set_is_only_replaced_when_asked() throws IOException {
    Files.createDirectories(project.resolve("train.parquet"));
    Files.writeString(project.resolve("train.parquet/mine.txt"), "mine");

    assertThatThrownBy(() -> training().write())
        .isInstanceOf(TableException.class)
        .hasMessageContaining("train.parquet is there already")
        .hasMessageContaining("ask for overwriting");
    assertThat(project.resolve("train.parquet/mine.txt")).exists();

    assertThat(training().overwrite().write().rows()).isEqualTo(5);
    assertThat(project.resolve("train.parquet/mine.txt")).doesNotExist();
  }

  @Test
  void a_mean_does_not_depend_on_the_order_of_its_values() {
    ExactMean mean = new ExactMean();
    ExactMean.Sum sum = mean.zero();
    for (double value : new double[] {1e16, 1.0, -1e16, 1.0, Double.NaN}) {
      sum = mean.reduce(sum, value);
    }
    ExactMean.Sum other = mean.reduce(mean.reduce(mean.zero(), 2.5), null);

    assertThat(mean.finish(sum)).isEqualTo(0.5);
    assertThat(mean.finish(mean.merge(sum, other))).isEqualTo(0.9);
    assertThat(mean.finish(mean.zero())).isNull();
  }

  private TrainingSets training() {
    return TrainingSets.with(spark, project.toString())
        .input(Source.csv("input.csv").withColumns(Map.of("at", DataType.TIMESTAMP)))
        .asOf("at")
        .key(List.of("id", "k"))
        .views(List.of(view()))
        .output("train.parquet");
  }

  private static FeatureView view() {
    return PointInTimeJoinTest.view(
            "v",
            Optional.empty(),
            statistic("x", DataType.DOUBLE, Kind.MEAN),
            statistic("n", DataType.LONG, Kind.MEAN),
            statistic("low", DataType.DOUBLE, Kind.MIN),
            statistic("high", DataType.FLOAT, Kind.MAX),
            statistic("word", DataType.STRING, Kind.MOST_FREQUENT),
            statistic("none", DataType.DOUBLE, Kind.MEAN),
            new Feature("fixed", "fixed", DataType.DOUBLE, new DefaultValue.Constant(-1.0)))
        .withSource(Optional.of(Source.csv("view.csv")));
  }

  private static Feature statistic(String name, DataType type, Kind kind) {
    return new Feature(name, name, type, new Statistic(kind));
  }

  private String path(String name) {
    return project.resolve(name).toString();
  }
}
