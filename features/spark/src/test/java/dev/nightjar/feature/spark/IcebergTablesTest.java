package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.Environment;
import dev.nightjar.config.Problems;
import dev.nightjar.config.Section;
import dev.nightjar.config.YamlFile;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureViews;
import dev.nightjar.feature.IcebergSource;
import dev.nightjar.feature.JoinWay;
import dev.nightjar.feature.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.types.Types;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of a warehouse that a catalog of Iceberg's own has written. */
class IcebergTablesTest {
  private static final SparkSession SPARK = TestSpark.session();
  private static final String CATALOG = "spark.sql.catalog.iceberg_tables_test";
  @TempDir static Path project;

  @BeforeAll
  static void warehouse() {
    SPARK.conf().set(CATALOG, "org.apache.iceberg.spark.SparkCatalog");
    SPARK.conf().set(CATALOG + ".type", "hadoop");
    SPARK.conf().set(CATALOG + ".warehouse", project.resolve("lake").toString());
    sql(
        "create table %s.db.weather (station string, hour timestamp, temp double, note string)"
            + " using iceberg partitioned by (days(hour))");
    sql(
        "insert into %s.db.weather select 'a', timestamp '2024-03-01 00:30:00Z' + make_interval(0,"
            + " 0, 0, cast(id as int)), id, 'n' from range(5)");
  }

  @AfterAll
  static void forget() {
    for (String key : List.of("", ".type", ".warehouse")) {
      SPARK.conf().unset(CATALOG + key);
    }
  }

  @Test
  void a_reader_sees_one_snapshot_whatever_is_committed_and_the_next_one_sees_the_newer() {
    sql("create table %s.db.changing (x long) using iceberg");
    sql("insert into %s.db.changing values (1), (2)");
    IcebergSource source = source("table: db.changing");
    try (TableReader tables = tables();
        TableReader later = tables()) {
      String digest = tables.digest(source, Map.of());
      Dataset<Row> before = tables.read(source, Map.of(), Map.of());
      sql("insert into %s.db.changing values (3)");
      sql("delete from %s.db.changing where x = 1");

      assertThat(numbers(before)).containsExactlyInAnyOrder(1L, 2L);
      assertThat(numbers(tables.read(source, Map.of(), Map.of())))
          .containsExactlyInAnyOrder(1L, 2L);
      assertThat(tables.digest(source, Map.of())).isEqualTo(digest).hasSize(64);
      assertThat(tables.size(source, Map.of()).files()).isBetween(1L, 2L);
      SourceStates now = new SourceStates(project.toString());
      assertThat(now.digest(source, Map.of())).contains(later.digest(source, Map.of()));
      assertThat(now.snapshot(source)).isEqualTo(later.snapshot(source));

      assertThat(numbers(later.read(source, Map.of(), Map.of()))).containsExactlyInAnyOrder(2L, 3L);
      assertThat(later.digest(source, Map.of())).isNotEqualTo(digest);

      IcebergSource pinned =
          source("table: db.changing, snapshot: " + tables.snapshot(source).orElseThrow());
      assertThat(numbers(later.read(pinned, Map.of(), Map.of()))).containsExactlyInAnyOrder(1L, 2L);
      assertThat(later.digest(pinned, Map.of())).isEqualTo(digest);

      String id = Long.toString(tables.snapshot(source).orElseThrow());
      assertThat(queried(later, "%s.db.changing")).containsExactlyInAnyOrder(2L, 3L);
      sql("insert into %s.db.changing values (4)");
      assertThat(queried(later, "%s.db.changing")).containsExactlyInAnyOrder(2L, 3L);
      assertThat(later.statesOfSession()).hasSize(1);
      // A query that names a state is asked for no other.
      assertThat(queried(later, "%s.db.changing version as of " + id))
          .containsExactlyInAnyOrder(1L, 2L);
      assertThat(queried(later, "%s.db.changing.snapshot_id_" + id))
          .containsExactlyInAnyOrder(1L, 2L);
    }
  }

