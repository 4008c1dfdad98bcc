package dev.nightjar.spark;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.data.Sha256;
import dev.nightjar.engine.Device;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.Scorer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The bundles that this JVM has loaded, by digest, engine and device: digests and golden rows are
 * checked once per JVM and not once per task. The few that were used last on each device are kept;
 * what an older one holds off the heap is freed when its last scorer is given back. Thread-safe;
 * the first task that needs a bundle loads it while the others wait.
 */
final class ExecutorBundles {
  private static final int MOST_LOADED = 3;
  private static final Map<Key, LoadedBundle> LOADED = new LinkedHashMap<>(8, 0.75f, true);

  private ExecutorBundles() {}

  /**
   * What is loaded.
   *
   * @param digest of the bundle
   * @param engine the name of what runs its network
   * @param device on what
   */
  record Key(String digest, String engine, Device device) {}

  /**
   * A scorer of a bundle, for the calling thread.
   *
   * @param files its bytes, looked at only when the bundle has not been loaded yet, but for its
   *     signature
   * @param signedBy whose signature is asked for, each time: somebody else in this JVM may have
   *     loaded the bundle without asking
   * @throws BundleException when the bytes are not that bundle, not signed by one of the keys, the
   *     device cannot be used, or it fails its golden rows here
   */
  static Scorer scorer(Key key, BundleFiles files, Optional<TrustedKeys> signedBy) {
    signedBy.ifPresent(keys -> keys.require(manifest(key.digest(), files)));
    synchronized (LOADED) {
      return get(key, files).scorer();
    }
  }

  /** The loaded bundle. */
  static LoadedBundle get(Key key, BundleFiles files) {
    synchronized (LOADED) {
      LoadedBundle bundle = LOADED.get(key);
      if (bundle == null) {
        bundle = load(key, files);
        LOADED.put(key, bundle);
        closeEldest(key.device());
      }
      return bundle;
    }
  }

  /** Tasks of one executor may each have a GPU of their own, and all of them one bundle. */
  private static void closeEldest(Device device) {
    List<Key> eldestFirst =
        LOADED.keySet().stream().filter(key -> key.device().equals(device)).toList();
    for (Key key : eldestFirst.subList(0, Math.max(0, eldestFirst.size() - MOST_LOADED))) {
      Objects.requireNonNull(LOADED.remove(key)).close();
    }
  }

  /** Loads it, whether this JVM has it already or not. */
  static LoadedBundle load(Key key, BundleFiles files) {
    Bundle bundle = Bundle.check(files);
    requireSame(key.digest(), bundle);
    return LoadedBundle.load(bundle, key.engine(), key.device());
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
