package dev.nightjar.sink.iceberg;

import dev.nightjar.result.Manifest;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The files of an attempt, copied to where a table keeps its own: what is taken away of one must
 * not be missing in the other. Copied by tasks, each file by itself; a copy that a lost task has
 * begun is written over by the next.
 */
final class FileCopies {
  private FileCopies() {}

  /** One file. Plain text: not every serializer of Spark takes records. */
  private static final class Copy implements Serializable {
    private static final long serialVersionUID = 1L;
    private final String from;
    private final String to;
    private final long bytes;

    Copy(String from, String to, long bytes) {
      this.from = from;
      this.to = to;
      this.bytes = bytes;
    }

    void make(Configuration hadoop) throws IOException {
      Path source = new Path(from);
      Path target = new Path(to);
      FileSystem files = target.getFileSystem(hadoop);
      FileUtil.copy(source.getFileSystem(hadoop), source, files, target, false, true, hadoop);
      long arrived = files.getFileStatus(target).getLen();
      if (arrived != bytes) {
        throw new IOException(
            to + " has " + arrived + " bytes and " + from + " was written with " + bytes);
      }
    }
  }

  /**
   * Copies files.
   *
   * @param root against which their paths are meant
   * @param folder to copy them to
   * @return the copies, in the order of the files
   */
  static List<Path> to(
      Path folder, SparkSession spark, Path root, String prefix, List<Manifest.DataFile> files) {
    List<Path> targets =
        files.stream()
            .map(file -> new Path(folder, prefix + new Path(file.path()).getName()))
            .toList();
    if (files.isEmpty()) {
      return targets;
    }
    List<Copy> copies = new java.util.ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      Manifest.DataFile file = files.get(i);
      copies.add(
          new Copy(
              new Path(root, file.path()).toString(), targets.get(i).toString(), file.bytes()));
    }
    SerializableConfiguration hadoop =
        new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
    JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(copies, copies.size())
        .foreach(copy -> copy.make(hadoop.value()));
    return targets;
  }
}
