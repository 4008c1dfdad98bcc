package dev.nightjar.ledger;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.SQLiteConfig;

/**
 * Connections to a ledger's database: a new one for each use. A pool would save some milliseconds
 * every few seconds, and after a restart of the database would hand out what is broken.
 */
final class Connections {
  private static final int BUSY_MILLIS = 10_000;

  private Connections() {}

  static Connection open(LedgerPlace place) throws SQLException {
    if (place instanceof LedgerPlace.Database database) {
      Properties properties = new Properties();
      properties.setProperty("user", database.user());
      properties.setProperty("password", database.password());
      // A database that has gone is noticed long before a lease ends.
      properties.setProperty("connectTimeout", "3");
      properties.setProperty("loginTimeout", "3");
      properties.setProperty("socketTimeout", "5");
      properties.setProperty("tcpKeepAlive", "true");
      properties.setProperty("ApplicationName", "nightjar schedule");
      return DriverManager.getConnection(database.url(), properties);
    }
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(BUSY_MILLIS);
    // A transaction that begins by reading could not be made a writing one beside another.
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    return DriverManager.getConnection(
        "jdbc:sqlite:" + ((LedgerPlace.File) place).path(), config.toProperties());
  }
}
