package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.data.DataType;
import dev.nightjar.data.Timestamps;
import dev.nightjar.feature.FileSource;
import dev.nightjar.feature.FileSource.Format;
import dev.nightjar.feature.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableReaderTest {
  private final SparkSession spark = TestSpark.session();
  @TempDir Path project;

  @Test
  void csv_columns_are_texts_unless_declared_and_what_does_not_fit_is_null() throws IOException {
    write("t.csv", "id,n,x,flag\n007,12,1.5,true\n008,twelve,NA,\n009,1.5,1e400,maybe\n");

    Dataset<Row> table =
        read(
            Source.csv("t.csv")
                .withNullValue("NA")
                .withColumns(Map.of("n", DataType.INTEGER, "x", DataType.DOUBLE)),
            Map.of("flag", DataType.BOOLEAN));

    assertThat(texts(table))
        .containsExactlyInAnyOrder(
            "[007,12,1.5,true,null]", "[008,null,null,null,null]", "[009,null,Infinity,null,null]");
  }

  @Test
  void a_csv_line_with_another_number_of_values_is_marked_and_not_shifted() throws IOException {
    write("t.csv", "a,b,c\n1,2,3\n1,2\n1,2,3,4\n\"x \"\"y\"\"\",\"q,r\",3\n");

    Dataset<Row> table = read(Source.csv("t.csv"), Map.of());

    assertThat(texts(table.select("a", TableReader.MALFORMED)))
        .containsExactlyInAnyOrder("[1,null]", "[1,1,2]", "[1,1,2,3,4]", "[x \"y\",null]");
    assertThat(table.select("b").count()).isEqualTo(4);
    assertThat(table.filter(functions.col(TableReader.MALFORMED).isNotNull()).count()).isEqualTo(2);
  }

  @Test
  void every_csv_header_must_agree() throws IOException {
    write("t/1.csv", "a,b\n1,2\n");
    write("t/2.csv", "b,a\n1,2\n");

    Dataset<Row> table = read(Source.csv("t"), Map.of());

    assertThatThrownBy(table::collectAsList)
        .satisfies(
            failure ->
                assertThat(TableException.in(failure).map(Throwable::getMessage).orElse(""))
                    .contains(".csv")
                    .containsIgnoringCase("header")
                    .contains("mend"));
  }

  @Test
  void the_header_of_the_same_csv_files_is_read_once() throws IOException {
    Path file = project.resolve("t.csv");
    FileTime written = FileTime.from(Instant.parse("2024-03-05T08:00:00Z"));
    try (TableReader tables = new TableReader(spark, project.toString())) {
      write("t.csv", "a,b\n1,2\n");
      Files.setLastModifiedTime(file, written);
      assertThat(columns(tables)).startsWith("a", "b");

      // As nobody would: the same files to all that looks at their listing.
      write("t.csv", "c,d\n1,2\n");
      Files.setLastModifiedTime(file, written);
      assertThat(columns(tables)).startsWith("a", "b");

      Files.setLastModifiedTime(file, FileTime.from(written.toInstant().plusSeconds(1)));
      assertThat(columns(tables)).startsWith("c", "d");
    }
  }

  private static String[] columns(TableReader tables) {
    return tables.read(Source.csv("t.csv"), Map.of(), Map.of()).columns();
  }

  @Test
  void files_without_header_have_numbered_columns() throws IOException {
    write("t.csv", "1;2\n3;4\n");
    FileSource source =
        new FileSource(
            Source.csv("t.csv").path(),
            Format.CSV,
            false,
            ";",
            Optional.empty(),
            ZoneOffset.UTC,
            Map.of("_c1", DataType.LONG));

    assertThat(texts(read(source, Map.of()))).containsExactly("[1,2,null]", "[3,4,null]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "America/New_York", "Asia/Kathmandu"})
  void times_do_not_depend_on_the_session_or_the_machine(String zone) throws IOException {
    write(
        "t.csv",
        """
        time
        2013-03-10T02:30:00
        2013-11-03 01:30:00
        2013-07-01T12:00:00.123456789Z
        2013-07-01T12:00+05:45
        2013-07-01
        12:30
        2013-02-30T00:00:00
        yesterday
        """);
    FileSource source =
        new FileSource(
            Source.csv("t.csv").path(),
            Format.CSV,
            true,
            ",",
            Optional.empty(),
            ZoneId.of("America/New_York"),
            Map.of("time", DataType.TIMESTAMP));
    spark
        .sql("select timestamp_ntz'2013-11-03 01:30:00' t, date'2013-07-01' d")
        .write()
        .parquet(project.resolve("p").toString());
    FileSource parquet =
        new FileSource(
            Source.parquet("p").path(),
            Format.PARQUET,
            true,
            ",",
            Optional.empty(),
            ZoneId.of("America/New_York"),
            Map.of("d", DataType.TIMESTAMP));

    TimeZone before = TimeZone.getDefault();
    try {
      spark.conf().set("spark.sql.session.timeZone", zone);
      TimeZone.setDefault(TimeZone.getTimeZone(zone));
      assertThat(micros(read(source, Map.of()), "time"))
          .containsExactly(
              at("2013-03-10T07:30:00Z"), // skipped there: moved forward by the hour
              at("2013-11-03T05:30:00Z"), // twice there: the earlier
              at("2013-07-01T12:00:00.123456Z"),
              at("2013-07-01T06:15:00Z"),
              at("2013-07-01T04:00:00Z"),
              null,
              null,
              null);
      assertThat(micros(read(parquet, Map.of()), "t")).containsExactly(at("2013-11-03T05:30:00Z"));
      assertThat(micros(read(parquet, Map.of()), "d")).containsExactly(at("2013-07-01T04:00:00Z"));
    } finally {
      spark.conf().unset("spark.sql.session.timeZone");
      TimeZone.setDefault(before);
    }
  }

  @Test
  void parquet_types_are_widened_and_never_narrowed() {
    spark
        .sql("select 1 i, cast(1.5 as float) f, 5L l, timestamp'2013-01-01 00:00:00Z' t")
        .write()
        .parquet(project.resolve("p").toString());

    Dataset<Row> table =
        read(
            Source.parquet("p"),
            Map.of("i", DataType.DOUBLE, "f", DataType.DOUBLE, "l", DataType.LONG));

    assertThat(table.drop("t").schema().simpleString())
        .isEqualTo("struct<i:double,f:double,l:bigint>");
    assertThatThrownBy(() -> read(Source.parquet("p"), Map.of("l", DataType.INTEGER)))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("source 'p': column 'l' is long")
        .hasMessageContaining("not read as integer because values could be lost")
        .hasMessageContaining("declare the type that it has");
  }

  @Test
  void int96_times_are_read() {
    String before = spark.conf().get("spark.sql.parquet.outputTimestampType");
    try {
      spark.conf().set("spark.sql.parquet.outputTimestampType", "INT96");
      spark
          .sql("select timestamp'2013-01-01 00:00:00.123456Z' t")
          .write()
          .parquet(project.resolve("p").toString());
    } finally {
      spark.conf().set("spark.sql.parquet.outputTimestampType", before);
    }

    assertThat(micros(read(Source.parquet("p"), Map.of()), "t"))
        .containsExactly(at("2013-01-01T00:00:00.123456Z"));
  }

  @Test
  void partition_folders_are_columns_and_other_folders_are_refused() throws IOException {
    write("t/shop=007/day=2013-01-01/a.csv", "x\n1\n");
    write("t/shop=008/day=2013-01-02/_temporary/b.csv", "nothing");
    write("t/shop=008/day=2013-01-02/c.csv", "x\n2\n");

    assertThat(texts(read(Source.csv("t"), Map.of())))
        .containsExactlyInAnyOrder("[1,null,007,2013-01-01]", "[2,null,008,2013-01-02]");
    assertThat(texts(read(Source.csv("t/shop=*/day=2013-01-0[12]"), Map.of())))
        .containsExactlyInAnyOrder("[1,null,007,2013-01-01]", "[2,null,008,2013-01-02]");

    write("u/sub/a.csv", "x\n1\n");
    write("u/b.csv", "x\n1\n");
    assertThatThrownBy(() -> read(Source.csv("u"), Map.of()))
        .hasMessageContaining("lies in the folder 'sub'")
        .hasMessageContaining("name=value");
  }

  @Test
  void what_cannot_be_read_is_named_with_the_remedy() throws IOException {
    assertThatThrownBy(() -> read(Source.csv("nowhere/*.csv"), Map.of()))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("source 'nowhere/*.csv'")
        .hasMessageContaining("holds no data file")
        .hasMessageContaining("Relative paths begin at " + project);

    Files.createDirectories(project.resolve("empty"));
    assertThatThrownBy(() -> read(Source.parquet("empty"), Map.of()))
        .hasMessageContaining("holds no data file");

    write("zero/a.parquet", "");
    assertThatThrownBy(() -> read(Source.parquet("zero"), Map.of()))
        .hasMessageContaining("a.parquet has 0 bytes")
        .hasMessageContaining("write it again or remove it");

    write("text/a.parquet", "id,value\n1,2\n");
    assertThatThrownBy(() -> read(Source.parquet("text"), Map.of()))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("cannot be read as parquet")
        .hasMessageContaining("correct 'format'");

    write("t.csv", "price\n1\n");
    assertThatThrownBy(
            () -> read(Source.csv("t.csv").withColumns(Map.of("prize", DataType.LONG)), Map.of()))
        .hasMessageContaining("declares 'prize'")
        .hasMessageContaining("did you mean 'price'?");
  }

  @Test
  void a_broken_file_among_others_is_never_passed_over() throws IOException {
    spark.range(3).write().parquet(project.resolve("p").toString());
    write("p/zz.parquet", "this is no Parquet");
    spark.conf().set("spark.sql.files.ignoreCorruptFiles", true);
    try {
      assertThatThrownBy(() -> read(Source.parquet("p"), Map.of()).collectAsList())
          .satisfies(
              failure ->
                  assertThat(TableException.in(failure).map(Throwable::getMessage).orElse(""))
                      .contains("zz.parquet"));
    } finally {
      spark.conf().unset("spark.sql.files.ignoreCorruptFiles");
    }
  }

  @Test
  void the_listing_changes_with_every_file_and_only_with_files() throws IOException {
    Path a = write("t/day=1/a.csv", "x\n1\n");
    write("t/day=2/a.csv", "x\n2\n");
    Listing first = listing("t");
    assertThat(first.count()).isEqualTo(2);
    assertThat(first.bytes()).isEqualTo(8);
    assertThat(first.digest()).hasSize(64);
    assertThat(first.files())
        .extracting(Listing.File::relative)
        .containsExactly("day=1/a.csv", "day=2/a.csv");
    assertThat(listing("t/day=*").digest()).isEqualTo(first.digest());

    write("t/_SUCCESS", "");
    write("t/.a.csv.crc", "");
    assertThat(listing("t").digest()).isEqualTo(first.digest());

    Files.setLastModifiedTime(a, FileTime.fromMillis(1_000_000));
    assertThat(listing("t").digest()).isNotEqualTo(first.digest());
    assertThat(listing("t/day=1/a.csv").files())
        .extracting(Listing.File::relative)
        .containsExactly("a.csv");
  }

  private Listing listing(String path) {
    return new TableReader(spark, project.toString()).listing(Source.csv(path), Map.of());
  }

  private Dataset<Row> read(Source source, Map<String, DataType> types) {
    return new TableReader(spark, project.toString()).read(source, Map.of(), types);
  }

  private Path write(String name, String text) throws IOException {
    Path file = project.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static List<String> texts(Dataset<Row> table) {
    return table.collectAsList().stream().map(Row::toString).toList();
  }

  private static List<Long> micros(Dataset<Row> table, String column) {
    return table.select(functions.unix_micros(functions.col(column))).collectAsList().stream()
        .map(row -> row.isNullAt(0) ? null : (Long) row.getLong(0))
        .toList();
  }

  private static Long at(String instant) {
    return Timestamps.micros(Instant.parse(instant));
  }
}
