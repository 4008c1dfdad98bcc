package dev.nightjar.feature.spark;

import dev.nightjar.feature.DatabaseSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * One state of a PostgreSQL database, held by a transaction that stays open: every connection that
 * takes the snapshot's name sees exactly this state, whatever is written meanwhile. A transaction
 * that is lost takes the name with it, and reads fail; they never see another state.
 *
 * <p>What the transaction has read it keeps a shared lock on, so that TRUNCATE and ALTER TABLE wait
 * for its end: those would show through the snapshot.
 */
final class Snapshot implements AutoCloseable {
  private final Connection connection;
  private final String id;
  private final String state;

  private Snapshot(Connection connection, String id, String state) {
    this.connection = connection;
    this.id = id;
    this.state = state;
  }

  /** Connects and holds the state of this moment. */
  static Snapshot of(DatabaseSource source) throws SQLException {
    Properties properties = new Properties();
    source.user().ifPresent(user -> properties.setProperty("user", user.text()));
    source.password().ifPresent(secret -> properties.setProperty("password", secret.text()));
    properties.setProperty("ApplicationName", "nightjar");
    properties.setProperty("tcpKeepAlive", "true");
    Connection connection = new Driver().connect(source.url().text(), properties);
    if (connection == null) {
      throw new SQLException("the URL is none of PostgreSQL");
    }
    try {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setReadOnly(true);
      try (Statement statement = connection.createStatement()) {
        // Idle is all that it will be while executors read.
        statement.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
        statement.execute("SET LOCAL TIME ZONE 'UTC'");
        try (ResultSet row =
            statement.executeQuery("SELECT pg_export_snapshot(), txid_current_snapshot()::text")) {
          row.next();
          return new Snapshot(connection, row.getString(1), row.getString(2));
        }
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** What a connection says first, to see this state and to read times without a zone alike. */
  String entry() {
    return "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
        + " SET TRANSACTION SNAPSHOT '"
        + id
        + "'; SET LOCAL TIME ZONE 'UTC'";
  }

  /** A text that is another one when a transaction has ended since. */
  String state() {
    return state;
  }

  /** The first row of a query in this state, as texts. */
  List<@Nullable String> first(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      List<@Nullable String> values = new ArrayList<>();
      row.next();
      for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
        values.add(row.getString(i));
      }
      return values;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
