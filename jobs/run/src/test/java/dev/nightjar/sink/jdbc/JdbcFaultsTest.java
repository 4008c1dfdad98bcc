package dev.nightjar.sink.jdbc;

import static dev.nightjar.sink.jdbc.Attempts.COLUMNS;
import static dev.nightjar.sink.jdbc.Attempts.DAY;
import static dev.nightjar.sink.jdbc.Attempts.connect;
import static dev.nightjar.sink.jdbc.Attempts.line;
import static dev.nightjar.sink.jdbc.Attempts.manifest;
import static dev.nightjar.sink.jdbc.Attempts.publish;
import static dev.nightjar.sink.jdbc.Attempts.read;
import static dev.nightjar.sink.jdbc.Attempts.rows;
import static dev.nightjar.sink.jdbc.Attempts.sink;
import static dev.nightjar.sink.jdbc.Attempts.sinkOver;
import static dev.nightjar.sink.jdbc.Attempts.staged;
import static dev.nightjar.sink.jdbc.Attempts.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nightjar.config.Template;
import dev.nightjar.run.Postgres;
import dev.nightjar.sink.SinkException;
import dev.nightjar.sink.jdbc.JdbcTarget.Write;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What goes wrong between Spark and the database. After each fault a plain reader sees the old
 * result or the new one, whole; what the sink said was true; and publishing again ends well.
 */
class JdbcFaultsTest {
  private static final List<String> OLD = List.of(line(DAY, 1, 1), line(DAY, 1, 2));
  private static final List<String> NEW =
      List.of(line(DAY, 2, 2), line(DAY, 2, 3), line(DAY, 2, 4));

  /** The lock that publications of the table take, for those who want them to wait. */
  private static final String SHARED_LOCK =
      "select pg_advisory_xact_lock_shared(hashtextextended("
          + "'nightjar \"scores\".\"flight_delay\"', 0))";

  private final JdbcSink sink = sink(Write.INTERVAL);

  /**
   * What tasks do once, while they copy. In a static: tasks of this JVM run a copy of a row's way.
   */
  private static final AtomicBoolean DUE = new AtomicBoolean();

  @BeforeEach
  void publishOld() {
    Attempts.emptySchema();
    publish(sink, DAY, 1, 1, 2);
  }

  private static Wire wire() {
    return new Wire(URI.create(Postgres.url().substring("jdbc:".length())).getPort());
  }

  /** Tries the new attempt and holds what the sink says against what is there. */
  private void tryNew(JdbcSink faulty, String fault) {
    boolean done = false;
    boolean unsure = false;
    try {
      assertThat(publish(faulty, DAY, 2, 2, 3, 4)).as(fault).isEqualTo(2);
      done = true;
    } catch (SinkException e) {
      assertThat(e).as(fault).hasMessageContaining("nothing was changed");
    } catch (IllegalStateException e) {
      unsure = true;
      assertThat(e)
          .as(fault)
          .hasMessageContaining(
              "may show flight-delay/2013-11-05/2 or not: the answer to the commit");
    }
    long token = sink.token(DAY).orElseThrow();
    assertThat(table()).as(fault).isEqualTo(token == 2 ? NEW : OLD);
    if (!unsure) {
      assertThat(token).as(fault).isEqualTo(done ? 2 : 1);
    }
    assertThat(publish(sink, DAY, 2, 2, 3, 4)).as(fault).isEqualTo(2);
    assertThat(table()).as(fault).isEqualTo(NEW);
  }

  @Test
  void an_answer_to_a_commit_that_is_lost_is_found_out_by_asking() throws IOException {
    List<Long> shown = new ArrayList<>();
    for (int others = 0; others < 2; others++) {
      publishOld();
      try (Wire wire = wire()) {
        JdbcSink far = sinkOver(wire.port());
        wire.loseCommitAfter(others);
        try {
          publish(far, DAY, 2, 2, 3, 4);
          shown.add(0L);
        } catch (IllegalStateException e) {
          shown.add(far.token(DAY).orElseThrow());
        }
        wire.loseCommitAfter(-1);
        assertThat(publish(far, DAY, 2, 2, 3, 4)).isEqualTo(2);
        assertThat(table()).isEqualTo(NEW);
        assertThat(staged()).isEmpty();
      }
    }
    // Of the publication, and of nothing else.
    assertThat(shown).containsExactly(2L, 0L);
  }

