package dev.nightjar.dl4j;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.dl4j.HostileBundle.Kind;
import dev.nightjar.dl4j.canary.NetworkCanaries;
import dev.nightjar.fault.Guard;
import dev.nightjar.pipeline.LoadedBundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * For each guard that stands before a bundle, a hostile bundle that nothing else stops. Public for
 * the tests of all guards.
 */
public final class GuardedBundles {
  /** The guards that stand before a bundle. */
  public static final List<Guard> GUARDS =
      List.of(Guard.DIGESTS, Guard.SIGNATURE, Guard.SIZES, Guard.CLASS_NAMES, Guard.GOLDEN_ROWS);

  private GuardedBundles() {}

  /**
   * Whether the bundle that is hostile to a guard is refused.
   *
   * @param guard one of {@link #GUARDS}
   * @param folder where the bundle is written
   */
  public static boolean isRefused(Guard guard, Path folder) {
    Path path;
    try {
      path = hostileTo(guard, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      load(path, guard);
      return false;
    } catch (BundleException e) {
      return true;
    }
  }

  private static Path hostileTo(Guard guard, Path folder) throws IOException {
    return switch (guard) {
      case DIGESTS -> {
        // The same network zipped anew: nothing but its digest tells it from the one listed.
        Map<String, byte[]> files = SoundBundle.files();
        files.put(BundleFiles.MODEL, SoundBundle.zip(SoundBundle.model()));
        yield SoundBundle.write(folder, files);
      }
      case SIGNATURE -> SoundBundle.write(folder, SoundBundle.files());
      case SIZES -> {
        Map<String, byte[]> files =
            SoundBundle.with(
                BundleFiles.GOLDEN,
                SoundBundle.bytes(
                    SoundBundle.text(SoundBundle.file(BundleFiles.GOLDEN)) + " ".repeat(16 << 20)));
        yield SoundBundle.write(folder, files);
      }
      case CLASS_NAMES -> {
        String json = SoundBundle.text(SoundBundle.model().get("configuration.json"));
        yield SoundBundle.write(
            folder,
            SoundBundle.withModel(
                "configuration.json",
                SoundBundle.bytes(
                    json.replace(
                        "org.deeplearning4j.nn.weights.WeightInitXavier",
                        NetworkCanaries.WeightInit.class.getName()))));
      }
      case GOLDEN_ROWS -> {
        Map<String, byte[]> entries = SoundBundle.model();
        byte[] weights = entries.get("coefficients.bin").clone();
        // The first of eight weights before the bias, which is 0.
        weights[weights.length - 9 * Float.BYTES + 1] ^= 0x40;
        entries.put("coefficients.bin", weights);
        yield SoundBundle.write(folder, SoundBundle.withModel(entries));
      }
      default -> throw new IllegalArgumentException(guard + " does not stand before a bundle");
    };
  }

  private static void load(Path path, Guard guard) {
    Bundle bundle = Bundle.open(path);
    if (guard == Guard.SIGNATURE) {
      trusting().require(bundle);
    }
    LoadedBundle.load(bundle).close();
  }

  private static TrustedKeys trusting() {
    return HostileBundles.all().stream()
        .filter(hostile -> hostile.kind() == Kind.SIGNATURE)
        .findFirst()
        .orElseThrow()
        .trust()
        .orElseThrow();
  }
}
