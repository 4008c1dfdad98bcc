package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.BundleSignature;
import dev.nightjar.bundle.SigningKey;
import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.engine.EngineChoice;
import dev.nightjar.registry.AdmissionRule;
import dev.nightjar.registry.Registry;
import dev.nightjar.registry.Version;
import dev.nightjar.storage.LocalStorage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles of an older compiler, and bundles that somebody has compiled his own way. */
class RecompilationTest {
  private static final List<String> COMPILED = List.of(BundleFiles.PIPELINE, BundleFiles.ONNX);

  @TempDir private Path folder;
  private Bundle bundle;
  private Registry registry;

  @BeforeEach
  void package_the_model() {
    bundle = Flights.bundle().write(folder.resolve("bundle"));
    registry = Registry.at(new LocalStorage(folder.resolve("models")));
  }

  /** The bundle as a compiler before this one has made it, with other files. */
  private Bundle old(Map<String, byte[]> others) {
    Map<String, byte[]> files = new TreeMap<>();
    bundle.files().names().forEach(name -> files.put(name, bundle.files().get(name)));
    COMPILED.forEach(files::remove);
    files.putAll(others);
    return sealed(files, "dl4j", 0);
  }

  private Bundle sealed(Map<String, byte[]> files, String engine, int compiler) {
    files.remove(BundleFiles.MANIFEST);
    Map<String, String> provenance = new LinkedHashMap<>(bundle.manifest().provenance());
    provenance.remove("network");
    BundleManifest manifest =
        bundle.manifest().compiled(engine, compiler, provenance, Bundle.digests(files));
    files.put(BundleFiles.MANIFEST, manifest.toBytes());
    return Bundle.check(BundleFiles.of("flights", files));
  }

  @Test
  void a_bundle_of_an_older_compiler_is_compiled_anew_when_it_is_admitted() {
    Bundle old = old(Map.of());

    Version version = registry.admit(old.files(), "ann");
    Bundle admitted = Bundle.check(registry.open(registry.resolve("flight-delay:2013-10")));

    assertThat(version.digest()).isEqualTo(admitted.digest()).isNotEqualTo(old.digest());
    assertThat(admitted.manifest().engine()).isEqualTo("onnx");
    assertThat(admitted.manifest().compiler()).isEqualTo(Dl4jPackager.COMPILER);
    assertThat(admitted.manifest().provenance())
        .containsEntry("recompiled-from", old.digest())
        .containsEntry("network", "converted to ONNX");
    for (String name : COMPILED) {
      assertThat(admitted.files().get(name)).isEqualTo(bundle.files().get(name));
    }
    assertThat(admitted.files().get(BundleFiles.GOLDEN))
        .isEqualTo(bundle.files().get(BundleFiles.GOLDEN));
  }

  @Test
  void a_pipeline_that_this_compiler_cannot_read_any_more_is_no_obstacle() {
    Bundle old =
        old(Map.of(BundleFiles.PIPELINE, "{\"format\": 1}".getBytes(StandardCharsets.UTF_8)));

    registry.admit(old.files(), "ann");

    assertThat(
            Bundle.check(registry.open(registry.resolve("flight-delay:2013-10")))
                .manifest()
                .engine())
        .isEqualTo("onnx");
  }

  @Test
  void to_admit_it_again_changes_nothing() {
    Version first = registry.admit(old(Map.of()).files(), "ann");

    assertThat(registry.admit(old(Map.of()).files(), "bob")).isEqualTo(first);
  }

  @Test
  void a_bundle_of_this_compiler_is_admitted_as_it_is() {
    assertThat(registry.admit(bundle.files(), "ann").digest()).isEqualTo(bundle.digest());
  }

  @Test
  void dl4j_is_kept_where_it_was_asked_for() {
    Bundle asked = Flights.bundle().engine(EngineChoice.DL4J).write(folder.resolve("asked"));
    Map<String, byte[]> files = new TreeMap<>();
    asked.files().names().forEach(name -> files.put(name, asked.files().get(name)));
    files.put(
        BundleFiles.MANIFEST,
        asked
            .manifest()
            .compiled("dl4j", 0, asked.manifest().provenance(), asked.manifest().digests())
            .toBytes());

    registry.admit(BundleFiles.of("flights", files), "ann");

    Bundle admitted = Bundle.check(registry.open(registry.resolve("flight-delay:2013-10")));
    assertThat(admitted.manifest().engine()).isEqualTo("dl4j");
    assertThat(admitted.manifest().compiler()).isEqualTo(Dl4jPackager.COMPILER);
  }

  @Test
  void the_signature_of_a_bundle_holds_for_what_is_compiled_of_it() {
    SigningKey key = SigningKey.generate();
    Bundle old = old(Map.of());
    BundleFiles signed = BundleSignature.sign(old, key).addTo(old.files());
    TrustedKeys keys = TrustedKeys.of("team", key.publicHalf());

    Version version = registry.requiring(AdmissionRule.signedBy(keys)).admit(signed, "ann");

    assertThat(version.signedBy()).isEqualTo("team");
    Bundle admitted = Bundle.check(registry.open(registry.resolve("flight-delay:2013-10")));
    assertThat(admitted.manifest().engine()).isEqualTo("onnx");
    assertThat(keys.require(admitted)).isEqualTo("team");
  }

  @Test
  void where_a_signature_is_demanded_what_others_compiled_is_not_believed() {
    SigningKey key = SigningKey.generate();
    Map<String, byte[]> files = new TreeMap<>();
    bundle.files().names().forEach(name -> files.put(name, bundle.files().get(name)));
    // The same network, said otherwise: it passes the golden rows, and nobody has signed it.
    byte[] other = "\n".getBytes(StandardCharsets.UTF_8);
    byte[] pipeline = bundle.files().get(BundleFiles.PIPELINE);
    byte[] changed = java.util.Arrays.copyOf(pipeline, pipeline.length + 1);
    changed[pipeline.length] = other[0];
    files.put(BundleFiles.PIPELINE, changed);
    Bundle theirs = sealed(files, "onnx", Dl4jPackager.COMPILER);
    BundleFiles signed = BundleSignature.sign(theirs, key).addTo(theirs.files());
    TrustedKeys keys = TrustedKeys.of("team", key.publicHalf());

    registry.requiring(AdmissionRule.signedBy(keys)).admit(signed, "ann");

    Bundle admitted = Bundle.check(registry.open(registry.resolve("flight-delay:2013-10")));
    assertThat(admitted.files().get(BundleFiles.PIPELINE)).isEqualTo(pipeline);
    assertThat(admitted.manifest().provenance()).containsEntry("recompiled-from", theirs.digest());
  }

  @Test
  void golden_rows_that_the_source_does_not_give_are_refused() {
    String golden = new String(bundle.files().get(BundleFiles.GOLDEN), StandardCharsets.UTF_8);
    String changed = golden.replaceFirst("0\\.4[0-9]+", "0.123");
    assertThat(changed).isNotEqualTo(golden);
    Bundle old = old(Map.of(BundleFiles.GOLDEN, changed.getBytes(StandardCharsets.UTF_8)));

    assertThatThrownBy(() -> registry.admit(old.files(), "eve"))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("fails its golden rows");
    assertThat(registry.names()).isEmpty();
  }
}
