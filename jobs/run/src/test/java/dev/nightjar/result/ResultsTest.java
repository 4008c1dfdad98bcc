package dev.nightjar.result;

import static dev.nightjar.result.Fixtures.DAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What readers see, by the Java call, the data source and SQL. */
class ResultsTest {
  private static final String NEXT = "2013-11-06";
  private static SparkSession spark;

  @TempDir Path root;

  @BeforeAll
  static void start() {
    spark = SparkTest.session();
  }

  @Test
  void readersSeeTheCurrentRowsOfEachOutcomeAndNothingElse() throws IOException {
    Attempt.write(root, DAY, rows(1, 10)).publish();
    Attempt.write(root, DAY, rows(2, 12)).publish();
    Attempt.write(root, NEXT, rows(3, 5)).publish();
    Attempt unpublished = Attempt.write(root, NEXT, rows(4, 50));
    // A task that died after the manifest was made, and somebody's own file.
    Path folder = root.resolve(unpublished.files().get(0).path()).getParent();
    Path current = root.resolve("data/2013-11-06/1/_nightjar_outcome=scored");
    for (Path file : children(folder)) {
      Files.copy(file, current.resolve("stray-" + file.getFileName()));
    }

    Results results = Results.at(spark, root.toString());
    assertThat(results.intervals()).extracting(Manifest::token).containsExactly(2L, 1L);
    assertThat(ids(results.scored(), "v")).containsExactly(2L, 3L);
    // ids from 0: those divisible by 5 are rejected, the other even ones filtered
    assertThat(results.interval(DAY).scored().count()).isEqualTo(5);
    assertThat(results.interval(DAY).filtered().count()).isEqualTo(4);
    assertThat(results.interval(DAY).quarantine().count()).isEqualTo(3);
    assertThat(results.interval(DAY).scored().columns()).containsExactly("id", "v", "p");
    assertThat(results.interval(DAY).quarantine().columns())
        .containsExactly("id", "_nightjar_rejection");
    assertThat(ids(results.interval(DAY).quarantine(), "id")).containsExactly(0L, 5L, 10L);
    for (Manifest manifest : results.intervals()) {
      Results one = results.interval(manifest.interval());
      assertThat(one.scored().count()).isEqualTo(manifest.rows().scored());
      assertThat(one.filtered().count()).isEqualTo(manifest.rows().filtered());
      assertThat(one.quarantine().count()).isEqualTo(manifest.rows().rejected());
    }
  }

  @Test
  void aDatasetKeepsTheVersionThatItWasMadeFrom() {
    Attempt.write(root, DAY, rows(1, 4)).publish();
    Dataset<Row> old = Results.at(spark, root.toString()).scored();
    Attempt.write(root, DAY, rows(2, 4)).publish();
    assertThat(ids(old, "v")).containsExactly(1L);
    assertThat(ids(Results.at(spark, root.toString()).scored(), "v")).containsExactly(2L);
  }

  @Test
  void anOutputPathMayHaveAnyName() {
    Path odd = root.resolve("out 100% [ı]=*{a,b}#?");
    Attempt.write(odd, DAY, rows(1, 12)).publish();
    assertThat(Results.at(spark, odd.toString()).scored().count()).isEqualTo(5);
    assertThat(spark.read().format("nightjar").load(odd.toString()).count()).isEqualTo(5);
  }

  @Test
  void nothingPublishedIsAnErrorAndNoRowsAreNot() {
    assertThatThrownBy(() -> Results.at(spark, root.toString()).scored())
        .hasMessageContaining("has no published result");
    assertThatThrownBy(() -> Results.at(spark, root.toString()).interval(DAY))
        .hasMessageContaining("has no published result");
    Fixtures.publishEmpty(Fixtures.store(root), DAY);
    Results results = Results.at(spark, root.toString());
    assertThat(results.scored().count()).isZero();
    assertThat(results.quarantine().schema().fieldNames()).contains("_nightjar_rejection");
  }

  @Test
  void anIntervalThatIsNotPublishedNamesItsNeighbours() {
    ResultStore store = Fixtures.store(root);
    for (String day : List.of("2013-11-01", "2013-11-03", "2013-11-09", "2013-11-11")) {
      Fixtures.publishEmpty(store, day);
    }
    assertThatThrownBy(() -> Results.at(spark, root.toString()).interval(DAY))
        .isInstanceOf(ResultException.class)
        .hasMessageContaining("interval '2013-11-05' is not published under file:" + root)
        .hasMessageContaining("nearest are 2013-11-03, 2013-11-09");
  }

