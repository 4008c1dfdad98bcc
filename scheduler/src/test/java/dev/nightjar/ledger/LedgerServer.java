package dev.nightjar.ledger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Assumptions;

/** A real PostgreSQL server, started once for all tests of this process. */
final class LedgerServer {
  private static EmbeddedPostgres server;
  private static int ledgers;

  private LedgerServer() {}

  /** Where an empty ledger may be made; where no server can be started the test is skipped. */
  static synchronized LedgerPlace.Database empty() {
    if (server == null) {
      try {
        server = EmbeddedPostgres.builder().setServerConfig("max_connections", "60").start();
      } catch (IOException | IllegalStateException | LinkageError e) {
        Assumptions.abort("no PostgreSQL can be started here: " + e.getMessage());
      }
    }
    String schema = "ledger" + ++ledgers;
    try (Connection connection = DriverManager.getConnection(url(port()), "postgres", "postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("create schema " + schema);
    } catch (SQLException e) {
      throw new IllegalStateException("schema " + schema, e);
    }
    return place(port(), schema);
  }

  /** The same ledger behind another port. */
  static LedgerPlace.Database behind(int port, LedgerPlace.Database direct) {
    return place(port, direct.url().replaceAll(".*=", ""));
  }

  static int port() {
    return server.getPort();
  }

  private static LedgerPlace.Database place(int port, String schema) {
    return new LedgerPlace.Database(url(port) + "?currentSchema=" + schema, "postgres", "postgres");
  }

  private static String url(int port) {
    return "jdbc:postgresql://localhost:" + port + "/postgres";
  }
}
