package dev.nightjar.sink.jdbc;

import static dev.nightjar.sink.jdbc.Attempts.publishAny;
import static dev.nightjar.sink.jdbc.Attempts.read;
import static dev.nightjar.sink.jdbc.Attempts.sink;
import static dev.nightjar.sink.jdbc.Attempts.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.sink.SinkException;
import dev.nightjar.sink.jdbc.JdbcTarget.Write;
import java.math.BigDecimal;
import java.sql.Date;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What values become in the database, and names; expected as the server writes them. */
class JdbcTypesTest {
  private final JdbcSink sink = sink(Write.INTERVAL);

  @BeforeEach
  void empty() {
    Attempts.emptySchema();
  }

  private List<String> storedAs(DataType type, String expression, Object... values) {
    StructType columns = new StructType().add("id", DataTypes.LongType).add("v", type);
    List<Row> rows =
        IntStream.range(0, values.length)
            .mapToObj(i -> RowFactory.create((long) i, values[i]))
            .toList();
    publishAny(sink, columns, rows);
    List<String> there =
        read("select " + expression + ", pg_typeof(v) from scores.flight_delay order by id");
    Attempts.emptySchema();
    return there;
  }

  private List<String> stored(DataType type, Object... values) {
    return storedAs(type, "v::text", values);
  }

  @Test
  void numbers_keep_every_digit() {
    assertThat(stored(DataTypes.ByteType, (byte) -128, null))
        .containsExactly("-128 smallint", "null smallint");
    assertThat(stored(DataTypes.ShortType, (short) -32768)).containsExactly("-32768 smallint");
    assertThat(stored(DataTypes.IntegerType, Integer.MIN_VALUE, Integer.MAX_VALUE))
        .containsExactly("-2147483648 integer", "2147483647 integer");
    assertThat(stored(DataTypes.LongType, Long.MIN_VALUE, Long.MAX_VALUE))
        .containsExactly("-9223372036854775808 bigint", "9223372036854775807 bigint");
    assertThat(stored(DataTypes.FloatType, 0.1f, Float.NaN, Float.NEGATIVE_INFINITY))
        .containsExactly("0.1 real", "NaN real", "-Infinity real");
    assertThat(
            stored(DataTypes.DoubleType, 0.1, Double.NaN, Double.POSITIVE_INFINITY, -0.0, 4.9E-324))
        .containsExactly(
            "0.1 double precision",
            "NaN double precision",
            "Infinity double precision",
            "-0 double precision",
            "5e-324 double precision");
    assertThat(
            stored(
                DataTypes.createDecimalType(38, 18),
                new BigDecimal("-12345678901234567890.000000000000000001"),
                new BigDecimal("0"),
                new BigDecimal("10000"),
                new BigDecimal("0.00001")))
        .containsExactly(
            "-12345678901234567890.000000000000000001 numeric",
            "0.000000000000000000 numeric",
            "10000.000000000000000000 numeric",
            "0.000010000000000000 numeric");
    assertThat(stored(DataTypes.BooleanType, true, false, null))
        .containsExactly("true boolean", "false boolean", "null boolean");
  }

  @Test
  void times_are_the_same_instants_whatever_zone_anybody_is_in() {
    assertThat(
            storedAs(
                DataTypes.TimestampType,
                "(v at time zone 'UTC')::text",
                Instant.parse("1969-12-31T23:59:59.999999Z"),
                Instant.parse("2013-11-03T05:30:00Z"),
                Instant.parse("2013-11-03T06:30:00Z"),
                Instant.parse("0001-01-01T00:00:00Z"),
                Instant.parse("9999-12-31T23:59:59.999999Z")))
        .containsExactly(
            "1969-12-31 23:59:59.999999 timestamp with time zone",
            "2013-11-03 05:30:00 timestamp with time zone",
            "2013-11-03 06:30:00 timestamp with time zone",
            "0001-01-01 00:00:00 timestamp with time zone",
            "9999-12-31 23:59:59.999999 timestamp with time zone");
    assertThat(
            stored(
                DataTypes.TimestampNTZType,
                LocalDateTime.parse("2013-03-10T02:30:00"),
                LocalDateTime.parse("1582-10-10T00:00:00")))
        .containsExactly(
            "2013-03-10 02:30:00 timestamp without time zone",
            "1582-10-10 00:00:00 timestamp without time zone");
    assertThat(
            stored(
                DataTypes.DateType,
                LocalDate.parse("1582-10-10"),
                Date.valueOf("2013-11-05"),
                LocalDate.parse("0001-01-01")))
        .containsExactly("1582-10-10 date", "2013-11-05 date", "0001-01-01 date");
  }

  @Test
  void texts_bytes_and_arrays_come_as_they_are() {
    assertThat(stored(DataTypes.StringType, "", "NULL", "\\N\t\r\n\"'", "naïve 🛫", null))
        .containsExactly(" text", "NULL text", "\\N\t\r\n\"' text", "naïve 🛫 text", "null text");
    assertThat(stored(DataTypes.BinaryType, new byte[0], new byte[] {0, -1, 92}))
        .containsExactly("\\x bytea", "\\x00ff5c bytea");
    assertThat(
            stored(
                DataTypes.createArrayType(DataTypes.StringType),
                new String[0],
                new String[] {"a,b", "NULL", null, "\"{}\\"},
                null))
        .containsExactly(
            "{} text[]", "{\"a,b\",\"NULL\",NULL,\"\\\"{}\\\\\"} text[]", "null text[]");
    assertThat(
            storedAs(
                DataTypes.createArrayType(DataTypes.DoubleType),
                "v::text || v[1]",
                Arrays.asList(0.5, Double.NaN, null)))
        .containsExactly("{0.5,NaN,NULL}0.5 double precision[]");
    assertThat(
            stored(
                DataTypes.createArrayType(DataTypes.createDecimalType(5, 2)),
                List.of(new BigDecimal("1.50"))))
        .containsExactly("{1.50} numeric[]");
    assertThat(
            stored(
                DataTypes.createArrayType(DataTypes.DateType), List.of(Date.valueOf("1969-07-20"))))
        .containsExactly("{1969-07-20} date[]");
  }

