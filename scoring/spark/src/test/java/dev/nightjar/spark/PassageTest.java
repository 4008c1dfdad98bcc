package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways of rows to the scorer and back: each gives what Spark's public interface gives. */
class PassageTest {
  @TempDir static Path folder;
  private static SparkSession spark;
  private static Scoring scoring;
  private static String table;
  private static List<Row> byRows;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("passage")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
    TestBundle.write(folder.resolve("readings"), "1");
    scoring = Scoring.of(spark, folder.resolve("readings").toString());
    table = folder.resolve("table").toString();
    spark
        .range(0, 20_000, 1, 3)
        .selectExpr(
            "id",
            "case when id % 13 = 0 then null when id % 17 = 0 then double('NaN')"
                + " else cast(id % 100 as double) end as x",
            "case when id % 11 = 0 then 'blue' when id % 7 = 0 then null when id % 2 = 0 then 'red'"
                + " else 'green' end as colour",
            "cast(id % 128 as tinyint) as small",
            "id % 3 = 0 as third",
            "timestamp_micros(id * 1000003 - 900000000000000000) as at",
            "cast(id as decimal(20, 3)) as price",
            "case when id % 5 = 0 then null else array('ä', null, cast(id as string)) end as words",
            "map('k', named_struct('n', id)) as nested",
            "concat('text ', id) as text",
            "unhex(hex(id)) as bytes")
        .write()
        .parquet(table);
    byRows = texts(scored("rows", spark.read().parquet(table), 4096));
    spark.conf().unset(Passage.KEY);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @AfterEach
  void as_ever() {
    spark.conf().unset(Passage.KEY);
  }

  private static Dataset<Row> scored(String passage, Dataset<Row> rows, int batch) {
    spark.conf().set(Passage.KEY, passage);
    return scoring.withBatches(new BatchBounds(batch, 1L << 20)).score(rows);
  }

  @ParameterizedTest
  @CsvSource({"columns, 4096", "columns, 7", "internal-rows, 4096", "internal-rows, 7"})
  void every_way_gives_the_same_rows(String passage, int batch) {
    Dataset<Row> rows = spark.read().parquet(table);

    assertThat(texts(scored(passage, rows, batch))).isEqualTo(byRows).hasSize(20_000);
    assertThat(byRows)
        .extracting(row -> row.<String>getAs("_nightjar_outcome"))
        .contains("scored", "filtered", "rejected");
  }

  /** Every value as a text, by the row's id. */
  private static List<Row> texts(Dataset<Row> scored) {
    return scored
        .selectExpr(
            List.of(scored.columns()).stream()
                .map(
                    name ->
                        name.equals("bytes")
                            ? "hex(bytes) as bytes"
                            : name.equals("id") ? "id" : "cast(" + name + " as string) as " + name)
                .toArray(String[]::new))
        .orderBy("id")
        .collectAsList();
  }

  @Test
  void behind_a_shuffle_and_a_join_rows_go_through_as_well() {
    Dataset<Row> rows =
        spark
            .read()
            .parquet(table)
            .repartition(3)
            .join(spark.range(0, 20_000, 2).toDF("id"), "id")
            .withColumn("_nightjar_flags", org.apache.spark.sql.functions.expr("array('a')"));

    assertThat(texts(scored("columns", rows, 64)))
        .isEqualTo(texts(scored("rows", rows, 64)))
        .hasSize(10_000);
  }

  @Test
  void a_cached_table_goes_through_as_well() {
    Dataset<Row> rows = spark.read().parquet(table).select("id", "x", "colour").cache();
    try {
      assertThat(texts(scored("columns", rows, 100))).isEqualTo(texts(scored("rows", rows, 100)));
    } finally {
      rows.unpersist(true);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"columns", "internal-rows"})
  void texts_of_other_dictionaries_from_file_to_file_go_through_as_well(String passage) {
    String several = folder.resolve("several-" + passage).toString();
    List<String> colours =
        List.of(
            "if(id % 2 = 0, 'red', 'green')",
            "if(id % 2 = 0, 'green', 'red')",
            "concat('c', id % 3000)",
            "if(id % 3 = 0, null, 'red')");
    for (int i = 0; i < colours.size(); i++) {
      spark
          .range(i * 6_000L, (i + 1) * 6_000L, 1, 1)
          .selectExpr("id", "1.5D as x", colours.get(i) + " as colour")
          .write()
          .mode("append")
          .parquet(several);
    }
    Dataset<Row> rows = spark.read().parquet(several);

    List<Row> expected = texts(scored("rows", rows, 4096));

    assertThat(texts(scored(passage, rows, 4096))).isEqualTo(expected).hasSize(24_000);
    assertThat(expected.get(12_345).<String>getAs("_nightjar_rejection"))
        .contains("'c345' is not a known category");
  }

  @Test
  void a_scan_alone_hands_over_its_vectors() {
    Dataset<Row> rows = spark.read().parquet(table);

    assertThat(Passage.vectors(rows.queryExecution().executedPlan())).isPresent();
    assertThat(
            Passage.vectors(
                scoring.needed(rows, List.of("text", "id")).queryExecution().executedPlan()))
        .isPresent();
    assertThat(Passage.vectors(rows.filter("id > 3").queryExecution().executedPlan())).isEmpty();
  }

  @Test
  void only_the_columns_that_are_scored_or_kept_are_read() {
    Dataset<Row> rows = spark.read().parquet(table);

    assertThat(scoring.needed(rows, List.of("id")).queryExecution().executedPlan().toString())
        .contains("ReadSchema: struct<id:bigint,x:double,colour:string>");
    assertThat(scoring.score(rows, List.of("text", "id")).columns())
        .containsExactly(
            "text",
            "id",
            "alarm",
            "alarm_label",
            "_nightjar_flags",
            "_nightjar_outcome",
            "_nightjar_rejection",
            "_nightjar_bundle");
  }

  @Test
  void what_cannot_be_kept_or_chosen_is_told() {
    Dataset<Row> rows = spark.read().parquet(table);

    assertThatThrownBy(() -> scoring.score(rows, List.of("txt")))
        .hasMessage("the rows have no column 'txt' to keep; did you mean 'text'?");
    assertThatThrownBy(() -> scored("vectors", rows, 10))
        .hasMessage(
            "spark.nightjar.passage is 'vectors' and must be columns, internal-rows or rows");
  }
}
