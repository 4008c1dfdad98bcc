package dev.nightjar.feature.spark;

import static java.util.Objects.requireNonNull;

import dev.nightjar.config.Suggestion;
import dev.nightjar.data.DataType;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.Source;
import dev.nightjar.feature.Source.Format;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;

/**
 * Reads the table that a {@link Source} declares. What comes out is decided by the source alone:
 * not by the session's zone, the JVM's zone or locale, nor by settings that skip unreadable files.
 *
 * <p><b>CSV.</b> UTF-8; a quote within quotes is written twice (RFC 4180); a value holds no line
 * break. Columns are texts unless a type is declared; a text that is not of its type is null, and
 * so are the empty text and the source's null value. Times are ISO-8601 ({@link
 * dev.nightjar.data.Timestamps#parse}). With a header, each file's must be the same. A line with
 * another number of values than the header is not shifted into place: {@value #MALFORMED} holds the
 * line as it stands (null for every other line), the columns hold what could be read.
 *
 * <p><b>Parquet.</b> Types are the file's; INT96 is read; a timestamp without zone is meant in the
 * source's zone. The columns are those of one of the files, as Spark picks it. A declared type must
 * hold every value of the file's type.
 *
 * <p>Folders such as {@code day=2013-01-01} are columns, texts in CSV. Files in other folders below
 * the path would be passed over by Spark, so they are refused.
 */
public final class TableReader {
  /** CSV: the line, where it has another number of values than the header. */
  public static final String MALFORMED = ReservedColumns.PREFIX + "malformed";

  private final SparkSession spark;
  private final String projectDirectory;

  /**
   * Reads with this session.
   *
   * @param projectDirectory where relative paths begin
   */
  public TableReader(SparkSession spark, String projectDirectory) {
    this.spark = requireNonNull(spark, "spark is null");
    this.projectDirectory = requireNonNull(projectDirectory, "projectDirectory is null");
  }

