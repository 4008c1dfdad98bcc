package dev.nightjar.sink.jdbc;

import dev.nightjar.config.Template;
import dev.nightjar.contract.Outcome;
import dev.nightjar.data.KeyDigest;
import dev.nightjar.result.Manifest;
import dev.nightjar.run.Postgres;
import dev.nightjar.run.TestProject;
import dev.nightjar.sink.jdbc.JdbcTarget.Write;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Attempts for a table of a real server, and what a plain reader sees there. */
final class Attempts {
  static final String JOB = "flight-delay";
  static final String STATE = "file:/srv/project/out/flight-delay";
  static final String DAY = "2013-11-05";
  static final String SCHEMA = "scores";

  /** The columns of a small result. */
  static final StructType COLUMNS =
      new StructType()
          .add("id", DataTypes.LongType)
          .add("score", DataTypes.DoubleType)
          .add("_nightjar_flags", DataTypes.createArrayType(DataTypes.StringType))
          .add("_nightjar_bundle", DataTypes.StringType)
          .add("_nightjar_run", DataTypes.StringType);

  private Attempts() {}

  /** An empty schema. */
  static void emptySchema() {
    Postgres.start();
    Postgres.execute("drop schema if exists " + SCHEMA + " cascade", "create schema " + SCHEMA);
  }

  static JdbcTarget target(String table, Write write) {
    Postgres.start();
    return target(Postgres.url(), table, write);
  }

  static JdbcTarget target(String url, String table, Write write) {
    return new JdbcTarget(
        Template.of(url),
        Optional.of(Template.of("postgres")),
        Optional.of(new Template("${env:PASSWORD}", "postgres")),
        table,
        write,
        List.of("id"));
  }

  static JdbcSink sink(Write write) {
    return new JdbcSink(target(SCHEMA + ".flight_delay", write), JOB, STATE);
  }

  /** A sink whose connections go over this port of this machine. */
  static JdbcSink sinkOver(int port) {
    return new JdbcSink(
        target(
            "jdbc:postgresql://localhost:" + port + "/postgres",
            SCHEMA + ".flight_delay",
            Write.INTERVAL),
        JOB,
        STATE);
  }

  static Manifest manifest(String day, long token, long rows) {
    return manifest(day, token, rows, COLUMNS);
  }

  static Manifest manifest(String day, long token, long rows, StructType columns) {
    LocalDate date = LocalDate.parse(day);
    return new Manifest(
        JOB,
        day,
        date.atStartOfDay(ZoneOffset.UTC).toInstant(),
        date.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant(),
        token,
        Instant.parse("2013-11-06T04:30:00Z"),
        new Manifest.BundleName("d1e5", "flight-delay@1", "onnx", "cpu"),
        KeyDigest.EMPTY,
        new Manifest.Schemas(columns, columns),
        List.of(
            new Manifest.DataFile(
                "data/" + day + "/" + token + "/a.parquet", Outcome.SCORED, 1, rows),
            new Manifest.DataFile(
                "data/" + day + "/" + token + "/b.parquet", Outcome.REJECTED, 1, 7)));
  }

  /** Rows of an attempt with these keys, in several tasks; a score tells key and token. */
  static Dataset<Row> rows(String day, long token, long... ids) {
    List<Row> rows = new ArrayList<>();
    for (long id : ids) {
      rows.add(
          RowFactory.create(
              id,
              score(id, token),
              new String[] {"imputed:temp", "stale:weather"},
              "d1e5",
              JOB + "/" + day + "/" + token));
    }
    return TestProject.spark().createDataFrame(rows, COLUMNS);
  }

  static double score(long id, long token) {
    return id + token / 1000.0;
  }

  static long publish(JdbcSink sink, String day, long token, long... ids) {
    return sink.publish(manifest(day, token, ids.length), rows(day, token, ids));
  }

  /** What a reader sees, a line for each row, columns with blanks between them. */
  static List<String> read(String query) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      List<String> lines = new ArrayList<>();
      while (row.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          values.add(row.getString(i));
        }
        lines.add(String.join(" ", values));
      }
      return lines;
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  /** Any rows in one task, published as the first attempt of {@link #DAY}. */
  static void publishAny(JdbcSink sink, StructType columns, List<Row> rows) {
    publishAny(sink, columns, rows, 1);
  }

  static void publishAny(JdbcSink sink, StructType columns, List<Row> rows, long token) {
    sink.publish(
        manifest(DAY, token, rows.size(), columns),
        TestProject.spark().createDataFrame(rows, columns).coalesce(1));
  }

  static List<String> table() {
    return read(
        "select _nightjar_interval, id, score, _nightjar_run from scores.flight_delay order by 1, 2");
  }

  /** The line of {@link #table} that a row makes. */
  static String line(String day, long token, long id) {
    return day + " " + id + " " + score(id, token) + " " + JOB + "/" + day + "/" + token;
  }

  /** Staging tables that are there. */
  static List<String> staged() {
    return read(
        "select relname from pg_class where relkind = 'r' and relname like 'nightjar_stage%'");
  }

  static Connection connect() throws SQLException {
    return DriverManager.getConnection(Postgres.url(), "postgres", "postgres");
  }
}
