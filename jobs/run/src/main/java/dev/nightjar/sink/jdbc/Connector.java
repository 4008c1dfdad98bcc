package dev.nightjar.sink.jdbc;

import dev.nightjar.config.Template;
import dev.nightjar.sink.SinkException;
import java.io.Serial;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Connects to the database, on the driver and in tasks, and says what went wrong there without
 * saying what must stay secret.
 */
final class Connector implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private static final String HIDDEN = "***";

  private final String shown;
  private final String url;
  private final @Nullable String user;
  private final @Nullable String password;

  Connector(JdbcTarget target) {
    this.shown = target.shown();
    this.url = target.url().text();
    this.user = target.user().map(Template::text).orElse(null);
    this.password = target.password().map(Template::text).orElse(null);
    if (!url.startsWith(JdbcTarget.POSTGRESQL) || Driver.parseURL(url, new Properties()) == null) {
      throw new SinkException(
          "url",
          target.url().toString(),
          "is not " + JdbcTarget.POSTGRESQL + "//host:port/database",
          "name a PostgreSQL; results are published to no other database, because what one"
              + " transaction can do is particular to each");
    }
  }

  /** A connection of its own, each statement a transaction. */
  Connection connect() throws SQLException {
    Properties properties = new Properties();
    if (user != null) {
      properties.setProperty("user", user);
    }
    if (password != null) {
      properties.setProperty("password", password);
    }
    properties.setProperty("ApplicationName", "nightjar");
    properties.setProperty("tcpKeepAlive", "true");
    Connection connection = new Driver().connect(url, properties);
    if (connection == null) {
      throw new SQLException("the URL is none of PostgreSQL");
    }
    try (Statement statement = connection.createStatement()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      // The server lets go of the locks of a driver whose machine is gone.
      statement.execute(
          "set tcp_keepalives_idle = 30; set tcp_keepalives_interval = 10;"
              + " set tcp_keepalives_count = 3; set idle_in_transaction_session_timeout = '60s'");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /**
   * The table stays as it is, for what a database has answered, or because it did not.
   *
   * @param doing what could not be done, such as {@code cannot be written}
   */
  SinkException refusal(String doing, SQLException e) {
    String words = words(e);
    return new SinkException(
        "table",
        shown,
        doing + ": " + words,
        remedy(e.getSQLState()),
        // A cause is printed with its own words.
        String.valueOf(e.getMessage()).contains(words) ? e : null);
  }

  /** What the database says, in one line. */
  String words(SQLException e) {
    String words = String.valueOf(e.getMessage());
    if (e instanceof PSQLException of) {
      ServerErrorMessage answer = of.getServerErrorMessage();
      if (answer != null && answer.getMessage() != null) {
        words = answer.getMessage();
      }
    }
    words = words.lines().findFirst().orElse("").replace(url, HIDDEN).replaceAll("[.\\s]+$", "");
    return password == null || password.isEmpty() ? words : words.replace(password, HIDDEN);
  }

  private static String remedy(@Nullable String state) {
    String kind = state == null ? "" : state;
    if (kind.equals("42501")) {
      return "grant that to the user, or give another one; nothing was changed";
    } else if (kind.equals("57014")) {
      return "raise the user's statement_timeout (alter role … set statement_timeout = 0) and run"
          + " again; nothing was changed";
    } else if (kind.equals("55P03")) {
      return "somebody works on the table in a transaction that does not end (pg_stat_activity tells"
          + " who); run again when it has ended; nothing was changed";
    } else if (kind.startsWith("28") || kind.equals("3D000")) {
      return "correct 'url', 'user' or 'password'; nothing was changed";
    } else if (kind.startsWith("08") || kind.startsWith("57P")) {
      return "run again when the database answers, or correct 'url'; nothing was changed";
    } else if (kind.startsWith("22")) {
      return "change that value in the input, or the type of the table's column that does not hold it;"
          + " nothing was changed";
    } else if (kind.startsWith("53")) {
      return "give the database what it lacks and run again; nothing was changed";
    }
    return "mend what it names and run again; nothing was changed";
  }

  /** The table as people name it. */
  String shown() {
    return shown;
  }

  @Override
  public String toString() {
    return shown;
  }
}
