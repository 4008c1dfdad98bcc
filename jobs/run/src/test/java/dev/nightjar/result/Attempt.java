package dev.nightjar.result;

import dev.nightjar.contract.Outcome;
import dev.nightjar.data.ReservedColumns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Writes and publishes rows as a run does. */
record Attempt(Path root, String interval, long token, StructType schema) {

  /** Writes rows that have an outcome column, by Spark's own committer in one pass. */
  static Attempt write(Path root, String interval, Dataset<Row> rows) {
    ResultStore store = Fixtures.store(root);
    long token = store.claim(interval, "test");
    rows.write()
        .mode(SaveMode.Append)
        .partitionBy(ReservedColumns.OUTCOME)
        .parquet(store.attemptPath(interval, token));
    return new Attempt(root, interval, token, without(rows.schema()));
  }

  Manifest publish() {
    Manifest manifest = Fixtures.manifest(interval, token, schema, files());
    Fixtures.store(root).publish(manifest);
    return manifest;
  }

  List<Manifest.DataFile> files() {
    Path folder = root.resolve(Layout.attempt(interval, token));
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(path -> path.toString().endsWith(".parquet")).map(this::file).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Manifest.DataFile file(Path path) {
    String folder = path.getParent().getFileName().toString();
    Outcome outcome =
        Arrays.stream(Outcome.values())
            .filter(one -> folder.equals(ReservedColumns.OUTCOME + "=" + one.word()))
            .findFirst()
            .orElseThrow();
    return new Manifest.DataFile(
        root.relativize(path).toString(), outcome, path.toFile().length(), rows(path));
  }

  private static long rows(Path path) {
    org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(path.toUri());
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, new Configuration()))) {
      return reader.getRecordCount();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StructType without(StructType schema) {
    return new StructType(
        Arrays.stream(schema.fields())
            .filter(field -> !field.name().equals(ReservedColumns.OUTCOME))
            .filter(field -> !field.name().equals(ReservedColumns.REJECTION))
            .toArray(StructField[]::new));
  }
}
