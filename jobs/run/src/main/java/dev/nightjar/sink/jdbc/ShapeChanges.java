package dev.nightjar.sink.jdbc;

import dev.nightjar.data.ReservedColumns;
import dev.nightjar.sink.SinkException;
import dev.nightjar.sink.TableSink;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What has to be done to a table before it takes results: it is made, gets columns, or columns are
 * widened. What would lose something is refused.
 */
final class ShapeChanges {
  private static final String INTERVAL_TYPE = "text";
  private static final Set<String> NEVER_NULL =
      Set.of(ReservedColumns.FLAGS, ReservedColumns.BUNDLE, ReservedColumns.RUN);

  private final TableName table;
  private final ResultColumns columns;
  private final JdbcTarget target;

  ShapeChanges(TableName table, ResultColumns columns, JdbcTarget target) {
    this.table = table;
    this.columns = columns;
    this.target = target;
  }

  /**
   * The statements, in order; none when the table takes the results as it is.
   *
   * @throws SinkException when it cannot be made to
   */
  List<String> of(Connection connection) throws SQLException {
    Optional<TableShape> there = TableShape.of(connection, table);
    return there.isPresent() ? changes(connection, there.get()) : creation();
  }

  private List<String> creation() {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      String name = columns.name(i);
      boolean required = target.key().contains(name) || NEVER_NULL.contains(name);
      parts.add(
          TableName.quoted(name) + " " + columns.type(i).sql() + (required ? " not null" : ""));
    }
    parts.add(TableSink.INTERVAL + " " + INTERVAL_TYPE + " not null");
    if (target.write() == JdbcTarget.Write.MERGE) {
      parts.add("primary key (" + key() + ")");
    }
    return List.of(
        "create table " + table.quoted() + " (" + String.join(", ", parts) + ")", index());
  }

  private String index() {
    return "create index on " + table.quoted() + " (" + TableSink.INTERVAL + ")";
  }

  private String key() {
    return String.join(", ", target.key().stream().map(TableName::quoted).toList());
  }

  private List<String> changes(Connection connection, TableShape there) throws SQLException {
    requireTable(there);
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      change(there, columns.name(i), columns.type(i)).ifPresent(parts::add);
    }
    List<String> statements = new ArrayList<>();
    Optional<TableShape.Column> interval = there.column(TableSink.INTERVAL);
    if (interval.isEmpty()) {
      requireEmpty(connection);
      parts.add("add column " + TableSink.INTERVAL + " " + INTERVAL_TYPE + " not null");
    } else if (!interval.get().type().equals(INTERVAL_TYPE)
        && !interval.get().type().equals("character varying")) {
      throw misfit(TableSink.INTERVAL, interval.get().type(), INTERVAL_TYPE);
    }
    requireFilled(there);
    requireUnique(there);
    if (!parts.isEmpty()) {
      if (!there.isOwned()) {
        throw new SinkException.Misfit(
            "table",
            target.shown(),
            "has to be changed (" + String.join(", ", parts) + ") and belongs to another user",
            "have its owner run: alter table " + table.quoted() + " " + String.join(", ", parts));
      }
      statements.add("alter table " + table.quoted() + " " + String.join(", ", parts));
    }
    if (interval.isEmpty()) {
      statements.add(index());
    }
    return statements;
  }

  private void requireTable(TableShape there) {
    if (!there.isTable()) {
      throw new SinkException.Misfit(
          "table",
          target.shown(),
          "is a view or something else that is no table",
          "name a table, or one that is not there yet");
    }
    if (there.hidesRows()) {
      throw new SinkException.Misfit(
          "table",
          target.shown(),
          "hides rows from this user (row level security), so that old ones could stay",
          "let its owner publish, or a user with BYPASSRLS");
    }
  }

  private Optional<String> change(TableShape there, String name, ColumnType wanted) {
    Optional<TableShape.Column> column = there.column(name);
    if (column.isEmpty()) {
      requireNoTwin(there, name);
      return Optional.of("add column " + TableName.quoted(name) + " " + wanted.sql());
    }
    if (column.get().isComputed()) {
      throw new SinkException.Misfit(
          "column",
          name,
          "of the table " + target.shown() + " is computed by the database and takes no results",
          "drop that column, or publish to another table");
    }
    String actual = column.get().type();
    return switch (wanted.in(actual)) {
      case HOLDS -> Optional.empty();
      case WIDENS ->
          Optional.of("alter column " + TableName.quoted(name) + " type " + wanted.sql());
      case NOT -> throw misfit(name, actual, wanted.sql());
    };
  }

  private SinkException misfit(String name, String actual, String wanted) {
    return new SinkException.Misfit(
        "column",
        name,
        "of the table "
            + target.shown()
            + " is "
            + actual
            + ", and the results have "
            + wanted
            + " there, which it cannot hold or be widened to without loss",
        "publish to another table, or change the column: alter table "
            + table.quoted()
            + " alter column "
            + TableName.quoted(name)
            + " type "
            + wanted
            + " using "
            + TableName.quoted(name)
            + "::"
            + wanted);
  }

  /** In SQL without quotes the two would be one. */
  private void requireNoTwin(TableShape there, String name) {
    for (TableShape.Column column : there.columns()) {
      if (column.name().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT))) {
        throw new SinkException.Misfit(
            "column",
            name,
            "is not in the table "
                + target.shown()
                + ", but '"
                + column.name()
                + "' is, which differs in upper and lower case alone",
            "rename one of them: alter table "
                + table.quoted()
                + " rename column "
                + TableName.quoted(column.name())
                + " to "
                + TableName.quoted(name));
      }
    }
  }

  /** Rows of nobody's interval would be taken for results. */
  private void requireEmpty(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select exists (select 1 from " + table.quoted() + ")")) {
      row.next();
      if (row.getBoolean(1)) {
        throw new SinkException.Misfit(
            "table",
            target.shown(),
            "holds rows and has no column " + TableSink.INTERVAL + ", so they are not Nightjar's",
            "name another table, or one that is not there yet");
      }
    }
  }

  /** Columns that results do not have need another way to their values. */
  private void requireFilled(TableShape there) {
    Set<String> given = new HashSet<>();
    for (int i = 0; i < columns.size(); i++) {
      given.add(columns.name(i));
    }
    given.add(TableSink.INTERVAL);
    for (TableShape.Column column : there.columns()) {
      if (column.isRequired()
          && !column.isFilled()
          && !column.isComputed()
          && !given.contains(column.name())) {
        throw new SinkException.Misfit(
            "column",
            column.name(),
            "of the table " + target.shown() + " takes no null, and the results do not have it",
            "give it a default, or: alter table "
                + table.quoted()
                + " alter column "
                + TableName.quoted(column.name())
                + " drop not null");
      }
    }
  }

  private void requireUnique(TableShape there) {
    if (target.write() == JdbcTarget.Write.INTERVAL) {
      return;
    }
    List<TableShape.Unique> onKey =
        there.unique().stream()
            .filter(index -> index.columns().equals(Set.copyOf(target.key())))
            .toList();
    boolean isLate = onKey.stream().anyMatch(index -> !index.isImmediate());
    if (onKey.isEmpty() || isLate) {
      throw new SinkException.Misfit(
          "table",
          target.shown(),
          (isLate ? "has a deferrable" : "has no")
              + " unique index on ("
              + String.join(", ", target.key())
              + "), which write: merge goes by",
          (isLate ? "drop that one, and " : "")
              + "make one: create unique index on "
              + table.quoted()
              + " ("
              + key()
              + ")");
    }
  }
}
