package dev.nightjar.run;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A real PostgreSQL server, started once for all tests of this process, and its reader. */
public final class Postgres {
  public static final String READER = "nightjar_reader";
  public static final String PASSWORD = "pa55-w0rd-that-nobody-may-see";

  private static @Nullable EmbeddedPostgres server;

  private Postgres() {}

  /** Starts it; where that is not possible the test is skipped by that name. */
  public static synchronized void start() {
    if (server != null) {
      return;
    }
    try {
      server = EmbeddedPostgres.builder().setServerConfig("max_connections", "60").start();
    } catch (IOException | IllegalStateException | LinkageError e) {
      Assumptions.abort("no PostgreSQL can be started here: " + e.getMessage());
    }
    execute("create role " + READER + " login password '" + PASSWORD + "'");
    execute("alter default privileges grant select on tables to " + READER);
  }

  /** The URL, without user and password. */
  public static String url() {
    return "jdbc:postgresql://localhost:" + requireServer().getPort() + "/postgres";
  }

  /** Runs statements as the owner of everything, each a transaction of its own. */
  public static void execute(String... statements) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(String.join("; ", statements), e);
    }
  }

  /** The number that a query gives. */
  public static long number(String query) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  /** The first column of a query. */
  static List<String> texts(String query) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      List<String> texts = new ArrayList<>();
      while (row.next()) {
        texts.add(row.getString(1));
      }
      return texts;
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), "postgres", "postgres");
  }

  private static EmbeddedPostgres requireServer() {
    if (server == null) {
      throw new IllegalStateException("start() comes first");
    }
    return server;
  }
}
