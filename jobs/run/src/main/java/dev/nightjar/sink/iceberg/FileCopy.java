package dev.nightjar.sink.iceberg;

import dev.nightjar.result.Manifest;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The files of an attempt, copied to where a table keeps its own: what is taken away of one must
 * not be missing in the other. Copied by tasks, each file by itself; a copy that a lost task has
 * begun is written over by the next.
 *
 * @param path where it is
 * @param bytes how long it is
 * @param rows how many the file that it is of was written with
 */
record FileCopy(Path path, long bytes, long rows) {

  /** What a task does. Plain fields: not every serializer of Spark takes records. */
  private static final class Copying implements Serializable {
    private static final long serialVersionUID = 1L;
    private final String from;
    private final String to;
    private final long bytes;
    private final HashMap<String, Integer> ids;

    Copying(Path from, Path to, long bytes, Map<String, Integer> ids) {
      this.from = from.toString();
      this.to = to.toString();
      this.bytes = bytes;
      this.ids = new HashMap<>(ids);
    }

    /** The length of the copy. */
    long make(Configuration hadoop) throws IOException {
      Path source = new Path(from);
      Path target = new Path(to);
      try (FSDataInputStream in = source.getFileSystem(hadoop).open(source);
          FSDataOutputStream out = target.getFileSystem(hadoop).create(target, true)) {
        return TableFile.copy(in, bytes, out, ids);
      } catch (IOException e) {
        throw new IOException(from + " cannot be copied to " + to + ": " + e.getMessage(), e);
      }
    }
  }

  /**
   * Copies files.
   *
   * @param root against which their paths are meant
   * @param folder to copy them to
   * @param prefix of the copies' names
   * @param ids of the table's columns
   * @return the copies, in the order of the files
   */
  static List<FileCopy> of(
      List<Manifest.DataFile> files,
      Path root,
      Path folder,
      String prefix,
      Map<String, Integer> ids,
      SparkSession spark) {
    if (files.isEmpty()) {
      return List.of();
    }
    List<Path> targets =
        files.stream()
            .map(file -> new Path(folder, prefix + new Path(file.path()).getName()))
            .toList();
    List<Copying> copies = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      copies.add(
          new Copying(
              new Path(root, files.get(i).path()), targets.get(i), files.get(i).bytes(), ids));
    }
    SerializableConfiguration hadoop =
        new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
    List<Long> lengths =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(copies, copies.size())
            .map(copy -> copy.make(hadoop.value()))
            .collect();
    List<FileCopy> made = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      made.add(new FileCopy(targets.get(i), lengths.get(i), files.get(i).rows()));
    }
    return made;
  }
}
