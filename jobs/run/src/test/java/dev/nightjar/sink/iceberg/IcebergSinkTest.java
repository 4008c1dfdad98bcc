package dev.nightjar.sink.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.Template;
import dev.nightjar.contract.Outcome;
import dev.nightjar.data.KeyDigest;
import dev.nightjar.feature.IcebergSource;
import dev.nightjar.result.Manifest;
import dev.nightjar.run.Postgres;
import dev.nightjar.run.TestProject;
import dev.nightjar.sink.SinkException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.apache.iceberg.hadoop.HadoopTables;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attempts that are made by hand, read back by Iceberg's reader without Spark. */
class IcebergSinkTest {
  private static final String JOB = "flight-delay";
  private static final String DAY = "2013-11-05";
  private static final StructType COLUMNS =
      new StructType().add("id", DataTypes.LongType).add("score", DataTypes.FloatType);

  @TempDir Path folder;

  @Test
  void a_lower_token_changes_nothing_and_the_same_one_is_published_once() throws Exception {
    try (IcebergSink sink = sink(JOB)) {
      assertThat(sink.token(DAY)).isEmpty();
      assertThat(publish(sink, DAY, 2, COLUMNS, 1, 2, 3)).isEqualTo(2);
      assertThat(publish(sink, DAY, 1, COLUMNS, 7)).isEqualTo(2);
      assertThat(publish(sink, DAY, 2, COLUMNS, 1, 2, 3)).isEqualTo(2);

      assertThat(sink.token(DAY)).contains(2L);
      assertThat(sink.token("2013-11-06")).isEmpty();
      assertThat(rows()).containsExactly("2013-11-05 1", "2013-11-05 2", "2013-11-05 3");
      assertThat(new HadoopTables(new Configuration()).load(location()).history()).hasSize(1);
    }
  }

