package dev.nightjar.storage;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Files under one root, by names relative to it such as {@code claims/2013-11-05/3}; their parts
 * are separated by {@code /}. Thread-safe, and safe among processes: that is what it is for.
 */
public interface Storage {

  /** The root as messages and users name it. */
  String root();

  /** The whole path of a file, as messages and users name it. */
  default String path(String name) {
    return root() + "/" + name;
  }

  /**
   * The names of what lies directly in a folder, files and folders alike, in no order.
   *
   * @return none when there is no such folder
   * @throws IOException when it cannot be told
   */
  List<String> list(String folder) throws IOException;

  /**
   * The bytes of a file, which may be a part of what its creator is still writing.
   *
   * @return empty when there is no such file
   * @throws IOException when it is there, or may be, and cannot be read
   */
  Optional<byte[]> read(String file) throws IOException;

  /**
   * Creates the file with these bytes, and its folders, and makes all of them durable.
   *
   * @return false when a file of this name was there already, whoever made it
   * @throws IOException when it could not be created or written, or nobody knows; a part of it may
   *     be there then, so a file's content must tell whether it is whole
   */
  boolean create(String file, byte[] content) throws IOException;

  /**
   * When a file or a folder was last written, by the clock of its file system.
   *
   * @return empty when there is none, or when the file system does not tell
   * @throws IOException when it cannot be told
   */
  default Optional<Instant> written(String name) throws IOException {
    return Optional.empty();
  }

  /**
   * Takes a file or a folder with all that lies in it away.
   *
   * @throws IOException when it is still there, or may be
   */
  void delete(String name) throws IOException;
}
