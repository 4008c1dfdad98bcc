package dev.nightjar.feature.spark;

import dev.nightjar.config.Suggestion;
import dev.nightjar.fault.Guard;
import dev.nightjar.feature.FileSource;
import dev.nightjar.feature.FileSource.Format;
import dev.nightjar.feature.Source;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Tables in files. What reading them once has told is kept for as long as they are the same. */
final class FileTables {
  /** Of Spark's reader: whether its paths are patterns. */
  private static final String GLOBS = "__globPaths__";

  private static final String MOVED_TIMES = "spark.sql.parquet.int96TimestampConversion";

  private final SparkSession spark;
  private final String projectDirectory;
  private final KnownFiles known;

  FileTables(SparkSession spark, String projectDirectory, KnownFiles known) {
    this.spark = spark;
    this.projectDirectory = projectDirectory;
    this.known = known;
  }

  private static KnownFiles.Key key(FileSource source, Path path, Listing listing) {
    return new KnownFiles.Key(source, path.toString(), listing.digest());
  }

  /** The table; of Parquet, {@code needed} columns must be in every file, all when it is empty. */
  Dataset<Row> read(
      FileSource source,
      Map<String, String> variables,
      AskedTypes types,
      Optional<Set<String>> needed) {
    Path path = path(source, variables);
    Listing listing = listing(source, path);
    refuseUnreadable(source, listing);
    refuseHiddenFolders(source, path, listing);
    if (source.format() == Format.PARQUET) {
      return parquet(source, path, listing, types, needed);
    }
    Dataset<Row> raw;
    try {
      raw = csv(source, path, listing);
    } catch (TableException e) {
      throw e;
    } catch (Exception e) { // Spark throws checked exceptions that Scala does not declare
      throw unreadable(source, path.toString(), TableException.firstLine(e), e);
    }
    refuseUnknownColumns(source, List.of(raw.columns()));
    return TypedColumns.of(source, types).in(raw);
  }

  /** A run asks several times for one table: its header is read by a job of Spark, and once. */
  private Dataset<Row> csv(FileSource source, Path path, Listing listing) {
    DataFrameReader prepared = CsvLines.prepared(reader(path, listing), source);
    KnownFiles.Key key = key(source, path, listing);
    List<String> names =
        known.header(key).orElseGet(() -> CsvLines.names(prepared, source, path.toString()));
    known.putHeader(key, names);
    return CsvLines.read(prepared, path.toString(), listing, names);
  }

  private Dataset<Row> parquet(
      FileSource source,
      Path path,
      Listing listing,
      AskedTypes types,
      Optional<Set<String>> needed) {
    ParquetColumns columns = columns(source, path, listing);
    Set<String> partitions = listing.partitionColumns();
    Set<String> checked = new HashSet<>(needed.orElse(columns.names()));
    checked.addAll(source.columns().keySet());
    checked.removeAll(partitions);
    for (String name : columns.names()) {
      Optional<String> refusal = columns.whyNot(name);
      if (refusal.isPresent() && checked.contains(name)) {
        throw new TableException(TableReader.named(source) + ": " + refusal.get());
      }
    }
    refuseMovedTimes(source, columns);
    List<ParquetColumns.Form> forms = columns.forms();
    ParquetColumns.Form first = forms.get(0);
    Dataset<Row> raw = reader(path, listing).schema(first.schema()).parquet(path.toString());
    refuseUnknownColumns(source, List.of(raw.columns()));
    if (forms.size() == 1) {
      return typed(source, types, columns, first).in(raw);
    }
    StructType all = raw.schema();
    return forms.stream()
        .map(form -> typed(source, types, columns, form).in(ofForm(path, listing, form, all)))
        .reduce(Dataset::union)
        .orElseThrow();
  }

  private static TypedColumns typed(
      FileSource source, AskedTypes types, ParquetColumns columns, ParquetColumns.Form form) {
    return new TypedColumns(source, types, form.nanoseconds(), columns::fileWith);
  }

  /**
   * The files of one form, by name.
   *
   * @param all the columns of the whole table; those of partitions must not be of another type for
   *     fewer files
   */
  private Dataset<Row> ofForm(
      Path path, Listing listing, ParquetColumns.Form form, StructType all) {
    StructType schema = form.schema();
    for (StructField field : all.fields()) {
      if (Columns.field(schema, field.name()).isEmpty()) {
        schema = schema.add(field);
      }
    }
    DataFrameReader reader = reader(path, listing).schema(schema).option(GLOBS, false);
    if (!listing.partitionColumns().isEmpty()) {
      reader = reader.option("basePath", Listing.fixedPart(path).toString());
    }
    return reader.parquet(form.paths().toArray(String[]::new));
  }

  private void refuseMovedTimes(FileSource source, ParquetColumns columns) {
    if (!spark.conf().get(MOVED_TIMES, "false").equalsIgnoreCase("true")) {
      return;
    }
    columns
        .int96()
        .ifPresent(
            name -> {
              throw TableException.misdeclared(
                  TableReader.named(source)
                      + ": the column '"
                      + name
                      + "' holds times of the form INT96, which "
                      + MOVED_TIMES
                      + " moves by the zone of the session; unset it");
            });
  }

