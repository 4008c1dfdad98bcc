package dev.nightjar.feature.spark;

import static java.util.Objects.requireNonNull;

import dev.nightjar.config.Suggestion;
import dev.nightjar.data.Sha256;
import dev.nightjar.feature.DatabaseSource;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tables in databases, all of whose reads see the state at the first of them: partitions that are
 * read one after the other, tasks that are tried again, and the audit's read after the scoring.
 */
final class DatabaseTables implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseTables.class);
  private static final String ALIAS = " nightjar_rows";

  private final SparkSession spark;
  private final Map<String, Snapshot> snapshots = new HashMap<>();

  DatabaseTables(SparkSession spark) {
    this.spark = spark;
  }

  /** The table, or the rows whose time is in a range. */
  Dataset<Row> read(
      DatabaseSource source,
      Map<String, String> variables,
      AskedTypes types,
      Optional<TimeRange> range) {
    String from = from(source, variables);
    // A snapshot does not shield from TRUNCATE; the lock that any query takes does, while it is
    // held.
    first(source, "SELECT count(*) FROM (SELECT 1 FROM " + from + " LIMIT 0) none");
    DataFrameReader reader = reader(source, snapshot(source));
    Dataset<Row> raw = load(source, reader.option("dbtable", from));
    FileTables.refuseTwins(source, List.of(raw.columns()));
    FileTables.refuseUnknownColumns(source, List.of(raw.columns()));
    if (range.isPresent()) {
      from = within(source, range.get(), from, raw);
      raw = load(source, reader.option("dbtable", from));
    }
    if (source.partitions() > 1) {
      raw = partitioned(source, from, reader, raw);
    }
    return TypedColumns.of(source, types).in(raw);
  }

  /** Only the rows that a range can need; its reader looks at their times once more. */
  private static String within(
      DatabaseSource source, TimeRange range, String from, Dataset<Row> raw) {
    Optional<StructField> column = Columns.field(raw.schema(), range.column());
    if (column.isEmpty()) {
      return from;
    }
    String type = "timestamptz";
    Object least = range.from();
    Object end = range.until();
    if (!column.get().dataType().equals(DataTypes.TimestampType)) {
      // Wall-clock times: days around, for how a zone's clock is moved is decided by Java alone.
      type = "timestamp";
      least = LocalDateTime.ofInstant(range.from(), source.zone()).minusDays(1);
      end = LocalDateTime.ofInstant(range.until(), source.zone()).plusDays(1);
    }
    return String.format(
        "(SELECT * FROM %s WHERE %s >= %s '%s' AND %s < %s '%s')%s",
        from, quoted(range.column()), type, least, quoted(range.column()), type, end, ALIAS);
  }

  private DataFrameReader reader(DatabaseSource source, Snapshot snapshot) {
    DataFrameReader reader =
        spark
            .read()
            .format("jdbc")
            .option("driver", "org.postgresql.Driver")
            .option("url", source.url().text())
            // More than 0, or the driver would commit after each statement and lose the snapshot.
            .option("fetchsize", source.fetchSize())
            .option("sessionInitStatement", snapshot.entry())
            .option("preferTimestampNTZ", true)
            // Spark writes times into its queries as the JVM's zone has them, without an offset.
            .option("pushDownPredicate", isUtc(ZoneId.systemDefault()));
    source.user().ifPresent(user -> reader.option("user", user.text()));
    source.password().ifPresent(secret -> reader.option("password", secret.text()));
    return reader;
  }

  private static boolean isUtc(ZoneId zone) {
    return zone.getRules().isFixedOffset()
        && zone.getRules().getOffset(Instant.EPOCH).equals(ZoneOffset.UTC);
  }

  private Dataset<Row> partitioned(
      DatabaseSource source, String from, DataFrameReader reader, Dataset<Row> raw) {
    String name = source.partitionColumn().orElseThrow();
    StructField field =
        Columns.field(raw.schema(), name)
            .orElseThrow(
                () ->
                    TableException.misdeclared(
                        TableReader.named(source)
                            + ": there is no column '"
                            + name
                            + "' (partition-column)"
                            + Suggestion.text(name, List.of(raw.columns()))));
    boolean number = field.dataType() instanceof NumericType;
    if (!number
        && !field.dataType().equals(DataTypes.DateType)
        && !field.dataType().equals(DataTypes.TimestampType)
        && !field.dataType().equals(DataTypes.TimestampNTZType)) {
      throw TableException.misdeclared(
          TableReader.named(source)
              + ": the partition-column '"
              + name
              + "' is "
              + Columns.word(field.dataType())
              + "; a number, a date or a time can be cut into ranges");
    }
    String bound = number ? "floor(%s(%s)::numeric)::bigint" : "%s(%s)::text";
    List<@Nullable String> bounds =
        first(
            source,
            String.format(
                "SELECT " + bound + ", " + bound + " FROM %s",
                "min",
                quoted(name),
                "max",
                quoted(name),
                from));
    if (bounds.get(0) == null || bounds.get(1) == null) {
      return raw;
    }
    return load(
        source,
        reader
            .option("partitionColumn", name)
            .option("lowerBound", bounds.get(0))
            .option("upperBound", bounds.get(1))
            .option("numPartitions", source.partitions()));
  }

  private static Dataset<Row> load(DatabaseSource source, DataFrameReader reader) {
    try {
      return reader.load();
    } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
      throw unreadable(source, e);
    }
  }

  /** Rows of the table, and those of them without a value in a column, counted by the database. */
  TableReader.RowCounts count(DatabaseSource source, Map<String, String> variables, String column) {
    List<@Nullable String> counts =
        first(
            source,
            "SELECT count(*), count(*) FILTER (WHERE "
                + quoted(column)
                + " IS NULL) FROM "
                + from(source, variables));
    return new TableReader.RowCounts(
        Long.parseLong(requireNonNull(counts.get(0))),
        Long.parseLong(requireNonNull(counts.get(1))));
  }

  /** SHA-256 over the place and the state that is read. */
  String digest(DatabaseSource source) {
    return Sha256.of(source.name() + "\n" + snapshot(source).state());
  }

  private List<@Nullable String> first(DatabaseSource source, String query) {
    try {
      return snapshot(source).first(query);
    } catch (SQLException e) {
      throw unreadable(source, e);
    }
  }

  private Snapshot snapshot(DatabaseSource source) {
    String place = source.url() + " " + source.user();
    Snapshot known = snapshots.get(place);
    if (known != null) {
      return known;
    }
    try {
      Snapshot snapshot = Snapshot.of(source);
      snapshots.put(place, snapshot);
      return snapshot;
    } catch (SQLException e) {
      throw unreadable(source, e);
    }
  }

  private static TableException unreadable(DatabaseSource source, Throwable e) {
    return new TableException(
        TableReader.named(source)
            + " cannot be read from its database: "
            + TableException.firstLine(e)
            + "; correct 'url', 'user', 'password' or 'table', or run again when the database"
            + " answers",
        e);
  }

  private static String from(DatabaseSource source, Map<String, String> variables) {
    return source.table().expand(variables) + ALIAS;
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  @Override
  public void close() {
    snapshots
        .values()
        .forEach(
            snapshot -> {
              try {
                snapshot.close();
              } catch (SQLException e) {
                // Everything has been read; the server ends what it has lost by itself.
                LOG.warn("a connection to a database was not closed: {}", e.getMessage());
              }
            });
    snapshots.clear();
  }
}
