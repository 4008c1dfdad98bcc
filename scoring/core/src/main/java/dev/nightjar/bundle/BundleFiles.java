package dev.nightjar.bundle;

import static java.util.Objects.requireNonNull;

import dev.nightjar.storage.IoWords;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/**
 * The bytes of a bundle by file name, unchecked. They are read once and everything else works on
 * them, so what was checked is what is parsed. Serializable, to be broadcast to executors. The
 * arrays are not copied and must not be written to.
 */
public final class BundleFiles implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  /** The manifest; its SHA-256 is the bundle's identity. */
  public static final String MANIFEST = "bundle.yaml";

  public static final String MODEL = "source/model.zip";
  public static final String TRANSFORM = "source/transform.json";
  public static final String NORMALIZER = "source/normalizer.bin";

  /** The compiled stages between contract and network; absent where they run by reference. */
  public static final String PIPELINE = "pipeline.json";

  /** The network as ONNX, where an engine other than training's runs it. */
  public static final String ONNX = "model.onnx";

  /** A network that came as ONNX, run as it came. */
  public static final String FOREIGN = "source/model.onnx";

  public static final String GOLDEN = "golden.json";
  public static final String SIGNATURE = "bundle.sig";

  private static final int MEBIBYTE = 1 << 20;

  /** Every name that a bundle may hold, and how many bytes a file of it may have. */
  private static final Map<String, Integer> MOST_BYTES =
      Map.of(
          MANIFEST,
          4 * MEBIBYTE,
          MODEL,
          1024 * MEBIBYTE,
          TRANSFORM,
          8 * MEBIBYTE,
          NORMALIZER,
          64 * MEBIBYTE,
          GOLDEN,
          64 * MEBIBYTE,
          SIGNATURE,
          MEBIBYTE / 16,
          "source/model.h5",
          1024 * MEBIBYTE,
          FOREIGN,
          1024 * MEBIBYTE,
          PIPELINE,
          8 * MEBIBYTE,
          ONNX,
          1024 * MEBIBYTE);

  /** All of them lie in memory at once. */
  private static final long MOST_BYTES_IN_ALL = 2L << 30;

  /** The one folder inside a bundle. */
  private static final String FOLDER = "source";

  private static final int MOST_PATHS = 64;

  private final String origin;

  @SuppressWarnings("serial") // always a TreeMap
  private final Map<String, byte[]> files;

  private BundleFiles(String origin, Map<String, byte[]> files) {
    this.origin = origin;
    this.files = new TreeMap<>(files);
  }

  /**
   * A bundle of these files.
   *
   * @param origin where they came from, for messages
   * @throws BundleException when a name is none that a bundle may hold, or a file is too large
   */
  public static BundleFiles of(String origin, Map<String, byte[]> files) {
    files.forEach((name, bytes) -> refuseLarger(origin, name, bytes.length));
    refuseTooMuch(origin, files);
    return new BundleFiles(origin, files);
  }

  /**
   * Reads a bundle from a folder or a {@code .zip} of the local file system.
   *
   * @throws BundleException when there is none, or it holds a file that a bundle may not hold
   */
  public static BundleFiles read(Path path) {
    return read(path.toString(), path);
  }

  /**
   * {@link #read(Path)} with another name in messages.
   *
   * @throws BundleException when there is none, or it holds a file that a bundle may not hold
   */
  public static BundleFiles read(String origin, Path path) {
    try {
      if (Files.isDirectory(path)) {
        return readFolder(origin, path.toRealPath());
      }
      if (!Files.exists(path)) {
        throw new BundleException(
            "there is no bundle at " + origin + "; make one with 'nightjar package'");
      }
      try (InputStream in = Files.newInputStream(path)) {
        return readZip(origin, in);
      }
    } catch (IOException e) {
      throw new BundleException("the bundle " + origin + " cannot be read: " + IoWords.of(e), e);
    }
  }

  private static BundleFiles readFolder(String origin, Path folder) throws IOException {
    if (!Files.isRegularFile(folder.resolve(MANIFEST))) {
      throw noBundle(origin);
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(folder)) {
      paths = walk.filter(path -> !path.equals(folder)).limit(MOST_PATHS + 1).toList();
    }
    if (paths.size() > MOST_PATHS) {
      throw new BundleException(
          "the bundle "
              + origin
              + " holds more than "
              + MOST_PATHS
              + " files, the most that are"
              + " read");
    }
    Map<String, byte[]> files = new TreeMap<>();
    for (Path path : paths) {
      String name = folder.relativize(path).toString().replace(File.separatorChar, '/');
      if (Files.isSymbolicLink(path)) {
        throw new BundleException(
            "the bundle "
                + origin
                + " holds the symbolic link '"
                + name
                + "', which may lead"
                + " anywhere; put the file itself there");
      }
      if (Files.isDirectory(path)) {
        refuseForeignFolder(origin, name);
        continue;
      }
      refuseForeign(origin, name);
      if (!Files.isRegularFile(path)) {
        throw new BundleException(
            "the bundle " + origin + " holds '" + name + "', which is no file to read; remove it");
      }
      // Before anything is read; what grows meanwhile is caught when it is.
      refuseLarger(origin, name, (int) Math.min(Files.size(path), Integer.MAX_VALUE));
      try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
        files.put(name, readFile(origin, name, in));
        refuseTooMuch(origin, files);
      }
    }
    return new BundleFiles(origin, files);
  }

  /**
   * The bytes of one file of a bundle.
   *
   * @throws BundleException when no bundle has a file of that name, or it is too large
   */
  public static byte[] readFile(String origin, String name, InputStream in) throws IOException {
    refuseForeign(origin, name);
    byte[] bytes = in.readNBytes(requireNonNull(MOST_BYTES.get(name)) + 1);
    refuseLarger(origin, name, bytes.length);
    return bytes;
  }

  /**
   * Reads a bundle from a zip.
   *
   * @param origin where it came from, for messages
   * @throws BundleException when it is none, or holds a file that a bundle may not hold, or one
   *     twice
   */
  public static BundleFiles readZip(String origin, InputStream zip) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (BoundedZip in = new BoundedZip("the bundle " + origin, zip)) {
      for (Optional<String> entry = in.next(); entry.isPresent(); entry = in.next()) {
        String name = entry.get();
        if (name.endsWith("/")) {
          refuseForeignFolder(origin, name.substring(0, name.length() - 1));
          in.skip(0);
          continue;
        }
        refuseForeign(origin, name);
        files.put(name, in.read(requireNonNull(MOST_BYTES.get(name)), ratio(name)));
        refuseTooMuch(origin, files);
      }
    } catch (ZipException e) {
      throw new BundleException(
          "the bundle " + origin + " is no sound zip (" + e.getMessage() + "); package it again",
          e);
    }
    if (files.isEmpty()) {
      throw new BundleException(origin + " is neither a folder nor a zip with a bundle in it");
    }
    return new BundleFiles(origin, files);
  }

  private static int ratio(String name) {
    return name.endsWith(".json") || name.endsWith(".yaml") ? BoundedZip.TEXT : BoundedZip.BINARY;
  }

  /**
   * What to say of a folder that has no manifest; it is some other folder, not a damaged bundle.
   */
  public static BundleException noBundle(String folder) {
    return new BundleException(
        "the folder "
            + folder
            + " is no bundle: it holds no "
            + MANIFEST
            + "; name the folder or .zip that 'nightjar package' or Bundles…write has made");
  }

  private static void refuseForeign(String origin, String name) {
    if (!MOST_BYTES.containsKey(name)) {
      throw new BundleException(
          "the bundle "
              + origin
              + " holds the file '"
              + name
              + "', which no bundle has; remove it");
    }
  }

  private static void refuseForeignFolder(String origin, String name) {
    if (!name.equals(FOLDER)) {
      throw new BundleException(
          "the bundle "
              + origin
              + " holds the folder '"
              + name
              + "', which no bundle has; remove"
              + " it");
    }
  }

  private static void refuseLarger(String origin, String name, int length) {
    refuseForeign(origin, name);
    int most = requireNonNull(MOST_BYTES.get(name));
    if (length > most) {
      throw new BundleException(
          String.format(
              "the bundle %s holds the file '%s' of more than %d bytes, the most that is read",
              origin, name, most));
    }
  }

  private static void refuseTooMuch(String origin, Map<String, byte[]> files) {
    if (files.values().stream().mapToLong(bytes -> bytes.length).sum() > MOST_BYTES_IN_ALL) {
      throw new BundleException(
          String.format(
              "the files of the bundle %s have more than %d bytes in all, the most that are read",
              origin, MOST_BYTES_IN_ALL));
    }
  }

  /** Where the files came from, for messages. */
  public String origin() {
    return origin;
  }

  /** Where a file of them came from, for messages. */
  public String place(String name) {
    return origin + "/" + name;
  }

  /** The names of all files, sorted. */
  public Set<String> names() {
    return Collections.unmodifiableSet(files.keySet());
  }

  /** The bytes of a file; empty when the bundle has none of that name. */
  public Optional<byte[]> find(String name) {
    return Optional.ofNullable(files.get(name));
  }

  /**
   * The bytes of a file.
   *
   * @throws BundleException when the bundle has none of that name
   */
  public byte[] get(String name) {
    return find(name)
        .orElseThrow(() -> new BundleException("the bundle " + origin + " lacks the file " + name));
  }

  /** A file as a stream. */
  public InputStream open(String name) {
    return new ByteArrayInputStream(get(name));
  }

  /** The sum of the files' lengths. */
  public long bytes() {
    return files.values().stream().mapToLong(b -> b.length).sum();
  }
}
