package dev.nightjar.sink.jdbc;

import dev.nightjar.sink.SinkException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Where a table lies, and whether the user may do there what publishing needs. */
final class Reach {
  /** Of older ones the catalog has not all that is asked here. */
  private static final int LEAST_VERSION = 12;

  private final Connection connection;
  private final JdbcTarget target;

  Reach(Connection connection, JdbcTarget target) {
    this.connection = connection;
    this.target = target;
  }

  /**
   * The table's name with its schema: where the user's search path finds it, or would make it.
   *
   * @throws SinkException when there is no such schema
   */
  TableName table() throws SQLException {
    TableName given = TableName.parse(target.table());
    if (!given.schema().isEmpty()) {
      return given;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select coalesce((select nspname::text from pg_class c join pg_namespace n"
                + " on n.oid = c.relnamespace where c.oid = to_regclass(?)),"
                + " current_schema()::text)")) {
      statement.setString(1, given.quoted());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        String schema = row.getString(1);
        if (schema == null) {
          throw new SinkException(
              "table",
              target.shown(),
              "has no schema, and the user's search path names none that is there",
              "write schema.table");
        }
        return new TableName(schema, given.name());
      }
    }
  }

  /**
   * Holds the server and the user's rights against what publishing does.
   *
   * @throws SinkException with everything that is missing
   */
  void require(TableName table) throws SQLException {
    requireServer();
    if (!is("select exists (select 1 from pg_namespace where nspname = ?)", table.schema())) {
      throw new SinkException(
          "table",
          target.shown(),
          "lies in a schema that is not there",
          "have it made: create schema " + TableName.quoted(table.schema()));
    }
    List<String> missing = new ArrayList<>();
    String inSchema = " on schema " + TableName.quoted(table.schema());
    for (String right : List.of("usage", "create")) {
      if (!is("select has_schema_privilege(?, '" + right + "')", table.schema())) {
        missing.add("grant " + right + inSchema);
      }
    }
    if (missing.isEmpty()) {
      missing.addAll(missing(table, "select", "insert", "update", "delete"));
      missing.addAll(missing(table.beside(Tokens.NAME), "select", "insert", "update", "delete"));
    }
    if (!missing.isEmpty()) {
      String user = user();
      throw new SinkException(
          "table",
          target.shown(),
          "cannot be written by the user " + user,
          "have its owner run: "
              + String.join("; ", missing.stream().map(of -> of + " to " + user).toList()));
    }
  }

  private void requireServer() throws SQLException {
    int version = connection.getMetaData().getDatabaseMajorVersion();
    if (version < LEAST_VERSION) {
      throw new SinkException(
          "table",
          target.shown(),
          "lies in a PostgreSQL " + version,
          "use one of version " + LEAST_VERSION + " or later");
    }
    if (is("select pg_is_in_recovery() or ? is null", "")) {
      throw new SinkException(
          "table",
          target.shown(),
          "lies in a standby, which is only read",
          "name the primary in 'url', or several hosts and ?targetServerType=primary");
    }
  }

  private List<String> missing(TableName name, String... rights) throws SQLException {
    List<String> missing = new ArrayList<>();
    if (TableShape.of(connection, name).isPresent()) {
      for (String right : rights) {
        if (!is("select has_table_privilege(?, '" + right + "')", name.quoted())) {
          missing.add("grant " + right + " on " + name.quoted());
        }
      }
    }
    return missing;
  }

  private boolean is(String query, String parameter) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, parameter);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  private String user() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select quote_ident(current_user)")) {
      row.next();
      return row.getString(1);
    }
  }
}
