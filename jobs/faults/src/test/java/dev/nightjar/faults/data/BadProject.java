package dev.nightjar.faults.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.config.Environment;
import dev.nightjar.faults.Figures;
import dev.nightjar.faults.Figures.Better;
import dev.nightjar.faults.check.Checker;
import dev.nightjar.faults.check.Checker.Fate;
import dev.nightjar.faults.check.Checker.Verdict;
import dev.nightjar.faults.check.PublishedResult;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.run.ExitCode;
import dev.nightjar.run.JobRunner;
import dev.nightjar.run.RunListener;
import dev.nightjar.run.RunResult;
import dev.nightjar.run.Step;
import dev.nightjar.run.TestProject;
import dev.nightjar.schedule.Interval;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/**
 * The readings of one day, to be broken: six rows of the day, one of another and one of none, in
 * CSV or in two Parquet files.
 */
final class BadProject {
  static final List<String> COLUMNS = List.of("id", "at", "x", "colour", "station");
  static final String FIRST_ROWS =
      """
      1,2024-03-05T08:00:00Z,10,red,a
      2,2024-03-05T10:00:00Z,20,green,a
      3,2024-03-05T08:30:00Z,30,red,b
      4,2024-03-05T12:00:00Z,95,red,a
      """;
  static final String LAST_ROWS =
      """
      5,2024-03-05T12:00:00Z,40,green,c
      6,2024-03-05T13:00:00Z,-5,red,a
      7,2024-03-06T08:00:00Z,10,red,a
      8,,10,red,a
      """;
  static final String HEADER = "id,at,x,colour,station\n";

  private final TestProject files;
  private final Path folder;
  private final Map<Step, Runnable> during = new EnumMap<>(Step.class);

  private BadProject(TestProject files, Path folder) {
    this.files = files;
    this.folder = folder;
  }

  /** A project whose bundle lies elsewhere: a bundle takes a second to make. */
  static BadProject in(Path folder, Path bundle) {
    BadProject project = new BadProject(TestProject.withoutBundle(folder), folder);
    project.files.replace(
        "conf/jobs/readings.yaml", "bundle: bundles/readings", "bundle: " + bundle);
    project.files.replace("conf/jobs/readings.yaml", "rejected-rows: 2", "rejected-rows: 90%");
    return project;
  }

  /**
   * What becomes of the six rows of the day when nothing is wrong with them: worked out by hand.
   */
  static Map<String, Fate> sound() {
    Map<String, Fate> fates = new LinkedHashMap<>();
    fates.put("1", Fate.scored(score(10, true, 10)));
    fates.put("2", Fate.scored(score(20, false, 12)));
    fates.put("3", Fate.scored(score(30, true, 20)));
    fates.put("4", Fate.of("filtered"));
    fates.put("5", Fate.scored(score(40, false, 11.5)));
    fates.put("6", Fate.of("rejected"));
    return fates;
  }

  /** The network is one neuron. */
  static double score(double x, boolean red, double temp) {
    return 1 / (1 + Math.exp(-(0.01 * x + (red ? 0.5 : -0.5) + 0.02 * temp - 0.3)));
  }

  static SparkSession spark() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.default.parallelism", "2")
        .getOrCreate();
  }

  TestProject files() {
    return files;
  }

  Path path(String relative) {
    return folder.resolve(relative);
  }

  BadProject csv(String text) {
    return bytes("data/readings.csv", text.getBytes(StandardCharsets.UTF_8));
  }

  BadProject bytes(String relative, byte[] bytes) {
    try {
      Files.createDirectories(path(relative).getParent());
      Files.write(path(relative), bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] bytes(String relative) {
    try {
      return Files.readAllBytes(path(relative));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void delete(String relative) {
    try {
      Files.delete(path(relative));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The input from Parquet files in {@code data/in}, the rows in two sound files. */
  BadProject parquet() {
    input("path: data/in");
    return parquet("a.parquet", FIRST_ROWS, Map.of()).parquet("b.parquet", LAST_ROWS, Map.of());
  }

  /** What stands for path and format of the input. */
  BadProject input(String place) {
    files.replace("conf/jobs/readings.yaml", "path: data/readings.csv\n  format: csv", place);
    return this;
  }

  /**
   * Writes one file of {@code data/in}.
   *
   * @param columns expressions over the texts of the rows' columns, where they are not as usual
   */
  BadProject parquet(String file, String rows, Map<String, String> columns) {
    Map<String, String> select = new LinkedHashMap<>();
    COLUMNS.forEach(column -> select.put(column, column));
    select.put("at", "to_timestamp(at)");
    select.put("x", "cast(x as double)");
    select.putAll(columns);
    return write("data/in/" + file, rows, select);
  }

  /** Writes a file with exactly these columns, in this order. */
  BadProject write(String file, String rows, Map<String, String> select) {
    try {
      Path csv = Files.createTempDirectory(folder, "rows").resolve("rows.csv");
      Files.writeString(csv, HEADER + rows);
      Path written = csv.resolveSibling("written");
      spark()
          .read()
          .option("header", true)
          .csv(csv.toString())
          .selectExpr(
              select.entrySet().stream()
                  .filter(column -> !column.getValue().isEmpty())
                  .map(column -> column.getValue() + " as `" + column.getKey() + "`")
                  .toArray(String[]::new))
          .coalesce(1)
          .write()
          // A flipped bit of a compressed page would be found by chance.
          .option("compression", "uncompressed")
          .parquet(written.toString());
      try (Stream<Path> parts = Files.list(written)) {
        Path part = parts.filter(p -> p.toString().endsWith(".parquet")).findFirst().orElseThrow();
        Files.createDirectories(path(file).getParent());
        // Without Hadoop's own checksum beside it, as files from elsewhere come.
        Files.move(part, path(file));
      }
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Does something when a step begins. */
  BadProject when(Step step, Runnable what) {
    during.put(step, what);
    return this;
  }

  /** The run has published exactly these rows. */
  void assertRight(RunResult result, String interval, Map<String, Fate> fates) throws IOException {
    assertThat(result.record().ending().reason()).isEqualTo("published");
    assertThat(result.exit()).isEqualTo(ExitCode.PUBLISHED);
    Verdict verdict = new Checker("id", "alarm", fates).check(rows(interval));
    Figures.report("bad-data-cases", 1, Better.HIGHER);
    Figures.atMost(
        0,
        "rows-silently-lost-or-changed",
        (double) (verdict.lost() + verdict.duplicated() + verdict.unexpected() + verdict.wrong()));
    assertThat(verdict).isEqualTo(new Verdict(0, 0, 0, 0));
  }

  /** The published rows. */
  List<Map<String, Object>> rows(String interval) throws IOException {
    return PublishedResult.read(path("out/readings"), interval).orElseThrow().rows();
  }

  Job job() {
    return Project.open(folder, Environment.empty()).job("readings");
  }

  RunResult run() {
    return run(TestProject.DAY);
  }

  RunResult run(String interval) {
    Job job = job();
    RunListener listener =
        new RunListener() {
          @Override
          public void started(Step step) {
            during.getOrDefault(step, () -> {}).run();
          }
        };
    Clock clock = Clock.fixed(Instant.parse("2024-03-06T04:30:00Z"), ZoneOffset.UTC);
    return new JobRunner(spark(), clock, listener)
        .run(job, Interval.parse(interval, job.grain(), job.zone()));
  }
}
