package dev.nightjar.feature.spark;

import static java.util.Objects.requireNonNull;

import dev.nightjar.config.Limit;
import dev.nightjar.config.Suggestion;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.feature.FeatureStatistics;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.Source;
import dev.nightjar.feature.TrainingRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Makes a training set by the very join that scoring uses, and keeps beside it what it was made of:
 *
 * <ul>
 *   <li>{@code <output>}: Parquet, the accepted rows with features and flags, defaults filled in
 *   <li>{@code <output>.rejected}: Parquet, the rows that were rejected and why, if there are any
 *   <li>{@code <output>.features.yaml}: {@link TrainingRecord}, written last; a training set
 *       without it is incomplete
 * </ul>
 *
 * <p>Statistics are needed before defaults can be filled in, so the joined rows are first written
 * to a folder {@code <output>.unfilled}, which is removed at the end.
 *
 * <p>Rejected are rows that the join rejects, rows with a null in a key column (when key columns
 * are given), and malformed CSV lines.
 */
public final class TrainingSets {
  private final SparkSession spark;
  private final TableReader reader;
  private final String projectDirectory;
  private Optional<Source> source = Optional.empty();
  private Optional<Dataset<Row>> rows = Optional.empty();
  private String digest = "";
  private Map<String, String> variables = Map.of();
  private Optional<String> asOf = Optional.empty();
  private List<String> key = List.of();
  private List<FeatureView> views = List.of();
  private Optional<Function<FeatureView, Dataset<Row>>> tables = Optional.empty();
  private Optional<String> output = Optional.empty();
  private Limit limit = Limit.ALL;
  private boolean overwrite;

  private TrainingSets(SparkSession spark, String projectDirectory) {
    this.spark = spark;
    this.projectDirectory = projectDirectory;
    this.reader = new TableReader(spark, projectDirectory);
  }

  /**
   * What became of it.
   *
   * @param rows of the training set; 0 when the limit was exceeded
   * @param rejected rows beside it
   * @param limitExceeded true when so many rows were rejected that no training set was written
   * @param withoutFigure features whose default is a statistic for which there was no value, so
   *     that it became null
   */
  public record Result(
      long rows,
      long rejected,
      FeatureStatistics statistics,
      boolean limitExceeded,
      List<String> withoutFigure) {}

  /** Begins one; relative paths begin at the project's directory. */
  public static TrainingSets with(SparkSession spark, String projectDirectory) {
    return new TrainingSets(spark, projectDirectory);
  }

  /** The rows that get features, from files. */
  public TrainingSets input(Source files) {
    source = Optional.of(files);
    return this;
  }

  /**
   * The rows that get features.
   *
   * @param inputDigest what tells these rows from others, for the record
   */
  public TrainingSets input(Dataset<Row> dataset, String inputDigest) {
    rows = Optional.of(dataset);
    digest = inputDigest;
    return this;
  }

  /** Values for the variables in paths of sources. */
  public TrainingSets variables(Map<String, String> values) {
    variables = Map.copyOf(values);
    return this;
  }

  /** The column of the time at which a row asks; not needed when all views are static. */
  public TrainingSets asOf(String column) {
    asOf = Optional.of(column);
    return this;
  }

  /** Columns in which a null rejects the row. */
  public TrainingSets key(List<String> columns) {
    key = List.copyOf(columns);
    return this;
  }

  /** The views to join, in order; each says where its table lies. */
  public TrainingSets views(List<FeatureView> joined) {
    views = List.copyOf(joined);
    return this;
  }

  /** The views to join, in order, with tables of another kind than files. */
  public TrainingSets views(
      List<FeatureView> joined, Function<FeatureView, Dataset<Row>> theirTables) {
    views = List.copyOf(joined);
    tables = Optional.of(theirTables);
    return this;
  }

  /** Where to write. */
  public TrainingSets output(String path) {
    output = Optional.of(path);
    return this;
  }

  /** How many rejected rows are too many; without a call none are. */
  public TrainingSets limit(Limit most) {
    limit = most;
    return this;
  }

  /** Replaces a training set that is there already. */
  public TrainingSets overwrite() {
    overwrite = true;
    return this;
  }

  /**
   * Makes it.
   *
   * @throws TableException when a table cannot be read or joined, or the output exists already
   */
  public Result write() {
    Path path =
        resolved(output.orElseThrow(() -> new IllegalStateException("no output() was given")));
    Path staged = path.suffix(".unfilled");
    try {
      FileSystem files = path.getFileSystem(spark.sparkContext().hadoopConfiguration());
      makeRoom(files, path);
      Dataset<Row> input = withKeyCheck(input());
      requireSound();
      PointInTimeJoin join =
          PointInTimeJoin.of(views, tables.orElse(view -> reader.read(view, variables)));
      try {
        join.matched(input, asOf, Optional.empty())
            .write()
            .mode(SaveMode.Overwrite)
            .parquet(staged.toString());
        return write(files, path, spark.read().parquet(staged.toString()));
      } finally {
        files.delete(staged, true);
      }
    } catch (IOException e) {
      throw new TableException(
          "training set " + path + " cannot be written: " + TableException.firstLine(e), e);
    } catch (RuntimeException e) {
      throw TableException.in(e).<RuntimeException>map(found -> found).orElse(e);
    } finally {
      reader.close();
    }
  }

