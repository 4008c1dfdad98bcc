package dev.nightjar.run;

import dev.nightjar.contract.Outcome;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultException;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.Results;
import dev.nightjar.run.AttemptCommitter.WrittenFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * The files of one attempt, in a folder that nobody else writes to. Scored, filtered and rejected
 * rows are written in one pass, each kind into its own partition folder, and are read back by name.
 */
final class Attempt {
  /**
   * Partitions by outcome, three open files per task instead of a sort. One above their number:
   * Spark sorts what is left of a task's rows as soon as it has as many writers as this.
   */
  private static final Map<String, String> WRITING =
      Map.of(
          "spark.sql.sources.commitProtocolClass",
          AttemptCommitter.class.getName(),
          "spark.sql.maxConcurrentOutputFileWriters",
          Integer.toString(Outcome.values().length + 1),
          // Spark's own default for times is a form that the format has given up, without bounds.
          "spark.sql.parquet.outputTimestampType",
          "TIMESTAMP_MICROS");

  private final SparkSession spark;
  private final StructType schema;
  private final List<Manifest.DataFile> files;

  private Attempt(SparkSession spark, StructType schema, List<Manifest.DataFile> files) {
    this.spark = spark;
    this.schema = schema;
    this.files = List.copyOf(files);
  }

  /**
   * Writes rows that have an outcome.
   *
   * @param store under whose output path the attempt lies
   * @param interval and
   * @param token of the attempt
   */
  static Attempt write(
      SparkSession spark, Dataset<Row> rows, ResultStore store, String interval, long token) {
    String path = store.attemptPath(interval, token);
    // Settings of the session: a write has no others for these. Nobody else's writes see them.
    Map<String, Option<String>> before = new HashMap<>();
    WRITING.forEach(
        (key, value) -> {
          before.put(key, spark.conf().getOption(key));
          spark.conf().set(key, value);
        });
    try {
      rows.write()
          .mode(SaveMode.ErrorIfExists)
          .partitionBy(ReservedColumns.OUTCOME)
          .option("compression", "zstd")
          .parquet(path);
    } finally {
      before.forEach(
          (key, value) -> {
            if (value.isDefined()) {
              spark.conf().set(key, value.get());
            } else {
              spark.conf().unset(key);
            }
          });
    }
    List<Manifest.DataFile> files =
        dataFiles(
            spark.sparkContext().hadoopConfiguration(),
            new Path(path),
            store.attemptFolder(interval, token),
            AttemptCommitter.take(path));
    return new Attempt(spark, rows.schema(), files);
  }

  /** The columns that were written, the outcome among them. */
  StructType schema() {
    return schema;
  }

  /** The files that the tasks have written. */
  List<Manifest.DataFile> files() {
    return files;
  }

  /** What the files hold, read back, with the outcome that their folders say. */
  Dataset<Row> readBack(ResultStore store) {
    StructType inFiles = new StructType();
    for (StructField field : schema.fields()) {
      if (!field.name().equals(ReservedColumns.OUTCOME)) {
        inFiles = inFiles.add(field);
      }
    }
    return Results.written(spark, store, inFiles, files);
  }

  /** The files with the row counts of their footers, by path. */
  private static List<Manifest.DataFile> dataFiles(
      Configuration hadoop, Path folder, String name, List<WrittenFile> written) {
    List<Manifest.DataFile> files = new ArrayList<>();
    for (WrittenFile file : written) {
      files.add(
          new Manifest.DataFile(
              name + "/" + file.name(),
              outcome(file.name()),
              file.bytes(),
              rows(hadoop, new Path(folder, file.name()))));
    }
    files.sort(Comparator.comparing(Manifest.DataFile::path));
    return files;
  }

  private static Outcome outcome(String name) {
    for (Outcome outcome : Outcome.values()) {
      if (name.startsWith(ReservedColumns.OUTCOME + "=" + outcome.word() + "/")) {
        return outcome;
      }
    }
    throw new IllegalStateException("the file " + name + " lies in the folder of no outcome");
  }

  private static long rows(Configuration hadoop, Path file) {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, hadoop))) {
      return reader.getRecordCount();
    } catch (IOException | RuntimeException e) { // a damaged footer is a RuntimeException
      throw new ResultException(
          "data file",
          file.toString(),
          "was written and cannot be read back: " + e.getMessage(),
          "look for trouble with its storage, and run the interval again",
          e);
    }
  }

  /** The columns that readers see. */
  Manifest.Schemas readerSchemas(Plan plan) {
    List<String> quarantine = new ArrayList<>(plan.job().input().key());
    quarantine.addAll(plan.job().output().passThrough());
    quarantine.add(ReservedColumns.REJECTION);
    quarantine.add(ReservedColumns.FLAGS);
    quarantine.add(ReservedColumns.BUNDLE);
    quarantine.add(ReservedColumns.RUN);
    return new Manifest.Schemas(readerColumns(plan, schema), columns(schema, quarantine));
  }

  /** The columns of scored rows that readers see, of those that are written. */
  static StructType readerColumns(Plan plan, StructType written) {
    return columns(written, ScoredRows.readerColumns(plan));
  }

  private static StructType columns(StructType schema, List<String> names) {
    StructType chosen = new StructType();
    for (String name : names) {
      chosen = chosen.add(schema.apply(name));
    }
    return chosen;
  }
}
