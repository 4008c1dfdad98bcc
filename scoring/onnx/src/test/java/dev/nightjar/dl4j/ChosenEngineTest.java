package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.contract.Layout;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.dl4j.onnx.Conversion;
import dev.nightjar.engine.EngineChoice;
import dev.nightjar.engine.Engines;
import dev.nightjar.engine.ReferencePipeline;
import dev.nightjar.pipeline.GoldenProof;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Which engine a bundle is packaged for, with both on the class path. */
class ChosenEngineTest {
  @TempDir private Path folder;

  @Test
  void a_network_that_can_be_converted_is_packaged_for_onnx_and_scores_as_the_reference() {
    Bundle bundle = Flights.bundle().write(folder.resolve("bundle"));
    assertThat(bundle.manifest().engine()).isEqualTo("onnx");
    assertThat(bundle.files().names()).contains(BundleFiles.ONNX, BundleFiles.MODEL);
    assertThat(bundle.manifest().provenance())
        .containsEntry("network", "converted to ONNX")
        .containsEntry("transform", "compiled");
    List<Object[]> some = new ArrayList<>(Flights.rows(2_000));
    some.add(Flights.with("carrier", "??"));
    some.add(Flights.with("wind", null));
    some.add(Flights.with("cancelled", 1));
    ColumnBatch rows = Flights.batch(some);
    try (LoadedBundle loaded = LoadedBundle.load(bundle);
        Scorer scorer = loaded.scorer();
        ReferencePipeline reference = Engines.reference("dl4j").load(bundle)) {
      ScoredBatch scored = scorer.score(rows);
      List<GoldenRow> expected = GoldenProof.compute(bundle, reference, rows).rows();
      for (int row = 0; row < rows.rows(); row++) {
        assertThat(scored.outcome(row)).isEqualTo(expected.get(row).values().outcome());
        Object score = scored.outputs().column("delayed").get(row);
        Object judged = expected.get(row).outputs().get("delayed");
        if (judged == null) {
          assertThat(score).isNull();
        } else {
          assertThat(((Number) score).doubleValue())
              .isCloseTo(((Number) judged).doubleValue(), within(1e-6));
        }
      }
    }
  }

  @Test
  void the_engine_that_is_asked_for_runs_the_network() {
    Bundle bundle = Flights.bundle().engine(EngineChoice.DL4J).write(folder.resolve("bundle"));
    assertThat(bundle.manifest().engine()).isEqualTo("dl4j");
    assertThat(bundle.files().names()).doesNotContain(BundleFiles.ONNX);
    assertThat(bundle.manifest().provenance()).containsEntry("network", "run by DL4J, as asked");
  }

  @Test
  void a_network_that_cannot_be_converted_runs_on_dl4j_and_says_why() {
    Bundle bundle = odd().write(folder.resolve("bundle"));
    assertThat(bundle.manifest().engine()).isEqualTo("dl4j");
    assertThat(bundle.manifest().provenance().get("network"))
        .startsWith("run by DL4J, because ")
        .contains("its option hasLayerNorm is true");
  }

  @Test
  void it_is_refused_where_onnx_was_asked_for() {
    assertThatThrownBy(() -> odd().engine(EngineChoice.ONNX).write(folder.resolve("bundle")))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("the engine 'onnx' was asked for and cannot run flights 2013-10: ")
        .hasMessageContaining("its option hasLayerNorm is true")
        .hasMessageEndingWith("Choose the engine 'dl4j', or 'auto' for the fastest that can");
  }

  @Test
  void other_weights_in_the_converted_network_fail_the_golden_rows() {
    Bundle bundle = Flights.bundle().write(folder.resolve("bundle"));
    try (ConvertedNetwork other = ConvertedNetwork.of(network(false), Layout.ROWS, Flights.WIDTH)) {
      Map<String, byte[]> files = new TreeMap<>();
      bundle.files().names().forEach(name -> files.put(name, bundle.files().get(name)));
      files.put(BundleFiles.ONNX, ((Conversion.Converted) other.toOnnx()).model());
      files.remove(BundleFiles.MANIFEST);
      BundleManifest manifest = bundle.manifest().withDigests(Bundle.digests(files));
      files.put(BundleFiles.MANIFEST, manifest.toBytes());
      Bundle changed = Bundle.check(BundleFiles.of("flights", files));
      assertThatThrownBy(() -> LoadedBundle.load(changed))
          .isInstanceOf(BundleException.class)
          .hasMessageContaining("fails its golden rows")
          .hasMessageContaining("stage model");
    }
  }

  @Test
  void a_converted_network_without_its_pipeline_is_refused() {
    Bundle bundle = Flights.bundle().write(folder.resolve("bundle"));
    Map<String, byte[]> files = new TreeMap<>();
    bundle.files().names().forEach(name -> files.put(name, bundle.files().get(name)));
    files.remove(BundleFiles.PIPELINE);
    files.remove(BundleFiles.MANIFEST);
    files.put(BundleFiles.MANIFEST, bundle.manifest().withDigests(Bundle.digests(files)).toBytes());

    assertThatThrownBy(() -> LoadedBundle.load(Bundle.check(BundleFiles.of("flights", files))))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            "the bundle flights holds model.onnx and no pipeline.json, without which no rows come to"
                + " it; package the model again");
  }

  private static Bundles odd() {
    return Bundles.from(network(true))
        .name("flights")
        .version("2013-10")
        .created(Flights.TRAINED)
        .transform(Flights.transform())
        .withoutNormalizer()
        .contract(Flights.contract())
        .sample(Flights.batch(Flights.rows(100)));
  }

  /** Another network than the model's; layer normalization is not converted. */
  private static MultiLayerNetwork network(boolean layerNormalization) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(11)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(Flights.WIDTH)
                        .nOut(8)
                        .hasLayerNorm(layerNormalization)
                        .activation(Activation.TANH)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.XENT)
                        .nIn(8)
                        .nOut(1)
                        .activation(Activation.SIGMOID)
                        .build())
                .build());
    network.init();
    return network;
  }
}
