package dev.nightjar.run;

import dev.nightjar.contract.Outcome;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.result.Manifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The files of one attempt, in a folder that nobody else writes to. Scored, filtered and rejected
 * rows are written in one pass, each kind into its own partition folder; the folders are Spark's,
 * so that its committer alone moves files.
 */
final class Attempt {
  private final SparkSession spark;
  private final String path;
  private final StructType schema;

  private Attempt(SparkSession spark, String path, StructType schema) {
    this.spark = spark;
    this.path = path;
    this.schema = schema;
  }

  /** Writes rows that have an outcome. */
  static Attempt write(SparkSession spark, Dataset<Row> rows, String path) {
    // Three open files per task instead of a sort of all rows by outcome.
    spark.conf().set("spark.sql.maxConcurrentOutputFileWriters", "3");
    rows.write()
        .mode(SaveMode.ErrorIfExists)
        .partitionBy(ReservedColumns.OUTCOME)
        // Version 2 makes a task's files visible before the job is done.
        .option("mapreduce.fileoutputcommitter.algorithm.version", "1")
        .option("compression", "zstd")
        .parquet(path);
    return new Attempt(spark, path, rows.schema());
  }

  /** The folder of the files. */
  String path() {
    return path;
  }

  /** The columns that were written, the outcome among them. */
  StructType schema() {
    return schema;
  }

  /** What the files hold, read back. */
  Dataset<Row> readBack() {
    StructType inFiles = new StructType();
    for (StructField field : schema.fields()) {
      if (!field.name().equals(ReservedColumns.OUTCOME)) {
        inFiles = inFiles.add(field);
      }
    }
    return spark
        .read()
        .schema(inFiles.add(ReservedColumns.OUTCOME, DataTypes.StringType))
        .option("ignoreCorruptFiles", false)
        .option("ignoreMissingFiles", false)
        .parquet(path);
  }

  /**
   * The files, with the row counts of their footers.
   *
   * @param root the output path, against which the files' paths are given
   */
  List<Manifest.DataFile> files(Path root) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    List<Manifest.DataFile> found = new ArrayList<>();
    try {
      Path folder = new Path(path);
      FileSystem files = folder.getFileSystem(hadoop);
      String prefix = files.makeQualified(root).toUri().getPath() + "/";
      for (Outcome outcome : Outcome.values()) {
        // These folders alone: a task that was left behind may still write below _temporary.
        Path part = new Path(folder, ReservedColumns.OUTCOME + "=" + outcome.word());
        if (files.exists(part)) {
          add(hadoop, prefix, outcome, files.listFiles(part, false), found);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the attempt's files cannot be listed: " + e.getMessage(), e);
    }
    found.sort(Comparator.comparing(Manifest.DataFile::path));
    return found;
  }

  private static void add(
      Configuration hadoop,
      String prefix,
      Outcome outcome,
      RemoteIterator<LocatedFileStatus> files,
      List<Manifest.DataFile> found)
      throws IOException {
    while (files.hasNext()) {
      LocatedFileStatus file = files.next();
      if (file.getPath().getName().endsWith(".parquet")) {
        found.add(
            new Manifest.DataFile(
                file.getPath().toUri().getPath().substring(prefix.length()),
                outcome,
                file.getLen(),
                rows(hadoop, file)));
      }
    }
  }

  private static long rows(Configuration hadoop, LocatedFileStatus file) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromStatus(file, hadoop))) {
      return reader.getRecordCount();
    }
  }

  /** The columns that readers see. */
  Manifest.Schemas readerSchemas(Plan plan) {
    List<String> scored = ScoredRows.readerColumns(plan);
    List<String> quarantine = new ArrayList<>(plan.job().input().key());
    quarantine.addAll(plan.job().output().passThrough());
    quarantine.add(ReservedColumns.REJECTION);
    quarantine.add(ReservedColumns.FLAGS);
    quarantine.add(ReservedColumns.BUNDLE);
    quarantine.add(ReservedColumns.RUN);
    return new Manifest.Schemas(columns(scored), columns(quarantine));
  }

  private StructType columns(List<String> names) {
    StructType chosen = new StructType();
    for (String name : names) {
      chosen = chosen.add(schema.apply(name));
    }
    return chosen;
  }
}