  private void requireSound() {
    source.ifPresent(files -> reader.requireSound(files, variables));
    if (tables.isEmpty()) {
      views.forEach(
          view -> view.source().ifPresent(table -> reader.requireSound(table, variables)));
    }
  }

  private Result write(FileSystem files, Path path, Dataset<Row> joined) throws IOException {
    Column rejection = Columns.named(ReservedColumns.REJECTION);
    Dataset<Row> accepted = joined.filter(rejection.isNull());
    long rejected = joined.filter(rejection.isNotNull()).count();
    long all = joined.count();
    if (rejected > 0) {
      joined.filter(rejection.isNotNull()).write().parquet(path + TrainingRecord.REJECTED_SUFFIX);
    }
    if (!limit.allows(rejected, all)) {
      return new Result(0, rejected, FeatureStatistics.NONE, true, List.of());
    }
    FeatureStatistics statistics = TrainingStatistics.of(accepted, views);
    List<FeatureView> resolved = views.stream().map(statistics::resolve).toList();
    Defaults.fill(accepted, resolved)
        .drop(ReservedColumns.REJECTION, TableReader.MALFORMED)
        .write()
        .parquet(path.toString());
    long rows = all - rejected;
    record(files, path, new TrainingRecord(views, statistics, digest, rows, rejected));
    return new Result(
        rows, rejected, statistics, false, TrainingStatistics.withoutFigure(statistics, views));
  }

  private Dataset<Row> input() {
    if (rows.isPresent()) {
      return rows.get();
    }
    Source files = source.orElseThrow(() -> new IllegalStateException("no input() was given"));
    digest = reader.digest(files, variables);
    return reader.read(files, variables, Map.of());
  }

  /** The input with a rejection for rows that must not be trained on. */
  private Dataset<Row> withKeyCheck(Dataset<Row> input) {
    List<String> names = List.of(input.columns());
    Column found = functions.lit(null).cast(RowMarks.REJECTION);
    for (String column : key) {
      if (!names.contains(column)) {
        throw new TableException(
            "the input has no key column '" + column + "'" + Suggestion.text(column, names));
      }
      found =
          functions
              .when(
                  Columns.named(column).isNull(),
                  rejection(column, functions.lit("the key is null; a row needs its key")))
              .otherwise(found);
    }
    if (names.contains(TableReader.MALFORMED)) {
      Column line = Columns.named(TableReader.MALFORMED);
      Column reason =
          functions.concat(
              functions.lit("the line has another number of values than the header: "), line);
      found =
          functions
              .when(line.isNotNull(), rejection(TableReader.MALFORMED, reason))
              .otherwise(found);
    }
    return names.contains(ReservedColumns.REJECTION)
        ? input.withColumn(
            ReservedColumns.REJECTION,
            functions.coalesce(Columns.named(ReservedColumns.REJECTION), found))
        : input.withColumn(ReservedColumns.REJECTION, found);
  }

  private static Column rejection(String field, Column reason) {
    return functions
        .struct(
            functions.lit("join").as("stage"),
            functions.lit(field).as("field"),
            reason.as("reason"))
        .cast(RowMarks.REJECTION);
  }

  private void makeRoom(FileSystem files, Path path) throws IOException {
    List<Path> taken = new ArrayList<>();
    // The record first: without it the rest is incomplete, whatever of it is still there.
    for (String suffix : List.of(TrainingRecord.SUFFIX, TrainingRecord.REJECTED_SUFFIX, "")) {
      Path one = new Path(path + suffix);
      if (files.exists(one)) {
        taken.add(one);
      }
    }
    if (!taken.isEmpty() && !overwrite) {
      throw new TableException(
          "training set "
              + taken.get(taken.size() - 1)
              + " is there already; a training set is not overwritten unless asked to: name"
              + " another output, or ask for overwriting (--overwrite)");
    }
    for (Path one : taken) {
      files.delete(one, true);
    }
  }

  private static void record(FileSystem files, Path path, TrainingRecord record)
      throws IOException {
    try (OutputStream out = files.create(new Path(path + TrainingRecord.SUFFIX), true)) {
      out.write(record.toYaml().getBytes(StandardCharsets.UTF_8));
    }
  }

  private Path resolved(String written) {
    Path path = new Path(requireNonNull(written, "path is null"));
    return path.isAbsolute() ? path : new Path(projectDirectory, written);
  }
}
