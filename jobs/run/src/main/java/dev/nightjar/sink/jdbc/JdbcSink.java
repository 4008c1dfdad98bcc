package dev.nightjar.sink.jdbc;

import static java.util.Objects.requireNonNull;

import dev.nightjar.result.Manifest;
import dev.nightjar.sink.SinkException;
import dev.nightjar.sink.TableSink;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.postgresql.util.PSQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes to a table of a PostgreSQL database. Spark's tasks copy an attempt's rows into a
 * staging table; one transaction then puts them in the place of the interval's rows and keeps the
 * token in {@code nightjar_published}, beside the table. Who publishes to one table at once waits
 * for the other.
 *
 * <p>Holds no connection between calls. Not thread-safe.
 */
public final class JdbcSink implements TableSink {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcSink.class);

  /** Ended by the database for the sake of another transaction; the same again may well go. */
  private static final Set<String> ONCE_MORE = Set.of("40001", "40P01");

  private static final int MOST_TRIES = 3;

  private final JdbcTarget target;
  private final String job;
  private final String state;
  private final Connector connector;

  /**
   * Connects to nothing yet.
   *
   * @param target the table
   * @param job whose results these are
   * @param state the full path that issues the tokens; with the job's name it tells whose rows a
   *     table has
   * @throws SinkException when the URL or the table's name is none
   */
  public JdbcSink(JdbcTarget target, String job, String state) {
    this.target = requireNonNull(target, "target is null");
    this.job = requireNonNull(job, "job is null");
    this.state = requireNonNull(state, "state is null");
    TableName.parse(target.table());
    this.connector = new Connector(target);
  }

  @Override
  public String name() {
    return target.shown();
  }

  @Override
  public void check(StructType schema) {
    ResultColumns columns = ResultColumns.of(schema);
    try (Connection connection = connector.connect()) {
      Reach reach = new Reach(connection, target);
      TableName table = reach.table();
      reach.require(table);
      if (TableShape.of(connection, table).isPresent()) {
        tokens(table).requireOwn(connection);
      }
      new ShapeChanges(table, columns, target).of(connection);
    } catch (SQLException e) {
      throw connector.refusal("cannot be held against the results", e);
    }
  }

  @Override
  public Optional<Long> token(String interval) {
    try (Connection connection = connector.connect()) {
      Tokens tokens = tokens(new Reach(connection, target).table());
      connection.setAutoCommit(false);
      Optional<Long> token = tokens.settled(connection, interval).map(Tokens.Shown::token);
      connection.commit();
      return token;
    } catch (SQLException e) {
      throw connector.refusal("does not tell which result of " + interval + " it shows", e);
    }
  }

  @Override
  public long publish(Manifest manifest, Dataset<Row> rows) {
    ResultColumns columns = ResultColumns.of(manifest.schema().scored());
    TableName table;
    Tokens tokens;
    Staging stage;
    try (Connection connection = connector.connect()) {
      Reach reach = new Reach(connection, target);
      table = reach.table();
      reach.require(table);
      tokens = tokens(table);
      tokens.create(connection);
      Optional<Long> standing =
          standing(tokens.atPresent(connection, manifest.interval()), manifest);
      if (standing.isPresent()) {
        return standing.get();
      }
      stage = new Staging(connector, table, job + "\n" + state, manifest, columns, target.key());
      stage.create(connection);
    } catch (SQLException e) {
      throw connector.refusal("cannot be written", e);
    }
    try {
      List<Long> tries = stage.load(rows);
      Replacement replacement =
          new Replacement(table, tokens, stage, columns, target, manifest, tries);
      return replace(manifest, table, tokens, columns, replacement);
    } catch (SinkException e) {
      return overtaken(manifest, tokens, stage, e);
    } finally {
      stage.drop();
    }
  }

  /**
   * The token of a newer attempt that has published meanwhile.
   *
   * @throws SinkException as it came, when none has
   */
  private long overtaken(Manifest manifest, Tokens tokens, Staging stage, SinkException failed) {
    try (Connection connection = connector.connect()) {
      connection.setAutoCommit(false);
      Optional<Long> newer =
          tokens
              .settled(connection, manifest.interval())
              .map(Tokens.Shown::token)
              .filter(token -> token > manifest.token());
      boolean isGone = stage.isGone(connection);
      connection.commit();
      if (newer.isPresent()) {
        return newer.get();
      }
      if (isGone) {
        throw new SinkException(
            "attempt",
            manifest.run(),
            "has lost its staging table for "
                + name()
                + ", to a newer attempt that has begun or to a crash of the database",
            "run the interval again, unless that is on its way; nothing was changed",
            failed);
      }
    } catch (SQLException e) {
      LOG.warn("{} does not tell what it shows: {}", name(), connector.words(e));
    }
    throw failed;
  }

  private long replace(
      Manifest manifest,
      TableName table,
      Tokens tokens,
      ResultColumns columns,
      Replacement replacement) {
    for (int i = 1; ; i++) {
      Connection connection = connect();
      try {
        replacement.requireUnique(connection);
        return transaction(connection, manifest, table, tokens, columns, replacement);
      } catch (SQLException e) {
        if (i == MOST_TRIES || !ONCE_MORE.contains(e.getSQLState())) {
          throw connector.refusal("cannot be written", e);
        }
        LOG.warn("{} is written once more: {}", name(), connector.words(e));
      } finally {
        close(connection);
      }
    }
  }

  private Connection connect() {
    try {
      return connector.connect();
    } catch (SQLException e) {
      throw connector.refusal("cannot be written", e);
    }
  }

  /** What has been committed stays so; what has not, the server takes back. */
  private void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.warn("a connection to {} was not closed: {}", name(), connector.words(e));
    }
  }

  private long transaction(
      Connection connection,
      Manifest manifest,
      TableName table,
      Tokens tokens,
      ResultColumns columns,
      Replacement replacement)
      throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      tokens.lock(connection);
      tokens.requireOwn(connection);
      boolean isThere = TableShape.of(connection, table).isPresent();
      if (isThere) {
        Optional<Long> standing = standing(tokens.shown(connection, manifest.interval()), manifest);
        if (standing.isPresent()) {
          return standing.get();
        }
      } else {
        tokens.forget(connection);
      }
      // A table that is changed is closed to readers meanwhile; not for as long as one of them
      // likes.
      statement.execute("set local lock_timeout = '30s'");
      for (String change : new ShapeChanges(table, columns, target).of(connection)) {
        statement.execute(change);
      }
      statement.execute("set local lock_timeout = 0");
      long shown = replacement.run(connection);
      tokens.keep(connection, manifest, shown);
      makeDurable(statement);
    }
    commit(connection, manifest);
    return manifest.token();
  }

  /** A commit is told when it is on disk, whatever the user's usual choice is. */
  private static void makeDurable(Statement statement) throws SQLException {
    statement.execute(
        "select set_config('synchronous_commit', 'on', true)"
            + " where current_setting('synchronous_commit') = 'off'");
  }

  private void commit(Connection connection, Manifest manifest) throws SQLException {
    try {
      connection.commit();
    } catch (SQLException e) {
      if (isAnswer(e)) {
        throw e;
      }
      throw new IllegalStateException(
          "the table "
              + name()
              + " may show "
              + manifest.run()
              + " or not: the answer to the commit was lost: "
              + connector.words(e),
          e);
    }
  }

  /** Whether the database itself says that it has not committed, and not that it goes down. */
  private static boolean isAnswer(SQLException e) {
    String state = e.getSQLState();
    return e instanceof PSQLException of
        && of.getServerErrorMessage() != null
        && state != null
        && !state.startsWith("57P")
        && !state.startsWith("08");
  }

  /**
   * The token that stands, when it is this one or a higher one.
   *
   * @throws SinkException when the token is this one and the attempt is not
   */
  private Optional<Long> standing(Optional<Tokens.Shown> shown, Manifest manifest) {
    if (shown.isEmpty() || shown.get().token() < manifest.token()) {
      return Optional.empty();
    }
    Tokens.Shown there = shown.get();
    if (there.token() == manifest.token() && !there.manifest().equals(Tokens.digest(manifest))) {
      throw new SinkException.Misfit(
          "table",
          name(),
          "shows another attempt than this one under the name " + manifest.run(),
          "another place with the state path "
              + state
              + " publishes to it, too: name another table or state path; or that state was deleted"
              + " and begun anew: delete the table's rows of "
              + Tokens.NAME);
    }
    return Optional.of(there.token());
  }

  private Tokens tokens(TableName table) {
    return new Tokens(table, target, job, state);
  }

  /** Nothing is held between calls. */
  @Override
  public void close() {
    // No connection outlives a call.
  }
}
