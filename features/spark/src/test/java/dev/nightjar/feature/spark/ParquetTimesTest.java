package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FileSource;
import dev.nightjar.feature.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.NanoTime;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every form that Parquet has for a time, as files of one table. Instants are written down by hand;
 * New York is four hours behind UTC in July and five in January, and its clock goes forward on 10
 * March 2013 at two and back on 3 November.
 */
class ParquetTimesTest {
  private static final String JULY = "2013-07-01T12:00:00.123Z";
  private static final String BEFORE_1970 = "1969-12-31T23:59:59.999Z";
  private static final long JULIAN_DAY_OF_2013_07_01 = 2_456_475;
  private static final long NANOS_OF_NOON = 43_200_000_000_000L;

  private static final SparkSession SPARK = TestSpark.session();
  @TempDir static Path project;

  @BeforeAll
  static void files() throws IOException {
    // Milliseconds, microseconds and nanoseconds since 1970; of wall clocks as if they were UTC's.
    write("t/millis.parquet", "int64 at (TIMESTAMP(MILLIS,true))", 1_372_680_000_123L, -1L);
    write("t/micros.parquet", "int64 at (TIMESTAMP(MICROS,true))", 1_372_680_000_123_000L, -1_000L);
    write(
        "t/nanos.parquet",
        "int64 at (TIMESTAMP(NANOS,true))",
        1_372_680_000_123_000_000L,
        -1_000_000L,
        1_372_680_000_123_456_001L,
        -1L,
        null);
    write(
        "t/wall-millis.parquet",
        "int64 at (TIMESTAMP(MILLIS,false))",
        1_372_665_600_123L,
        -18_000_001L);
    write(
        "t/wall-micros.parquet",
        "int64 at (TIMESTAMP(MICROS,false))",
        1_372_665_600_123_000L,
        -18_000_001_000L,
        1_362_882_600_000_000L, // 2013-03-10 02:30, skipped there
        1_383_442_200_000_000L); // 2013-11-03 01:30, twice there
    write(
        "t/wall-nanos.parquet",
        "int64 at (TIMESTAMP(NANOS,false))",
        1_372_665_600_123_000_000L,
        -18_000_001_000_000L,
        1_362_882_600_000_000_000L,
        1_383_442_200_000_000_000L,
        1_372_665_600_123_456_001L);
    write(
        "t/int96.parquet",
        "int96 at",
        new NanoTime((int) JULIAN_DAY_OF_2013_07_01, NANOS_OF_NOON + 123_000_000),
        new NanoTime(2_440_587, 86_399_999_000_000L));
  }

  private static Map<String, String> expected(boolean up) {
    Map<String, String> expected = new TreeMap<>();
    for (String form :
        List.of("int96", "millis", "micros", "nanos", "wall-millis", "wall-micros", "wall-nanos")) {
      expected.put(form + " 0", JULY);
      expected.put(form + " 1", BEFORE_1970);
    }
    String later = up ? "2013-07-01T12:00:00.123457Z" : "2013-07-01T12:00:00.123456Z";
    expected.put("nanos 2", later);
    expected.put("nanos 3", up ? "1970-01-01T00:00:00Z" : "1969-12-31T23:59:59.999999Z");
    expected.put("nanos 4", "null");
    for (String form : List.of("wall-micros", "wall-nanos")) {
      expected.put(form + " 2", "2013-03-10T07:30:00Z");
      expected.put(form + " 3", "2013-11-03T05:30:00Z");
    }
    expected.put("wall-nanos 4", later);
    return expected;
  }

  @Test
  void all_forms_of_a_time_are_one_instant_and_event_times_are_rounded_up() {
    for (boolean vectorized : new boolean[] {true, false}) {
      SPARK.conf().set("spark.sql.parquet.enableVectorizedReader", vectorized);
      try {
        assertThat(instants(reader().read(source("t"), Map.of(), Map.of())))
            .as("of an input, vectorized: %s", vectorized)
            .isEqualTo(expected(false));
        assertThat(instants(reader().read(view("t"), Map.of())))
            .as("of a view, vectorized: %s", vectorized)
            .isEqualTo(expected(true));
      } finally {
        SPARK.conf().unset("spark.sql.parquet.enableVectorizedReader");
      }
    }
  }

  @Test
  void no_row_is_seen_a_part_of_a_microsecond_before_its_time() throws IOException {
    write("late.parquet", "int64 at (TIMESTAMP(NANOS,true))", 1_001L);
    write("asks/a.parquet", "int64 at (TIMESTAMP(NANOS,true))", 1_999L, 2_000L);
    write("asks/b.parquet", "int64 at (TIMESTAMP(MICROS,true))", 1L, 2L);
    write("available.parquet", "int64 at (TIMESTAMP(NANOS,true))", 1_001L);
    FeatureView late = view("late.parquet");
    FeatureView available = view("available.parquet", "event", new Availability.AtColumn("at"));
    for (FeatureView view : List.of(late, available)) {
      Dataset<Row> asks =
          reader()
              .read(source("asks"), Map.of(), Map.of())
              .withColumn("one", functions.lit(1L))
              .withColumn("row", functions.col("id"));
      Map<String, Object> seen = new TreeMap<>();
      PointInTimeJoin.of(
              List.of(view),
              one -> reader().read(one, Map.of()).withColumn("one", functions.lit(1L)))
          .join(asks.drop("id", "event"), Optional.of("at"), Optional.empty())
          .collectAsList()
          .forEach(row -> seen.put(row.getAs("row"), row.isNullAt(row.fieldIndex("what"))));

      assertThat(seen)
          .as("rows that see nothing")
          .isEqualTo(Map.of("a 0", true, "a 1", false, "b 0", true, "b 1", false));
    }
  }

