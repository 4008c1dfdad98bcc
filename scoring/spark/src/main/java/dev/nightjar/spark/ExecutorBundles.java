package dev.nightjar.spark;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.data.Sha256;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.Scorer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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
   * @param files its bytes, looked at only when the bundle has not been loaded yet, but for its
   *     signature
   * @param signedBy whose signature is asked for, each time: somebody else in this JVM may have
   *     loaded the bundle without asking
   * @throws BundleException when the bytes are not that bundle, not signed by one of the keys, or
   *     it fails its golden rows here
   */
  static Scorer scorer(String digest, BundleFiles files, Optional<TrustedKeys> signedBy) {
    signedBy.ifPresent(keys -> keys.require(manifest(digest, files)));
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

  /** Loads it, whether this JVM has it already or not. */
  static LoadedBundle load(String digest, BundleFiles files) {
    Bundle bundle = Bundle.check(files);
    requireSame(digest, bundle);
    return LoadedBundle.load(bundle);
  }

  /**
   * The bundle by its manifest alone, which the digest covers; whoever loaded it has checked the
   * other files against that, and they may be too large to do so in every task.
   */
  private static Bundle manifest(String digest, BundleFiles files) {
    byte[] bytes = files.get(BundleFiles.MANIFEST);
    Bundle bundle =
        new Bundle(Sha256.of(bytes), BundleManifest.parse(files.origin(), bytes), files);
    requireSame(digest, bundle);
    return bundle;
  }

  private static void requireSame(String digest, Bundle bundle) {
    if (!bundle.digest().equals(digest)) {
      throw new BundleException(
          "the bundle "
              + bundle.files().origin()
              + " arrived with the digest "
              + bundle.digest()
              + " where the driver sent "
              + digest);
    }
  }
}
