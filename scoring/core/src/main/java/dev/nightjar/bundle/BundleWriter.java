package dev.nightjar.bundle;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes and signs bundles on the local file system, as a whole or not at all. */
public final class BundleWriter {
  private BundleWriter() {}

  /**
   * Writes a folder, or a zip when the path ends in {@code .zip}. The bundle appears under its name
   * when it is complete.
   *
   * @throws BundleException when something is there already or it cannot be written
   */
  public static void write(BundleFiles files, Path target) {
    if (Files.exists(target)) {
      throw new BundleException(
          target + " is there already; a bundle is never overwritten, choose another path");
    }
    Path parent =
        requireNonNull(target.toAbsolutePath().getParent(), "a bundle cannot be the root");
    try {
      Files.createDirectories(parent);
      Path draft = draft(parent, target);
      if (target.toString().endsWith(".zip")) {
        writeZip(files, draft);
      } else {
        writeFolder(files, draft);
      }
      Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException e) {
      throw new BundleException(target + " has just been written by somebody else", e);
    } catch (IOException e) {
      throw new BundleException("the bundle " + target + " cannot be written: " + e, e);
    }
  }

  /**
   * Puts a signature into a bundle, which is checked before; another that is there is replaced. The
   * bundle's digest stays as it is.
   *
   * @return the bundle as it was signed
   * @throws BundleException when it is not sound or cannot be written
   */
  public static Bundle sign(Path target, SigningKey key) {
    Bundle bundle = Bundle.open(target);
    BundleFiles signed = BundleSignature.sign(bundle, key).addTo(bundle.files());
    Path parent =
        requireNonNull(target.toAbsolutePath().getParent(), "a bundle cannot be the root");
    Path draft = draft(parent, target);
    try {
      Path place = target;
      if (Files.isDirectory(target)) {
        // Not drafted inside: a reader would find a file that no bundle has.
        Files.write(draft, signed.get(BundleFiles.SIGNATURE));
        place = target.resolve(BundleFiles.SIGNATURE);
      } else {
        writeZip(signed, draft);
      }
      Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new BundleException("the bundle " + target + " cannot be signed: " + e, e);
    }
    return new Bundle(bundle.digest(), bundle.manifest(), signed);
  }

  private static Path draft(Path parent, Path target) {
    return parent.resolve("." + target.getFileName() + ".draft-" + ProcessHandle.current().pid());
  }

  private static void writeFolder(BundleFiles files, Path folder) throws IOException {
    for (String name : files.names()) {
      Path file = folder.resolve(name);
      Files.createDirectories(requireNonNull(file.getParent()));
      Files.write(file, files.get(name));
    }
  }

  private static void writeZip(BundleFiles files, Path zip) throws IOException {
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(out)) {
      for (String name : files.names()) {
        ZipEntry entry = new ZipEntry(name);
        // A fixed time: the same bundle gives the same zip.
        entry.setLastModifiedTime(FileTime.fromMillis(0));
        entries.putNextEntry(entry);
        entries.write(files.get(name));
        entries.closeEntry();
      }
    }
  }
}
