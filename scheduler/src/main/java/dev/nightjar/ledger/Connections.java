package dev.nightjar.ledger;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/**
 * Connections to a ledger's database: a new one for each use. A pool would save some milliseconds
 * every few seconds, and after a restart of the database would hand out what is broken.
 */
final class Connections {
  /** As long as PostgreSQL gets: well below the time after which leases end. */
  private static final int BUSY_MILLIS = 5_000;

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
    // A ledger that was taken away is missed, not begun anew without its tables.
    config.resetOpenMode(SQLiteOpenMode.CREATE);
    return DriverManager.getConnection(
        "jdbc:sqlite:" + ((LedgerPlace.File) place).path(), config.toProperties());
  }
}
