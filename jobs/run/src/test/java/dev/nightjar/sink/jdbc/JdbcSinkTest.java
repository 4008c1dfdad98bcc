package dev.nightjar.sink.jdbc;

import static dev.nightjar.sink.jdbc.Attempts.COLUMNS;
import static dev.nightjar.sink.jdbc.Attempts.DAY;
import static dev.nightjar.sink.jdbc.Attempts.JOB;
import static dev.nightjar.sink.jdbc.Attempts.STATE;
import static dev.nightjar.sink.jdbc.Attempts.line;
import static dev.nightjar.sink.jdbc.Attempts.manifest;
import static dev.nightjar.sink.jdbc.Attempts.publish;
import static dev.nightjar.sink.jdbc.Attempts.read;
import static dev.nightjar.sink.jdbc.Attempts.rows;
import static dev.nightjar.sink.jdbc.Attempts.sink;
import static dev.nightjar.sink.jdbc.Attempts.staged;
import static dev.nightjar.sink.jdbc.Attempts.table;
import static dev.nightjar.sink.jdbc.Attempts.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.result.Manifest;
import dev.nightjar.run.Postgres;
import dev.nightjar.sink.SinkException;
import dev.nightjar.sink.jdbc.JdbcTarget.Write;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Publishing to a real server, and what a plain reader of the table sees. */
class JdbcSinkTest {
  private static final String NEXT = "2013-11-06";

  private final JdbcSink sink = sink(Write.INTERVAL);

  @BeforeEach
  void empty() {
    Attempts.emptySchema();
  }

  @Test
  void a_table_that_is_not_there_is_made_and_shows_the_result_with_its_token() {
    sink.check(COLUMNS);
    assertThat(read("select 1 from pg_tables where schemaname = 'scores'"))
        .as("tables that a check has made")
        .isEmpty();
    assertThat(sink.token(DAY)).isEmpty();

    assertThat(publish(sink, DAY, 3, 1, 2, 5)).isEqualTo(3);

    assertThat(table()).containsExactly(line(DAY, 3, 1), line(DAY, 3, 2), line(DAY, 3, 5));
    assertThat(
            read("select _nightjar_flags, _nightjar_bundle from scores.flight_delay where id = 1"))
        .containsExactly("{imputed:temp,stale:weather} d1e5");
    assertThat(sink.token(DAY)).hasValue(3L);
    assertThat(sink.token(NEXT)).isEmpty();
    assertThat(
            read(
                "select table_name, interval, interval_start at time zone 'UTC', job, state, token,"
                    + " rows from scores.nightjar_published"))
        .containsExactly(
            "flight_delay 2013-11-05 2013-11-05 00:00:00 " + JOB + " " + STATE + " 3 3");
    assertThat(staged()).isEmpty();
    assertThat(
            read(
                "select column_name, data_type, is_nullable from information_schema.columns where"
                    + " table_name = 'flight_delay' order by ordinal_position"))
        .containsExactly(
            "id bigint NO",
            "score double precision YES",
            "_nightjar_flags ARRAY NO",
            "_nightjar_bundle text NO",
            "_nightjar_run text NO",
            "_nightjar_interval text NO");
    assertThat(read("select indexdef from pg_indexes where tablename = 'flight_delay'"))
        .singleElement()
        .asString()
        .endsWith("(_nightjar_interval)");
  }

  @Test
  void a_newer_attempt_takes_the_place_of_an_older_one_and_of_nothing_else() {
    publish(sink, DAY, 1, 1, 2);
    publish(sink, NEXT, 4, 1, 9);

    assertThat(publish(sink, DAY, 2, 2, 3, 4)).isEqualTo(2);

    assertThat(table())
        .containsExactly(
            line(DAY, 2, 2), line(DAY, 2, 3), line(DAY, 2, 4), line(NEXT, 4, 1), line(NEXT, 4, 9));
    assertThat(sink.token(DAY)).hasValue(2L);
    assertThat(sink.token(NEXT)).hasValue(4L);
  }

  @Test
  void an_older_attempt_changes_nothing_and_is_told_what_stands() {
    publish(sink, DAY, 7, 1, 2);

    assertThat(publish(sink, DAY, 6, 3)).isEqualTo(7);
    assertThat(publish(sink, DAY, 7, 1, 2)).isEqualTo(7);

    assertThat(table()).containsExactly(line(DAY, 7, 1), line(DAY, 7, 2));
    assertThat(staged()).isEmpty();
  }

  @Test
  void an_empty_attempt_empties_the_interval() {
    publish(sink, DAY, 1, 1, 2);

    publish(sink, DAY, 2);

    assertThat(table()).isEmpty();
    assertThat(sink.token(DAY)).hasValue(2L);
  }

  @Test
  void rows_that_are_there_twice_in_the_input_are_twice_in_the_table() {
    publish(sink, DAY, 1, 4, 4);

    assertThat(table()).containsExactly(line(DAY, 1, 4), line(DAY, 1, 4));
  }

