package dev.nightjar.sink.jdbc;

import dev.nightjar.result.Manifest;
import dev.nightjar.sink.SinkException;
import dev.nightjar.sink.TableSink;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** How an interval's rows are replaced, within one transaction. */
final class Replacement {
  private final TableName table;
  private final Tokens tokens;
  private final Staging stage;
  private final ResultColumns columns;
  private final JdbcTarget target;
  private final Manifest manifest;

  /** The tries of tasks whose rows count, for {@code = any(?)}. */
  private final Long[] tries;

  Replacement(
      TableName table,
      Tokens tokens,
      Staging stage,
      ResultColumns columns,
      JdbcTarget target,
      Manifest manifest,
      List<Long> tries) {
    this.table = table;
    this.tokens = tokens;
    this.stage = stage;
    this.columns = columns;
    this.target = target;
    this.manifest = manifest;
    this.tries = tries.toArray(Long[]::new);
  }

  /**
   * Takes the interval's rows out and the staged ones in.
   *
   * @return how many of the rows the table shows now
   * @throws SinkException when not all rows get there
   */
  long run(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "delete from " + table.quoted() + " where " + TableSink.INTERVAL + " = ?")) {
      statement.setString(1, manifest.interval());
      statement.executeUpdate();
    }
    if (target.write() == JdbcTarget.Write.INTERVAL) {
      long put = put(connection, "");
      stage.requireCount(put, "got into the table " + target.shown());
      return put;
    }
    long left = leftToNewer(connection);
    long put = put(connection, onConflict());
    stage.requireCount(put + left, "got into the table " + target.shown() + " or are newer there");
    return put;
  }

  private long put(Connection connection, String onConflict) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "insert into "
                + table.quoted()
                + " as t ("
                + columns.quoted()
                + ", "
                + TableSink.INTERVAL
                + ") select "
                + columns.quoted()
                + ", ? from "
                + stage.quoted()
                + " where "
                + Staging.TRY
                + " = any (?)"
                + onConflict)) {
      statement.setString(1, manifest.interval());
      statement.setArray(2, connection.createArrayOf("bigint", tries));
      if (!onConflict.isEmpty()) {
        tokens.setNewer(statement, 3, manifest);
      }
      return statement.executeLargeUpdate();
    }
  }

  private String onConflict() {
    List<String> set = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      String name = TableName.quoted(columns.name(i));
      set.add(name + " = excluded." + name);
    }
    set.add(TableSink.INTERVAL + " = excluded." + TableSink.INTERVAL);
    return " on conflict ("
        + String.join(", ", target.key().stream().map(TableName::quoted).toList())
        + ") do update set "
        + String.join(", ", set)
        + " where t."
        + TableSink.INTERVAL
        + " not in ("
        + tokens.newer()
        + ")";
  }

  /** How many keys a newer interval's rows have already. */
  private long leftToNewer(Connection connection) throws SQLException {
    List<String> same = new ArrayList<>();
    for (String name : target.key()) {
      same.add("t." + TableName.quoted(name) + " = s." + TableName.quoted(name));
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select count(*) from "
                + stage.quoted()
                + " s where "
                + Staging.TRY
                + " = any (?) and exists (select 1 from "
                + table.quoted()
                + " t where "
                + String.join(" and ", same)
                + " and t."
                + TableSink.INTERVAL
                + " in ("
                + tokens.newer()
                + "))")) {
      statement.setArray(1, connection.createArrayOf("bigint", tries));
      tokens.setNewer(statement, 2, manifest);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /**
   * Two rows of one key have no order in which one could take the other's place.
   *
   * @throws SinkException with the first key that is there more than once
   */
  void requireUnique(Connection connection) throws SQLException {
    if (target.write() == JdbcTarget.Write.INTERVAL) {
      return;
    }
    String key = String.join(", ", target.key().stream().map(TableName::quoted).toList());
    try (Statement analyze = connection.createStatement();
        PreparedStatement statement =
            connection.prepareStatement(
                "select "
                    + key
                    + ", count(*) from "
                    + stage.quoted()
                    + " where "
                    + Staging.TRY
                    + " = any (?) group by "
                    + key
                    + " having count(*) > 1 order by "
                    + key
                    + " limit 1")) {
      analyze.execute("analyze " + stage.quoted());
      statement.setArray(1, connection.createArrayOf("bigint", tries));
      try (ResultSet row = statement.executeQuery()) {
        if (row.next()) {
          throw twice(row);
        }
      }
    }
  }

  private SinkException twice(ResultSet row) throws SQLException {
    List<String> named = new ArrayList<>();
    for (int i = 0; i < target.key().size(); i++) {
      named.add(target.key().get(i) + " = " + row.getString(i + 1));
    }
    return new SinkException.Misfit(
        "key",
        String.join(", ", named),
        "is there "
            + row.getLong(target.key().size() + 1)
            + " times in "
            + manifest.run()
            + ", and write: merge needs each key once",
        "make the input's keys unique, add what tells the rows apart to input.key, or say write:"
            + " interval; nothing was changed");
  }
}
