package dev.nightjar.sink.jdbc;

import static dev.nightjar.sink.jdbc.Attempts.DAY;
import static dev.nightjar.sink.jdbc.Attempts.JOB;
import static dev.nightjar.sink.jdbc.Attempts.STATE;
import static dev.nightjar.sink.jdbc.Attempts.publishAny;
import static dev.nightjar.sink.jdbc.Attempts.read;
import static dev.nightjar.sink.jdbc.Attempts.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.Template;
import dev.nightjar.run.Postgres;
import dev.nightjar.run.TestProject;
import dev.nightjar.sink.SinkException;
import dev.nightjar.sink.jdbc.JdbcTarget.Write;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A table that is there already: what fits, what is widened, what is refused and how. */
class JdbcShapeTest {
  private static final StructType OLD =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("n", DataTypes.IntegerType)
          .add("x", DataTypes.FloatType)
          .add("d", DataTypes.createDecimalType(5, 2));
  private static final StructType WIDER =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("n", DataTypes.LongType)
          .add("x", DataTypes.DoubleType)
          .add("d", DataTypes.createDecimalType(8, 3))
          .add("label", DataTypes.StringType);

  private static final String TYPES =
      "select attname, format_type(atttypid, atttypmod) from pg_attribute where attrelid ="
          + " 'scores.flight_delay'::regclass and attnum > 0 order by attnum";

  private final JdbcSink sink = Attempts.sink(Write.INTERVAL);

  @BeforeEach
  void empty() {
    Attempts.emptySchema();
    Postgres.execute(
        "drop role if exists writer", "create role writer login password '" + PASSWORD + "'");
  }

  private static final String PASSWORD = "s3cret-that-nobody-may-see";

  @Test
  void columns_are_added_and_widened_in_the_transaction_that_needs_it() {
    publishAny(sink, OLD, List.of(RowFactory.create(1L, 7, 0.5f, new BigDecimal("1.25"))));

    sink.check(WIDER);
    assertThat(read(TYPES)).contains("n integer");
    sink.publish(
        Attempts.manifest("2013-11-06", 2, 1, WIDER),
        TestProject.spark()
            .createDataFrame(
                List.of(RowFactory.create(2L, 1L << 40, 0.1, new BigDecimal("12345.125"), "late")),
                WIDER));

    assertThat(read(TYPES))
        .containsExactly(
            "id bigint",
            "n bigint",
            "x double precision",
            "d numeric(8,3)",
            "_nightjar_interval text",
            "label text");
    assertThat(read("select id, n, x, d, label from scores.flight_delay order by id"))
        .containsExactly("1 7 0.5 1.250 null", "2 1099511627776 0.1 12345.125 late");
  }

  @Test
  void a_table_that_is_wide_enough_stays_as_it_is() {
    Postgres.execute(
        "create table scores.flight_delay (serial bigserial primary key, id numeric not null, n"
            + " bigint, x double precision, d numeric, note text, _nightjar_interval varchar)");
    List<String> before = read(TYPES);

    publishAny(sink, OLD, List.of(RowFactory.create(1L, 7, 0.5f, new BigDecimal("1.25"))));

    assertThat(read(TYPES)).isEqualTo(before);
    assertThat(read("select * from scores.flight_delay"))
        .containsExactly("1 1 7 0.5 1.25 null " + DAY);
  }

  @Test
  void what_would_lose_something_is_refused_with_column_both_types_and_the_remedy() {
    Postgres.execute(
        "create table scores.flight_delay (id bigint, n text, _nightjar_interval text)");
    assertRefused(
        OLD,
        "column 'n' of the table scores.flight_delay of "
            + Postgres.url()
            + " is text, and the results have integer there, which it cannot hold or be widened to"
            + " without loss; publish to another table, or change the column: alter table"
            + " \"scores\".\"flight_delay\" alter column \"n\" type integer using \"n\"::integer");
    for (String[] pair :
        new String[][] {
          {"real", "bigint"}, {"smallint", "real"}, {"timestamp without time zone", "bigint"},
          {"numeric(10,0)", "bigint"}, {"text[]", "text"}, {"character(3)", "text"}
        }) {
      Postgres.execute(
          "drop table scores.flight_delay",
          "create table scores.flight_delay (id bigint, v "
              + pair[0]
              + ", _nightjar_interval text)");
      assertThatThrownBy(
              () ->
                  sink.check(
                      new StructType()
                          .add("id", DataTypes.LongType)
                          .add(
                              "v",
                              switch (pair[1]) {
                                case "bigint" -> DataTypes.LongType;
                                case "real" -> DataTypes.FloatType;
                                default -> DataTypes.StringType;
                              })))
          .as(pair[0] + " for " + pair[1])
          .hasMessageContaining("is " + pair[0] + ", and the results have " + pair[1] + " there");
    }
  }

