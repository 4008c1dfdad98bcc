package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.dl4j.canary.Canary;
import dev.nightjar.dl4j.canary.StreamCanaries;
import dev.nightjar.fault.Guard;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.Scorer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.api.preprocessor.serializer.NormalizerSerializer;

/** What each guard is worth: with it off, something gets through that it stops. */
class GuardsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @FieldSource("dev.nightjar.dl4j.GuardedBundles#GUARDS")
  void without_a_guard_a_hostile_bundle_gets_through(Guard guard) {
    assertThat(GuardedBundles.isRefused(guard, folder)).isTrue();
    System.setProperty(guard.property(), "true");
    try {
      assertThat(GuardedBundles.isRefused(guard, folder)).isFalse();
    } finally {
      System.clearProperty(guard.property());
    }
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