  private ParquetColumns columns(FileSource source, Path path, Listing listing) {
    KnownFiles.Key key = key(source, path, listing);
    ParquetColumns columns = known.footers(key).orElseGet(() -> ParquetColumns.of(spark, listing));
    known.putFooters(key, columns);
    Optional<ParquetFile> broken = columns.broken();
    if (broken.isPresent()) {
      throw unreadable(source, broken.get().path(), broken.get().problem(), null);
    }
    return columns;
  }

  /** What should be known about a table that can be read; see {@link TableReader#notices}. */
  List<String> notices(FileSource source, Map<String, String> variables) {
    if (source.format() != Format.PARQUET) {
      return List.of();
    }
    Path path = path(source, variables);
    return columns(source, path, listing(source, path))
        .withoutChecksums()
        .map(
            files ->
                TableReader.named(source)
                    + ": "
                    + files
                    + ", so a flipped bit in them would not be noticed; write them with"
                    + " parquet.page.write-checksum.enabled")
        .stream()
        .toList();
  }

  /** Reads CSV once as the lines that it is; see {@link CsvText}. */
  void requireSound(FileSource source, Map<String, String> variables) {
    if (source.format() != Format.CSV) {
      return;
    }
    Path path = path(source, variables);
    Listing listing = listing(source, path);
    KnownFiles.Key key = key(source, path, listing);
    if (!known.isSound(key)) {
      CsvText.requireSound(reader(path, listing), source, path.toString());
      known.putSound(key);
    }
  }

  private static TableException unreadable(
      FileSource source, String path, String why, @Nullable Throwable e) {
    return new TableException(
        TableReader.named(source)
            + ": "
            + path
            + " cannot be read as "
            + source.format().name().toLowerCase(Locale.ROOT)
            + ": "
            + why
            + "; mend or remove the file, or correct 'format'",
        e);
  }

  /** The files of a source, at this moment. */
  Listing listing(FileSource source, Map<String, String> variables) {
    return listing(source, path(source, variables));
  }

  /** Of files by their names as Spark gives them; those that are not there are left out. */
  Listing listing(List<String> paths) {
    List<Listing.File> found = new ArrayList<>();
    for (String path : paths) {
      try {
        found.addAll(
            Listing.of(spark.sparkContext().hadoopConfiguration(), new Path(URI.create(path)))
                .files());
      } catch (IOException e) {
        throw new TableException(path + " cannot be listed: " + TableException.firstLine(e), e);
      }
    }
    return new Listing(found);
  }

  private Path path(FileSource source, Map<String, String> variables) {
    Path path = new Path(source.path().expand(variables));
    return path.isAbsolute() ? path : new Path(projectDirectory, path.toString());
  }

  private Listing listing(FileSource source, Path path) {
    Listing listing;
    try {
      listing = Listing.of(spark.sparkContext().hadoopConfiguration(), path);
    } catch (IOException e) {
      throw new TableException(
          TableReader.named(source)
              + ": "
              + path
              + " cannot be listed: "
              + TableException.firstLine(e),
          e);
    }
    if (listing.files().isEmpty()) {
      throw new TableException(
          TableReader.named(source)
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

  private static void refuseUnreadable(FileSource source, Listing listing) {
    if (source.format() == Format.CSV && !source.header()) {
      return;
    }
    // Spark passes over files without a byte, and their rows with them.
    for (Listing.File file : listing.files()) {
      if (file.length() == 0) {
        throw new TableException(
            TableReader.named(source)
                + ": "
                + file.path()
                + " has 0 bytes, which is no "
                + (source.format() == Format.CSV ? "CSV file with a header" : "Parquet file")
                + "; write it again or remove it");
      }
    }
  }

  private static void refuseHiddenFolders(FileSource source, Path path, Listing listing) {
    for (Listing.File file : listing.files()) {
      for (String folder : file.below().split("/", -1)) {
        if (!folder.isEmpty() && folder.indexOf('=') <= 0) {
          throw new TableException(
              TableReader.named(source)
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
            .option("int96RebaseMode", "CORRECTED")
            .option("parquet.page.verify-checksum.enabled", Guard.PAGE_CHECKSUMS.isOn())
            .option("mergeSchema", false);
    // Below a pattern Spark would not see the folders above the matches as partitions.
    return Listing.isGlob(path) && !listing.partitionColumns().isEmpty()
        ? reader.option("basePath", Listing.fixedPart(path).toString())
        : reader;
  }

  /** Refuses columns that Spark cannot tell apart. */
  static void refuseTwins(Source source, List<String> columns) {
    Map<String, String> seen = new HashMap<>();
    for (String name : columns) {
      String other = seen.put(Columns.folded(name), name);
      if (other != null) {
        throw new TableException(
            TableReader.named(source)
                + (other.equals(name)
                    ? " has the column '" + name + "' twice"
                    : " has the columns '"
                        + other
                        + "' and '"
                        + name
                        + "', which Spark cannot tell apart")
                + "; rename one");
      }
    }
  }

  /** Refuses declared types of columns that the table lacks. */
  static void refuseUnknownColumns(Source source, List<String> columns) {
    List<String> known = new ArrayList<>(columns);
    known.remove(TableReader.MALFORMED);
    for (String name : source.columns().keySet()) {
      if (!known.contains(name)) {
        throw TableException.misdeclared(
            TableReader.named(source)
                + ": 'columns' declares '"
                + name
                + "', which the table does not have"
                + Suggestion.text(name, known));
      }
    }
  }
}
