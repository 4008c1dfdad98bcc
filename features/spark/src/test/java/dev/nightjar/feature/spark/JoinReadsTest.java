package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.data.DataType;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.JoinWay;
import dev.nightjar.feature.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.classic.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read of views and what is shuffled, by either way of joining: counted, not supposed. */
class JoinReadsTest {
  private static final int ROWS = 40_000;
  private static final long DAYS = 10;
  private static final long ROWS_OF_A_DAY = 100;

  /** Sent views are read twice: to be weighed, and to be sent. */
  private static final int READS_OF_A_SENT_VIEW = 2;

  private final SparkSession spark = (SparkSession) TestSpark.session();
  private final Counts counts = new Counts();

  @TempDir private Path folder;

  /** Of all tasks since the last reset. */
  private static final class Counts extends SparkListener {
    private final LongAdder read = new LongAdder();
    private final LongAdder shuffled = new LongAdder();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      read.add(end.taskMetrics().inputMetrics().recordsRead());
      shuffled.add(end.taskMetrics().shuffleWriteMetrics().recordsWritten());
    }
  }

  @BeforeEach
  void count() {
    settle();
    spark.sparkContext().addSparkListener(counts);
  }

  @AfterEach
  void countNoMore() {
    spark.sparkContext().removeSparkListener(counts);
  }

  private void settle() {
    try {
      spark.sparkContext().listenerBus().waitUntilEmpty();
    } catch (Exception e) { // Scala declares none
      throw new AssertionError("Spark's events do not come to an end", e);
    }
  }

  private List<Row> joined(
      JoinWay way, List<FeatureView> views, Dataset<Row> input, Optional<AsOfRange> range) {
    TableReader reader = new TableReader(spark, folder.toString());
    Map<String, JoinWay> ways =
        views.stream().collect(Collectors.toMap(FeatureView::name, view -> way));
    List<Row> rows =
        PointInTimeJoin.of(views, view -> reader.read(view, Map.of()))
            .with(ways)
            .join(input, Optional.of("at"), range)
            .collectAsList();
    settle();
    return rows;
  }

  /** Spark's plan of what is read of one view, and shuffled with the input where it is merged. */
  private String plan(JoinWay way, FeatureView view, Dataset<Row> input, AsOfRange range) {
    Dataset<Row> rows = new TableReader(spark, folder.toString()).read(view, Map.of());
    JoinKeys keys = JoinKeys.of(view.keys(), input.schema(), rows.schema());
    ViewTable table = ViewTable.of(view, keys, rows, Optional.of(range));
    Dataset<Row> marked =
        input.withColumn(ReservedColumns.REJECTION, functions.lit(null).cast(RowMarks.REJECTION));
    Dataset<Row> read =
        way == JoinWay.BROADCAST
            ? table.entries()
            : new MergeJoin(List.of(table), Optional.of("at"), Optional.of(range)).sorted(marked);
    return read.queryExecution().executedPlan().toString();
  }

  /** As pushed filters are shown, in the JVM's zone. */
  private static String shown(long second) {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.S", Locale.ROOT)
        .withZone(ZoneId.systemDefault())
        .format(Instant.ofEpochSecond(second));
  }

  private static AsOfRange seconds(long first, long last) {
    return new AsOfRange(Instant.ofEpochSecond(first), Instant.ofEpochSecond(last));
  }

  /** A row each second since 1970, in many row groups, with a column that nobody asks for. */
  private FeatureView everySecond(Optional<Duration> maxAge) {
    // Spark's own default, INT96, has no statistics to go by.
    spark.conf().set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
    try {
      spark
          .range(0, ROWS, 1, 1)
          .selectExpr(
              "cast(id % 50 as string) k",
              "timestamp_seconds(id) ts",
              "cast(id as double) v",
              "sha2(cast(id as string), 256) unneeded")
          .write()
          .option("parquet.block.size", 64 << 10)
          .parquet(folder.resolve("seconds").toString());
    } finally {
      spark.conf().unset("spark.sql.parquet.outputTimestampType");
    }
    settle();
    counts.read.reset();
    return PointInTimeJoinTest.view("w", maxAge, PointInTimeJoinTest.feature("v"))
        .withSource(Optional.of(Source.parquet("seconds")));
  }

  @ParameterizedTest
  @EnumSource
  void columns_and_row_groups_that_cannot_matter_are_not_read(JoinWay way) {
    FeatureView view = everySecond(Optional.empty());
    Dataset<Row> input =
        spark.sql(
            "select * from values ('7', timestamp_seconds(1000)), ('8', timestamp_seconds(2000))"
                + " as t(k, at)");
    AsOfRange range = seconds(1_000, 2_000);

    List<Row> rows = joined(way, List.of(view), input, Optional.of(range));

    assertThat(rows.stream().map(row -> row.getString(0) + " " + row.getAs("v")))
        .containsExactlyInAnyOrder("7 957.0", "8 1958.0");
    long times = way == JoinWay.BROADCAST ? READS_OF_A_SENT_VIEW : 1;
    // All up to second 2000, and what else lies in the same row group.
    assertThat(counts.read.sum()).isBetween(2_001 * times, 4_000 * times);
    String plan = plan(way, view, input, range);
    assertThat(plan)
        .contains("ReadSchema: struct<k:string,ts:timestamp,v:double>")
        .containsPattern("PushedFilters: \\[[^]]*IsNotNull\\(k\\)")
        .contains("LessThanOrEqual(ts," + shown(2_000) + ")")
        .doesNotContain("unneeded", "Join", "CartesianProduct", "Window");
    assertThat(plan.split("Exchange ", -1)).hasSize(way == JoinWay.MERGE ? 2 : 1);
  }

  @ParameterizedTest
  @EnumSource
  void of_rows_that_are_too_old_only_keys_and_times_are_read(JoinWay way) {
    FeatureView view = everySecond(Optional.of(Duration.ofSeconds(100)));
    Dataset<Row> input = spark.sql("select '7' k, timestamp_seconds(1000) at");

    String plan = plan(way, view, input, seconds(1_000, 2_000));

    assertThat(plan.lines().filter(line -> line.contains("FileScan")))
        .hasSize(2)
        .anySatisfy(
            young ->
                assertThat(young)
                    .contains("ReadSchema: struct<k:string,ts:timestamp,v:double>")
                    .contains("GreaterThanOrEqual(ts," + shown(900) + ")"))
        .anySatisfy(
            old ->
                assertThat(old)
                    .contains("ReadSchema: struct<k:string,ts:timestamp>")
                    .contains("LessThan(ts," + shown(900) + ")"));
  }

  /** Of a day there are many rows of one key, all the same, so none are tied. */
  @ParameterizedTest
  @EnumSource
  void partitions_that_cannot_matter_are_not_read(JoinWay way) {
    spark
        .range(0, DAYS * ROWS_OF_A_DAY, 1, 1)
        .selectExpr(
            "cast(id % 7 as string) k",
            "date_add(date'2025-06-01', cast(id div 100 as int)) ts",
            "cast(id div 100 as double) v")
        .write()
        .partitionBy("ts")
        .parquet(folder.resolve("days").toString());
    settle();
    counts.read.reset();
    FeatureView view =
        PointInTimeJoinTest.view("w", Optional.empty(), PointInTimeJoinTest.feature("v"))
            .withSource(
                Optional.of(Source.parquet("days").withColumns(Map.of("ts", DataType.TIMESTAMP))));
    Dataset<Row> input = spark.sql("select '3' k, timestamp'2025-06-04 12:00:00Z' at");
    Instant noon = Instant.parse("2025-06-04T12:00:00Z");
    AsOfRange range = new AsOfRange(noon, noon);

    List<Row> rows = joined(way, List.of(view), input, Optional.of(range));

    assertThat(rows)
        .singleElement()
        .satisfies(row -> assertThat(row.<Double>getAs("v")).isEqualTo(3));
    // The days from the first to the fourth.
    long times = way == JoinWay.BROADCAST ? READS_OF_A_SENT_VIEW : 1;
    assertThat(counts.read.sum()).isEqualTo(4 * ROWS_OF_A_DAY * times);
    assertThat(plan(way, view, input, range))
        .containsPattern("PartitionFilters: \\[[^]]*ts#")
        .contains("ReadSchema: struct<k:string,v:double>");
  }

  @ParameterizedTest
  @EnumSource
  void views_with_the_same_keys_share_a_shuffle_and_sent_ones_need_none(JoinWay way) {
    int inputRows = 1_000;
    int viewRows = 300;
    Dataset<Row> input =
        spark
            .range(inputRows)
            .selectExpr(
                "cast(id % 30 as string) k",
                "cast(id % 20 as string) other", "timestamp_seconds(500 + id) at")
            .repartition(2)
            .localCheckpoint();
    Dataset<Row> table =
        spark
            .range(viewRows)
            .selectExpr(
                "cast(id % 30 as string) k", "timestamp_seconds(id) ts", "cast(id as double) v")
            .repartition(2)
            .localCheckpoint();
    FeatureView one = named("one", "k");
    FeatureView two = named("two", "k");
    FeatureView three = named("three", "other");

    long ofTwo = shuffled(way, List.of(one, two), input, table);
    long ofThree = shuffled(way, List.of(one, two, three), input, table);

    if (way == JoinWay.MERGE) {
      assertThat(ofTwo).isEqualTo(inputRows + 2 * viewRows);
      assertThat(ofThree).isEqualTo(2 * inputRows + 3 * viewRows);
    } else {
      // The weights, one of each partition of a view.
      assertThat(ofTwo).isLessThanOrEqualTo(2 * 2);
      assertThat(ofThree).isLessThanOrEqualTo(3 * 2);
    }
  }

  private static FeatureView named(String name, String key) {
    return PointInTimeJoinTest.view(
        name,
        Map.of(key, "k"),
        Optional.empty(),
        new Feature("v_" + name, "v", DataType.DOUBLE, new DefaultValue.None()));
  }

  private long shuffled(
      JoinWay way, List<FeatureView> views, Dataset<Row> input, Dataset<Row> table) {
    settle();
    counts.shuffled.reset();
    long rows =
        PointInTimeJoin.of(views, view -> table)
            .with(views.stream().collect(Collectors.toMap(FeatureView::name, view -> way)))
            .join(input, Optional.of("at"), Optional.of(seconds(0, 2_000)))
            .collectAsList()
            .size();
    settle();
    assertThat(rows).isEqualTo(1_000);
    return counts.shuffled.sum();
  }
}
