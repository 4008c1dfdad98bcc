package dev.nightjar.spark;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.pipeline.LoadedBundle;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The bundles that this JVM has loaded, by digest: digests and golden rows are checked once per JVM
 * and not once per task. Thread-safe; the first task that needs a bundle loads it while the others
 * wait.
 */
final class ExecutorBundles {
  private static final ConcurrentMap<String, LoadedBundle> LOADED = new ConcurrentHashMap<>();

  private ExecutorBundles() {}

  /**
   * The loaded bundle of that digest.
   *
   * @param files its bytes, looked at only when the bundle has not been loaded yet
   * @throws BundleException when the bytes are not that bundle, or it fails its golden rows here
   */
  static LoadedBundle get(String digest, BundleFiles files) {
    return LOADED.computeIfAbsent(digest, wanted -> load(wanted, files));
  }

  private static LoadedBundle load(String digest, BundleFiles files) {
    Bundle bundle = Bundle.check(files);
    if (!bundle.digest().equals(digest)) {
      throw new BundleException(
          "the bundle "
              + files.origin()
              + " arrived with the digest "
              + bundle.digest()
              + " where the driver sent "
              + digest);
    }
    return LoadedBundle.load(bundle);
  }
}
