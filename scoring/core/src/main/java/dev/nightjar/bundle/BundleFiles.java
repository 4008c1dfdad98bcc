package dev.nightjar.bundle;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

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
  public static final String GOLDEN = "golden.json";
  public static final String SIGNATURE = "bundle.sig";

  /** Every name that a bundle may hold. */
  private static final Set<String> ALLOWED =
      Set.of(
          MANIFEST,
          MODEL,
          TRANSFORM,
          NORMALIZER,
          GOLDEN,
          SIGNATURE,
          "source/model.h5",
          "source/model.onnx",
          "pipeline.json",
          "model.onnx");

  private static final int MOST_BYTES = Integer.MAX_VALUE - 16;

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
   * @throws BundleException when a name is none that a bundle may hold
   */
  public static BundleFiles of(String origin, Map<String, byte[]> files) {
    files.keySet().forEach(name -> refuseForeign(origin, name));
    return new BundleFiles(origin, files);
  }

  /**
   * Reads a bundle from a folder or a {@code .zip} of the local file system.
   *
   * @throws BundleException when there is none, or it holds a file that a bundle may not hold
   */
  public static BundleFiles read(Path path) {
    String origin = path.toString();
    try {
      if (Files.isDirectory(path)) {
        return readFolder(path);
      }
      if (!Files.exists(path)) {
        throw new BundleException(
            "there is no bundle at " + origin + "; make one with 'nightjar package'");
      }
      try (InputStream in = Files.newInputStream(path)) {
        return readZip(origin, in);
      }
    } catch (IOException e) {
      throw new BundleException("the bundle " + origin + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static BundleFiles readFolder(Path folder) throws IOException {
    if (!Files.isRegularFile(folder.resolve(MANIFEST))) {
      throw noBundle(folder.toString());
    }
    Map<String, byte[]> files = new TreeMap<>();
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(folder)) {
      paths = walk.filter(Files::isRegularFile).toList();
    }
    for (Path path : paths) {
      String name = folder.relativize(path).toString().replace('\\', '/');
      refuseForeign(folder.toString(), name);
      files.put(name, Files.readAllBytes(path));
    }
    return new BundleFiles(folder.toString(), files);
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
    try (ZipInputStream in = new ZipInputStream(zip)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (entry.isDirectory()) {
          continue;
        }
        refuseForeign(origin, entry.getName());
        byte @Nullable [] before = files.put(entry.getName(), in.readNBytes(MOST_BYTES));
        if (before != null) {
          throw new BundleException(
              "the bundle " + origin + " holds the file " + entry.getName() + " twice");
        }
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
    if (!ALLOWED.contains(name)) {
      throw new BundleException(
          "the bundle "
              + origin
              + " holds the file '"
              + name
              + "', which no bundle has; remove it");
    }
  }

  /** Where the files came from, for messages. */
  public String origin() {
    return origin;
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