  @Test
  void a_table_that_is_not_for_results_is_refused() {
    Postgres.execute(
        "create table scores.flight_delay (id bigint)",
        "insert into scores.flight_delay values (1)");
    assertRefused(
        OLD,
        "table 'scores.flight_delay of "
            + Postgres.url()
            + "' holds rows and has no column _nightjar_interval, so they are not Nightjar's; name"
            + " another table, or one that is not there yet");
    Postgres.execute("truncate scores.flight_delay");
    sink.check(OLD);

    Postgres.execute("alter table scores.flight_delay add column region text not null");
    assertRefused(
        OLD, "column 'region' of the table ", "takes no null, and the results do not have it");
    Postgres.execute(
        "alter table scores.flight_delay drop column region, add column n int generated always as"
            + " (1) stored");
    assertRefused(OLD, "column 'n' of the table ", "is computed by the database");
    Postgres.execute("alter table scores.flight_delay drop column n, add column \"N\" int");
    assertRefused(
        OLD,
        "column 'n' is not in the table ",
        "but 'N' is, which differs in upper and lower case alone; rename one of them: alter table"
            + " \"scores\".\"flight_delay\" rename column \"N\" to \"n\"");
    Postgres.execute(
        "drop table scores.flight_delay", "create view scores.flight_delay as select 1 as id");
    assertRefused(OLD, "is a view or something else that is no table");
  }

  @Test
  void a_view_on_a_column_that_would_be_widened_keeps_it_and_nothing_is_changed() {
    publishAny(sink, OLD, List.of(RowFactory.create(1L, 7, 0.5f, new BigDecimal("1.25"))));
    Postgres.execute("create view scores.seen as select n from scores.flight_delay");

    assertThatThrownBy(() -> publishAny(sink, WIDER, List.of(), 2))
        .isInstanceOf(SinkException.class)
        .hasMessageContaining("cannot alter type of a column used by a view or rule")
        .hasMessageEndingWith("nothing was changed");

    assertThat(read(TYPES)).contains("n integer").doesNotContain("label text");
    assertThat(sink.token(DAY)).hasValue(1L);
  }

  @Test
  void a_value_that_the_tables_own_column_does_not_hold_changes_nothing() {
    StructType columns =
        new StructType().add("id", DataTypes.LongType).add("code", DataTypes.StringType);
    publishAny(sink, columns, List.of(RowFactory.create(1L, "old")));
    Postgres.execute("alter table scores.flight_delay alter column code type varchar(3)");

    assertThatThrownBy(() -> publishAny(sink, columns, List.of(RowFactory.create(1L, "newer")), 2))
        .isInstanceOf(SinkException.class)
        .hasMessageEndingWith(
            "cannot be written: value too long for type character varying(3); change that value in"
                + " the input, or the type of the table's column that does not hold it; nothing was"
                + " changed");

    assertThat(read("select code from scores.flight_delay")).containsExactly("old");
    assertThat(sink.token(DAY)).hasValue(1L);
  }

  @Test
  void a_partitioned_table_takes_results_too() {
    Postgres.execute(
        "create table scores.flight_delay (id bigint, n int, x real, d numeric(5,2),"
            + " _nightjar_interval text) partition by list (_nightjar_interval)",
        "create table scores.november_5 partition of scores.flight_delay for values in ('"
            + DAY
            + "')");

    publishAny(sink, OLD, List.of(RowFactory.create(1L, 7, 0.5f, new BigDecimal("1.25"))));
    publishAny(sink, OLD, List.of(RowFactory.create(2L, 7, 0.5f, new BigDecimal("1.25"))), 2);

    assertThat(read("select id from scores.november_5")).containsExactly("2");
  }

