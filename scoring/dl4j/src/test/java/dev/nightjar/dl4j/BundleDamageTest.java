package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.Scorer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;

class BundleDamageTest {
  private static final String SKIP = "nightjar.test.skip-golden-rows";
  private static Bundle sound;

  @BeforeAll
  static void package_the_model(@TempDir Path folder) {
    sound = SoundBundle.byReference(Flights.bundle().write(folder.resolve("bundle")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        BundleFiles.MODEL,
        BundleFiles.TRANSFORM,
        BundleFiles.NORMALIZER,
        BundleFiles.GOLDEN
      })
  void one_flipped_byte_is_refused_by_the_name_of_its_file(String name) {
    Map<String, byte[]> files = files();
    byte[] bytes = files.get(name).clone();
    for (int at : new int[] {0, bytes.length / 2, bytes.length - 1}) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 1;
      files.put(name, damaged);
      assertThatThrownBy(() -> Bundle.check(BundleFiles.of("flights", files)))
          .isInstanceOf(BundleException.class)
          .hasMessageContaining("the bundle flights is damaged: " + name)
          .hasMessageContaining("package it again");
    }
  }

  @Test
  void a_flipped_byte_of_the_manifest_is_refused_or_gives_another_identity() {
    byte[] bytes = files().get(BundleFiles.MANIFEST);
    for (int at = 0; at < bytes.length; at += 11) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 1;
      Map<String, byte[]> files = files();
      files.put(BundleFiles.MANIFEST, damaged);
      try {
        assertThat(Bundle.check(BundleFiles.of("flights", files)).digest())
            .isNotEqualTo(sound.digest());
      } catch (BundleException e) {
        assertThat(e).hasMessageContaining("flights");
      }
    }
  }

  @Test
  void a_missing_file_is_named() {
    Map<String, byte[]> files = files();
    files.remove(BundleFiles.NORMALIZER);
    assertThatThrownBy(() -> Bundle.check(BundleFiles.of("flights", files)))
        .isInstanceOf(BundleException.class)
        .hasMessage("the bundle flights lacks the file source/normalizer.bin");
  }

  @Test
  void a_foreign_and_an_unlisted_file_are_named() {
    Map<String, byte[]> foreign = files();
    foreign.put("source/preprocessor.bin", new byte[1]);
    assertThatThrownBy(() -> BundleFiles.of("flights", foreign))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("the file 'source/preprocessor.bin', which no bundle has");
    Map<String, byte[]> unlisted = files();
    unlisted.put("model.onnx", new byte[1]);
    assertThatThrownBy(() -> Bundle.check(BundleFiles.of("flights", unlisted)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("holds model.onnx, of which bundle.yaml knows nothing");
  }

  @Test
  void a_newer_format_and_broken_yaml_are_refused() {
    assertThatThrownBy(() -> withManifest(text -> text.replace("format: 1", "format: 3")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("flights/bundle.yaml")
        .hasMessageContaining("3 is not a format that this Nightjar reads; it reads 1 and 2");
    assertThatThrownBy(() -> withManifest(text -> text + "\n}: {"))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("this is not YAML");
    assertThatThrownBy(() -> withManifest(text -> text + "\nengin: dl4j\n"))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("engin");
  }

  @Test
  void an_engine_that_is_not_there_is_named() {
    assertThatThrownBy(
            () ->
                LoadedBundle.load(
                    withManifest(text -> text.replace("engine: dl4j", "engine: caffe"))))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("no engine 'caffe' on the class path (there: [dl4j])");
  }

  @Test
  void a_changed_weight_fails_the_golden_rows_though_all_digests_are_right() throws IOException {
    Bundle changed = changedWeight();
    assertThatThrownBy(() -> LoadedBundle.load(changed))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("the bundle flights fails its golden rows on ")
        .hasMessageContaining("row 0, stage model, value 0: ")
        .hasMessageContaining("at packaging");
  }

  @Test
  void without_the_golden_rows_a_changed_weight_would_score() throws IOException {
    ColumnBatch rows = Flights.batch(Flights.rows(5));
    System.setProperty(SKIP, "true");
    try (LoadedBundle changed = LoadedBundle.load(changedWeight());
        LoadedBundle right = LoadedBundle.load(sound);
        Scorer wrong = changed.scorer();
        Scorer scorer = right.scorer()) {
      assertThat(wrong.score(rows).outputs().column(0).get(0))
          .isNotEqualTo(scorer.score(rows).outputs().column(0).get(0));
    } finally {
      System.clearProperty(SKIP);
    }
  }

  @Test
  void a_changed_constant_of_the_transform_fails_at_that_stage() {
    byte[] json = Flights.transform(2.001).toJson().getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> LoadedBundle.load(with(BundleFiles.TRANSFORM, json)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("row 0, stage transform, wind: ");
  }

  @Test
  void a_changed_normalizer_fails_at_that_stage() {
    NormalizerStandardize fitted = Flights.normalizer();
    INDArray mean = fitted.getMean().dup();
    mean.putScalar(4, mean.getDouble(4) + 1);
    byte[] bytes = Normalizer.write(new NormalizerStandardize(mean, fitted.getStd().dup()));
    assertThatThrownBy(() -> LoadedBundle.load(with(BundleFiles.NORMALIZER, bytes)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("row 0, stage normalize, hour: ");
  }

  private static Bundle changedWeight() throws IOException {
    MultiLayerNetwork network = Flights.network();
    network.params().putScalar(0, 3, network.params().getDouble(0, 3) + 0.25);
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, zip, false);
    return with(BundleFiles.MODEL, zip.toByteArray());
  }

  private static Map<String, byte[]> files() {
    Map<String, byte[]> files = new TreeMap<>();
    sound.files().names().forEach(name -> files.put(name, sound.files().get(name)));
    return files;
  }

  /** The bundle with another file and every digest right. */
  private static Bundle with(String name, byte[] bytes) {
    Map<String, byte[]> files = files();
    files.put(name, bytes);
    files.remove(BundleFiles.MANIFEST);
    BundleManifest old = sound.manifest();
    BundleManifest manifest =
        new BundleManifest(
            old.name(),
            old.version(),
            old.created(),
            old.engine(),
            old.compiler(),
            old.tolerance(),
            old.contract(),
            old.transformed(),
            old.views(),
            old.statistics(),
            old.provenance(),
            Bundle.digests(files));
    files.put(BundleFiles.MANIFEST, manifest.toBytes());
    return Bundle.check(BundleFiles.of("flights", files));
  }

  private static Bundle withManifest(UnaryOperator<String> change) {
    Map<String, byte[]> files = files();
    String text = new String(files.get(BundleFiles.MANIFEST), StandardCharsets.UTF_8);
    files.put(BundleFiles.MANIFEST, change.apply(text).getBytes(StandardCharsets.UTF_8));
    return Bundle.check(BundleFiles.of("flights", files));
  }
}