  @Test
  void a_view_reads_the_columns_and_the_files_that_the_range_can_need() {
    FeatureView view =
        view(
            """
            view: w
            source: {iceberg: {warehouse: lake, table: db.weather}}
            keys: {k: station}
            event-time: hour
            max-age: 1d
            features: {temp: {type: double}}
            """);
    AsOfRange range = AsOfRange.ofMicros(micros("2024-03-03T12:00Z"), micros("2024-03-03T18:00Z"));
    Dataset<Row> rows =
        ViewTable.of(
                view,
                JoinKeys.of(
                    view.keys(),
                    SPARK.sql("select 'a' k").schema(),
                    tables().read(view, Map.of()).schema()),
                tables().read(view, Map.of()),
                Optional.of(range))
            .young();

    assertThat(rows.count()).isEqualTo(1);
    assertThat(rows.queryExecution().executedPlan().toString())
        .contains("BatchScan")
        .contains("hour >= 1709380800000000")
        .contains("hour <= 1709488800000000")
        .doesNotContain("note");
    // Of five files, one for each day: the days leave two, and what they hold leaves one.
    Dataset<Row> looked = rows.select(functions.col(ViewTable.KEY));
    looked.collectAsList();
    assertThat(
            looked
                .queryExecution()
                .executedPlan()
                .collectLeaves()
                .head()
                .metrics()
                .apply("resultDataFiles")
                .value())
        .isEqualTo(1);

    Dataset<Row> joined =
        PointInTimeJoin.of(List.of(view), one -> tables().read(one, Map.of()))
            .with(Map.of("w", JoinWay.MERGE))
            .join(
                SPARK.sql("select 'a' k, timestamp '2024-03-03 12:00:00Z' at"),
                Optional.of("at"),
                Optional.empty());
    assertThat(joined.select("temp").head().getDouble(0)).isEqualTo(2.0);
  }

  @Test
  void times_of_a_wall_clock_are_meant_in_the_zone_of_the_source() {
    sql("create table %s.db.walls (at timestamp_ntz, x int) using iceberg");
    sql("insert into %s.db.walls values (timestamp_ntz '2013-07-01 08:00:00', 1)");

    Dataset<Row> rows =
        tables()
            .read(
                source("table: db.walls, zone: America/New_York, columns: {x: double}"),
                Map.of(),
                Map.of());

    assertThat(rows.schema().apply("x").dataType().simpleString()).isEqualTo("double");
    assertThat(rows.select(functions.unix_micros(functions.col("at"))).head().getLong(0))
        .isEqualTo(micros("2013-07-01T12:00Z"));
  }

  @Test
  void a_column_that_was_added_since_the_last_snapshot_is_there() {
    sql("create table %s.db.grown (x long) using iceberg");
    sql("insert into %s.db.grown values (1)");
    sql("alter table %s.db.grown add column y long");

    assertThat(read("table: db.grown").collectAsList())
        .extracting(Row::toString)
        .containsExactly("[1,null]");
  }

  @Test
  void a_table_without_rows_is_one() {
    sql("create table %s.db.fresh (x long) using iceberg");
    IcebergSource source = source("table: db.fresh");

    assertThat(numbers(tables().read(source, Map.of(), Map.of()))).isEmpty();
    assertThat(tables().snapshot(source)).isEmpty();
    assertThat(tables().digest(source, Map.of())).hasSize(64);
  }

  @Test
  void what_is_not_there_is_named_with_what_is() {
    assertThatThrownBy(() -> read("table: db.wether"))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("source 'table db.wether of lake': there is no such table below ")
        .hasMessageContaining("did you mean 'db.weather'?");
    assertThatThrownBy(
            () -> tables().read(iceberg("warehouse: nowhere, table: x"), Map.of(), Map.of()))
        .hasMessageContaining("the warehouse " + project.resolve("nowhere") + " does not exist")
        .hasMessageContaining("Relative paths begin at " + project);
    assertThatThrownBy(() -> read("table: db.weather, snapshot: 17"))
        .hasMessageContaining("there is no snapshot 17; it has expired or is of another table")
        .hasMessageContaining("The table has 1, the oldest of 20")
        .hasMessageContaining("leave 'snapshot' out for the current one");
    assertThatThrownBy(() -> read("table: db.weather, columns: {temq: double}"))
        .hasMessageContaining("'columns' declares 'temq', which the table does not have")
        .hasMessageContaining("did you mean 'temp'?");
  }

