package dev.nightjar.storage.hadoop;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.fault.Guard;
import dev.nightjar.storage.LocalPaths;
import dev.nightjar.storage.LocalStorage;
import dev.nightjar.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Files on a file system of Hadoop. Reading works on any of them; creating needs one that lets
 * exactly one of all who create a file through: {@code file:}, where it is done without Hadoop,
 * {@code hdfs:}, where the name node decides, and those that {@value #VOUCHED} names.
 */
public final class HadoopStorage implements Storage {
  /**
   * The setting of Hadoop with further schemes, separated by commas, whose {@code create(overwrite
   * = false)} lets one through. Whoever sets it vouches for that; nothing can test it from outside.
   */
  public static final String VOUCHED = "nightjar.exclusive-creation";

  private final String root;
  private final String scheme;
  private final Optional<LocalStorage> local;
  private final boolean exclusive;
  private @Nullable FileSystem files;

  private HadoopStorage(FileSystem files, Path root, Set<String> vouched) {
    this.files = files;
    this.root = root.toString();
    this.scheme = files.getUri().getScheme();
    this.local =
        scheme.equals("file")
            ? Optional.of(
                new LocalStorage(java.nio.file.Path.of(root.toUri().getPath()), root.toString()))
            : Optional.empty();
    this.exclusive = local.isPresent() || scheme.equals("hdfs") || vouched.contains(scheme);
  }

  private HadoopStorage(java.nio.file.Path folder) {
    this.root = "file:" + folder;
    this.scheme = "file";
    this.local = Optional.of(new LocalStorage(folder, root));
    this.exclusive = true;
  }

  /**
   * The files under a path, which need not exist.
   *
   * @throws IOException when its file system cannot be reached
   * @throws IllegalArgumentException when it is no path
   */
  public static HadoopStorage at(Configuration hadoop, String path) throws IOException {
    Path asked = new Path(path);
    FileSystem found = asked.getFileSystem(hadoop);
    Path root = found.makeQualified(asked);
    // Hadoop's checksum sidecars are for its own local files. Ours are made without them and
    // carry their digest within, so a sidecar that lies about says nothing.
    FileSystem plain = found instanceof ChecksumFileSystem sums ? sums.getRawFileSystem() : found;
    Set<String> vouched = new TreeSet<>(Arrays.asList(hadoop.getTrimmedStrings(VOUCHED)));
    return new HadoopStorage(plain, root, vouched);
  }

  /**
   * The files under a path by Hadoop's usual configuration. Where the path is of this machine, that
   * is not even read before somebody asks for the {@link #fileSystem}.
   *
   * @throws IOException when its file system cannot be reached
   * @throws IllegalArgumentException when it is no path
   */
  public static HadoopStorage at(String path) throws IOException {
    Optional<java.nio.file.Path> here = LocalPaths.of(path);
    return here.isPresent() ? new HadoopStorage(here.get()) : at(new Configuration(), path);
  }

  /** The file system, without Hadoop's checksum sidecars. */
  public synchronized FileSystem fileSystem() {
    FileSystem known = files;
    if (known == null) {
      try {
        known = FileSystem.getLocal(new Configuration()).getRawFileSystem();
      } catch (IOException e) {
        throw new UncheckedIOException("Hadoop cannot reach the files of this machine", e);
      }
      files = known;
    }
    return known;
  }

  /** The root, qualified with its file system. */
  public Path rootPath() {
    return new Path(root);
  }

  @Override
  public String root() {
    return root;
  }

  /** Why nothing can be created here; empty when it can. */
  public Optional<String> refusal() {
    return exclusive
        ? Optional.empty()
        : Optional.of("lies on " + scheme + ": which has no exclusive creation");
  }

  @Override
  public List<String> list(String folder) throws IOException {
    if (local.isPresent()) {
      return local.get().list(folder);
    }
    try {
      List<String> names = new ArrayList<>();
      for (FileStatus status : fileSystem().listStatus(hadoopPath(folder))) {
        names.add(status.getPath().getName());
      }
      return names;
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  @Override
  public Optional<byte[]> read(String file) throws IOException {
    if (local.isPresent()) {
      return local.get().read(file);
    }
    try (FSDataInputStream in = fileSystem().open(hadoopPath(file))) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean create(String file, byte[] content) throws IOException {
    if (local.isPresent()) {
      return local.get().create(file, content);
    }
    if (!exclusive) {
      throw new IOException(path(file) + " " + refusal().orElseThrow());
    }
    Path path = hadoopPath(file);
    FSDataOutputStream opened;
    try {
      opened = fileSystem().create(path, !Guard.EXCLUSIVE_CREATION.isOn());
    } catch (IOException e) {
      // The refusal has several classes (the file is there, is being written, a lost answer was
      // repeated). If the file is there we cannot know that it is ours, so it is not.
      if (fileSystem().exists(path)) {
        return false;
      }
      throw e;
    }
    try (FSDataOutputStream out = opened) {
      out.write(content, 0, content.length / 2);
      Failpoint.CREATE_HALF_WRITTEN.hit();
      out.write(content, content.length / 2, content.length - content.length / 2);
      out.hsync();
    }
    return true;
  }

  @Override
  public Optional<Instant> written(String name) throws IOException {
    if (local.isPresent()) {
      return local.get().written(name);
    }
    try {
      long millis = fileSystem().getFileStatus(hadoopPath(name)).getModificationTime();
      // Object stores have no times for folders and say 0.
      return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  @Override
  public void delete(String name) throws IOException {
    if (local.isPresent()) {
      local.get().delete(name);
      return;
    }
    Path path = hadoopPath(name);
    // False may mean that it was not there, or that it could not be deleted.
    if (!fileSystem().delete(path, true) && fileSystem().exists(path)) {
      throw new IOException(path + " cannot be deleted");
    }
  }

  /**
   * Makes files that others wrote survive a power cut. On other file systems than {@code file:}
   * there is nothing to do: a closed file lies on as many nodes as its replication asks for.
   *
   * @param written names relative to the root
   */
  public void makeDurable(Collection<String> written) throws IOException {
    if (local.isPresent()) {
      local.get().makeDurable(written);
    }
  }

  private Path hadoopPath(String name) {
    return new Path(rootPath(), name);
  }
}