  @Test
  void what_the_database_cannot_hold_is_told_with_column_and_row_and_changes_nothing() {
    StructType columns =
        new StructType().add("id", DataTypes.LongType).add("name", DataTypes.StringType);
    publishAny(sink, columns, List.of(RowFactory.create(1L, "old")));

    assertThatThrownBy(
            () ->
                publishAny(
                    sink,
                    columns,
                    List.of(RowFactory.create(1L, "new"), RowFactory.create(2L, "a\0b")),
                    2))
        .isInstanceOf(SinkException.class)
        .hasMessage(
            "column 'name' holds a text with the character U+0000 in the row id = 2, and PostgreSQL"
                + " cannot; change it in the input, for example with sql: and replace(name, char(0),"
                + " ''); nothing was changed");

    assertThat(read("select id, name from scores.flight_delay")).containsExactly("1 old");
    assertThat(sink.token(Attempts.DAY)).hasValue(1L);
    assertThat(Attempts.staged()).isEmpty();
    Attempts.emptySchema();
    assertThatThrownBy(
            () ->
                stored(
                    DataTypes.TimestampType,
                    Instant.parse("2013-11-05T00:00:00Z"),
                    Instant.parse("-9999-01-01T00:00:00Z")))
        .isInstanceOf(SinkException.class)
        .hasMessageContaining("holds a time before 4713 BC in the row id = 1");
    assertThatThrownBy(
            () ->
                stored(
                    DataTypes.createArrayType(DataTypes.StringType),
                    (Object) new String[] {"a", "\0"}))
        .hasMessageContaining("holds a text with the character U+0000 in the row id = 0");
  }

  @Test
  void types_without_a_column_are_refused_before_anything_is_done() {
    for (DataType type :
        List.of(
            DataTypes.createArrayType(DataTypes.createArrayType(DataTypes.StringType)),
            DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType),
            new StructType().add("a", DataTypes.StringType),
            DataTypes.createDayTimeIntervalType())) {
      assertThatThrownBy(
              () -> sink.check(new StructType().add("id", DataTypes.LongType).add("extra", type)))
          .isInstanceOf(SinkException.class)
          .hasMessageStartingWith("column 'extra' is " + type.sql().toLowerCase(Locale.ROOT))
          .hasMessageEndingWith(
              ", for which PostgreSQL has no column; leave it out of output.pass-through, or make a"
                  + " text of it in the input, for example with to_json");
    }
  }

  @Test
  void any_name_that_the_database_can_have_is_kept_to_the_letter() {
    String longest = "ü".repeat(31) + "x"; // 63 bytes
    List<String> names =
        List.of("id", "Id2", "select", "user", "say \"hi\"", "a b;--", "日本", longest, "?", "$1");
    StructType columns = new StructType();
    for (String name : names) {
      columns = columns.add(name, DataTypes.LongType);
    }
    Object[] values = LongStream.range(0, names.size()).boxed().toArray();
    String table = "x".repeat(62);
    JdbcSink first =
        new JdbcSink(
            target("scores.\"" + table + "\"\"\"", Write.MERGE), Attempts.JOB, Attempts.STATE);
    first.check(columns);
    publishAny(first, columns, List.of(RowFactory.create(values)));
    publishAny(first, columns, List.of(RowFactory.create(values)), 2);

    assertThat(
            read(
                "select column_name from information_schema.columns where table_name = '"
                    + table
                    + "\"' order by ordinal_position"))
        .containsExactlyElementsOf(
            Stream.concat(names.stream(), Stream.of("_nightjar_interval")).toList());
    assertThat(read("select \"日本\", \"" + longest + "\" from scores.\"" + table + "\"\"\""))
        .containsExactly("6 7");
    assertThat(first.token(Attempts.DAY)).hasValue(2L);

    for (String name : List.of("y".repeat(64), "ü".repeat(32), "xmin")) {
      assertThatThrownBy(
              () ->
                  sink.check(
                      new StructType().add("id", DataTypes.LongType).add(name, DataTypes.LongType)))
          .isInstanceOf(SinkException.class)
          .hasMessageStartingWith("column '" + name + "' has a name ")
          .hasMessageEndingWith("; rename it in the input");
    }
  }

  @Test
  void names_of_tables_are_read_as_sql_reads_them() {
    assertThat(TableName.parse("Scores.Flight_Delay").quoted())
        .isEqualTo("\"scores\".\"flight_delay\"");
    assertThat(TableName.parse("\"Scores\".\"a.b\"\"c\"").quoted())
        .isEqualTo("\"Scores\".\"a.b\"\"c\"");
    assertThat(TableName.parse("delays").quoted()).isEqualTo("\"delays\"");
    for (String wrong :
        List.of("", "a.b.c", "a.", ".a", "a b", "\"a", "1a", "a;drop table b", "\"\"", "a..b")) {
      assertThatThrownBy(() -> TableName.parse(wrong))
          .as(wrong)
          .isInstanceOf(SinkException.class)
          .hasMessage(
              "table '"
                  + wrong
                  + "' is no name of a table; write table or schema.table, and what is not in lower"
                  + " case in double quotes");
    }
    assertThatThrownBy(() -> TableName.parse("s." + "t".repeat(64)))
        .hasMessageContaining("has a name of more than 63 bytes, which PostgreSQL would cut");
  }
}
