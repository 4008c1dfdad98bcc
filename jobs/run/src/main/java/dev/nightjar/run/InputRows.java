package dev.nightjar.run;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import dev.nightjar.config.Limit;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.DataType;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.data.Sha256;
import dev.nightjar.feature.Source;
import dev.nightjar.feature.spark.Listing;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.feature.spark.TimeRange;
import dev.nightjar.job.Job;
import dev.nightjar.schedule.Interval;
import dev.nightjar.spark.Scoring;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The input of a run. Each call of {@link #ofInterval} and {@link #keys} is a read of its own: the
 * audit's read of the keys shares nothing with the one that was scored but this class.
 */
final class InputRows {
  private static final String NO_FLAGS_TYPE = "array<string>";

  private final SparkSession spark;
  private final TableReader tables;
  private final Job job;
  private final Interval interval;
  private final Map<String, DataType> types;
  private final Set<String> needed;

  /**
   * The input of a job for an interval.
   *
   * @param timestamps columns besides the job's own that hold times; the rest of a CSV stays text,
   *     which the contract converts by its own rules
   * @param needed columns besides the job's own that the run needs if the input has them
   */
  InputRows(
      SparkSession spark,
      TableReader tables,
      Job job,
      Interval interval,
      Set<String> timestamps,
      Set<String> needed) {
    this.spark = spark;
    this.tables = tables;
    this.needed = new LinkedHashSet<>(job.input().key());
    this.needed.addAll(job.output().passThrough());
    this.needed.add(job.input().time());
    job.input().asOf().ifPresent(this.needed::add);
    this.needed.addAll(needed);
    this.job = job;
    this.interval = interval;
    this.types = new HashMap<>();
    timestamps.forEach(column -> types.put(column, DataType.TIMESTAMP));
    types.put(job.input().time(), DataType.TIMESTAMP);
    job.input().asOf().ifPresent(column -> types.put(column, DataType.TIMESTAMP));
  }

  /** All rows of the input's listing, of any interval. */
  Dataset<Row> all() {
    return read(types);
  }

  /** The columns as the input's source alone declares them, before times are read as times. */
  StructType declaredColumns() {
    return read(Map.of()).schema();
  }

  private Dataset<Row> read(Map<String, DataType> wanted) {
    Job.Rows rows = job.input().rows();
    if (rows instanceof Job.OfSource declared) {
      return tables.read(declared.source(), interval.variables(), wanted, needed);
    }
    try {
      return tables.inOneState(
          rows instanceof Job.Query query
              ? spark.sql(query.sql().expand(interval.variables()))
              : spark.table(((Job.Table) rows).name()));
    } catch (Exception e) { // AnalysisException is checked, and Scala does not declare it
      if (e instanceof AnalysisException analysis) {
        String what = rows instanceof Job.Query ? "input.sql: " : "input.table: ";
        String message = String.valueOf(analysis.getMessage());
        throw new PreflightException(
            List.of(
                what
                    + message.lines().filter(line -> !line.isBlank()).findFirst().orElse(message)));
      }
      throw e;
    }
  }

  /**
   * SHA-256 over the listing of the input's files, the state of its database or the snapshot of its
   * table; of a table or query of the session over the names of the files that it reads and the
   * snapshots of Iceberg tables in it.
   */
  String digest() {
    return source()
        .map(source -> tables.digest(source, interval.variables()))
        .orElseGet(this::digestOfSession);
  }

  private String digestOfSession() {
    List<String> parts = new ArrayList<>(new TreeSet<>(List.of(all().inputFiles())));
    parts.addAll(tables.statesOfSession());
    return Sha256.of(String.join("\n", parts));
  }

  /** Where the rows come from; empty for a table or query of the session. */
  private Optional<Source> source() {
    return job.input().rows() instanceof Job.OfSource declared
        ? Optional.of(declared.source())
        : Optional.empty();
  }

  /** The snapshot of an Iceberg table that is read; empty for another input. */
  OptionalLong snapshot() {
    return source().map(tables::snapshot).orElseGet(OptionalLong::empty);
  }

  /** How large the input is, as far as that is known without reading it. */
  TableReader.Size size() {
    return source()
        .map(source -> tables.size(source, interval.variables()))
        .orElseGet(() -> new TableReader.Size(listing().count(), listing().bytes()));
  }

  /** The files that are read, at this moment. */
  Listing listing() {
    return source()
        .map(source -> tables.listing(source, interval.variables()))
        .orElseGet(() -> tables.listing(List.of(all().inputFiles())));
  }

  /** What should be known about the input although it can be read. */
  List<String> notices() {
    return source().map(source -> tables.notices(source, interval.variables())).orElseGet(List::of);
  }

  /**
   * How many rows the listing and the interval have, in one pass over the time column. A database
   * counts for itself, and sends no more than the interval's rows.
   */
  Counts count() {
    source().ifPresent(source -> tables.requireSound(source, interval.variables()));
    if (job.input().rows() instanceof Job.Database database) {
      TableReader.RowCounts counts =
          tables.count(database.source(), interval.variables(), job.input().time());
      return new Counts(counts.all(), counts.nulls(), inInterval(rows()).count());
    }
    Row row =
        all()
            .select(
                quoted(job.input().time()).isNull().as("unassigned"),
                inInterval().as("in_interval"))
            .agg(
                functions.count(lit(1)),
                functions.count(when(col("unassigned"), 1)),
                functions.count(when(col("in_interval"), 1)))
            .head();
    return new Counts(row.getLong(0), row.getLong(1), row.getLong(2));
  }

  /**
   * Rows of an input.
   *
   * @param listed all of the listing
   * @param unassigned those whose time is null
   * @param read those of the interval
   */
  record Counts(long listed, long unassigned, long read) {}

  /** The keys of the interval's rows, and nothing else: for the audit. */
  Dataset<Row> keys() {
    return all()
        .filter(inInterval())
        .select(job.input().key().stream().map(InputRows::quoted).toArray(Column[]::new));
  }

  /**
   * The interval's rows with the columns that the run needs. A row that cannot be named, because
   * its key is null, or that is no row of the format comes rejected.
   */
  Dataset<Row> ofInterval() {
    Dataset<Row> rows = inInterval(rows());
    List<String> there = Arrays.asList(rows.columns());
    List<Column> columns = new ArrayList<>();
    needed.stream().filter(there::contains).map(InputRows::quoted).forEach(columns::add);
    columns.add(array().cast(NO_FLAGS_TYPE).as(ReservedColumns.FLAGS));
    columns.add(rejection(rows.schema()).as(ReservedColumns.REJECTION));
    return rows.select(columns.toArray(Column[]::new));
  }

  /** The names of the columns that are read, in order. */
  List<String> columns() {
    return Arrays.stream(ofInterval().columns())
        .filter(column -> !column.startsWith(ReservedColumns.PREFIX))
        .toList();
  }

  /** Where the rows come from as the job names it, without secrets. */
  String name() {
    return source()
        .map(Source::name)
        .orElseGet(
            () ->
                job.input().rows() instanceof Job.Query query
                    ? query.sql().written()
                    : ((Job.Table) job.input().rows()).name());
  }

  private Column rejection(StructType there) {
    Column rejection = lit(null).cast(Scoring.REJECTION_TYPE);
    for (StructField field : there.fields()) {
      if (needed.contains(field.name()) && field.dataType() instanceof StringType) {
        // What Spark makes of such bytes differs from place to place.
        rejection =
            when(
                    functions.not(functions.is_valid_utf8(quoted(field.name()))),
                    reason(field.name(), lit("the text holds bytes that are not UTF-8")))
                .otherwise(rejection);
      }
    }
    if (List.of(there.fieldNames()).contains(TableReader.MALFORMED)) {
      Column line = col(TableReader.MALFORMED);
      rejection =
          when(
                  line.isNotNull(),
                  reason(
                      "",
                      concat(
                          lit("the line has another number of values than the header: "),
                          line.substr(1, 200))))
              .otherwise(rejection);
    }
    for (String key : job.input().key()) {
      rejection =
          when(
                  quoted(key).isNull(),
                  reason(key, lit("the key is null, so the row cannot be named")))
              .otherwise(rejection);
    }
    return rejection;
  }

  private static Column reason(String field, Column reason) {
    return struct(lit(Stage.JOIN.word()).as("stage"), lit(field).as("field"), reason.as("reason"));
  }

  /** At least the interval's rows: a database is not asked for the others. */
  private Dataset<Row> rows() {
    return job.input().rows() instanceof Job.Database database
        ? tables.read(
            database.source(),
            interval.variables(),
            types,
            new TimeRange(job.input().time(), interval.start(), interval.end()))
        : all();
  }

  private Dataset<Row> inInterval(Dataset<Row> rows) {
    return rows.filter(inInterval());
  }

  private Column inInterval() {
    Column time = quoted(job.input().time());
    return time.geq(lit(interval.start())).and(time.lt(lit(interval.end())));
  }

  /**
   * Refuses an input with too few rows, or too many that belong to no interval.
   *
   * @throws RefusedException with the figures and the limit
   */
  static void require(Job job, Interval interval, Counts input) {
    refusal(job, interval, input)
        .ifPresent(
            message -> {
              throw new RefusedException(message);
            });
  }

  /** Why an input is refused; empty when it is not. */
  static Optional<String> refusal(Job job, Interval interval, Counts input) {
    Limit unassigned = job.limits().unassignedRows();
    if (!unassigned.allows(input.unassigned(), input.listed())) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "%d of %d input rows have no %s, so they belong to no interval, and"
                  + " limits.unassigned-rows allows %s; mend the input, or raise the limit",
              input.unassigned(),
              input.listed(),
              job.input().time(),
              unassigned));
    }
    if (input.read() < job.limits().minRows()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "the interval %s has %d rows in the input and limits.min-rows asks for %d; has the"
                  + " input arrived? To publish fewer, even none, say limits.min-rows: 0",
              interval.id(),
              input.read(),
              job.limits().minRows()));
    }
    return Optional.empty();
  }

  /** A column by its very name, also when dots stand in it. */
  static Column quoted(String name) {
    return col("`" + name.replace("`", "``") + "`");
  }
}
