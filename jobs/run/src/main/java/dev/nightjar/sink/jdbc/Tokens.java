package dev.nightjar.sink.jdbc;

import dev.nightjar.data.Sha256;
import dev.nightjar.result.Manifest;
import dev.nightjar.sink.SinkException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * Which attempt of each interval a table shows: {@code nightjar_published}, in the schema of the
 * table, with a row for each table and interval. It is written in the transaction that changes the
 * rows, so the two cannot differ.
 *
 * <p>Whoever changes a table, or wants to be sure of what it shows, first takes the table's lock.
 * It is held until a transaction has ended, also one whose client is gone: what is read behind it
 * is not about to change.
 */
final class Tokens {
  /** Its name. */
  static final String NAME = "nightjar_published";

  private final TableName table;
  private final TableName tokens;
  private final JdbcTarget target;
  private final String job;
  private final String state;

  /**
   * @param table with its schema
   * @param job whose results these are
   * @param state the path that issues its tokens
   */
  Tokens(TableName table, JdbcTarget target, String job, String state) {
    this.table = table;
    this.tokens = table.beside(NAME);
    this.target = target;
    this.job = job;
    this.state = state;
  }

  /**
   * What a table shows of an interval.
   *
   * @param manifest the SHA-256 of the attempt's manifest
   */
  record Shown(long token, String manifest) {}

  /** Makes the table of tokens where there is none. */
  void create(Connection connection) throws SQLException {
    if (TableShape.of(connection, tokens).isPresent()) {
      return;
    }
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      lock(connection, tokens);
      statement.execute(
          "create table if not exists "
              + tokens.quoted()
              + " (table_name text not null, interval text not null, interval_start timestamptz"
              + " not null, interval_end timestamptz not null, job text not null, state text not"
              + " null, token bigint not null, manifest text not null, rows bigint not null,"
              + " published_at timestamptz not null, primary key (table_name, interval))");
      statement.execute(
          "comment on table "
              + tokens.quoted()
              + " is 'Which attempt of each interval the tables of this schema show that Nightjar"
              + " publishes to. Written in the transactions that change their rows'");
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  /** Waits until nobody else changes the table, and keeps others from it until the end. */
  void lock(Connection connection) throws SQLException {
    lock(connection, table);
  }

  private static void lock(Connection connection, TableName name) throws SQLException {
    lock(connection, "pg_advisory_xact_lock", name);
  }

  private static void lock(Connection connection, String kind, TableName name) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select " + kind + "(hashtextextended(?, 0))")) {
      statement.setString(1, "nightjar " + name.quoted());
      statement.execute();
    }
  }

  /**
   * What the table shows of an interval, once nobody changes it any more; within a transaction.
   *
   * @return empty when it shows no result of this job, or there is no such table
   */
  Optional<Shown> settled(Connection connection, String interval) throws SQLException {
    lock(connection, "pg_advisory_xact_lock_shared", table);
    return atPresent(connection, interval);
  }

  /** {@link #settled} without waiting: it may be about to change. */
  Optional<Shown> atPresent(Connection connection, String interval) throws SQLException {
    return TableShape.of(connection, table).isEmpty() || TableShape.of(connection, tokens).isEmpty()
        ? Optional.empty()
        : shown(connection, interval);
  }

  /** What the table, which is there, shows of an interval. */
  Optional<Shown> shown(Connection connection, String interval) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select token, manifest from "
                + tokens.quoted()
                + " where table_name = ? and interval = ? and job = ? and state = ?")) {
      statement.setString(1, table.name());
      statement.setString(2, interval);
      statement.setString(3, job);
      statement.setString(4, state);
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(new Shown(row.getLong(1), row.getString(2)))
            : Optional.empty();
      }
    }
  }

  /**
   * Tokens of one place say nothing about another's: of two jobs, or of one job in two projects,
   * each would take out the other's rows.
   *
   * @throws SinkException when others publish to the table
   */
  void requireOwn(Connection connection) throws SQLException {
    if (TableShape.of(connection, tokens).isEmpty()) {
      return;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select job, state from "
                + tokens.quoted()
                + " where table_name = ? and (job, state) <> (?, ?) limit 1")) {
      statement.setString(1, table.name());
      statement.setString(2, job);
      statement.setString(3, state);
      try (ResultSet row = statement.executeQuery()) {
        if (row.next()) {
          throw foreign(row.getString(1), row.getString(2));
        }
      }
    }
  }

  private SinkException foreign(String otherJob, String otherState) {
    return new SinkException.Misfit(
        "table",
        target.shown(),
        "holds the results of the job '"
            + otherJob
            + "' whose state is "
            + otherState
            + ", and this is the job '"
            + job
            + "' whose state is "
            + state
            + "; each would take out the other's rows",
        "name another table; or, if that job or its state has only been renamed or moved: update "
            + tokens.quoted()
            + " set job = "
            + literal(job)
            + ", state = "
            + literal(state)
            + " where table_name = "
            + literal(table.name()));
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** Forgets a table that is not there any more. */
  void forget(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("delete from " + tokens.quoted() + " where table_name = ?")) {
      statement.setString(1, table.name());
      statement.executeUpdate();
    }
  }

  /** Keeps the token of the attempt that the table shows now. */
  void keep(Connection connection, Manifest manifest, long rows) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "insert into "
                + tokens.quoted()
                + " (table_name, interval, interval_start, interval_end, job, state, token,"
                + " manifest, rows, published_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, now())"
                + " on conflict (table_name, interval) do update set interval_start ="
                + " excluded.interval_start, interval_end = excluded.interval_end, job ="
                + " excluded.job, state = excluded.state, token = excluded.token, manifest ="
                + " excluded.manifest, rows = excluded.rows, published_at ="
                + " excluded.published_at")) {
      statement.setString(1, table.name());
      statement.setString(2, manifest.interval());
      statement.setObject(3, manifest.start().atOffset(ZoneOffset.UTC));
      statement.setObject(4, manifest.end().atOffset(ZoneOffset.UTC));
      statement.setString(5, job);
      statement.setString(6, state);
      statement.setLong(7, manifest.token());
      statement.setString(8, digest(manifest));
      statement.setLong(9, rows);
      statement.executeUpdate();
    }
  }

  /** What tells an attempt from another place's of the same token. */
  static String digest(Manifest manifest) {
    return Sha256.of(manifest.json());
  }

  /**
   * The intervals behind one in time: as a query with the parameters {@code table_name, start, end,
   * interval}.
   */
  String newer() {
    return "select interval from "
        + tokens.quoted()
        + " where table_name = ? and (interval_start, interval_end, interval) > (?, ?, ?)";
  }

  /** Sets the parameters of {@link #newer}, the first of them at this place. */
  int setNewer(PreparedStatement statement, int at, Manifest manifest) throws SQLException {
    statement.setString(at, table.name());
    statement.setObject(at + 1, manifest.start().atOffset(ZoneOffset.UTC));
    statement.setObject(at + 2, manifest.end().atOffset(ZoneOffset.UTC));
    statement.setString(at + 3, manifest.interval());
    return at + 4;
  }
}
