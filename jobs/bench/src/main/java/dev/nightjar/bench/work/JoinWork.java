package dev.nightjar.bench.work;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_micros;

import dev.nightjar.config.Environment;
import dev.nightjar.feature.TrainingRecord;
import dev.nightjar.feature.spark.AsOfRange;
import dev.nightjar.feature.spark.TrainingSets;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.schedule.Interval;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * J5: the rows of {@link TableWork}, half of whose columns two feature views answer for, each of
 * 30,000 rows and as of the row's own time. A project in a folder, with one job over one day.
 *
 * @param folder of the project
 */
public record JoinWork(Path folder) {
  /** The name of job and bundle. */
  public static final String JOB = "j5";

  private static final String DAY = "2026-03-02";
  private static final String TIME = "at";
  private static final long VIEW_ROWS = 30_000;
  private static final int ALPHA_KEYS = 1_000;
  private static final int BETA_KEYS = 3_000;

  /** A tenth of the rows has a key that the view does not know. */
  private static final int BETA_KEYS_ASKED = 3_300;

  private static final int FIRST_OF_ALPHA = 10;
  private static final int FIRST_OF_BETA = 15;
  private static final int TRAINED_ON = 2_000;
  private static final long MICROS = 1_000_000;
  private static final long HOUR = 3_600 * MICROS;
  private static final int KEY_SALT = 5_000;
  private static final int TIME_SALT = 5_001;
  private static final int OTHER_KEY_SALT = 5_002;

  /** Writes the project with so many rows of input, and packages its model. */
  public void write(SparkSession spark, long rows) {
    Preparation preparation = new Preparation(spark);
    save(preparation.ids(rows).select(input()), "data/input");
    Dataset<Row> view = preparation.ids(VIEW_ROWS);
    save(
        view.select(feature("alpha", ALPHA_KEYS, FIRST_OF_ALPHA, FIRST_OF_BETA, true)),
        "data/alpha");
    save(
        view.select(feature("beta", BETA_KEYS, FIRST_OF_BETA, TableWork.NUMBERS, false)),
        "data/beta");
    text("conf/jobs/" + JOB + ".yaml", jobFile());
    text("conf/views/alpha.yaml", viewFile("alpha", FIRST_OF_ALPHA, FIRST_OF_BETA, true));
    text("conf/views/beta.yaml", viewFile("beta", FIRST_OF_BETA, TableWork.NUMBERS, false));
    pack(spark);
  }

  private static Column[] input() {
    List<Column> columns = new ArrayList<>();
    columns.add(col(Workload.ID));
    columns.add(
        timestamp_micros(
                Formulas.between(0, 24.0 * HOUR, TIME_SALT).cast("long").plus(lit(micros(DAY))))
            .as(TIME));
    columns.add(key("alpha_key", ALPHA_KEYS, KEY_SALT));
    columns.add(key("beta_key", BETA_KEYS_ASKED, OTHER_KEY_SALT));
    IntStream.range(0, FIRST_OF_ALPHA).mapToObj(TableWork::number).forEach(columns::add);
    columns.add(TableWork.text(TableWork.COLOUR, TableWork.COLOURS, TableWork.NUMBERS));
    return columns.toArray(Column[]::new);
  }

  private static Column key(String name, int keys, int salt) {
    return Formulas.between(0, keys, salt).cast("long").as(name);
  }

  /** A view's rows: every key at times that lie equally far apart, from the evening before on. */
  private static Column[] feature(String name, int keys, int from, int to, boolean withCity) {
    long times = VIEW_ROWS / keys;
    List<Column> columns = new ArrayList<>();
    columns.add(col(Workload.ID).mod(lit(keys)).as("key"));
    columns.add(
        timestamp_micros(
                col(Workload.ID)
                    .divide(lit(keys))
                    .cast("long")
                    .multiply(lit(30 * HOUR / times))
                    .plus(lit(micros(DAY) - 6 * HOUR)))
            .as("seen"));
    IntStream.range(from, to).mapToObj(TableWork::number).forEach(columns::add);
    if (withCity) {
      columns.add(TableWork.text(TableWork.CITY, TableWork.CITIES, name.hashCode()));
    }
    return columns.toArray(Column[]::new);
  }

  private static long micros(String day) {
    return Instant.parse(day + "T00:00:00Z").getEpochSecond() * MICROS;
  }

  private void save(Dataset<Row> rows, String path) {
    rows.write().mode("overwrite").parquet(folder.resolve(path).toString());
  }

  private static String jobFile() {
    return """
    job: j5
    interval: 1d
    zone: UTC
    input:
      path: data/input
      time: at
      key: [id]
      as-of: at
    features: [alpha, beta]
    bundle: bundles/j5
    output:
      path: out
    """;
  }

  private static String viewFile(String name, int from, int to, boolean withCity) {
    StringBuilder text =
        new StringBuilder(
            """
            view: %1$s
            source: {path: data/%1$s}
            keys: {%1$s_key: key}
            event-time: seen
            features:
            """
                .formatted(name));
    for (int i = from; i < to; i++) {
      text.append("  x" + i + ": {type: double, default: " + TableWork.defaultOf(i) + "}\n");
    }
    if (withCity) {
      text.append("  city: {type: string, default: " + TableWork.CITIES.get(1) + "}\n");
    }
    return text.toString();
  }

  private void text(String path, String text) {
    try {
      Path file = folder.resolve(path);
      Files.createDirectories(file.resolveSibling("."));
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Joins a training set as scoring will join its rows, and packages a model with its rules. */
  private void pack(SparkSession spark) {
    Job job = job();
    String set = "training/set.parquet";
    TrainingSets.with(spark, folder.toString())
        .input(inputRows(spark).filter(col(Workload.ID).lt(TRAINED_ON)), "0".repeat(64))
        .asOf(TIME)
        .key(List.of(Workload.ID))
        .views(job.views())
        .output(set)
        .overwrite()
        .write();
    TableWork table = new TableWork();
    List<Row> sample =
        rows(spark.read().parquet(folder.resolve(set).toString()))
            .orderBy(Workload.ID)
            .collectAsList();
    Path record = folder.resolve(set + TrainingRecord.SUFFIX);
    try {
      Preparation.bundle(table, table.network(), sample)
          .training(TrainingRecord.parse(record.toString(), Files.readString(record)))
          .write(bundle());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of joined rows, the id and the contract's columns in their order. */
  public static Dataset<Row> rows(Dataset<Row> joined) {
    List<Column> columns = new ArrayList<>(List.of(col(Workload.ID)));
    new TableWork().contract().inputs().forEach(input -> columns.add(col(input.name())));
    return joined.select(columns.toArray(Column[]::new));
  }

  public Dataset<Row> inputRows(SparkSession spark) {
    return spark.read().parquet(folder.resolve("data/input").toString());
  }

  public Job job() {
    return Project.open(folder, Environment.empty()).job(JOB);
  }

  /** The one day that the rows belong to. */
  public Interval interval() {
    return Interval.parse(DAY, job().grain(), job().zone());
  }

  /** All as-of times of the rows lie in it. */
  public AsOfRange range() {
    return new AsOfRange(interval().start(), interval().end());
  }

  /** The column of as-of times. */
  public String time() {
    return TIME;
  }

  public Path bundle() {
    return folder.resolve("bundles/" + JOB);
  }

  /** Where the job publishes. */
  public Path output() {
    return folder.resolve("out");
  }
}