  @Test
  void a_connection_that_breaks_leaves_old_or_new() throws IOException {
    breaksAt(
        "stale:weather", // among the rows
        "insert into \"scores\".\"flight_delay\"",
        "COMMIT");
  }

  @Test
  @Tag("soak")
  void a_connection_that_breaks_anywhere_else_leaves_old_or_new() throws IOException {
    breaksAt(
        "create unlogged",
        "copy \"scores\"",
        "pg_advisory_xact_lock(",
        "delete from",
        "insert into \"scores\".\"nightjar_published\"",
        "synchronous_commit",
        "drop table");
  }

  private void breaksAt(String... places) throws IOException {
    for (String at : places) {
      publishOld();
      try (Wire wire = wire()) {
        wire.cutAt(at);
        tryNew(sinkOver(wire.port()), at);
        assertThat(wire.isUncut()).as(at).isFalse();
      }
    }
  }

  /** Does something in a task, once, with some rows behind it and some before it. */
  private static Dataset<Row> during(Dataset<Row> rows, Runnable fault) {
    DUE.set(true);
    FAULT.set(fault);
    return rows.coalesce(1)
        .filter(
            (FilterFunction<Row>)
                row -> {
                  if (row.getLong(0) == 3 && DUE.compareAndSet(true, false)) {
                    FAULT.get().run();
                  }
                  return true;
                });
  }

  private static final AtomicReference<Runnable> FAULT = new AtomicReference<>();

  @Test
  void a_server_that_crashes_while_rows_are_copied_leaves_the_old_result() {
    assertThatThrownBy(
            () ->
                sink.publish(
                    manifest(DAY, 2, 3),
                    during(
                        rows(DAY, 2, 2, 3, 4),
                        () -> {
                          crash("copy \"scores");
                          await().until(() -> !isUp() || isRecovered());
                        })))
        .isInstanceOf(SinkException.class)
        .hasMessageContaining("staging table")
        .hasMessageEndingWith("nothing was changed");
    await().atMost(Duration.ofSeconds(20)).until(JdbcFaultsTest::isUp);

    assertThat(table()).isEqualTo(OLD);
    assertThat(sink.token(DAY)).hasValue(1L);
    assertThat(publish(sink, DAY, 3, 2, 3, 4)).isEqualTo(3);
    assertThat(read("select count(*), count(distinct id) from scores.flight_delay"))
        .containsExactly("3 3");
    assertThat(staged()).as("what the crash left").isEmpty();
  }

  @Test
  void what_is_told_as_published_outlives_a_crash_though_the_server_takes_commits_lightly()
      throws SQLException, IOException {
    assertThat(read("show synchronous_commit")).containsExactly("off");
    long walWriter =
        Postgres.number("select pid from pg_stat_activity where backend_type = 'walwriter'");
    try (Wire wire = wire();
        Connection idle = connect();
        Statement statement = idle.createStatement()) {
      statement.execute("select 'to be killed'");

      // Two would bring to disk what has only been committed: the drop of the staging table, and
      // the process that does it in its own time.
      wire.cutAt("drop table");
      signal("STOP", walWriter);
      assertThat(publish(sinkOver(wire.port()), DAY, 2, 2, 3, 4)).isEqualTo(2);
      crash("select ''to be killed");
      signal("CONT", walWriter);
      await().until(() -> !idle.isValid(1));
    }
    await().atMost(Duration.ofSeconds(20)).until(JdbcFaultsTest::isUp);

    assertThat(table()).isEqualTo(NEW);
    assertThat(sink.token(DAY)).hasValue(2L);
  }

