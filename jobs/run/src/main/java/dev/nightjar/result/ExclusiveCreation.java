package dev.nightjar.result;

import java.io.IOException;
import java.util.Collection;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The creation of a file by exactly one of all who try, which is all that claims and manifests
 * need. Where a file system has no such thing there is no way to promise one result.
 */
sealed interface ExclusiveCreation permits LocalCreation, HdfsCreation {

  /**
   * Creates the file with these bytes and makes it durable, with its folders.
   *
   * @return false when a file of this name was there already, whoever made it
   */
  boolean create(Path file, byte[] content) throws IOException;

  /** Makes what others wrote survive a power cut; the paths are files. */
  void makeDurable(Collection<Path> files) throws IOException;

  /** The way of a file system, or a refusal that names it. */
  static ExclusiveCreation on(FileSystem files, Path root) {
    String scheme = files.getUri().getScheme();
    return switch (scheme) {
      case "file" -> new LocalCreation(java.nio.file.Path.of(root.toUri().getPath()));
      case "hdfs" -> new HdfsCreation(files);
      default ->
          throw new ResultException(
              "output path",
              root.toString(),
              "lies on " + scheme + ": which has no exclusive creation",
              "use file: or hdfs:");
    };
  }
}
