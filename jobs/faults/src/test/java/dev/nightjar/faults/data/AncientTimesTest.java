package dev.nightjar.faults.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.faults.check.Checker.Fate;
import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.JulianFields;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.NanoTime;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Days before 1582-10-15, when the calendar of Spark 2 and Hive skipped ten, in files that say
 * nothing of who wrote them. A cluster may have Spark read such files by the old calendar; a row
 * would then belong to another day.
 */
class AncientTimesTest {
  private static final String DAY = "1500-03-05";
  private static final Map<String, String> BY_THE_OLD_CALENDAR =
      Map.of(
          "spark.sql.parquet.datetimeRebaseModeInRead", "LEGACY",
          "spark.sql.parquet.int96RebaseModeInRead", "LEGACY");

  @TempDir static Path shared;
  @TempDir Path folder;

  @BeforeAll
  static void oneBundleForAll() {
    TestProject.in(shared);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int64 at (TIMESTAMP(MICROS,true))",
        "int64 at (TIMESTAMP(MILLIS,true))",
        "int96 at"
      })
  void a_day_of_the_year_1500_is_that_day(String column) throws IOException {
    assertRows(column);
  }

  @ParameterizedTest
  @ValueSource(strings = {"int64 at (TIMESTAMP(MICROS,true))", "int96 at"})
  void a_cluster_that_reads_by_the_old_calendar_moves_no_row_to_another_day(String column)
      throws IOException {
    SparkSession spark = BadProject.spark();
    try {
      BY_THE_OLD_CALENDAR.forEach(spark.conf()::set);
      assertRows(column);
    } finally {
      BY_THE_OLD_CALENDAR.keySet().forEach(spark.conf()::unset);
    }
  }

  /** Without this the case above would prove nothing. */
  @Test
  void spark_alone_would_move_it() throws IOException {
    SparkSession spark = BadProject.spark();
    Path file = write("int64 at (TIMESTAMP(MICROS,true))");
    try {
      BY_THE_OLD_CALENDAR.forEach(spark.conf()::set);
      assertThat(spark.read().parquet(file.toString()).where("at < '1500-03-06'").count())
          .isNotEqualTo(
              spark
                  .read()
                  .option("datetimeRebaseMode", "CORRECTED")
                  .parquet(file.toString())
                  .where("at < '1500-03-06'")
                  .count());
    } finally {
      BY_THE_OLD_CALENDAR.keySet().forEach(spark.conf()::unset);
    }
  }

  private void assertRows(String column) throws IOException {
    BadProject project =
        BadProject.in(folder.resolve("p"), shared.resolve("bundles/readings"))
            .input("path: data/in");
    Files.createDirectories(project.path("data/in"));
    Files.move(write(column), project.path("data/in/foreign.parquet"));

    Map<String, Fate> fates = new LinkedHashMap<>();
    fates.put("first", Fate.scored(BadProject.score(10, true, 11.5)));
    fates.put("last", Fate.scored(BadProject.score(20, true, 11.5)));
    project.assertRight(project.run(DAY), DAY, fates);
  }

  private Path write(String column) throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m { required binary id (UTF8); required "
                + column
                + "; required double x; required binary colour (UTF8);"
                + " required binary station (UTF8); }");
    Path file = folder.resolve("foreign.parquet");
    SimpleGroupFactory rows = new SimpleGroupFactory(schema);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(schema).build()) {
      writer.write(row(rows, column, "before", "1500-03-04T23:59:59.999Z", 10));
      writer.write(row(rows, column, "first", "1500-03-05T00:00:00Z", 10));
      writer.write(row(rows, column, "last", "1500-03-05T23:59:59.999Z", 20));
      writer.write(row(rows, column, "after", "1500-03-06T00:00:00Z", 10));
    }
    return file;
  }

  private static Group row(SimpleGroupFactory rows, String column, String id, String at, double x) {
    Group row = rows.newGroup().append("id", id);
    Instant instant = Instant.parse(at);
    if (column.startsWith("int96")) {
      row.append("at", int96(instant));
    } else {
      long micros = instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
      row.append("at", column.contains("MICROS") ? micros : micros / 1_000);
    }
    return row.append("x", x).append("colour", "red").append("station", "z");
  }

  /** Nanoseconds of the day and the Julian day, as Impala and Hive write them. */
  private static Binary int96(Instant instant) {
    OffsetDateTime time = instant.atOffset(ZoneOffset.UTC);
    return new NanoTime(
            Math.toIntExact(time.getLong(JulianFields.JULIAN_DAY)),
            time.toLocalTime().toNanoOfDay())
        .toBinary();
  }
}