  @Test
  void row_groups_are_still_passed_over_by_the_forms_that_have_statistics() {
    String plan =
        reader()
            .read(view("t"), Map.of())
            .filter(functions.col("at").gt(functions.lit(Instant.parse(JULY))))
            .queryExecution()
            .executedPlan()
            .toString();

    assertThat(plan).contains("PushedFilters: [IsNotNull(at), GreaterThan(at,2013-07-01 ");
  }

  @Test
  void partitions_stay_what_they_are_when_files_are_of_several_forms() throws IOException {
    write("p/shop=7/a.parquet", "int64 at (TIMESTAMP(NANOS,true))", 5_000L);
    write("p/shop=x{y}/b.parquet", "int64 at (TIMESTAMP(MICROS,true))", 6L);

    assertThat(
            reader()
                .read(source("p"), Map.of(), Map.of())
                .select(functions.concat_ws(" ", functions.col("shop"), micros()))
                .collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrder("7 5", "x{y} 6");
  }

  @Test
  void a_time_in_one_file_and_a_number_in_another_are_refused() throws IOException {
    write("n/a.parquet", "int64 at (TIMESTAMP(NANOS,true))", 5_000L);
    write("n/b.parquet", "int64 at", 6L);

    assertThatThrownBy(() -> reader().read(source("n"), Map.of(), Map.of()))
        .hasMessageContaining("the column 'at' is ")
        .hasMessageContaining("timestamp (nanoseconds) in ")
        .hasMessageContaining(
            "and neither holds the values of the other; write them with one type");
  }

  @Test
  void int96_is_not_moved_by_the_zone_of_a_session() {
    SPARK.conf().set("spark.sql.parquet.int96TimestampConversion", true);
    try {
      assertThatThrownBy(() -> reader().read(source("t"), Map.of(), Map.of()))
          .hasMessageContaining("the column 'at' holds times of the form INT96")
          .hasMessageContaining(
              "spark.sql.parquet.int96TimestampConversion moves by the zone of the session; unset it");
    } finally {
      SPARK.conf().unset("spark.sql.parquet.int96TimestampConversion");
    }
  }

  private static FileSource source(String path) {
    FileSource source = Source.parquet(path);
    return new FileSource(
        source.path(),
        source.format(),
        true,
        ",",
        Optional.empty(),
        ZoneId.of("America/New_York"),
        Map.of());
  }

  private static FeatureView view(String path) {
    return view(path, "at", new Availability.AtEventTime());
  }

  private static FeatureView view(String path, String eventTime, Availability availability) {
    return new FeatureView(
        "w",
        Optional.of(source(path)),
        Map.of("one", "one"),
        Optional.of(eventTime),
        availability,
        Optional.empty(),
        FeatureView.Boundary.INCLUSIVE,
        List.of(),
        FeatureView.OnTie.REJECT,
        FeatureView.NullPolicy.LATEST_ROW,
        List.of(new Feature("what", "id", DataType.STRING, new DefaultValue.None())));
  }

  private static TableReader reader() {
    return new TableReader(SPARK, project.toString());
  }

  private static org.apache.spark.sql.Column micros() {
    return functions.unix_micros(functions.col("at"));
  }

  private static Map<String, String> instants(Dataset<Row> table) {
    Map<String, String> instants = new TreeMap<>();
    for (Row row : table.select(functions.col("id"), micros()).collectAsList()) {
      instants.put(
          row.getString(0),
          row.isNullAt(1)
              ? "null"
              : Instant.EPOCH
                  .plus(row.getLong(1), java.time.temporal.ChronoUnit.MICROS)
                  .toString());
    }
    return instants;
  }

  /** A file of rows that are called after it, with a time each and an event in 1970. */
  private static void write(String name, String column, Object... times) throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message t { required binary id (UTF8); required int64 event"
                + " (TIMESTAMP(MICROS,true)); optional "
                + column
                + "; }");
    Path file = project.resolve(name);
    Files.createDirectories(file.getParent());
    List<Group> rows = new ArrayList<>();
    String called = file.getFileName().toString().replace(".parquet", "");
    for (Object time : times) {
      Group row =
          new SimpleGroup(schema).append("id", called + " " + rows.size()).append("event", 0L);
      if (time instanceof NanoTime int96) {
        row.append("at", int96.toBinary());
      } else if (time != null) {
        row.append("at", (Long) time);
      }
      rows.add(row);
    }
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(schema).build()) {
      for (Group row : rows) {
        writer.write(row);
      }
    }
  }
}
