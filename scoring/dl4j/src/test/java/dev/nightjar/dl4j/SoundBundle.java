package dev.nightjar.dl4j;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.engine.EngineChoice;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** A sound bundle, taken apart to be changed, and put together again with every digest right. */
final class SoundBundle {
  private static final Bundle SOUND = pack();

  private SoundBundle() {}

  private static Bundle pack() {
    try {
      Path folder = Files.createTempDirectory("sound");
      Path zip = folder.resolve("bundle.zip");
      Bundle bundle = Flights.bundle().engine(EngineChoice.DL4J).write(zip);
      Files.delete(zip);
      Files.delete(folder);
      return byReference(bundle);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same without compiled stages: with them nobody would read transform and normalizer. */
  static Bundle byReference(Bundle bundle) {
    Map<String, byte[]> files = new TreeMap<>();
    bundle.files().names().forEach(name -> files.put(name, bundle.files().get(name)));
    files.remove(BundleFiles.PIPELINE);
    files.remove(BundleFiles.ONNX);
    BundleManifest manifest = bundle.manifest();
    return Bundle.check(
        BundleFiles.of(
            "flights",
            sealed(
                manifest.compiled(
                    "dl4j", manifest.compiler(), manifest.provenance(), manifest.digests()),
                files)));
  }

  static Bundle bundle() {
    return SOUND;
  }

  /** All files, in a map of its own. */
  static Map<String, byte[]> files() {
    Map<String, byte[]> files = new TreeMap<>();
    SOUND.files().names().forEach(name -> files.put(name, SOUND.files().get(name)));
    return files;
  }

  static byte[] file(String name) {
    return SOUND.files().get(name);
  }

  /** The entries of the model's zip, in a map of its own. */
  static Map<String, byte[]> model() {
    return unzip(file(BundleFiles.MODEL));
  }

  static Map<String, byte[]> unzip(byte[] zip) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return entries;
  }

  /** The files with another one and every digest right. */
  static Map<String, byte[]> with(String name, byte[] bytes) {
    Map<String, byte[]> files = files();
    files.put(name, bytes);
    return sealed(files);
  }

  /** The bundle with a model of these entries. */
  static Map<String, byte[]> withModel(Map<String, byte[]> entries) {
    return with(BundleFiles.MODEL, zip(entries));
  }

  /** The bundle with another entry in its model. */
  static Map<String, byte[]> withModel(String entry, byte[] bytes) {
    Map<String, byte[]> entries = model();
    entries.put(entry, bytes);
    return withModel(entries);
  }

  /** These files with a manifest that lists their digests. */
  static Map<String, byte[]> sealed(Map<String, byte[]> files) {
    return sealed(SOUND.manifest(), files);
  }

  private static Map<String, byte[]> sealed(BundleManifest old, Map<String, byte[]> files) {
    Map<String, byte[]> sealed = new TreeMap<>(files);
    sealed.remove(BundleFiles.MANIFEST);
    sealed.remove(BundleFiles.SIGNATURE);
    BundleManifest manifest = old.withDigests(Bundle.digests(sealed));
    sealed.put(BundleFiles.MANIFEST, manifest.toBytes());
    return sealed;
  }

  /** Writes the files as a zip, the manifest first, and says where. */
  static Path write(Path folder, Map<String, byte[]> files) throws IOException {
    return Files.write(folder.resolve("bundle.zip"), zip(files));
  }

  /** Writes the files as a folder and says where. */
  static Path writeFolder(Path folder, Map<String, byte[]> files) throws IOException {
    Path bundle = folder.resolve("bundle");
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = bundle.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    return bundle;
  }

  static byte[] zip(Map<String, byte[]> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The entries with another one behind them that unfolds to so many zeros. */
  static void writeBomb(OutputStream to, Map<String, byte[]> entries, String name, long zeros)
      throws IOException {
    byte[] chunk = new byte[1 << 20];
    try (ZipOutputStream out = new ZipOutputStream(to)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        if (!entry.getKey().equals(name)) {
          out.putNextEntry(new ZipEntry(entry.getKey()));
          out.write(entry.getValue());
        }
      }
      out.putNextEntry(new ZipEntry(name));
      for (long left = zeros; left > 0; left -= chunk.length) {
        out.write(chunk, 0, (int) Math.min(left, chunk.length));
      }
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A maker of a zip of files that are made when it is asked. */
  static HostileBundle.Maker zipped(Supplier<Map<String, byte[]>> files) {
    return folder -> write(folder, files.get());
  }
}
