package dev.nightjar.storage;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.fault.Guard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files of this machine. Exclusive creation is {@code O_EXCL}; Hadoop's local {@code
 * create(overwrite = false)} asks whether the file exists and then creates it, which lets two
 * through.
 */
public final class LocalStorage implements Storage {
  private final Path folder;
  private final String root;

  /** The files under a folder, which need not exist. */
  public LocalStorage(Path folder) {
    this(folder, folder.toAbsolutePath().normalize().toString());
  }

  /**
   * The files under a folder.
   *
   * @param root what messages call the folder
   */
  public LocalStorage(Path folder, String root) {
    this.folder = folder.toAbsolutePath().normalize();
    this.root = root;
  }

  @Override
  public String root() {
    return root;
  }

  @Override
  public List<String> list(String name) throws IOException {
    try (Stream<Path> found = Files.list(local(name))) {
      return found.map(path -> String.valueOf(path.getFileName())).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (NotDirectoryException e) {
      throw new IOException(path(name) + " is a file and no folder", e);
    }
  }

  @Override
  public Optional<byte[]> read(String file) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(local(file)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean create(String file, byte[] content) throws IOException {
    Path path = local(file);
    Files.createDirectories(folderOf(path));
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, creation())) {
      int half = content.length / 2;
      writeAll(channel, ByteBuffer.wrap(content, 0, half));
      Failpoint.CREATE_HALF_WRITTEN.hit();
      writeAll(channel, ByteBuffer.wrap(content, half, content.length - half));
      channel.force(true);
    } catch (FileAlreadyExistsException e) {
      return false;
    }
    forceAll(foldersOf(path));
    return true;
  }

  private static StandardOpenOption creation() {
    return Guard.EXCLUSIVE_CREATION.isOn()
        ? StandardOpenOption.CREATE_NEW
        : StandardOpenOption.CREATE;
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public Optional<Instant> written(String name) throws IOException {
    try {
      return Optional.of(Files.getLastModifiedTime(local(name)).toInstant());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public void delete(String name) throws IOException {
    Path path = local(name);
    try {
      Files.walkFileTree(path, new Deletion());
    } catch (NoSuchFileException e) {
      return; // somebody else has taken it away
    }
  }

  /**
   * Makes files that others wrote survive a power cut, with the folders on their way.
   *
   * @param files names relative to the root
   */
  public void makeDurable(Collection<String> files) throws IOException {
    Set<Path> folders = new LinkedHashSet<>();
    for (String file : files) {
      Path path = local(file);
      force(path);
      folders.addAll(foldersOf(path));
    }
    forceAll(folders);
  }

  /** A new file is there after a power cut only when every folder on its way was forced too. */
  private Set<Path> foldersOf(Path file) {
    Set<Path> folders = new LinkedHashSet<>();
    Path at = folderOf(file);
    while (!at.equals(folder)) {
      folders.add(at);
      at = folderOf(at);
    }
    folders.add(folder);
    Path above = folder.getParent();
    if (above != null && Files.isReadable(above)) {
      folders.add(above);
    }
    return folders;
  }

  private static Path folderOf(Path path) {
    Path folder = path.getParent();
    if (folder == null) {
      throw new IllegalArgumentException("'" + path + "' lies in no folder");
    }
    return folder;
  }

  private static void forceAll(Collection<Path> folders) throws IOException {
    for (Path folder : folders) {
      force(folder);
    }
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Path local(String name) {
    Path path = folder.resolve(name).normalize();
    if (!path.startsWith(folder)) {
      throw new IllegalArgumentException("'" + name + "' does not lie under " + root);
    }
    return path;
  }

  /** Leaves first; what somebody else takes away meanwhile is away. */
  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failed)
        throws IOException {
      if (failed != null) {
        throw failed;
      }
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
