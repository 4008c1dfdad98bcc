package dev.nightjar.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.spark_partition_id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleWriter;
import dev.nightjar.bundle.SigningKey;
import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.engine.Device;
import dev.nightjar.pipeline.LoadedBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoringTest {
  @TempDir static Path folder;
  private static SparkSession spark;
  private static String bundle;
  private static Scoring scoring;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("scoring/spark tests")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
    bundle = folder.resolve("readings").toString();
    TestBundle.write(Path.of(bundle), "1");
    scoring = Scoring.of(spark, bundle);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static ExecutorBundles.Key key(String digest) {
    return new ExecutorBundles.Key(digest, "onnx", Device.cpu());
  }

  @Test
  void the_two_lines_of_the_package_page_score_rows() {
    Dataset<Row> rows = spark.sql("select 7 as id, 2.0D as x, 'red' as colour");

    Scoring of = Scoring.of(spark, bundle);
    Row row = of.score(rows).head();

    assertThat((double) row.<Float>getAs("alarm"))
        .isCloseTo(TestBundle.score(2, true), within(1e-6));
    assertThat(row.<Boolean>getAs("alarm_label")).isTrue();
    assertThat(row.<Integer>getAs("id")).isEqualTo(7);
    assertThat(row.<String>getAs("_nightjar_outcome")).isEqualTo("scored");
    assertThat(row.<String>getAs("_nightjar_bundle")).isEqualTo(of.bundle().digest());
    assertThat(row.getList(row.fieldIndex("_nightjar_flags"))).isEmpty();
  }

  @Test
  void rows_come_out_in_their_partitions_and_order_whatever_becomes_of_them() {
    Dataset<Row> rows =
        spark
            .range(0, 1000, 1, 7)
            .selectExpr(
                "cast(id % 100 as double) as x",
                "case when id % 11 = 0 then 'blue' else 'green' end as colour")
            .withColumn("before", monotonically_increasing_id())
            .withColumn("place", spark_partition_id());

    List<Row> out =
        scoring
            .withBatches(new BatchBounds(13, 1L << 20))
            .score(rows)
            .withColumn("after", monotonically_increasing_id())
            .select("before", "after", "_nightjar_outcome", "x", "alarm")
            .collectAsList();

    assertThat(out).hasSize(1000).allMatch(row -> row.getLong(0) == row.getLong(1));
    for (Row row : out) {
      if (row.getString(2).equals("scored")) {
        assertThat((double) row.getFloat(4))
            .isCloseTo(TestBundle.score(row.getDouble(3), false), within(1e-6));
      } else {
        assertThat(row.isNullAt(4)).isTrue();
      }
    }
    assertThat(out).extracting(row -> row.getString(2)).contains("scored", "filtered", "rejected");
  }

  @Test
  void what_no_contract_takes_rejects_its_row_alone() {
    List<Row> rows =
        scoring
            .score(
                spark.sql(
                    "select * from values ('2.5', 'red'), ('ten', 'red'), ('NaN', 'red'),"
                        + " (null, 'red'), ('1', 'blue'), ('1', null) as t(x, colour)"))
            .selectExpr("_nightjar_rejection.*", "_nightjar_flags")
            .collectAsList();

    assertThat(rows)
        .extracting(row -> row.isNullAt(0) ? "" : row.getString(1) + " " + row.getString(2))
        .containsExactly(
            "",
            "x 'ten' is not a finite double",
            "x 'NaN' is not a finite double",
            "",
            "colour 'blue' is not a known category",
            "colour is missing");
    assertThat(rows.get(3).getList(3)).isEqualTo(List.of("imputed:x"));
  }

  @Test
  void rejections_and_flags_of_earlier_steps_are_kept() {
    List<Row> rows =
        scoring
            .score(
                spark.sql(
                    """
                    select 1 as id, 2.0D as x, 'red' as colour,
                        array('stale:weather') as _nightjar_flags,
                        named_struct('stage', 'join', 'field', 'weather', 'reason', 'tied')
                            as _nightjar_rejection
                    union all select 2, null, 'red', array('no-row:weather'), null
                    """))
            .orderBy("id")
            .select("_nightjar_outcome", "_nightjar_rejection.reason", "_nightjar_flags")
            .collectAsList();

    assertThat(rows.get(0).getString(0)).isEqualTo("rejected");
    assertThat(rows.get(0).getString(1)).isEqualTo("tied");
    assertThat(rows.get(0).getList(2)).isEqualTo(List.of("stale:weather"));
    assertThat(rows.get(1).getString(0)).isEqualTo("scored");
    assertThat(rows.get(1).getList(2)).isEqualTo(List.of("no-row:weather", "imputed:x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tinyint", "smallint", "int", "bigint", "float", "double", "string"})
  void numbers_of_every_width_are_scored_alike(String type) {
    Row row =
        scoring.score(spark.sql("select cast(-7 as " + type + ") as x, 'green' as colour")).head();

    assertThat((double) row.<Float>getAs("alarm"))
        .isCloseTo(TestBundle.score(-7, false), within(1e-6));
  }

  @ParameterizedTest
  @ValueSource(strings = {"date", "decimal(10,2)", "timestamp_ntz", "binary", "array<double>"})
  void a_type_that_no_contract_can_name_is_told_with_the_remedy(String type) {
    Dataset<Row> rows = spark.sql("select cast(null as " + type + ") as x, 'red' as colour");

    assertThat(scoring.mismatches(rows.schema()))
        .containsExactly(
            "the bundle's input 'x' is a column of type "
                + type
                + ", which no contract can name; cast it in the input, for example with sql:");
    assertThatThrownBy(() -> scoring.score(rows)).hasMessageContaining(type);
  }

  @Test
  void columns_that_do_not_fit_are_all_told_at_once() {
    Dataset<Row> rows = spark.sql("select true as x, 'red' as color, 1.0D as alarm");

    assertThat(scoring.mismatches(rows.schema()))
        .containsExactly(
            "the bundle's input 'x' is a double and the column of that name a boolean, which cannot"
                + " be converted; cast it in the input, for example with sql:",
            "the bundle's input 'colour' (category) is no column of the joined rows; did you mean"
                + " 'color'?",
            "the bundle's output 'alarm' has the name of a column of the joined rows; rename that"
                + " column");
  }

  @Test
  void columns_that_the_contract_does_not_name_come_through_unchanged() {
    Dataset<Row> rows =
        spark.sql(
            """
            select 1.0D as x, 'red' as colour, date'1500-02-28' as d, 1.50BD as n,
                timestamp'9999-12-31 23:59:59.999999Z' as far,
                timestamp'1850-06-01 12:00:00.000001Z' as old,
                timestamp'0001-01-01 00:00:00Z' as oldest, map('a', array(1, null)) as m,
                named_struct('odd.name', 'ı') as `a.b`
            """);

    Column[] texts =
        Arrays.stream(rows.columns())
            .map(name -> col("`" + name + "`").cast("string"))
            .toArray(Column[]::new);
    assertThat(scoring.score(rows).select(texts).head()).isEqualTo(rows.select(texts).head());
  }

  @Test
  void no_rows_and_empty_partitions_are_no_failure() {
    Dataset<Row> rows =
        spark.range(0, 3, 1, 8).selectExpr("cast(id as double) as x", "'red' as colour");

    assertThat(scoring.score(rows).count()).isEqualTo(3);
    assertThat(scoring.score(rows.limit(0)).collectAsList()).isEmpty();
  }

  @Test
  void a_task_that_ends_before_its_last_row_gives_its_scorer_back() {
    Dataset<Row> rows =
        spark.range(0, 1000, 1, 1).selectExpr("cast(1 as double) as x", "'red' as colour");
    for (int i = 0; i < 5; i++) {
      assertThat(scoring.withBatches(new BatchBounds(10, 1L << 20)).score(rows).takeAsList(3))
          .hasSize(3);
    }

    assertThat(scoring.score(rows).count()).isEqualTo(1000);
  }

  @Test
  void a_bundle_is_loaded_once_for_all_partitions_and_runs() throws InterruptedException {
    String digest = scoring.bundle().digest();
    BundleFiles unread = BundleFiles.of("not looked at", Map.of());
    LoadedBundle first = ExecutorBundles.get(key(digest), unread);
    Dataset<Row> rows =
        spark.range(0, 64, 1, 16).selectExpr("cast(id as double) as x", "'red' as colour");

    scoring.score(rows).count();
    Scoring.of(spark, bundle).score(rows).count();

    Set<LoadedBundle> seen = ConcurrentHashMap.newKeySet();
    List<Thread> threads =
        IntStream.range(0, 8)
            .mapToObj(i -> new Thread(() -> seen.add(ExecutorBundles.get(key(digest), unread))))
            .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(seen).containsExactly(first);
  }

  @Test
  void bytes_that_are_not_the_drivers_bundle_are_refused() {
    BundleFiles files = HadoopBundles.read(spark.sparkContext().hadoopConfiguration(), bundle);

    assertThatThrownBy(() -> ExecutorBundles.get(key("0".repeat(64)), files))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(scoring.bundle().digest())
        .hasMessageContaining("where the driver sent 0000");
  }

  @Test
  void a_loaded_bundle_is_used_on_until_another_lies_at_its_place(@TempDir Path other)
      throws IOException {
    Path place = other.resolve("b.zip");
    TestBundle.write(place, "1");
    Scoring loaded = Scoring.of(spark, place.toString());
    assertThat(Scoring.of(spark, place.toString(), Demands.NONE, Optional.of(loaded)))
        .isSameAs(loaded);

    Files.delete(place);
    TestBundle.write(place, "2");
    Scoring newer = Scoring.of(spark, place.toString(), Demands.NONE, Optional.of(loaded));

    assertThat(newer.bundle().label())
        .isEqualTo(
            newer.bundle().manifest().name()
                + " 2 ("
                + newer.bundle().digest().substring(0, 12)
                + ")");
    assertThat(newer.bundle().digest()).isNotEqualTo(loaded.bundle().digest());
  }

  @Test
  void what_was_checked_is_what_scores_whatever_comes_to_lie_at_its_place(@TempDir Path other)
      throws IOException {
    Path place = other.resolve("b.zip");
    TestBundle.write(place, "1");
    Scoring checked = Scoring.of(spark, place.toString());
    Files.write(place, new byte[] {1, 2, 3});

    Dataset<Row> rows =
        spark.range(0, 4, 1, 2).selectExpr("cast(id as double) as x", "'red' as colour");
    assertThat(checked.score(rows).count()).isEqualTo(4);
  }

  @Test
  void a_byte_that_changes_on_the_way_to_an_executor_is_found_there() {
    BundleFiles files = HadoopBundles.read(spark.sparkContext().hadoopConfiguration(), bundle);
    for (String name : files.names()) {
      Map<String, byte[]> tampered = new TreeMap<>();
      files.names().forEach(each -> tampered.put(each, files.get(each).clone()));
      byte[] bytes = tampered.get(name);
      // In the manifest, a letter of the model's name: it stays a sound manifest.
      int at =
          name.equals(BundleFiles.MANIFEST)
              ? new String(bytes, StandardCharsets.UTF_8).indexOf("name: ") + 6
              : 3;
      bytes[at] ^= 1;
      BundleFiles arrived = BundleFiles.of("arrived", tampered);
      // Of the digest that the driver sent, but none that this JVM has loaded before.
      assertThatThrownBy(() -> ExecutorBundles.load(key(scoring.bundle().digest()), arrived))
          .isInstanceOf(BundleException.class)
          .hasMessageMatching("(?s).*(is damaged: " + name + "|arrived with the digest).*");
    }
  }

  @Test
  void a_signature_that_is_asked_for_is_checked_here_and_in_every_task(@TempDir Path other)
      throws IOException {
    Path place = other.resolve("b.zip");
    TestBundle.write(place, "1");
    SigningKey team = SigningKey.generate();
    Optional<TrustedKeys> trusted = Optional.of(TrustedKeys.of("team.pub", team.publicHalf()));
    Demands asked = Demands.NONE.withSignature(trusted);
    Scoring anybody = Scoring.of(spark, place.toString());
    assertThatThrownBy(() -> Scoring.of(spark, place.toString(), asked, Optional.of(anybody)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("is not signed");

    BundleWriter.sign(place, team);
    Scoring signed = Scoring.of(spark, place.toString(), asked, Optional.of(anybody));
    assertThat(signed.bundle().digest()).isEqualTo(anybody.bundle().digest());
    Dataset<Row> rows =
        spark.range(0, 4, 1, 2).selectExpr("cast(id as double) as x", "'red' as colour");
    assertThat(signed.score(rows).count()).isEqualTo(4);

    // The bundle is loaded in this JVM, which asks again all the same.
    BundleFiles unsigned = anybody.bundle().files();
    assertThatThrownBy(
            () -> ExecutorBundles.scorer(key(signed.bundle().digest()), unsigned, trusted))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("is not signed");
    Optional<TrustedKeys> others =
        Optional.of(TrustedKeys.of("others.pub", SigningKey.generate().publicHalf()));
    assertThatThrownBy(
            () ->
                ExecutorBundles.scorer(
                    key(signed.bundle().digest()), signed.bundle().files(), others))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("not among the trusted ones (others.pub");
  }

  @Test
  void a_folder_and_a_zip_of_a_bundle_are_one_bundle(@TempDir Path other) {
    Path zip = other.resolve("a folder/readings.zip");
    TestBundle.write(zip, "1");

    assertThat(Scoring.of(spark, zip.toString()).bundle().digest())
        .isEqualTo(scoring.bundle().digest());
    assertThat(Bundle.open(zip).digest()).isEqualTo(scoring.bundle().digest());
  }

  @Test
  void a_bundle_that_is_not_there_is_told_with_the_remedy() {
    assertThatThrownBy(() -> Scoring.of(spark, folder.resolve("absent").toString()))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("there is no bundle at " + folder.resolve("absent"))
        .hasMessageContaining("nightjar package");
  }

  @Test
  void a_training_sample_names_the_column_that_it_lacks() {
    assertThatThrownBy(
            () -> SampleRows.take(spark.sql("select 1.0D as x"), TestBundle.contract(), 10))
        .hasMessageContaining("lacks the contract's input 'colour'");
    assertThatThrownBy(
            () ->
                SampleRows.take(
                    spark.sql("select 1.0BD as x, 'red' as colour"), TestBundle.contract(), 10))
        .hasMessageContaining("'x' is a decimal(2,1), which no contract can name");
    assertThat(
            SampleRows.take(
                    spark.sql("select 'red' as colour, 1.0F as x, 5 as y"),
                    TestBundle.contract(),
                    10)
                .schema()
                .names())
        .containsExactly("x", "colour");
  }
}
