package dev.nightjar.registry;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.Tolerance;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.OutputField;
import dev.nightjar.feature.FeatureStatistics;
import dev.nightjar.storage.LocalStorage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Registries without an engine: bundles whose digests are sound and whose model nobody loads. */
final class Fixtures {
  static final String MODEL = "flight-delay";
  static final Instant NOW = Instant.parse("2024-03-06T04:30:00Z");

  private Fixtures() {}

  /** A registry that loads no model. */
  static Registry registry(Path folder, AdmissionRule... rules) {
    return new Registry(
        new LocalStorage(folder),
        Clock.fixed(NOW, ZoneOffset.UTC),
        List.of(rules),
        (bundle, distrusted) -> bundle);
  }

  /** A registry with these versions of the model. */
  static Registry registry(Path folder, List<String> versions) {
    Registry registry = registry(folder);
    versions.forEach(version -> registry.admit(bundle(version, "of " + version), "ann"));
    return registry;
  }

  /** A bundle of a version; other content makes another digest. */
  static BundleFiles bundle(String version, String content) {
    Map<String, byte[]> files = new TreeMap<>();
    files.put(BundleFiles.MODEL, content.getBytes(StandardCharsets.UTF_8));
    files.put(BundleFiles.GOLDEN, "{}".getBytes(StandardCharsets.UTF_8));
    BundleManifest manifest =
        new BundleManifest(
            MODEL,
            version,
            Instant.parse("2024-03-01T00:00:00Z"),
            "dl4j",
            0,
            Tolerance.DEFAULT,
            new Contract(
                List.of(InputField.category("colour", List.of("red", "green"))),
                List.of(OutputField.probability("alarm", 0, 0.5))),
            List.of("colour"),
            List.of(),
            FeatureStatistics.NONE,
            Map.of(),
            Bundle.digests(files));
    files.put(BundleFiles.MANIFEST, manifest.toBytes());
    return BundleFiles.of("bundles/" + version, files);
  }

  static String digest(BundleFiles files) {
    return Bundle.check(files).digest();
  }
}
