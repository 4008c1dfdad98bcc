package dev.nightjar.sink.jdbc;

import dev.nightjar.data.Sha256;
import dev.nightjar.result.Manifest;
import dev.nightjar.sink.SinkException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table that tasks put an attempt's rows into before one transaction takes them over. It is
 * unlogged: a crash of the server empties it, which the count of its rows tells. Each publication
 * has one of its own.
 */
final class Staging {
  /** The column that tells the tries of tasks apart. */
  static final String TRY = "_nightjar_try";

  private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
  private static final String PREFIX = "nightjar_stage_";
  private static final int HASH_DIGITS = 16;

  /** Connections at a time: databases have few, and Spark may have thousands of tasks. */
  private static final int MOST_CONNECTIONS = 8;

  private final Connector connector;
  private final TableName table;
  private final String ofInterval;
  private final TableName stage;
  private final Manifest manifest;
  private final ResultColumns columns;
  private final List<String> key;

  /**
   * @param table with its schema
   * @param place what tells this job's intervals from those of others
   */
  Staging(
      Connector connector,
      TableName table,
      String place,
      Manifest manifest,
      ResultColumns columns,
      List<String> key) {
    this.connector = connector;
    this.table = table;
    this.manifest = manifest;
    this.columns = columns;
    this.key = key;
    String hash = Sha256.of(table.quoted() + "\n" + place + "\n" + manifest.interval());
    this.ofInterval = PREFIX + hash.substring(0, HASH_DIGITS) + "_";
    // A driver that was thought dead has another one: its rows never get among these.
    String own = UUID.randomUUID().toString().substring(0, 8);
    this.stage = table.beside(ofInterval + manifest.token() + "_" + own);
  }

  /** Its name, for statements. */
  String quoted() {
    return stage.quoted();
  }

  /** Whether somebody has taken it away. */
  boolean isGone(Connection connection) throws SQLException {
    return TableShape.of(connection, stage).isEmpty();
  }

  /** Makes it, and takes away what was left of earlier publications of the interval. */
  void create(Connection connection) throws SQLException {
    dropStale(connection);
    List<String> parts = new ArrayList<>(List.of(TRY + " bigint not null"));
    for (int i = 0; i < columns.size(); i++) {
      parts.add(TableName.quoted(columns.name(i)) + " " + columns.type(i).sql());
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "create unlogged table "
              + quoted()
              + " ("
              + String.join(", ", parts)
              + ") with (autovacuum_enabled = false)");
      statement.execute(
          "comment on table "
              + quoted()
              + " is '"
              + ("Rows of " + manifest.run() + " on their way to " + table).replace("'", "''")
              + ". May be dropped when that run has ended'");
    }
  }

  /** Those of this token or a lower one: whose driver has died, or was superseded. */
  private void dropStale(Connection connection) throws SQLException {
    List<String> stale = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                + " where n.nspname = ? and left(relname, length(?)) = ? and relkind = 'r'")) {
      statement.setString(1, table.schema());
      statement.setString(2, ofInterval);
      statement.setString(3, ofInterval);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          stale.add(row.getString(1));
        }
      }
    }
    for (String name : stale) {
      String token = name.substring(ofInterval.length()).split("_", 2)[0];
      if (token.matches("\\d{1,18}") && Long.parseLong(token) <= manifest.token()) {
        drop(connection, table.beside(name));
      }
    }
  }

  /** Takes it away, on a connection of its own; what cannot be is left for the next publication. */
  void drop() {
    try (Connection connection = connector.connect()) {
      drop(connection, stage);
    } catch (SQLException e) {
      LOG.warn("the staging table {} is left behind: {}", stage, connector.words(e));
    }
  }

  private void drop(Connection connection, TableName name) {
    try (Statement statement = connection.createStatement()) {
      // A task that Spark has given up may still write to it; the next publication drops it.
      statement.execute("set lock_timeout = '5s'");
      statement.execute("drop table if exists " + name.quoted());
      statement.execute("reset lock_timeout");
    } catch (SQLException e) {
      LOG.warn("the staging table {} is left behind: {}", name, connector.words(e));
    }
  }

  /**
   * Loads the rows by Spark's tasks.
   *
   * @return the one try of each task whose rows count
   * @throws SinkException when that fails, or other rows come than the manifest lists
   */
  List<Long> load(Dataset<Row> rows) {
    StructType schema = manifest.schema().scored();
    Dataset<Row> chosen =
        rows.select(
                Arrays.stream(schema.fieldNames())
                    .map(name -> functions.col("`" + name.replace("`", "``") + "`"))
                    .toArray(Column[]::new))
            .coalesce(MOST_CONNECTIONS);
    requireTypes(chosen.schema(), schema);
    List<long[]> answers;
    try {
      answers =
          chosen
              .queryExecution()
              .toRdd()
              .toJavaRDD()
              .mapPartitions(new StageLoad(connector, stage, columns, schema, key))
              .collect();
    } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
      throw notLoaded(e);
    }
    long arrived = answers.stream().mapToLong(answer -> answer[1]).sum();
    requireCount(arrived, "came out of the attempt's files");
    return answers.stream().map(answer -> answer[0]).toList();
  }

  private static void requireTypes(StructType actual, StructType declared) {
    for (int i = 0; i < declared.size(); i++) {
      String is = actual.apply(i).dataType().sql();
      String said = declared.apply(i).dataType().sql();
      if (!is.equals(said)) {
        throw new IllegalArgumentException(
            "the rows' column " + declared.apply(i).name() + " is " + is + " and not " + said);
      }
    }
  }

  /**
   * @throws SinkException when these are not as many rows as the manifest lists for readers
   */
  void requireCount(long rows, String where) {
    if (rows != manifest.rows().scored()) {
      throw new SinkException(
          "attempt",
          manifest.run(),
          String.format(
              Locale.ROOT,
              "has %d rows for readers, and %d %s",
              manifest.rows().scored(),
              rows,
              where),
          "run the interval again; nothing was changed");
    }
  }

  private SinkException notLoaded(Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof SinkException said) {
        return said;
      }
    }
    String words =
        e instanceof SparkException && e.getCause() != null
            ? String.valueOf(e.getCause().getMessage())
            : String.valueOf(e.getMessage());
    return new SinkException(
        "attempt",
        manifest.run(),
        "could not be read for the table "
            + connector.shown()
            + ": "
            + words.lines().findFirst().orElse(""),
        "run the interval again; nothing was changed",
        e);
  }
}
