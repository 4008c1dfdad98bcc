package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.Guard;
import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.dl4j.HostileBundle.Kind;
import dev.nightjar.dl4j.canary.Canary;
import dev.nightjar.dl4j.canary.NetworkCanaries;
import dev.nightjar.dl4j.canary.StreamCanaries;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.Scorer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;

/** What each guard is worth: with it off, something gets through that it stops. */
class GuardsTest {
  @TempDir Path folder;

  @AfterEach
  void put_all_guards_up() {
    for (Guard guard : Guard.values()) {
      System.clearProperty(guard.property());
    }
  }

  @ParameterizedTest
  @EnumSource(Guard.class)
  void without_a_guard_a_hostile_bundle_gets_through(Guard guard) throws IOException {
    Path path = hostileTo(guard);
    assertThatThrownBy(() -> load(path, guard)).isInstanceOf(BundleException.class);
    System.setProperty(guard.property(), "true");
    assertThatCode(() -> load(path, guard)).doesNotThrowAnyException();
  }

  private Path hostileTo(Guard guard) throws IOException {
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

  @Test
  void every_guard_has_a_property_of_its_own() {
    Set<String> properties = new TreeSet<>();
    EnumSet.allOf(Guard.class).forEach(guard -> properties.add(guard.property()));
    assertThat(properties)
        .hasSize(Guard.values().length)
        .allMatch(property -> property.startsWith("nightjar.test.skip-"));
  }

  /** The bytes that were checked are the bytes that are loaded, whatever lies there by then. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_bundle_that_is_replaced_between_check_and_load_changes_nothing(boolean zipped)
      throws IOException {
    Path path =
        zipped
            ? SoundBundle.write(folder, SoundBundle.files())
            : SoundBundle.writeFolder(folder, SoundBundle.files());
    Bundle checked = Bundle.open(path);
    Map<String, byte[]> hostile =
        SoundBundle.withModel(
            "preprocessor.bin", HostileStreams.serialized(new StreamCanaries.Gadget()));
    if (zipped) {
      SoundBundle.write(folder, hostile);
    } else {
      SoundBundle.writeFolder(folder, hostile);
    }
    Canary.forget();
    try (LoadedBundle loaded = LoadedBundle.load(checked);
        LoadedBundle sound = LoadedBundle.load(SoundBundle.bundle());
        Scorer first = loaded.scorer();
        Scorer second = loaded.scorer(); // a replica, read once more
        Scorer expected = sound.scorer()) {
      Object score = expected.score(Flights.batch(Flights.good())).outputs().column(0).get(0);
      for (Scorer scorer : new Scorer[] {first, second}) {
        assertThat(scorer.score(Flights.batch(Flights.good())).outputs().column(0).get(0))
            .isEqualTo(score);
      }
    }
    assertThat(Canary.sung()).isEmpty();
    assertThatThrownBy(() -> LoadedBundle.load(Bundle.open(path)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("preprocessor.bin");
  }

  /** The canary in the corpus is a real one: ND4J's own reader would load and make its class. */
  @Test
  void nd4j_itself_would_make_the_normalizer_that_a_custom_header_names() {
    byte[] custom = HostileStreams.custom(StreamCanaries.Normalizer.class.getName());
    Canary.forget();
    try {
      NormalizerSerializer.getDefault().restore(new ByteArrayInputStream(custom));
    } catch (Exception e) {
      assertThat(e).isNotNull(); // it ran before it failed
    }
    assertThat(Canary.sung()).isNotEmpty();
  }

  /** And so are the serialized ones: DL4J's own reader would deserialize them. */
  @Test
  void dl4j_itself_would_deserialize_the_preprocessor() throws IOException {
    Map<String, byte[]> entries = new TreeMap<>(SoundBundle.model());
    entries.put("preprocessor.bin", HostileStreams.serialized(new StreamCanaries.Gadget()));
    Path zip = Files.write(folder.resolve("model.zip"), SoundBundle.zip(entries));
    Canary.forget();
    try {
      ModelSerializer.restoreMultiLayerNetwork(zip.toFile());
    } catch (ClassCastException e) {
      assertThat(e).isNotNull(); // too late
    }
    assertThat(Canary.sung()).contains("StreamCanaries.Gadget was deserialized");
  }
}