  @Test
  void a_newer_format_and_times_that_spark_does_not_read_are_refused() throws IOException {
    new HadoopTables(new Configuration())
        .create(
            new Schema(Types.NestedField.required(1, "at", Types.TimestampNanoType.withZone())),
            PartitionSpec.unpartitioned(),
            Map.of("format-version", "3"),
            project.resolve("lake/db/nanos").toString());
    assertThatThrownBy(() -> read("table: db.nanos"))
        .hasMessageContaining("source 'table db.nanos of lake': the column 'at' is timestamptz_ns")
        .hasMessageContaining("write it as timestamptz, with microseconds");

    sql("create table %s.db.newer (x long) using iceberg");
    try (Stream<Path> files = Files.list(project.resolve("lake/db/newer/metadata"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        String text = Files.readString(file);
        assertThat(text).contains("\"format-version\":2");
        Files.delete(file.resolveSibling("." + file.getFileName() + ".crc"));
        Files.writeString(file, text.replace("\"format-version\":2", "\"format-version\":9"));
      }
    }
    assertThatThrownBy(() -> read("table: db.newer"))
        .hasMessageContaining("its format is newer than what is read here (")
        .hasMessageContaining("version 9")
        .hasMessageContaining("write the table with an older 'format-version'");
  }

  @Test
  void a_file_that_is_taken_away_under_a_reader_is_named() throws IOException {
    sql("create table %s.db.expiring (x long) using iceberg");
    sql("insert into %s.db.expiring values (1)");
    Dataset<Row> rows = read("table: db.expiring");
    try (Stream<Path> files = Files.list(project.resolve("lake/db/expiring/data"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }

    assertThatThrownBy(rows::collectAsList)
        .satisfies(
            failure ->
                assertThat(TableException.in(failure).orElseThrow())
                    .hasMessageContaining("a file of an Iceberg table is not there: ")
                    .hasMessageContaining(".parquet")
                    .hasMessageContaining("run again"));
  }

  @Test
  void what_a_file_says_of_a_table_is_held_against_the_rules() {
    Problems problems = new Problems();
    IcebergSource.read(
        section(
            """
            table: a/b
            snapshot: -1
            catalog: {uri: 'thrift://x', password: open}
            """,
            problems));

    assertThat(problems.found().stream().map(Object::toString).toList())
        .anyMatch(text -> text.contains("warehouse: the key is required and missing"))
        .anyMatch(text -> text.contains("'a/b' is no name of a table; write its namespaces before"))
        .anyMatch(text -> text.contains("snapshot: "))
        .anyMatch(text -> text.contains("'thrift://x' does not begin with 'jdbc:'"))
        .anyMatch(text -> text.contains("name: the key is required and missing"))
        .anyMatch(text -> text.contains("stands here for everyone to read"));
  }

  private static List<Long> queried(TableReader tables, String from) {
    return numbers(tables.inOneState(sql("select x from " + from)));
  }

  private static Dataset<Row> read(String keys) {
    return tables().read(source(keys), Map.of(), Map.<String, DataType>of());
  }

  private static TableReader tables() {
    return new TableReader(SPARK, project.toString());
  }

  private static IcebergSource source(String keys) {
    return iceberg("warehouse: lake, " + keys);
  }

  private static IcebergSource iceberg(String keys) {
    Problems problems = new Problems();
    Source source = Source.read(section("iceberg: {" + keys + "}", problems));
    assertThat(problems.found()).isEmpty();
    return (IcebergSource) source;
  }

  private static FeatureView view(String yaml) {
    Problems problems = new Problems();
    FeatureView view = FeatureViews.read(section(yaml, problems)).orElseThrow();
    assertThat(problems.found()).isEmpty();
    return view;
  }

  private static Section section(String yaml, Problems problems) {
    return YamlFile.parse("t.yaml", yaml, Environment.empty(), problems).orElseThrow();
  }

  private static Dataset<Row> sql(String text) {
    return SPARK.sql(String.format(text, CATALOG.substring(CATALOG.lastIndexOf('.') + 1)));
  }

  private static List<Long> numbers(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(row -> row.getLong(0)).toList();
  }

  private static long micros(String time) {
    return Timestamps.parse(time, ZoneOffset.UTC).orElseThrow();
  }
}
