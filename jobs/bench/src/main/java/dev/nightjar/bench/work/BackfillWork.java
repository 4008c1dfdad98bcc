package dev.nightjar.bench.work;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_micros;

import dev.nightjar.config.Environment;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.schedule.Interval;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A project whose job scores j2's rows, some on each of many days, which lie in a file each.
 *
 * @param folder of the project
 * @param days how many
 * @param rows of each
 */
public record BackfillWork(Path folder, int days, long rows) {
  /** The job's name. */
  public static final String JOB = "bench-backfill";

  private static final LocalDate FIRST = LocalDate.of(2026, 1, 1);
  private static final long MICROS = 1_000_000;
  private static final int SAMPLE = 1_000;
  private static final String TIME = "at";

  /** Writes bundle, job and input. */
  public void write(SparkSession spark) {
    Workload work = Workload.named("j2");
    List<Column> columns = new ArrayList<>(List.of(col(Workload.ID)));
    columns.addAll(work.columns());
    Dataset<Row> all = new Preparation(spark).ids(SAMPLE).select(columns.toArray(Column[]::new));
    Preparation.bundle(work, work.network(), all.orderBy(Workload.ID).collectAsList())
        .write(bundle());
    Dataset<Row> some = new Preparation(spark).ids(rows).select(columns.toArray(Column[]::new));
    for (LocalDate day : all()) {
      long noon = day.atTime(LocalTime.NOON).toEpochSecond(ZoneOffset.UTC);
      some.withColumn(TIME, timestamp_micros(lit(noon * MICROS)))
          .coalesce(1)
          .write()
          .mode("overwrite")
          .parquet(input(day).toString());
    }
    text(
        "conf/jobs/" + JOB + ".yaml",
        """
        job: %s
        interval: 1d
        zone: UTC
        input:
          path: data/${interval.date}
          time: %s
          key: [id]
        bundle: bundle
        output:
          path: out
        limits:
          rejected-rows: 100%%
        """
            .formatted(JOB, TIME));
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

  /** The days in order. */
  public List<LocalDate> all() {
    return FIRST.datesUntil(FIRST.plusDays(days)).toList();
  }

  /** The folder of a day's input. */
  public Path input(LocalDate day) {
    return folder.resolve("data/" + day);
  }

  public Path bundle() {
    return folder.resolve("bundle");
  }

  /** Where the job publishes. */
  public Path output() {
    return folder.resolve("out");
  }

  public Job job() {
    return Project.open(folder, Environment.empty()).job(JOB);
  }

  /** The days as intervals of the job. */
  public List<Interval> intervals() {
    Job job = job();
    return all().stream()
        .map(day -> Interval.parse(day.toString(), job.grain(), job.zone()))
        .toList();
  }
}