  /**
   * The table.
   *
   * @param variables for the variables in the path
   * @param types of columns, besides those that the source declares; names that the table lacks are
   *     passed over
   * @throws TableException when it cannot be read as declared
   */
  public Dataset<Row> read(
      Source source, Map<String, String> variables, Map<String, DataType> types) {
    Path path = path(source, variables);
    Listing listing = listing(source, path);
    refuseUnreadable(source, listing);
    refuseHiddenFolders(source, path, listing);
    Dataset<Row> raw;
    try {
      raw =
          source.format() == Format.CSV
              ? CsvLines.read(reader(path, listing), source, path.toString(), listing)
              : reader(path, listing).option("mergeSchema", false).parquet(path.toString());
    } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
      throw new TableException(
          named(source)
              + ": "
              + path
              + " cannot be read as "
              + source.format().name().toLowerCase(Locale.ROOT)
              + ": "
              + TableException.firstLine(e)
              + "; mend or remove the file, or correct 'format'",
          e);
    }
    refuseUnknownColumns(source, raw);
    return typed(source, raw, types);
  }

  /**
   * The table of a view with the types that the view asks for.
   *
   * @throws TableException when it cannot be read as declared
   */
  public Dataset<Row> read(FeatureView view, Map<String, String> variables) {
    Source source =
        view.source()
            .orElseThrow(
                () ->
                    new TableException(
                        "view '"
                            + view.name()
                            + "' does not say where its table lies; add 'source'"));
    return read(source, variables, types(view));
  }

  /** The files of a source, at this moment. */
  public Listing listing(Source source, Map<String, String> variables) {
    return listing(source, path(source, variables));
  }

  private static Map<String, DataType> types(FeatureView view) {
    Map<String, DataType> types = new HashMap<>();
    Set<String> contradicted = new HashSet<>();
    for (Feature feature : view.features()) {
      DataType other = types.putIfAbsent(feature.column(), feature.type());
      if (other != null && other != feature.type()) {
        contradicted.add(feature.column());
      }
    }
    // Two features may read one column as two types: then it stays what it is.
    types.keySet().removeAll(contradicted);
    view.eventTime().ifPresent(column -> types.put(column, DataType.TIMESTAMP));
    if (view.availability() instanceof Availability.AtColumn at) {
      types.put(at.column(), DataType.TIMESTAMP);
    }
    return types;
  }

  private Path path(Source source, Map<String, String> variables) {
    Path path = new Path(source.path().expand(variables));
    return path.isAbsolute() ? path : new Path(projectDirectory, path.toString());
  }

  private Listing listing(Source source, Path path) {
    Listing listing;
    try {
      listing = Listing.of(spark.sparkContext().hadoopConfiguration(), path);
    } catch (IOException e) {
      throw new TableException(
          named(source) + ": " + path + " cannot be listed: " + TableException.firstLine(e), e);
    }
    if (listing.files().isEmpty()) {
      throw new TableException(
          named(source)
              + ": "
              + path
              + (isThere(path) ? "" : " does not exist, so it")
              + " holds no data file; a source needs at least one (names that begin with '_' or"
              + " '.' are not data). Relative paths begin at "
              + projectDirectory);
    }
    return listing;
  }

  private boolean isThere(Path path) {
    try {
      return Listing.isGlob(path)
          || path.getFileSystem(spark.sparkContext().hadoopConfiguration()).exists(path);
    } catch (IOException e) {
      return true; // it has just been listed
    }
  }

  private static void refuseUnreadable(Source source, Listing listing) {
    if (source.format() == Format.CSV && !source.header()) {
      return;
    }
    // Spark passes over files without a byte, and their rows with them.
    for (Listing.File file : listing.files()) {
      if (file.length() == 0) {
        throw new TableException(
            named(source)
                + ": "
                + file.path()
                + " has 0 bytes, which is no "
                + (source.format() == Format.CSV ? "CSV file with a header" : "Parquet file")
                + "; write it again or remove it");
      }
    }
  }

  private static void refuseHiddenFolders(Source source, Path path, Listing listing) {
    for (Listing.File file : listing.files()) {
      for (String folder : file.below().split("/", -1)) {
        if (!folder.isEmpty() && folder.indexOf('=') <= 0) {
          throw new TableException(
              named(source)
                  + ": "
                  + file.path()
                  + " lies in the folder '"
                  + folder
                  + "', which is no partition (name=value); name the folders with a pattern such as "
                  + path
                  + "/*");
        }
      }
    }
  }

  private DataFrameReader reader(Path path, Listing listing) {
    DataFrameReader reader =
        spark
            .read()
            .option("ignoreCorruptFiles", false)
            .option("ignoreMissingFiles", false)
            .option("recursiveFileLookup", false)
            .option("datetimeRebaseMode", "CORRECTED")
            .option("int96RebaseMode", "CORRECTED");
    // Below a pattern Spark would not see the folders above the matches as partitions.
    return Listing.isGlob(path) && !listing.partitionColumns().isEmpty()
        ? reader.option("basePath", Listing.fixedPart(path).toString())
        : reader;
  }

  private static void refuseUnknownColumns(Source source, Dataset<Row> raw) {
    List<String> known = new ArrayList<>(List.of(raw.columns()));
    known.remove(MALFORMED);
    for (String name : source.columns().keySet()) {
      if (!known.contains(name)) {
        throw TableException.misdeclared(
            named(source)
                + ": 'columns' declares '"
                + name
                + "', which the table does not have"
                + Suggestion.text(name, known));
      }
    }
  }

  private static Dataset<Row> typed(Source source, Dataset<Row> raw, Map<String, DataType> types) {
    List<Column> columns = new ArrayList<>();
    for (StructField field : raw.schema().fields()) {
      Column column = Columns.named(field.name());
      DataType declared = source.columns().get(field.name());
      DataType wanted = types.get(field.name());
      if (field.name().equals(MALFORMED)) {
        columns.add(CsvLines.malformed(raw.columns()).as(MALFORMED));
        continue;
      }
      boolean text = source.format() == Format.CSV;
      org.apache.spark.sql.types.DataType from = field.dataType();
      if (text) {
        DataType type = declared != null ? declared : wanted != null ? wanted : DataType.STRING;
        column = Columns.parsed(CsvLines.orNull(column, source), type, source.zone());
        from = Columns.sparkType(type);
      } else if (isWallClock(from, declared, wanted)) {
        column = Columns.inZone(column, from, source.zone());
        from = DataTypes.TimestampType;
      }
      for (DataType type : new DataType[] {declared, wanted}) {
        if (type != null) {
          column = lossless(source, field.name(), column, from, type);
          from = Columns.sparkType(type);
        }
      }
      columns.add(column.as(field.name()));
    }
    return raw.select(columns.toArray(Column[]::new));
  }

  private static boolean isWallClock(
      org.apache.spark.sql.types.DataType from,
      @Nullable DataType declared,
      @Nullable DataType wanted) {
    return from.equals(DataTypes.TimestampNTZType)
        || (from.equals(DataTypes.DateType)
            && (declared == DataType.TIMESTAMP || wanted == DataType.TIMESTAMP));
  }

  private static Column lossless(
      Source source,
      String name,
      Column column,
      org.apache.spark.sql.types.DataType from,
      DataType to) {
    if (from.equals(Columns.sparkType(to))) {
      return column;
    }
    if (!Columns.isLossless(from, to)) {
      throw TableException.misdeclared(
          named(source)
              + ": column '"
              + name
              + "' is "
              + Columns.word(from)
              + ", which is not read as "
              + to.word()
              + " because values could be lost; declare the type that it has, or write the table"
              + " with "
              + to.word());
    }
    return column.cast(Columns.sparkType(to));
  }

  private static String named(Source source) {
    return "source '" + source.path() + "'";
  }
}