  @Test
  void aMissingOrShortFileIsAnErrorAndNotFewerRows() throws IOException {
    Manifest manifest = Attempt.write(root, DAY, rows(1, 40)).publish();
    Path file = root.resolve(scoredFile(manifest));
    spark.conf().set("spark.sql.files.ignoreMissingFiles", "true");
    spark.conf().set("spark.sql.files.ignoreCorruptFiles", "true");
    try {
      Dataset<Row> scored = Results.at(spark, root.toString()).scored();
      byte[] whole = Files.readAllBytes(file);
      Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));
      assertThatThrownBy(scored::count)
          .hasStackTraceContaining("data file 'file:" + file + "' has " + (whole.length - 1));
      Files.delete(file);
      assertThatThrownBy(() -> Results.at(spark, root.toString()).scored().count())
          .hasStackTraceContaining(
              "data file 'file:" + file + "' is listed in a manifest and missing");
    } finally {
      spark.conf().unset("spark.sql.files.ignoreMissingFiles");
      spark.conf().unset("spark.sql.files.ignoreCorruptFiles");
    }
  }

  /** Every byte of the pages counts; the footer's statistics are not covered by checksums. */
  @Test
  void aChangedPageIsAnErrorAndNotAnotherScore() throws IOException {
    Manifest manifest = Attempt.write(root, DAY, rows(1, 4000)).publish();
    Path file = root.resolve(scoredFile(manifest));
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    List<String> whole = texts(Results.at(spark, root.toString()).scored());
    spark.conf().set("spark.sql.files.ignoreCorruptFiles", "true");
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      int detected = 0;
      int plainlyWrong = 0;
      for (int at : List.of(200, 1000, 3000, 5000)) {
        flip(bytes, at);
        try {
          assertThat(texts(Results.at(spark, root.toString()).scored())).isEqualTo(whole);
        } catch (Exception e) {
          assertThat(e).hasStackTraceContaining(file.getFileName().toString());
          detected++;
        }
        plainlyWrong += readsWrong(file, whole) ? 1 : 0;
        flip(bytes, at);
      }
      assertThat(detected).isEqualTo(4);
      // Else this test would prove nothing.
      assertThat(plainlyWrong).isPositive();
    } finally {
      spark.conf().unset("spark.sql.files.ignoreCorruptFiles");
    }
    assertThat(texts(Results.at(spark, root.toString()).scored())).isEqualTo(whole);
  }

  @Test
  void filtersAndColumnsReachParquet() {
    Attempt.write(root, DAY, rows(1, 100)).publish();
    Dataset<Row> read =
        spark.read().format("nightjar").load(root.toString()).where("id > 90").select("p");
    String plan = read.queryExecution().executedPlan().treeString();
    assertThat(plan)
        .contains("PushedFilters: [IsNotNull(id), GreaterThan(id,90)]")
        .contains("ReadSchema: struct<id:bigint,p:double>")
        .contains("FileScan parquet");
    assertThat(read.count()).isEqualTo(4);
  }

  @Test
  void theFormatHasOptionsAndRefusesOthers() {
    Attempt.write(root, DAY, rows(1, 12)).publish();
    Attempt.write(root, NEXT, rows(2, 12)).publish();
    assertThat(
            spark
                .read()
                .format("nightjar")
                .option("Interval", NEXT)
                .option("content", "QUARANTINE")
                .load(root.toString())
                .count())
        .isEqualTo(3);
    assertThat(spark.read().format("nightjar").option("content", "filtered").load(root.toString()))
        .satisfies(rows -> assertThat(rows.count()).isEqualTo(8));
    assertThatThrownBy(
            () -> spark.read().format("nightjar").option("content", "bad").load(root.toString()))
        .hasMessage("content 'bad' is not known; use scored, filtered or quarantine");
    assertThatThrownBy(
            () -> spark.read().format("nightjar").option("intervall", DAY).load(root.toString()))
        .hasMessageContaining("did you mean 'interval'?");
    assertThatThrownBy(() -> spark.read().format("nightjar").load())
        .hasMessageContaining("option 'path' is missing");
    assertThatThrownBy(() -> spark.read().format("nightjar").option("interval", "x").load("/nope"))
        .hasMessageContaining("has no published result");
  }

  @Test
  void sqlReadsResultsToo() {
    Attempt.write(root, DAY, rows(1, 12)).publish();
    spark.sql(
        "CREATE OR REPLACE TEMPORARY VIEW scores USING nightjar OPTIONS (path '" + root + "')");
    spark.sql(
        "CREATE OR REPLACE TEMPORARY VIEW bad USING nightjar OPTIONS (path '"
            + root
            + "', content 'quarantine', interval '2013-11-05')");
    assertThat(spark.sql("SELECT sum(id), count(*) FROM scores").first().getLong(0))
        .isEqualTo(1 + 3 + 7 + 9 + 11);
    assertThat(spark.sql("SELECT _nightjar_rejection.field FROM bad").first().getString(0))
        .isEqualTo("carrier");
    assertThat(spark.sql("SELECT * FROM scores a JOIN scores b USING (id) WHERE a.v = b.v").count())
        .isEqualTo(5);
  }

  @Test
  void sqlNamesAPathWhereTheExtensionIsOn() {
    Attempt.write(root, DAY, rows(1, 12)).publish();
    SparkSession extended = SparkTest.extended();
    String query = "SELECT sum(id) FROM nightjar.`" + root + "` WHERE v = 1";
    assertThat(extended.sql(query).first().getLong(0)).isEqualTo(31);
    assertThat(
            extended
                .sql("WITH r AS (" + query + ") SELECT * FROM r WHERE (" + query + ") = 31")
                .count())
        .isEqualTo(1);
    assertThat(
            extended
                .sql("SELECT count(*) FROM nightjar.`" + root + "` WITH (content = 'quarantine')")
                .first()
                .getLong(0))
        .isEqualTo(3);
    assertThatThrownBy(() -> extended.sql("SELECT * FROM nightjar.`/nope`"))
        .hasMessageContaining("has no published result");
  }

  @Test
  void laterColumnsAreNullInEarlierResults() {
    Attempt.write(root, DAY, rows(1, 12)).publish();
    Attempt.write(root, NEXT, rows(2, 12).selectExpr("*", "v * 2 as added")).publish();
    Dataset<Row> all = Results.at(spark, root.toString()).scored();
    // Fixtures say that the higher token is made later, and both have the first.
    assertThat(all.columns()).contains("added");
    assertThat(all.where("added is null").select("v").distinct().count()).isEqualTo(1);
    assertThat(all.where("added = 4").count()).isEqualTo(5);
  }

  @Test
  void aColumnThatWentAwayOrChangedIsNamed() {
    Attempt.write(root, DAY, rows(1, 12)).publish();
    Attempt.write(root, NEXT, rows(2, 12).withColumn("p", functions.col("p").cast("float")))
        .publish();
    assertThatThrownBy(() -> Results.at(spark, root.toString()).scored())
        .hasMessage(
            "column 'p' is DOUBLE in interval 2013-11-05 and FLOAT in interval 2013-11-06;"
                + " read the intervals apart, or run one of them again");
    Attempt.write(root, NEXT, rows(2, 12).drop("p")).publish();
    assertThatThrownBy(() -> Results.at(spark, root.toString()).scored())
        .hasMessageContaining(
            "column 'p' is DOUBLE in interval 2013-11-05 and missing in interval 2013-11-06");
    assertThat(Results.at(spark, root.toString()).interval(NEXT).scored().count()).isEqualTo(5);
  }

  @Test
  @Timeout(900)
  void aPollingReaderAlwaysSeesOneCompleteVersion() throws Exception {
    Attempt.write(root, DAY, rows(0, 8)).publish();
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Long> seen = new CopyOnWriteArrayList<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                while (!done.get()) {
                  List<Row> rows = Results.at(spark, root.toString()).scored().collectAsList();
                  assertThat(rows).hasSize(3);
                  assertThat(rows)
                      .extracting(row -> row.getLong(1))
                      .containsOnly(rows.get(0).getLong(1));
                  seen.add(rows.get(0).getLong(1));
                }
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    reader.start();
    // Until the reader has met several; the timeout ends what never comes to that.
    for (int version = 1;
        version <= 10 || (failure.get() == null && !hasMetEnough(seen));
        version++) {
      Attempt.write(root, DAY, rows(version, 8)).publish();
    }
    done.set(true);
    reader.join();
    assertThat(failure.get()).isNull();
    assertThat(seen).isSorted().hasSizeGreaterThan(20);
    assertThat(new java.util.HashSet<>(seen)).hasSizeGreaterThan(5);
  }

  private static boolean hasMetEnough(List<Long> seen) {
    return seen.size() > 20 && Set.copyOf(seen).size() > 5;
  }

  /** Ids from 0; those divisible by 5 are rejected, the other even ones filtered. */
  private static Dataset<Row> rows(long version, long count) {
    return spark
        .range(0, count, 1, 1)
        .selectExpr(
            "id",
            version + "L as v",
            "CASE WHEN id % 2 = 1 AND id % 5 <> 0 THEN hash(id) / 7.0D END as p",
            "CASE WHEN id % 5 = 0 THEN struct('contract' as stage, 'carrier' as field) END"
                + " as _nightjar_rejection",
            "CASE WHEN id % 5 = 0 THEN 'rejected' WHEN id % 2 = 0 THEN 'filtered' ELSE 'scored'"
                + " END as _nightjar_outcome");
  }

  private static List<Long> ids(Dataset<Row> rows, String column) {
    return rows.select(column).distinct().orderBy(column).collectAsList().stream()
        .map(row -> row.getLong(0))
        .toList();
  }

  private static List<String> texts(Dataset<Row> rows) {
    return rows.select("id", "v", "p").collectAsList().stream()
        .map(Row::toString)
        .sorted()
        .toList();
  }

  private static boolean readsWrong(Path file, List<String> whole) {
    try {
      return !texts(spark.read().parquet(file.toString())).equals(whole);
    } catch (Exception e) {
      return false;
    }
  }

  private static void flip(RandomAccessFile bytes, long at) throws IOException {
    bytes.seek(at);
    int value = bytes.read();
    bytes.seek(at);
    bytes.write(value ^ 0x10);
  }

  private static String scoredFile(Manifest manifest) {
    return Content.SCORED.files(manifest).get(0).path();
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }
}