  private static void signal(String name, long pid) throws IOException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start().onExit().join();
  }

  /** The death of one of its processes is a crash of the whole server. */
  private static void crash(String query) {
    long pid =
        Postgres.number(
            "select pid from pg_stat_activity where query like '"
                + query
                + "%' and pid <> pg_backend_pid()");
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
  }

  private static boolean isUp() {
    try (Connection connection = connect()) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  private static boolean isRecovered() {
    return Postgres.number("select count(*) from pg_stat_activity where query like 'copy \"sc%'")
        == 0;
  }

  /** A try of a task that Spark gives up after its commit leaves its rows under its own number. */
  @Test
  void rows_of_tries_that_do_not_count_do_not_come_through() {
    sink.publish(
        manifest(DAY, 2, 3),
        during(
            rows(DAY, 2, 2, 3, 4),
            () ->
                Postgres.execute(
                    "insert into scores."
                        + staged().get(0)
                        + " select 1000000 + i, 2 + i, 0, '{}', 'd1e5', 'ghost' from"
                        + " generate_series(0, 2) i")));

    assertThat(table()).isEqualTo(NEW);
    assertThat(staged()).isEmpty();
  }

  @Test
  void staged_rows_that_a_crash_has_taken_are_missed_before_anything_is_changed()
      throws SQLException {
    try (Connection other = connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(SHARED_LOCK);
      CompletableFuture<Void> publication =
          CompletableFuture.runAsync(() -> tryNew(sink, "emptied"));
      awaitWaiting();
      Postgres.execute("truncate scores." + staged().get(0));
      other.commit();
      publication.join();
    }
  }

  private static void awaitWaiting() {
    await()
        .until(
            () ->
                Postgres.number(
                        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and"
                            + " application_name = 'nightjar'")
                    > 0);
  }

  /** The one whose answer was lost may still be about to commit. */
  @Test
  void the_token_is_told_when_no_publication_is_on_its_way_any_more() throws SQLException {
    try (Connection other = connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(SHARED_LOCK.replace("_shared", ""));
      statement.execute("update scores.nightjar_published set token = 2");
      CompletableFuture<Optional<Long>> token =
          CompletableFuture.supplyAsync(() -> sink.token(DAY));
      awaitWaiting();
      assertThat(token).isNotDone();
      other.commit();
      assertThat(token.join()).hasValue(2L);
    }
  }

  @Test
  void a_time_limit_of_the_database_is_told_with_its_remedy() {
    Postgres.execute(
        "create function scores.slow() returns trigger language plpgsql as"
            + " 'begin perform pg_sleep(0.2); return new; end'",
        "create trigger slow before insert on scores.flight_delay for each row execute function"
            + " scores.slow()",
        "drop role if exists hasty",
        "create role hasty superuser login",
        "alter role hasty set statement_timeout = '300ms'");
    JdbcTarget target = Attempts.target("scores.flight_delay", Write.INTERVAL);
    JdbcSink hasty =
        new JdbcSink(
            new JdbcTarget(
                target.url(),
                Optional.of(Template.of("hasty")),
                Optional.empty(),
                target.table(),
                target.write(),
                target.key()),
            Attempts.JOB,
            Attempts.STATE);

    assertThatThrownBy(() -> publish(hasty, DAY, 2, 2, 3, 4))
        .isInstanceOf(SinkException.class)
        .hasMessageContaining("cannot be written: canceling statement due to statement timeout")
        .hasMessageEndingWith(
            "raise the user's statement_timeout (alter role … set statement_timeout = 0) and run"
                + " again; nothing was changed");
    tryNew(hasty, "statement timeout");
  }

  /** A reader that is in the way of a table's change, and wants what the change has locked. */
  @Test
  void a_deadlock_with_a_reader_is_tried_again() throws SQLException {
    Postgres.execute("alter table scores.flight_delay alter column score type real");
    try (Connection reader = connect();
        Statement statement = reader.createStatement()) {
      statement.execute("set deadlock_timeout = '1min'"); // so the other one is ended
      reader.setAutoCommit(false);
      statement.execute("select * from scores.nightjar_published for update");
      CompletableFuture<Long> publication =
          CompletableFuture.supplyAsync(() -> publish(sink, DAY, 2, 2, 3, 4));
      awaitWaiting();
      statement.execute("select * from scores.flight_delay");
      reader.commit();
      assertThat(publication.join()).isEqualTo(2);
    }
    assertThat(table()).isEqualTo(NEW);
  }

  @Test
  void readers_see_whole_attempts_and_never_an_older_one_again_while_many_publish_at_once() {
    AtomicBoolean goesOn = new AtomicBoolean(true);
    CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> watch(goesOn));
    List<CompletableFuture<Void>> drivers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int first = i;
      drivers.add(
          CompletableFuture.runAsync(
              () -> {
                JdbcSink own = sink(Write.INTERVAL);
                for (long token = 2L + first; token < 14; token += 2) {
                  long[] ids = LongStream.rangeClosed(1, token + 1).toArray();
                  try {
                    assertThat(publish(own, DAY, token, ids)).isGreaterThanOrEqualTo(token);
                  } catch (SinkException e) {
                    // The other one has begun with a higher token, and will be done.
                    assertThat(e).hasMessageContaining("to a newer attempt that has begun or");
                    assertThat(token).isLessThan(13);
                  }
                }
              }));
    }
    drivers.forEach(CompletableFuture::join);
    goesOn.set(false);

    assertThat(reader.join()).as("looks").isGreaterThan(20);
    assertThat(sink.token(DAY)).hasValue(13L);
    assertThat(table()).hasSize(14).allMatch(line -> line.endsWith("/13"));
    assertThat(staged()).isEmpty();
  }

  /** Looks again and again; how often. An attempt has one row more than its token. */
  private static int watch(AtomicBoolean goesOn) {
    int looks = 0;
    long last = 0;
    while (goesOn.get()) {
      List<String> seen =
          read(
              "select split_part(_nightjar_run, '/', 3), count(*), min(id), max(id) from"
                  + " scores.flight_delay where _nightjar_interval = '"
                  + DAY
                  + "' group by 1");
      assertThat(seen).hasSize(1);
      String[] one = seen.get(0).split(" ", -1);
      long token = Long.parseLong(one[0]);
      assertThat(seen.get(0)).isEqualTo(token + " " + (token + 1) + " 1 " + (token + 1));
      assertThat(token).isGreaterThanOrEqualTo(last);
      last = token;
      looks++;
    }
    return looks;
  }

  @Test
  void a_reader_in_a_transaction_of_its_own_state_keeps_the_old_result() throws SQLException {
    try (Connection reader = connect();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      statement.execute("select count(*) from scores.nightjar_published");

      publish(sink, DAY, 2, 2, 3, 4);

      try (ResultSet row =
          statement.executeQuery("select sum(id), count(*) from scores.flight_delay")) {
        row.next();
        assertThat(row.getString(1) + " " + row.getString(2)).isEqualTo("3 2");
      }
    }
    assertThat(table()).isEqualTo(NEW);
    sink.check(COLUMNS);
  }

  /** What PostgreSQL's manual says of tables that are rewritten, and ours too. */
  @Test
  void a_table_that_is_widened_is_empty_to_a_transaction_that_began_before_and_had_not_looked()
      throws SQLException {
    Postgres.execute("alter table scores.flight_delay alter column score type real");
    try (Connection reader = connect();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      statement.execute("select count(*) from scores.nightjar_published");

      publish(sink, DAY, 2, 2, 3, 4);

      try (ResultSet row = statement.executeQuery("select count(*) from scores.flight_delay")) {
        row.next();
        assertThat(row.getLong(1)).isZero();
      }
    }
    assertThat(table()).isEqualTo(NEW);
  }
}
