package dev.nightjar.spark;

import dev.nightjar.storage.hadoop.HadoopStorage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/** Local files under a scheme that nobody knows, whose creation lets exactly one through. */
public final class Bucket extends RawLocalFileSystem {
  @Override
  public URI getUri() {
    return URI.create("bucket:///");
  }

  @Override
  public String getScheme() {
    return "bucket";
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    if (!overwrite) {
      mkdirs(file.getParent());
      Files.createFile(pathToFile(file).toPath());
    }
    return super.create(file, true, bufferSize, replication, blockSize, progress);
  }

  /** Hadoop's settings that know the scheme, and vouch for it or not. */
  static Configuration hadoop(boolean vouched) {
    Configuration hadoop = new Configuration();
    hadoop.setClass("fs.bucket.impl", Bucket.class, FileSystem.class);
    hadoop.setBoolean("fs.bucket.impl.disable.cache", true);
    if (vouched) {
      hadoop.set(HadoopStorage.VOUCHED, "bucket");
    }
    return hadoop;
  }
}