  @Test
  void intervals_that_are_published_at_once_are_all_there() throws Exception {
    List<Callable<Long>> all = new ArrayList<>();
    CyclicBarrier together = new CyclicBarrier(4);
    for (int writer = 0; writer < 4; writer++) {
      String day = "2013-11-0" + (writer + 1);
      all.add(
          () -> {
            try (IcebergSink sink = sink(JOB)) {
              Dataset<Row> rows = write(day, 1, COLUMNS, 1, 2);
              together.await();
              return sink.publish(manifest(day, 1, COLUMNS, 2), rows);
            }
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (Future<Long> one : threads.invokeAll(all)) {
        assertThat(one.get()).isEqualTo(1);
      }
    } finally {
      threads.shutdown();
    }
    assertThat(rows())
        .containsExactly(
            "2013-11-01 1",
            "2013-11-01 2",
            "2013-11-02 1",
            "2013-11-02 2",
            "2013-11-03 1",
            "2013-11-03 2",
            "2013-11-04 1",
            "2013-11-04 2");
  }

  @Test
  void of_two_processes_that_commit_one_version_the_second_is_told_no_and_nothing_is_lost()
      throws Exception {
    try (IcebergSink sink = sink(JOB)) {
      publish(sink, DAY, 1, COLUMNS, 1);
    }
    org.apache.hadoop.fs.Path place = new org.apache.hadoop.fs.Path(location());
    TableOperations first = new ExclusiveTableOperations(place, new Configuration());
    TableOperations second = new ExclusiveTableOperations(place, new Configuration());
    TableMetadata base = first.refresh();
    TableMetadata same = second.refresh();
    first.commit(base, changed(base, "first"));

    assertThatThrownBy(() -> second.commit(same, changed(same, "second")))
        .isInstanceOf(CommitFailedException.class);
    assertThat(second.refresh().properties()).containsEntry("by", "first");
    try (Stream<Path> files = Files.list(Path.of(location(), "metadata"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("what the second one had begun")
          .noneMatch(name -> name.matches("[0-9a-f-]{36}\\.metadata\\.json"));
    }
  }

  /** What a process does that has looked before the first one's commit. */
  private static TableMetadata changed(TableMetadata base, String by) {
    return base.replaceProperties(
        Stream.concat(base.properties().entrySet().stream(), Map.of("by", by).entrySet().stream())
            .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
  }

  @Test
  void columns_are_widened_and_what_would_change_them_is_told_all_at_once() throws Exception {
    StructType narrow =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("score", DataTypes.FloatType)
            .add("label", DataTypes.StringType)
            .add("sum", DataTypes.LongType);
    try (IcebergSink sink = sink(JOB)) {
      publishRows(sink, "2013-11-04", narrow, RowFactory.create(1, 0.5f, "late", 3L));
      sink.check(
          new StructType()
              .add("sum", DataTypes.LongType)
              .add("id", DataTypes.LongType)
              .add("score", DataTypes.DoubleType)
              .add("label", DataTypes.StringType)
              .add("flags", DataTypes.createArrayType(DataTypes.StringType)));
      assertThatThrownBy(
              () ->
                  sink.check(
                      new StructType()
                          .add("id", DataTypes.StringType)
                          .add("score", DataTypes.FloatType)
                          .add("sum", DataTypes.LongType)))
          .isInstanceOf(SinkException.Misfit.class)
          .hasMessage(
              "table 'the Iceberg table results.flight_delay of "
                  + folder.resolve("warehouse")
                  + "' does not take these rows: the column 'id' is int in the table and string"
                  + " now; the column 'label' is not written any more; change the table (alter"
                  + " table … drop column), or publish to another one");
      StructType wide =
          new StructType()
              .add("id", DataTypes.LongType)
              .add("score", DataTypes.DoubleType)
              .add("label", DataTypes.StringType)
              .add("sum", DataTypes.IntegerType)
              .add("more", DataTypes.StringType);
      publishRows(sink, DAY, wide, RowFactory.create(5_000_000_000L, 0.25, "x", 4, "new"));
      assertThat(rows()).containsExactly("2013-11-04 1", "2013-11-05 5000000000");
    }
    assertThatThrownBy(() -> sink("another").check(COLUMNS))
        .isInstanceOf(SinkException.Misfit.class)
        .hasMessageContaining("holds the results of the job 'flight-delay'; publish to another");
  }

  @Test
  void a_catalog_in_a_database_decides_who_commits() throws Exception {
    Postgres.start();
    IcebergSource.Catalog catalog =
        new IcebergSource.Catalog(
            Template.of(Postgres.url()),
            "lake",
            Optional.of(Template.of("postgres")),
            Optional.of(new Template("${env:PASSWORD}", "postgres")));
    try (IcebergSink sink = sink(JOB, Optional.of(catalog), folder.resolve("lake").toString())) {
      assertThat(publish(sink, DAY, 1, COLUMNS, 1, 2)).isEqualTo(1);
      assertThat(publish(sink, DAY, 2, COLUMNS, 3)).isEqualTo(2);
      assertThat(sink.token(DAY)).contains(2L);
      assertThat(sink.name()).doesNotContain("postgres postgres").contains("jdbc:postgresql:");
    }
    try (JdbcCatalog reader = new JdbcCatalog()) {
      reader.setConf(new Configuration());
      reader.initialize(
          "lake",
          Map.of(
              "uri",
              Postgres.url(),
              "jdbc.user",
              "postgres",
              "jdbc.password",
              "postgres",
              "warehouse",
              folder.resolve("lake").toString()));
      assertThat(rows(reader.loadTable(TableIdentifier.parse("results.flight_delay"))))
          .containsExactly("2013-11-05 3");
    }
  }

  @Test
  void where_a_rename_may_replace_a_file_the_folders_are_no_catalog() {
    try (IcebergSink sink = sink(JOB, Optional.empty(), "http://nowhere/warehouse")) {
      assertThatThrownBy(() -> sink.check(COLUMNS))
          .isInstanceOf(SinkException.Misfit.class)
          .hasMessageContaining("warehouse 'http://nowhere/warehouse'")
          .hasMessageEndingWith(
              "use a warehouse on file: or hdfs:, or name a 'catalog' in a database, which decides"
                  + " who commits");
    }
  }

  private IcebergSink sink(String job) {
    return sink(job, Optional.empty(), folder.resolve("warehouse").toString());
  }

  private IcebergSink sink(String job, Optional<IcebergSource.Catalog> catalog, String warehouse) {
    IcebergSource table =
        new IcebergSource(
            Template.of(warehouse),
            catalog,
            "results.flight_delay",
            OptionalLong.empty(),
            ZoneOffset.UTC,
            Map.of());
    return new IcebergSink(
        new Configuration(),
        job,
        folder.toString(),
        table,
        new org.apache.hadoop.fs.Path(folder.resolve("out").toUri()));
  }

  private String location() {
    return folder.resolve("warehouse/results/flight_delay").toString();
  }

  private long publish(IcebergSink sink, String day, long token, StructType columns, long... ids) {
    Dataset<Row> rows = write(day, token, columns, ids);
    return sink.publish(manifest(day, token, columns, ids.length), rows);
  }

  private void publishRows(IcebergSink sink, String day, StructType columns, Row... rows) {
    Dataset<Row> written =
        write(day, 1, TestProject.spark().createDataFrame(List.of(rows), columns));
    assertThat(sink.publish(manifest(day, 1, columns, rows.length), written)).isEqualTo(1);
  }

  private Dataset<Row> write(String day, long token, StructType columns, long... ids) {
    List<Row> rows = LongStream.of(ids).mapToObj(id -> RowFactory.create(id, id / 10f)).toList();
    return write(day, token, TestProject.spark().createDataFrame(rows, columns));
  }

  private Dataset<Row> write(String day, long token, Dataset<Row> rows) {
    rows.coalesce(1).write().mode("overwrite").parquet(attempt(day, token).toString());
    return rows;
  }

  private Path attempt(String day, long token) {
    return folder.resolve("out/data/" + day + "/" + token);
  }

  private Manifest manifest(String day, long token, StructType columns, long rows) {
    LocalDate date = LocalDate.parse(day);
    try (Stream<Path> files = Files.list(attempt(day, token))) {
      Path file =
          files.filter(one -> one.toString().endsWith(".parquet")).findFirst().orElseThrow();
      return new Manifest(
          JOB,
          day,
          date.atStartOfDay(ZoneOffset.UTC).toInstant(),
          date.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant(),
          token,
          Instant.parse("2013-11-06T04:30:00Z"),
          new Manifest.BundleName("d1e5", "flight-delay@1", "onnx", "cpu"),
          KeyDigest.EMPTY,
          new Manifest.Schemas(columns, columns),
          List.of(
              new Manifest.DataFile(
                  "data/" + day + "/" + token + "/" + file.getFileName(),
                  Outcome.SCORED,
                  Files.size(file),
                  rows)));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private List<String> rows() throws java.io.IOException {
    return rows(new HadoopTables(new Configuration()).load(location()));
  }

  private static List<String> rows(org.apache.iceberg.Table table) throws java.io.IOException {
    List<String> rows = new ArrayList<>();
    try (CloseableIterable<Record> all = IcebergGenerics.read(table).build()) {
      all.forEach(row -> rows.add(row.getField("_nightjar_interval") + " " + row.getField("id")));
    }
    return rows.stream().sorted().toList();
  }
}
