package dev.nightjar.feature.spark;

import static java.util.Objects.requireNonNull;

import dev.nightjar.data.DataType;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DatabaseSource;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FileSource;
import dev.nightjar.feature.IcebergSource;
import dev.nightjar.feature.Source;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads the table that a {@link Source} declares. What comes out is decided by the source alone:
 * not by the session's zone, the JVM's zone or locale, nor by settings that skip unreadable files.
 *
 * <p><b>CSV.</b> UTF-8; a quote within quotes is written twice (RFC 4180); a value holds no line
 * break, which {@link #requireSound} makes sure of. Columns are texts unless a type is declared; a
 * text that is not of its type is null, and so are the empty text and the source's null value.
 * Times are ISO-8601 ({@link dev.nightjar.data.Timestamps#parse}). With a header, each file's must
 * be the same. A line with another number of values than the header is not shifted into place:
 * {@value #MALFORMED} holds the line as it stands (null for every other line), the columns hold
 * what could be read.
 *
 * <p><b>Parquet.</b> Pages are held against their checksums. Every file's footer is looked at: a
 * column that is needed must be in all files, with types of which one holds all values. Types are
 * then the file's. Times may stand in every form (INT96, milli-, micro- and nanoseconds, with and
 * without zone), in each file in another; one without zone is meant in the source's. A declared
 * type must hold every value of the file's type.
 *
 * <p>Times have microseconds. Finer digits are cut off, but for those by which a view's rows are
 * seen ({@link #read(FeatureView, Map)}). Of INT96 Spark's reader cuts them off everywhere.
 *
 * <p><b>Databases.</b> All reads of one reader see the state of the database at the first of them,
 * until it is closed.
 *
 * <p><b>Iceberg.</b> All reads of one reader see one snapshot of the table, found at the first of
 * them. Columns and rows that are filtered out are passed over by the table's own statistics.
 *
 * <p>Folders such as {@code day=2013-01-01} are columns, texts in CSV. Files in other folders below
 * the path would be passed over by Spark, so they are refused. Not thread-safe.
 */
public final class TableReader implements AutoCloseable {
  /** CSV: the line, where it has another number of values than the header. */
  public static final String MALFORMED = ReservedColumns.PREFIX + "malformed";

  private final FileTables files;
  private final DatabaseTables databases;
  private final IcebergTables iceberg;
  private final SessionTables session = new SessionTables();

  /**
   * Reads with this session.
   *
   * @param projectDirectory where relative paths begin
   */
  public TableReader(SparkSession spark, String projectDirectory) {
    this(spark, projectDirectory, new KnownFiles());
  }

  /**
   * {@link #TableReader(SparkSession, String)} for one of several readers after each other.
   *
   * @param known what those before it have found out
   */
  public TableReader(SparkSession spark, String projectDirectory, KnownFiles known) {
    requireNonNull(spark, "spark is null");
    this.files =
        new FileTables(spark, requireNonNull(projectDirectory, "projectDirectory is null"), known);
    this.databases = new DatabaseTables(spark);
    this.iceberg = new IcebergTables(spark, projectDirectory);
  }

  /**
   * Rows of a table.
   *
   * @param all of them
   * @param nulls those without a value in the column that was asked for
   */
  public record RowCounts(long all, long nulls) {}

  /**
   * How large a table is, as far as it says so without being read.
   *
   * @param files 0 where it is not in files
   * @param bytes of them
   */
  public record Size(long files, long bytes) {
    static final Size NONE = new Size(0, 0);
  }

  /**
   * The table, of whose columns all are needed.
   *
   * @param variables for the variables in the path
   * @param types of columns, besides those that the source declares; names that the table lacks are
   *     passed over
   * @throws TableException when it cannot be read as declared
   */
  public Dataset<Row> read(
      Source source, Map<String, String> variables, Map<String, DataType> types) {
    return read(source, variables, AskedTypes.of(types), Optional.empty());
  }

  /**
   * The table. A column that is not needed and that cannot be read from every Parquet file is left
   * out; one that no file has is left to whoever asks for it.
   *
   * @param needed the columns that are needed
   * @throws TableException when it cannot be read as declared
   */
  public Dataset<Row> read(
      Source source,
      Map<String, String> variables,
      Map<String, DataType> types,
      Set<String> needed) {
    return read(source, variables, AskedTypes.of(types), Optional.of(needed));
  }

  private Dataset<Row> read(
      Source source,
      Map<String, String> variables,
      AskedTypes types,
      Optional<Set<String>> needed) {
    if (source instanceof IcebergSource table) {
      return iceberg.read(table, types);
    }
    return source instanceof FileSource inFiles
        ? files.read(inFiles, variables, types, needed)
        : databases.read((DatabaseSource) source, variables, types, Optional.empty());
  }

  /**
   * Of a table, at least the rows of a range of times; the database is not asked for many others.
   *
   * @throws TableException when it cannot be read as declared
   */
  public Dataset<Row> read(
      DatabaseSource source,
      Map<String, String> variables,
      Map<String, DataType> types,
      TimeRange range) {
    return databases.read(source, variables, AskedTypes.of(types), Optional.of(range));
  }

  /**
   * The table of a view with the types that the view asks for. Event times and {@code available-at}
   * are rounded up to the microsecond, so that no row is seen before its time.
   *
   * @throws TableException when it cannot be read as declared
   */
  public Dataset<Row> read(FeatureView view, Map<String, String> variables) {
    return read(
        source(view),
        variables,
        new AskedTypes(types(view), times(view)),
        Optional.of(view.columns()));
  }

  private static Source source(FeatureView view) {
    return view.source()
        .orElseThrow(
            () ->
                new TableException(
                    "view '" + view.name() + "' does not say where its table lies; add 'source'"));
  }

  /**
   * Reads CSV files once as the lines that they are, for what their reader cannot tell: values with
   * line breaks, bytes that are no UTF-8, lines of NUL bytes. Once for the same files; other
   * sources need it not.
   *
   * @throws TableException naming the file and the line
   */
  public void requireSound(Source source, Map<String, String> variables) {
    if (source instanceof FileSource inFiles) {
      files.requireSound(inFiles, variables);
    }
  }

  /** What people should know about a table although it can be read, one sentence each. */
  public List<String> notices(Source source, Map<String, String> variables) {
    return source instanceof FileSource inFiles ? files.notices(inFiles, variables) : List.of();
  }

  /** How large a table is. */
  public Size size(Source source, Map<String, String> variables) {
    if (source instanceof IcebergSource table) {
      return iceberg.size(table);
    }
    Listing listing = listing(source, variables);
    return new Size(listing.count(), listing.bytes());
  }

  /** The snapshot of an Iceberg table that is read; empty for another source. */
  public OptionalLong snapshot(Source source) {
    return source instanceof IcebergSource table ? iceberg.snapshot(table) : OptionalLong.empty();
  }

  /**
   * The files of a source, at this moment; none of a database, nor of an Iceberg table, whose
   * snapshots do not change.
   */
  public Listing listing(Source source, Map<String, String> variables) {
    return source instanceof FileSource inFiles
        ? files.listing(inFiles, variables)
        : new Listing(List.of());
  }

  /** The state of files that are already known by name, at this moment. */
  public Listing listing(List<String> paths) {
    return files.listing(paths);
  }

  /**
   * SHA-256 that changes with what is read: over the listing of files, over the snapshot of an
   * Iceberg table, or over the state of a database, which changes with every transaction.
   */
  public String digest(Source source, Map<String, String> variables) {
    if (source instanceof IcebergSource table) {
      return iceberg.digest(table);
    }
    return source instanceof FileSource inFiles
        ? files.listing(inFiles, variables).digest()
        : databases.digest((DatabaseSource) source);
  }

  /**
   * Rows of a table, counted by its database.
   *
   * @param column of which nulls are counted
   */
  public RowCounts count(DatabaseSource source, Map<String, String> variables, String column) {
    return databases.count(source, variables, column);
  }

  /**
   * A table or query of the session; Iceberg tables in it are read in the state in which this
   * reader first met them.
   */
  public Dataset<Row> inOneState(Dataset<Row> ofSession) {
    return session.inOneState(ofSession);
  }

  /** Which Iceberg tables of the session were met, and in which snapshots: a text for each. */
  public List<String> statesOfSession() {
    return session.states();
  }

  /** Lets go of the states of databases. */
  @Override
  public void close() {
    databases.close();
  }

  /** The columns of a view that say from when on a row may be seen. */
  private static Set<String> times(FeatureView view) {
    Set<String> times = new HashSet<>();
    view.eventTime().ifPresent(times::add);
    if (view.availability() instanceof Availability.AtColumn at) {
      times.add(at.column());
    }
    return times;
  }

  static String named(Source source) {
    return "source '" + source.name() + "'";
  }

  private static Map<String, DataType> types(FeatureView view) {
    Map<String, DataType> types = new HashMap<>();
    Set<String> contradicted = new HashSet<>();
    for (Feature feature : view.features()) {
      feature
          .columnType()
          .ifPresent(
              type -> {
                DataType other = types.putIfAbsent(feature.column(), type);
                if (other != null && other != type) {
                  contradicted.add(feature.column());
                }
              });
    }
    // Two features may read one column as two types: then it stays what it is.
    types.keySet().removeAll(contradicted);
    times(view).forEach(column -> types.put(column, DataType.TIMESTAMP));
    return types;
  }
}
