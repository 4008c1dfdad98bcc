package dev.nightjar.onnx;

import static dev.nightjar.onnx.Proto.floats;
import static dev.nightjar.onnx.Proto.model;
import static dev.nightjar.onnx.Proto.node;
import static dev.nightjar.onnx.Proto.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.Tolerance;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.Layout;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.DataType;
import dev.nightjar.dl4j.ConvertedNetwork;
import dev.nightjar.dl4j.onnx.Conversion;
import dev.nightjar.engine.Device;
import dev.nightjar.engine.Engine;
import dev.nightjar.engine.EngineNetwork;
import dev.nightjar.feature.FeatureStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class OnnxEngineTest {
  /** Two columns, three units: x · w. */
  private static final byte[] MODEL =
      model(
              new Proto()
                  .message(1, node("MatMul", "y", "x", "w"))
                  .message(5, floats("w", new long[] {2, 3}, 1, 2, 3, 4, 5, 6))
                  .message(11, value("x", -1, 2))
                  .message(12, value("y", -1, 3)))
          .done();

  private static Bundle bundle(Map<String, byte[]> files, int columns, OutputField... outputs) {
    List<InputField> inputs = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      inputs.add(InputField.required("x" + i, DataType.DOUBLE));
      names.add("x" + i);
    }
    BundleManifest manifest =
        new BundleManifest(
            "numbers",
            "1",
            Instant.EPOCH,
            "onnx",
            0,
            Tolerance.DEFAULT,
            new Contract(inputs, List.of(outputs), Layout.ROWS),
            names,
            List.of(),
            FeatureStatistics.NONE,
            Map.of(),
            Bundle.digests(files));
    return new Bundle("digest", manifest, BundleFiles.of("b", files));
  }

  private static Bundle bundle(byte[] model, int columns, OutputField... outputs) {
    return bundle(Map.of(BundleFiles.ONNX, model), columns, outputs);
  }

  private static Engine engine() {
    return ServiceLoader.load(Engine.class, Engine.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .filter(engine -> engine.name().equals("onnx"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_bundle_is_found_loaded_and_run() {
    try (EngineNetwork network = engine().load(bundle(MODEL, 2, OutputField.value("a", 2)))) {
      assertThat(network.columns()).isEqualTo(2);
      assertThat(network.units()).isEqualTo(3);
      // The array may be longer than the rows in it.
      assertThat(network.run(new float[] {1, 1, 0, 2, 9, 9}, 2))
          .containsExactly(5, 7, 9, 8, 10, 12);
      assertThat(network.run(new float[] {0, 1}, 1)).containsExactly(4, 5, 6);
    }
  }

  @Test
  void what_does_not_fit_the_contract_is_refused() {
    assertThatThrownBy(() -> engine().load(bundle(MODEL, 5, OutputField.value("a", 0))))
        .isInstanceOf(BundleException.class)
        .hasMessage(
            "b/model.onnx is refused: its input 'x' is [?, 2], and the contract declares rows of 5"
                + " columns; use a transform that gives the model's columns, and no layout");
    assertThatThrownBy(() -> engine().load(bundle(MODEL, 2, OutputField.value("a", 3))))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(
            "b/model.onnx gives 3 units for a row, and the contract's output 'a'");
    assertThatThrownBy(
            () -> engine().load(bundle(MODEL, 2, OutputField.ofClass("a", List.of("u", "v")))))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("needs others");
    assertThatThrownBy(() -> engine().load(bundle(Map.of(), 2, OutputField.value("a", 0))))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("model.onnx");
  }

  @Test
  void networks_of_one_model_share_it_and_the_last_frees_it() {
    Bundle bundle = bundle(MODEL, 2, OutputField.value("a", 0));
    EngineNetwork one = engine().load(bundle);
    EngineNetwork other = engine().load(bundle);
    assertThat(SharedSession.open()).isEqualTo(1);
    one.close();
    one.close();
    assertThat(SharedSession.open()).isEqualTo(1);
    assertThatThrownBy(() -> one.run(new float[2], 1)).isInstanceOf(IllegalStateException.class);
    assertThat(other.run(new float[] {0, 1}, 1)).containsExactly(4, 5, 6);
    other.close();
    assertThat(SharedSession.open()).isZero();
  }

  @Test
  void a_network_that_fails_over_zeros_too_blames_no_row() throws Exception {
    RowModel rows =
        RowModel.of(
            new Problems("m"), ModelReader.check("m", MODEL), Layout.ROWS, 2, Optional.empty());
    SharedSession session = SharedSession.open(MODEL, Device.cpu());
    OnnxNetwork network = new OnnxNetwork(session, rows);
    session.release();

    assertThatThrownBy(() -> network.run(new float[] {0, 1}, 1))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith(
            "the network no longer runs, not even on zeros as it did at first: ")
        .hasMessageEndingWith("look after the machine, or its GPU, and run again");
  }

  @Test
  void a_gpu_is_not_taken_for_a_cpu() {
    Bundle bundle = bundle(MODEL, 2, OutputField.value("a", 0));
    assumeFalse(NativeLibrary.hasCuda(), "the library here can use GPUs");

    assertThat(engine().unavailable(Device.Kind.CPU)).isEmpty();
    assertThat(engine().unavailable(Device.Kind.GPU))
        .contains(
            "the ONNX Runtime on the class path is the one for CPUs alone; build Nightjar with the"
                + " Maven profile 'gpu' (-Pgpu), which takes onnxruntime_gpu instead");
    assertThatThrownBy(() -> engine().load(bundle, new Device.Gpu(0)))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith(
            "b/model.onnx cannot be loaded: the ONNX Runtime on the class path");
    assertThat(SharedSession.open()).isZero();
  }

  /**
   * With the library that can: what it says where there is no GPU, and that the CPU is no worse.
   */
  @Test
  void a_gpu_that_cannot_be_opened_is_told_with_its_number_and_host() throws IOException {
    assumeTrue(NativeLibrary.hasCuda(), "the library here is the one for CPUs");
    assumeFalse(Files.exists(Path.of("/proc/driver/nvidia")), "there is a GPU here");
    Bundle bundle = bundle(MODEL, 2, OutputField.value("a", 0));

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> engine().load(bundle, new Device.Gpu(0)))
          .isInstanceOf(BundleException.class)
          .hasMessageStartingWith("b/model.onnx cannot be opened on GPU 0 of ")
          .hasMessageContaining("needs NVIDIA's driver, CUDA and cuDNN")
          .hasMessageEndingWith("mend that, or ask for the device 'cpu'");
    }
    assertThat(SharedSession.open()).isZero();
    try (EngineNetwork network = engine().load(bundle)) {
      assertThat(network.run(new float[] {0, 1}, 1)).containsExactly(4, 5, 6);
    }
  }

  @Test
  void fewer_numbers_than_rows_need_are_refused() {
    try (EngineNetwork network = engine().load(bundle(MODEL, 2, OutputField.value("a", 0)))) {
      assertThatThrownBy(() -> network.run(new float[3], 2))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> network.run(new float[3], 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void threads_with_a_network_each_do_not_disturb_each_other() throws Exception {
    MultiLayerNetwork layers =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .list()
                .layer(new DenseLayer.Builder().nIn(8).nOut(32).build())
                .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(32).nOut(2).build())
                .build());
    layers.init();
    Bundle bundle = bundle(converted(layers, 8), 8, OutputField.value("a", 0));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (EngineNetwork alone = engine().load(bundle)) {
      List<Future<Integer>> wrong = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        float[] rows = rows(thread);
        float[] expected = alone.run(rows, 33);
        wrong.add(
            threads.submit(
                () -> {
                  int differing = 0;
                  try (EngineNetwork network = engine().load(bundle)) {
                    for (int round = 0; round < 200; round++) {
                      differing += java.util.Arrays.equals(network.run(rows, 33), expected) ? 0 : 1;
                    }
                  }
                  return differing;
                }));
      }
      for (Future<Integer> one : wrong) {
        assertThat(one.get()).isZero();
      }
    } finally {
      threads.shutdown();
    }
    assertThat(SharedSession.open()).isZero();
  }

  private static float[] rows(int seed) {
    Random random = new Random(seed);
    float[] rows = new float[33 * 8];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    return rows;
  }

  private static byte[] converted(MultiLayerNetwork network, int columns) {
    try (ConvertedNetwork both = ConvertedNetwork.of(network, Layout.ROWS, columns)) {
      return ((Conversion.Converted) both.toOnnx()).model();
    }
  }

  /** Also below zero, where ONNX would count from the end. */
  @Test
  void a_category_that_an_embedding_does_not_know_fails_as_it_does_in_dl4j() {
    MultiLayerNetwork layers =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new EmbeddingLayer.Builder().nIn(5).nOut(3).build())
                .layer(new OutputLayer.Builder(LossFunction.MSE).nIn(3).nOut(2).build())
                .build());
    layers.init();
    Bundle bundle = bundle(converted(layers, 1), 1, OutputField.value("a", 0));
    try (EngineNetwork network = engine().load(bundle)) {
      assertThat(network.run(new float[] {4}, 1)).hasSize(2);
      for (float unknown : new float[] {5, -1, -5, -6, 1e30f, -1e30f}) {
        assertThatThrownBy(() -> network.run(new float[] {unknown}, 1))
            .as("category " + unknown)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith("ONNX Runtime: ");
      }
    }
  }

  /** The library's own optimizer would leave the zeros out, and give −1. */
  @Test
  void zeros_around_an_image_are_numbers_to_a_pooling() {
    Proto pads = Proto.integers("pads", 0, 0, 1, 0, 0, 0);
    Proto graph =
        new Proto()
            .message(1, node("Reshape", "image", "x", "shape"))
            .message(1, node("Pad", "padded", "image", "pads", "zero"))
            .message(
                1,
                node("MaxPool", "pooled", "padded")
                    .message(5, new Proto().text(1, "kernel_shape").varint(8, 2).varint(20, 7)))
            .message(1, node("Reshape", "y", "pooled", "flat"))
            .message(5, pads)
            .message(5, floats("zero", new long[0], 0))
            .message(5, Proto.integers("shape", -1, 1, 2))
            .message(5, Proto.integers("flat", -1, 2))
            .message(11, value("x", -1, 2))
            .message(12, value("y", -1, 2));
    Bundle bundle = bundle(model(graph).done(), 2, OutputField.value("a", 0));
    try (EngineNetwork network = engine().load(bundle)) {
      assertThat(network.run(new float[] {-1, -2}, 1)).containsExactly(0, -1);
    }
  }
}