  @Test
  void other_rows_than_the_manifest_lists_change_nothing() {
    publish(sink, DAY, 1, 1, 2);

    assertThatThrownBy(() -> sink.publish(manifest(DAY, 2, 4), rows(DAY, 2, 1, 2, 3)))
        .isInstanceOf(SinkException.class)
        .hasMessage(
            "attempt 'flight-delay/2013-11-05/2' has 4 rows for readers, and 3 came out of the"
                + " attempt's files; run the interval again; nothing was changed");

    assertThat(table()).containsExactly(line(DAY, 1, 1), line(DAY, 1, 2));
    assertThat(sink.token(DAY)).hasValue(1L);
    assertThat(staged()).isEmpty();
  }

  @Test
  void a_table_that_was_dropped_is_made_anew_and_its_tokens_are_forgotten() {
    publish(sink, DAY, 5, 1);
    publish(sink, NEXT, 5, 1);
    Postgres.execute("drop table scores.flight_delay");

    assertThat(sink.token(DAY)).isEmpty();
    assertThat(publish(sink, DAY, 4, 1)).isEqualTo(4);

    assertThat(table()).containsExactly(line(DAY, 4, 1));
    assertThat(sink.token(NEXT)).isEmpty();
  }

  @Test
  void what_a_dead_driver_left_of_the_interval_is_taken_away() {
    publish(sink, DAY, 1, 1);
    Manifest manifest = manifest(DAY, 2, 1);
    TableName table = TableName.parse("scores.flight_delay");
    leave(table, manifest(DAY, 4, 1));
    leave(table, manifest);
    leave(table, manifest(NEXT, 9, 1));
    assertThat(staged()).hasSize(3);

    publish(sink, DAY, 3, 1);

    assertThat(staged()).hasSize(2).noneMatch(name -> name.contains("_2_"));
  }

  private static void leave(TableName table, Manifest manifest) {
    JdbcTarget target = target("scores.flight_delay", Write.INTERVAL);
    try (Connection connection = Attempts.connect()) {
      new Staging(
              new Connector(target),
              table,
              JOB + "\n" + STATE,
              manifest,
              ResultColumns.of(COLUMNS),
              target.key())
          .create(connection);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_table_of_another_job_or_project_is_refused_with_the_way_to_take_it_over() {
    publish(sink, DAY, 1, 1);
    JdbcSink other =
        new JdbcSink(
            target("scores.flight_delay", Write.INTERVAL), JOB, "file:/home/nina/o'hare/out");
    String refusal =
        "table 'scores.flight_delay of "
            + Postgres.url()
            + "' holds the results of the job 'flight-delay' whose state is "
            + STATE
            + ", and this is the job 'flight-delay' whose state is file:/home/nina/o'hare/out;"
            + " each would take out the other's rows; ";

    assertThatThrownBy(() -> other.check(COLUMNS))
        .isInstanceOf(SinkException.class)
        .hasMessageStartingWith(refusal);
    assertThatThrownBy(() -> publish(other, NEXT, 2, 8))
        .isInstanceOf(SinkException.class)
        .hasMessageStartingWith(refusal);
    assertThat(other.token(DAY)).isEmpty();
    assertThat(table()).containsExactly(line(DAY, 1, 1));

    Postgres.execute(
        "update \"scores\".\"nightjar_published\" set job = 'flight-delay', state ="
            + " 'file:/home/nina/o''hare/out' where table_name = 'flight_delay'");
    assertThat(publish(other, DAY, 2, 8)).isEqualTo(2);
  }

  @Test
  void an_attempt_of_the_same_name_from_another_place_is_not_taken_for_this_one() {
    publish(sink, DAY, 1, 1);
    Manifest made = manifest(DAY, 1, 1);
    Manifest other =
        new Manifest(
            made.job(),
            made.interval(),
            made.start(),
            made.end(),
            made.token(),
            Instant.parse("2013-11-06T09:00:00Z"),
            made.bundle(),
            made.keys(),
            made.schema(),
            made.files());

    assertThatThrownBy(() -> sink.publish(other, rows(DAY, 1, 2)))
        .isInstanceOf(SinkException.class)
        .hasMessageContaining("shows another attempt than this one under the name " + other.run());
    assertThat(table()).containsExactly(line(DAY, 1, 1));
  }

  @Test
  void two_tables_of_a_schema_keep_their_tokens_apart() {
    JdbcSink second = new JdbcSink(target("scores.\"Flight Delay\"", Write.INTERVAL), JOB, STATE);
    publish(sink, DAY, 5, 1);

    assertThat(second.token(DAY)).isEmpty();
    assertThat(publish(second, DAY, 2, 9)).isEqualTo(2);
    assertThat(sink.token(DAY)).hasValue(5L);
    assertThat(read("select id from scores.\"Flight Delay\"")).containsExactly("9");
  }
}
