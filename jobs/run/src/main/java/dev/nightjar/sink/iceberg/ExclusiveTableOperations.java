package dev.nightjar.sink.iceberg;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.iceberg.hadoop.HadoopFileIO;
import org.apache.iceberg.hadoop.HadoopTableOperations;
import org.apache.iceberg.util.LockManagers;

/**
 * A table whose folder is its catalog. Iceberg commits to one by renaming a file to the next
 * version's name and takes it that a rename fails where that is there already. On {@code file:} it
 * does not: of two processes that commit at once the later one would replace the other's version,
 * and with it an interval that was told to be published. There a version is linked to its name,
 * which only one can.
 */
final class ExclusiveTableOperations extends HadoopTableOperations {
  ExclusiveTableOperations(Path location, Configuration hadoop) {
    super(location, new HadoopFileIO(hadoop), hadoop, LockManagers.defaultLockManager());
  }

  @Override
  protected FileSystem getFileSystem(Path path, Configuration hadoop) {
    FileSystem found = super.getFileSystem(path, hadoop);
    return found.getUri().getScheme().equals("file") ? new Linking(found) : found;
  }

  /** Renames to names that are free, and only to those. */
  private static final class Linking extends FilterFileSystem {
    Linking(FileSystem local) {
      super(local);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
      try {
        Files.createLink(local(to), local(from));
      } catch (FileAlreadyExistsException e) {
        return false;
      }
      return delete(from, false);
    }

    private static java.nio.file.Path local(Path path) {
      return java.nio.file.Path.of(path.toUri().getPath());
    }
  }
}
