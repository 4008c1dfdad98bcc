package dev.nightjar.result;

import dev.nightjar.fault.Guard;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Finds the files that a manifest lists. Which files there are comes from the manifest alone; the
 * file system is asked only whether they are as it says, a folder at a time, since that is one
 * question for thousands of files, and brings where their blocks lie.
 */
final class DataFiles {
  private DataFiles() {}

  /** Refuses files that are not all there and of the right length. */
  static void check(FileSystem files, Path root, List<Manifest.DataFile> listed) {
    statuses(files, root, listed);
  }

  /** The files as the file system knows them, all there and of the right length. */
  static List<LocatedFileStatus> statuses(
      FileSystem files, Path root, List<Manifest.DataFile> listed) {
    Map<Path, Map<String, LocatedFileStatus>> folders = new HashMap<>();
    List<LocatedFileStatus> found = new ArrayList<>(listed.size());
    for (Manifest.DataFile file : listed) {
      Path path = new Path(root, file.path());
      LocatedFileStatus status =
          folders
              .computeIfAbsent(path.getParent(), folder -> list(files, folder))
              .get(path.getName());
      if (status == null) {
        throw broken(path, "is listed in a manifest and missing");
      }
      if (status.getLen() != file.bytes() && Guard.FILE_LENGTHS.isOn()) {
        throw broken(path, "has " + status.getLen() + " bytes; its manifest says " + file.bytes());
      }
      found.add(status);
    }
    return found;
  }

  private static Map<String, LocatedFileStatus> list(FileSystem files, Path folder) {
    Map<String, LocatedFileStatus> found = new HashMap<>();
    try {
      RemoteIterator<LocatedFileStatus> statuses = files.listLocatedStatus(folder);
      while (statuses.hasNext()) {
        LocatedFileStatus status = statuses.next();
        found.put(status.getPath().getName(), status);
      }
    } catch (FileNotFoundException e) {
      // Every file that should lie in it is missing, and named so.
    } catch (IOException e) {
      throw new ResultException(
          "folder", folder.toString(), "cannot be listed: " + e.getMessage(), "see the cause", e);
    }
    return found;
  }

  private static ResultException broken(Path path, String rule) {
    return new ResultException(
        "data file", path.toString(), rule, "restore the file, or run its interval again");
  }
}
