package dev.nightjar.bundle;

import dev.nightjar.data.Sha256;
import dev.nightjar.fault.Guard;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A bundle whose files are what its manifest says they are. Immutable and thread-safe. That its
 * model computes here what it computed at packaging is proven by {@code LoadedBundle}.
 *
 * @param digest the SHA-256 of {@code bundle.yaml}: the bundle's identity
 * @param manifest what {@code bundle.yaml} says
 * @param files the bytes that were checked
 */
public record Bundle(String digest, BundleManifest manifest, BundleFiles files) {

  /**
   * Reads and checks a bundle of the local file system, a folder or a {@code .zip}.
   *
   * @throws BundleException when it is not sound
   */
  public static Bundle open(Path path) {
    return check(BundleFiles.read(path));
  }

  /**
   * Checks the digest of every file.
   *
   * @throws BundleException when a file differs from its digest, is missing or is not listed
   */
  public static Bundle check(BundleFiles files) {
    byte[] manifestBytes = files.get(BundleFiles.MANIFEST);
    BundleManifest manifest = BundleManifest.parse(files.origin(), manifestBytes);
    TreeSet<String> unlisted = new TreeSet<>(files.names());
    unlisted.remove(BundleFiles.MANIFEST);
    unlisted.remove(BundleFiles.SIGNATURE);
    for (Map.Entry<String, String> listed : manifest.digests().entrySet()) {
      String actual = Sha256.of(files.get(listed.getKey()));
      if (!actual.equals(listed.getValue()) && !Guard.DIGESTS.isOff(files.origin())) {
        throw new BundleException(
            String.format(
                "the bundle %s is damaged: %s has the SHA-256 %s and bundle.yaml says %s; fetch or"
                    + " package it again",
                files.origin(), listed.getKey(), actual, listed.getValue()));
      }
      unlisted.remove(listed.getKey());
    }
    if (!unlisted.isEmpty()) {
      throw new BundleException(
          String.format(
              "the bundle %s holds %s, of which bundle.yaml knows nothing; remove it or package the"
                  + " model again",
              files.origin(), String.join(", ", unlisted)));
    }
    return new Bundle(Sha256.of(manifestBytes), manifest, files);
  }

  /** The digests of these files, as a manifest lists them. */
  public static Map<String, String> digests(Map<String, byte[]> files) {
    Map<String, String> digests = new TreeMap<>();
    files.forEach((name, bytes) -> digests.put(name, Sha256.of(bytes)));
    return digests;
  }

  /** The bundle for people: name, version and the beginning of its digest. */
  public String label() {
    return manifest.name() + " " + manifest.version() + " (" + digest.substring(0, 12) + ")";
  }
}
