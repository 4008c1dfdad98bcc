package dev.nightjar.result;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Exclusive creation on {@code file:} by {@code O_EXCL}. Hadoop's local {@code create(overwrite =
 * false)} asks whether the file exists and then creates it, which lets two through.
 */
record LocalCreation(Path root) implements ExclusiveCreation {

  @Override
  public boolean create(org.apache.hadoop.fs.Path file, byte[] content) throws IOException {
    Path path = local(file);
    Files.createDirectories(folderOf(path));
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (FileAlreadyExistsException e) {
      return false;
    }
    forceAll(foldersOf(path));
    return true;
  }

  @Override
  public void makeDurable(Collection<org.apache.hadoop.fs.Path> files) throws IOException {
    Set<Path> folders = new LinkedHashSet<>();
    for (org.apache.hadoop.fs.Path file : files) {
      Path path = local(file);
      force(path);
      folders.addAll(foldersOf(path));
    }
    forceAll(folders);
  }

  /** A new file is there after a power cut only when every folder on its way was forced too. */
  private Set<Path> foldersOf(Path file) {
    Set<Path> folders = new LinkedHashSet<>();
    Path folder = folderOf(file);
    while (!folder.equals(root)) {
      folders.add(folder);
      folder = folderOf(folder);
    }
    folders.add(root);
    Path above = root.getParent();
    if (above != null && Files.isReadable(above)) {
      folders.add(above);
    }
    return folders;
  }

  private static Path folderOf(Path path) {
    Path folder = path.getParent();
    if (folder == null) {
      throw new IllegalArgumentException("'" + path + "' does not lie under the output path");
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

  private static Path local(org.apache.hadoop.fs.Path file) {
    return Path.of(file.toUri().getPath());
  }
}
