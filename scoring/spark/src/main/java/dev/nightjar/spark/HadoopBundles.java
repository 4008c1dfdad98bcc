package dev.nightjar.spark;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** Reads bundles from any Hadoop file system. */
public final class HadoopBundles {
  private HadoopBundles() {}

  /**
   * The bytes of a bundle, a folder or a {@code .zip}; nothing is checked yet.
   *
   * @throws BundleException when there is none or it cannot be read
   */
  public static BundleFiles read(Configuration hadoop, String location) {
    Path path = new Path(location);
    try {
      FileSystem files = path.getFileSystem(hadoop);
      if (!files.exists(path)) {
        throw new BundleException(
            "there is no bundle at "
                + location
                + "; name the folder or .zip that 'nightjar package' or Bundles…write has made");
      }
      if ("file".equals(files.getUri().getScheme())) {
        // Hadoop's local file system follows symbolic links wherever they lead.
        return BundleFiles.read(
            location, java.nio.file.Path.of(files.makeQualified(path).toUri().getPath()));
      }
      FileStatus status = files.getFileStatus(path);
      if (status.isDirectory()) {
        if (!files.exists(new Path(path, BundleFiles.MANIFEST))) {
          throw BundleFiles.noBundle(location);
        }
        return BundleFiles.of(location, readFolder(files, status.getPath(), location));
      }
      try (InputStream in = files.open(path)) {
        return BundleFiles.readZip(location, in);
      }
    } catch (IOException e) {
      throw new BundleException("the bundle " + location + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Map<String, byte[]> readFolder(FileSystem files, Path folder, String location)
      throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    String prefix = folder.toUri().getPath() + "/";
    RemoteIterator<LocatedFileStatus> all = files.listFiles(folder, true);
    while (all.hasNext()) {
      Path file = all.next().getPath();
      String name = file.toUri().getPath().substring(prefix.length());
      // A foreign name ends the reading, so no more files are read than a bundle has.
      try (InputStream in = files.open(file)) {
        contents.put(name, BundleFiles.readFile(location, name, in));
      }
    }
    return contents;
  }
}
