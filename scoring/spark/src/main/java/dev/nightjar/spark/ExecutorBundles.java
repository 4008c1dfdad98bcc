package dev.nightjar.spark;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.Scorer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The bundles that this JVM has loaded, by digest: digests and golden rows are checked once per JVM
 * and not once per task. The few that were used last are kept; what an older one holds off the heap
 * is freed when its last scorer is given back. Thread-safe; the first task that needs a bundle
 * loads it while the others wait.
 */
final class ExecutorBundles {
  private static final int MOST_LOADED = 3;
  private static final Map<String, LoadedBundle> LOADED = new LinkedHashMap<>(8, 0.75f, true);

  private ExecutorBundles() {}

  /**
   * A scorer of the bundle of that digest, for the calling thread.
   *
   * @param files its bytes, looked at only when the bundle has not been loaded yet
   * @throws BundleException when the bytes are not that bundle, or it fails its golden rows here
   */
  static Scorer scorer(String digest, BundleFiles files) {
    synchronized (LOADED) {
      return get(digest, files).scorer();
    }
  }

  /** The loaded bundle of that digest. */
  static LoadedBundle get(String digest, BundleFiles files) {
    synchronized (LOADED) {
      LoadedBundle bundle = LOADED.get(digest);
      if (bundle == null) {
        bundle = load(digest, files);
        LOADED.put(digest, bundle);
        closeEldest();
      }
      return bundle;
    }
  }

  private static void closeEldest() {
    Iterator<LoadedBundle> eldestFirst = LOADED.values().iterator();
    while (LOADED.size() > MOST_LOADED) {
      eldestFirst.next().close();
      eldestFirst.remove();
    }
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
