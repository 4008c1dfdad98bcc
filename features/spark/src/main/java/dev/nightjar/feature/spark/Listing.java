package dev.nightjar.feature.spark;

import dev.nightjar.data.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * The files of a source at one moment. The digest goes over path (relative to the source), length
 * and modification time of each, so it changes when a file comes, goes or is written again, and
 * stays when the folder moves as a whole with its times.
 *
 * @param files by relative path, sorted
 */
public record Listing(List<File> files) {
  private static final Pattern GLOB = Pattern.compile("[{}\\[\\]*?\\\\]");

  /**
   * One data file.
   *
   * @param path the whole path
   * @param relative from the source on, with the folders of Hive partitions
   * @param below folders between the file and what the source's path named
   * @param modified milliseconds since 1970
   */
  public record File(String path, String relative, String below, long length, long modified) {}

  public Listing {
    files = files.stream().sorted(Comparator.comparing(File::relative)).toList();
  }

  /** Number of files. */
  public long count() {
    return files.size();
  }

  /** Bytes of all files together. */
  public long bytes() {
    return files.stream().mapToLong(File::length).sum();
  }

  /** SHA-256 in hexadecimal digits. */
  public String digest() {
    MessageDigest digest = Sha256.begin();
    for (File file : files) {
      byte[] path = file.relative().getBytes(StandardCharsets.UTF_8);
      // The length before the path: no two listings can be written as the same bytes.
      digest.update((path.length + ":").getBytes(StandardCharsets.UTF_8));
      digest.update(path);
      digest.update((file.length() + ":" + file.modified() + ";").getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The names of Hive partition columns, from folders such as {@code day=2013-01-01}. */
  Set<String> partitionColumns() {
    Set<String> names = new LinkedHashSet<>();
    for (File file : files) {
      for (String segment : file.relative().split("/", -1)) {
        if (segment.indexOf('=') > 0 && !file.relative().endsWith(segment)) {
          names.add(segment.substring(0, segment.indexOf('=')));
        }
      }
    }
    return names;
  }

  /** True for a path that names several others. */
  static boolean isGlob(Path path) {
    return isGlob(path.toString());
  }

  static boolean isGlob(String path) {
    return GLOB.matcher(path).find();
  }

  /** The folder that is above everything a path can match. */
  static Path fixedPart(Path path) {
    Path fixed = path;
    while (isGlob(fixed)) {
      fixed = fixed.getParent();
    }
    return fixed;
  }

  /**
   * The data files at a path, in a folder with all folders below it, or at every match of a
   * pattern; none when there is nothing. Names that begin with {@code _} or {@code .} are not data,
   * as Spark has it.
   */
  static Listing of(Configuration configuration, Path path) throws IOException {
    FileSystem fileSystem = path.getFileSystem(configuration);
    // Hadoop asks for the permissions of each local file it lists, by a process of its own.
    return fileSystem.getClass() == LocalFileSystem.class && !isGlob(path)
        ? here(java.nio.file.Path.of(fileSystem.makeQualified(path).toUri().getPath()))
        : by(fileSystem, path);
  }

  /** {@link #of} whatever file system it is, as that lists it. */
  static Listing by(FileSystem fileSystem, Path path) throws IOException {
    Path qualified = fileSystem.makeQualified(path);
    Path root = fixedPart(qualified);
    List<File> files = new ArrayList<>();
    FileStatus[] matches =
        isGlob(qualified) ? fileSystem.globStatus(qualified) : existing(fileSystem, qualified);
    if (matches != null) {
      for (FileStatus match : matches) {
        collect(fileSystem, match.getPath(), root, files);
      }
    }
    return new Listing(files);
  }

  /**
   * {@link #of} a file or folder of this machine, without Hadoop, which takes longer to start than
   * most folders take to be listed.
   */
  static Listing here(java.nio.file.Path place) throws IOException {
    List<File> files = new ArrayList<>();
    if (Files.exists(place)) {
      Files.walkFileTree(
          place,
          Set.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(
                java.nio.file.Path file, BasicFileAttributes attributes) {
              String relative = relative(file.toString(), place.toString());
              // A link that leads nowhere is no file, as Hadoop has it too.
              if (isData(relative) && !attributes.isSymbolicLink()) {
                int end = file.equals(place) ? -1 : relative.lastIndexOf('/');
                files.add(
                    new File(
                        "file:" + file,
                        relative,
                        end < 0 ? "" : relative.substring(0, end),
                        attributes.size(),
                        attributes.lastModifiedTime().toMillis()));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    }
    return new Listing(files);
  }

  private static FileStatus[] existing(FileSystem fileSystem, Path path) throws IOException {
    return fileSystem.exists(path)
        ? new FileStatus[] {fileSystem.getFileStatus(path)}
        : new FileStatus[0];
  }

  private static void collect(FileSystem fileSystem, Path match, Path root, List<File> into)
      throws IOException {
    RemoteIterator<LocatedFileStatus> found = fileSystem.listFiles(match, true);
    while (found.hasNext()) {
      LocatedFileStatus file = found.next();
      String path = file.getPath().toString();
      String fromRoot = relative(path, root.toString());
      String fromMatch = relative(path, match.toString());
      if (isData(fromRoot)) {
        int end = fromMatch.lastIndexOf('/');
        into.add(
            new File(
                path,
                fromRoot,
                end < 0 ? "" : fromMatch.substring(0, end),
                file.getLen(),
                file.getModificationTime()));
      }
    }
  }

  private static String relative(String path, String root) {
    if (path.equals(root)) {
      return path.substring(path.lastIndexOf('/') + 1);
    }
    return path.substring(root.length() + (root.endsWith("/") ? 0 : 1));
  }

  private static boolean isData(String relative) {
    for (String segment : relative.split("/", -1)) {
      if (segment.startsWith(".") || (segment.startsWith("_") && segment.indexOf('=') < 0)) {
        return false;
      }
    }
    return true;
  }
}
