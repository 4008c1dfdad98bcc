package dev.nightjar.sink.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A table as the catalog has it.
 *
 * @param kind of the relation, as {@code pg_class.relkind}
 * @param isOwned whether the user may change it
 * @param hidesRows whether some of its rows are not shown to the user
 * @param columns in order
 * @param unique its unique indexes of plain columns that hold for all rows
 */
record TableShape(
    String kind, boolean isOwned, boolean hidesRows, List<Column> columns, List<Unique> unique) {

  /**
   * A column.
   *
   * @param type as {@code format_type} tells it
   * @param isRequired whether it takes no null
   * @param isFilled whether it gets a value where none is given
   * @param isComputed whether no value can be given
   */
  record Column(
      String name, String type, boolean isRequired, boolean isFilled, boolean isComputed) {}

  /**
   * A unique index.
   *
   * @param isImmediate whether it is held to at once, and not at the end of a transaction
   */
  record Unique(Set<String> columns, boolean isImmediate) {}

  TableShape {
    columns = List.copyOf(columns);
    unique = List.copyOf(unique);
  }

  /** The table of that name, schema included; empty when there is none. */
  static Optional<TableShape> of(Connection connection, TableName name) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select c.oid, c.relkind::text, pg_has_role(c.relowner, 'usage'),"
                + " row_security_active(c.oid) from pg_class c join pg_namespace n"
                + " on n.oid = c.relnamespace where n.nspname = ? and c.relname = ?")) {
      statement.setString(1, name.schema());
      statement.setString(2, name.name());
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        long oid = row.getLong(1);
        return Optional.of(
            new TableShape(
                row.getString(2),
                row.getBoolean(3),
                row.getBoolean(4),
                columns(connection, oid),
                unique(connection, oid)));
      }
    }
  }

  private static List<Column> columns(Connection connection, long oid) throws SQLException {
    List<Column> columns = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select attname, format_type(atttypid, atttypmod), attnotnull,"
                + " atthasdef or attidentity <> '', attgenerated <> '' or attidentity = 'a'"
                + " from pg_attribute where attrelid = ?::oid and attnum > 0 and not attisdropped"
                + " order by attnum")) {
      statement.setLong(1, oid);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          columns.add(
              new Column(
                  row.getString(1),
                  row.getString(2),
                  row.getBoolean(3),
                  row.getBoolean(4),
                  row.getBoolean(5)));
        }
      }
    }
    return columns;
  }

  private static List<Unique> unique(Connection connection, long oid) throws SQLException {
    List<Unique> unique = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select array_agg(a.attname::text), i.indimmediate from pg_index i"
                + " cross join unnest(i.indkey::int2[]) with ordinality k(attnum, n)"
                + " join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum"
                + " where i.indrelid = ?::oid and i.indisunique and i.indisvalid"
                + " and i.indpred is null and i.indexprs is null and k.n <= i.indnkeyatts"
                + " group by i.indexrelid, i.indimmediate")) {
      statement.setLong(1, oid);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          unique.add(new Unique(Set.of((String[]) row.getArray(1).getArray()), row.getBoolean(2)));
        }
      }
    }
    return unique;
  }

  /** The column of exactly that name. */
  Optional<Column> column(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  /** Whether it is a table that holds rows, partitioned or not. */
  boolean isTable() {
    return kind.equals("r") || kind.equals("p");
  }
}