  @Test
  void rights_that_are_missing_are_named_as_the_statements_that_give_them() {
    JdbcSink poor = as("writer", "scores.flight_delay");
    assertThatThrownBy(() -> poor.check(OLD))
        .isInstanceOf(SinkException.class)
        .hasMessageContaining(
            "cannot be written by the user writer; have its owner run: grant usage"
                + " on schema \"scores\" to writer; grant create on schema \"scores\" to writer");
    Postgres.execute("grant usage, create on schema scores to writer");
    poor.check(OLD);

    publishAny(sink, OLD, List.of(RowFactory.create(1L, 7, 0.5f, new BigDecimal("1.25"))));
    Postgres.execute("grant select, update on scores.flight_delay to writer");
    assertThatThrownBy(() -> poor.check(OLD))
        .hasMessageContaining(
            "have its owner run: grant insert on \"scores\".\"flight_delay\" to writer; grant delete"
                + " on \"scores\".\"flight_delay\" to writer; grant select on"
                + " \"scores\".\"nightjar_published\" to writer;");
    assertThatThrownBy(() -> publishAny(poor, OLD, List.of(), 2))
        .isInstanceOf(SinkException.class)
        .hasMessageContaining("cannot be written by the user writer");
    Postgres.execute("grant all on scores.flight_delay, scores.nightjar_published to writer");
    poor.check(OLD);
    publishAny(poor, OLD, List.of(RowFactory.create(5L, 7, 0.5f, new BigDecimal("1.25"))), 2);
    assertThat(read("select id from scores.flight_delay")).containsExactly("5");

    assertThatThrownBy(() -> poor.check(WIDER))
        .hasMessageContaining("has to be changed (alter column \"n\" type bigint,")
        .hasMessageContaining(
            "and belongs to another user; have its owner run: alter table"
                + " \"scores\".\"flight_delay\" alter column \"n\" type bigint,");
    Postgres.execute("alter table scores.flight_delay enable row level security");
    assertThatThrownBy(() -> poor.check(OLD))
        .hasMessageContaining("hides rows from this user (row level security)");
    Postgres.execute("drop schema scores cascade", "drop owned by writer");
  }

  @Test
  void what_cannot_be_reached_is_told_without_secrets() {
    assertThatThrownBy(() -> as("nobody", "scores.flight_delay").check(OLD))
        .isInstanceOf(SinkException.class)
        .hasMessageContaining("table 'scores.flight_delay of ${env:REPORTS_DB}' cannot be held")
        .hasMessageContaining("role \"nobody\" does not exist")
        .hasMessageEndingWith("correct 'url', 'user' or 'password'; nothing was changed")
        .hasMessageNotContaining(PASSWORD);
    assertThatThrownBy(() -> sink("nowhere.flight_delay").check(OLD))
        .hasMessageEndingWith(
            "lies in a schema that is not there; have it made: create schema \"nowhere\"");
    Template gone =
        new Template("${env:REPORTS_DB}", "jdbc:postgresql://localhost:1/x?password=" + PASSWORD);
    JdbcSink away =
        new JdbcSink(
            new JdbcTarget(
                gone, Optional.empty(), Optional.empty(), "t", Write.INTERVAL, List.of("id")),
            JOB,
            STATE);
    assertThatThrownBy(() -> away.token(DAY))
        .isInstanceOf(SinkException.class)
        .hasMessageStartingWith(
            "table 't of ${env:REPORTS_DB}' does not tell which result of 2013-11-05 it shows: ")
        .hasMessageContaining("Connection to localhost:1 refused")
        .hasMessageNotContaining(PASSWORD);
    assertThat(away.name()).isEqualTo("t of ${env:REPORTS_DB}");
    for (String url : List.of("jdbc:mysql://a/b", "jdbc:postgresql://a:x/" + PASSWORD)) {
      assertThatThrownBy(
              () ->
                  new JdbcSink(
                      new JdbcTarget(
                          new Template("${env:REPORTS_DB}", url),
                          Optional.empty(),
                          Optional.empty(),
                          "t",
                          Write.INTERVAL,
                          List.of("id")),
                      JOB,
                      STATE))
          .isInstanceOf(SinkException.class)
          .hasMessage(
              "url '${env:REPORTS_DB}' is not jdbc:postgresql://host:port/database; name a"
                  + " PostgreSQL; results are published to no other database, because what one"
                  + " transaction can do is particular to each");
    }
  }

  private static JdbcSink sink(String table) {
    return new JdbcSink(target(table, Write.INTERVAL), JOB, STATE);
  }

  private static JdbcSink as(String user, String table) {
    return new JdbcSink(
        new JdbcTarget(
            new Template("${env:REPORTS_DB}", Postgres.url()),
            Optional.of(Template.of(user)),
            Optional.of(new Template("${env:REPORTS_DB_PASSWORD}", PASSWORD)),
            table,
            Write.INTERVAL,
            List.of("id")),
        JOB,
        STATE);
  }

  private void assertRefused(StructType columns, String... words) {
    assertThatThrownBy(() -> sink.check(columns))
        .isInstanceOf(SinkException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }
}
