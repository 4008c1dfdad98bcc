package dev.nightjar.storage;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Paths of which it is plain that Hadoop would look for them on this machine's own file system.
 * Whoever only reads them need not start Hadoop, which takes longer than reading a few small files.
 */
public final class LocalPaths {
  /** Where Hadoop would be told otherwise. */
  private static final String SETTINGS = "core-site.xml";

  private static final String SCHEME = "file:";

  private LocalPaths() {}

  /**
   * The place of an absolute path of this machine, with the scheme {@code file} or none; empty for
   * every other path, and for all of them where settings of Hadoop lie on the class path.
   */
  public static Optional<Path> of(String path) {
    if (ClassLoader.getSystemResource(SETTINGS) != null) {
      return Optional.empty();
    }
    String place = path.startsWith(SCHEME) ? path.substring(SCHEME.length()) : path;
    if (place.length() < path.length() && place.startsWith("///")) {
      place = place.substring(2);
    }
    // What begins with two slashes names a host.
    if (!place.startsWith("/") || place.startsWith("//")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(place).normalize());
    } catch (InvalidPathException e) {
      return Optional.empty(); // Hadoop says better what is wrong with it
    }
  }
}
