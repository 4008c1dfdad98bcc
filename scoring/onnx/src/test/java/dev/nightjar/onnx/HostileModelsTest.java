package dev.nightjar.onnx;

import static dev.nightjar.onnx.Proto.floats;
import static dev.nightjar.onnx.Proto.integers;
import static dev.nightjar.onnx.Proto.model;
import static dev.nightjar.onnx.Proto.node;
import static dev.nightjar.onnx.Proto.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.engine.EngineNetwork;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Models that the library must never see. */
class HostileModelsTest {

  /** Two columns, a product with three units; each case adds something of its own. */
  private static Proto sound() {
    return new Proto()
        .message(1, node("MatMul", "y", "x", "w"))
        .message(5, floats("w", new long[] {2, 3}, 1, 2, 3, 4, 5, 6))
        .message(11, value("x", -1, 2))
        .message(12, value("y", -1, 3));
  }

  private static Proto between(Proto... nodes) {
    Proto graph = new Proto();
    for (Proto node : nodes) {
      graph.message(1, node);
    }
    return graph.message(11, value("x", -1, 2)).message(12, value("y", -1, 2));
  }

  private static Proto attribute(String name) {
    return new Proto().text(1, name);
  }

  private static byte[] deep(int nodes) {
    Proto graph = new Proto();
    String last = "x";
    for (int i = 0; i < nodes; i++) {
      String next = i == nodes - 1 ? "y" : "v" + i;
      graph.message(1, node("Relu", next, last));
      last = next;
    }
    return model(graph.message(11, value("x", -1, 2)).message(12, value("y", -1, 2))).done();
  }

  private static byte[] external() {
    Proto tensor =
        new Proto()
            .varint(1, 2)
            .varint(2, 1)
            .text(8, "w")
            .message(13, new Proto().text(1, "location").text(2, "/etc/passwd"))
            .varint(14, 1);
    return model(sound().message(5, tensor)).done();
  }

  private static Map<String, byte[]> cases() {
    Map<String, byte[]> cases = new LinkedHashMap<>();
    addFiles(cases);
    addOperators(cases);
    addConstants(cases);
    addGraphs(cases);
    addGrowth(cases);
    return cases;
  }

  /** What is no file of this format. */
  private static void addFiles(Map<String, byte[]> cases) {
    cases.put("no sound ONNX file: it ends inside a number", new byte[] {(byte) 0x80});
    cases.put("holds no graph", new byte[0]);
    cases.put("field 7 is there twice", model(sound()).message(7, sound()).done());
    cases.put(
        "declares 1000000000000 bytes where 0 are left",
        new Proto().length(7, 1_000_000_000_000L).done());
    cases.put("declares -1 bytes", new Proto().length(7, -1).done());
    cases.put("a field has the number 0", new byte[] {0, 0});
    cases.put("is of the kind 3", new byte[] {(1 << 3) | 3});
    cases.put("more than 64 bits", new byte[] {8, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2});
  }

  /** What a node must not be. */
  private static void addOperators(Map<String, byte[]> cases) {
    cases.put(
        "operators of the domain 'com.microsoft'",
        model(between(node("FusedMatMul", "y", "x", "x").text(7, "com.microsoft"))).done());
    cases.put(
        "imports the operators of 'ai.onnx.ml'",
        model(sound()).message(8, new Proto().text(1, "ai.onnx.ml").varint(2, 3)).done());
    cases.put("uses the operator 'Loop'", model(between(node("Loop", "y", "x"))).done());
    cases.put(
        "uses the operator 'RandomNormalLike'",
        model(between(node("RandomNormalLike", "y", "x"))).done());
    cases.put(
        "holds a graph",
        model(between(node("Relu", "y", "x").message(5, attribute("body").message(6, new Proto()))))
            .done());
    cases.put(
        "training data, functions or something unknown (field 25)",
        model(sound()).message(25, new Proto().text(1, "f")).done());
    cases.put("something unknown (field 99)", model(sound()).text(99, "?").done());
  }

  /** Constants that are not what they say. */
  private static void addConstants(Map<String, byte[]> cases) {
    cases.put("lies in another file, which is never read", external());
    cases.put("sparse or quantized data", model(sound().message(15, new Proto())).done());
    cases.put(
        "declares 1000000 numbers of 4 bytes and holds 8 bytes",
        model(sound().message(5, floats("big", new long[] {1000, 1000}, 1, 2))).done());
    cases.put(
        "more than 268435456 numbers",
        model(sound().message(5, floats("big", new long[] {1L << 20, 1L << 20}))).done());
    cases.put(
        "has a dimension 1 of -1", model(sound().message(5, floats("w2", new long[] {-1}))).done());
    cases.put(
        "only constants of up to 8 dimensions",
        model(sound().message(5, floats("w2", new long[9], 1))).done());
    cases.put(
        "has the type 8",
        model(sound().message(5, new Proto().varint(1, 1).varint(2, 8).text(8, "texts"))).done());
    cases.put(
        "data of an unknown kind, field 6",
        model(sound().message(5, new Proto().varint(2, 8).text(8, "texts").text(6, "a"))).done());
    cases.put(
        "holds its data twice",
        model(sound().message(5, floats("w2", new long[] {1}, 1).bytes(4, new byte[Float.BYTES])))
            .done());
    cases.put(
        "the constant 'w' is there twice",
        model(sound().message(5, floats("w", new long[] {1}, 1))).done());
  }

  /** Graphs that do not hang together, or do not give rows for rows. */
  private static void addGraphs(Map<String, byte[]> cases) {
    cases.put(
        "has a cycle, or is not sorted",
        model(between(node("Add", "a", "x", "y"), node("Relu", "y", "a"))).done());
    cases.put(
        "uses 'z', which no node before it gives", model(between(node("Relu", "y", "z"))).done());
    cases.put(
        "the value 'y' is given twice",
        model(between(node("Relu", "y", "x"), node("Tanh", "y", "x"))).done());
    cases.put("no node gives its output", model(between(node("Relu", "z", "x"))).done());
    cases.put("more than 4000 nodes follow each other", deep(4001));
    cases.put(
        "it has 2 inputs and 1 outputs", model(sound().message(11, value("second", -1, 2))).done());
    cases.put(
        "it has 1 inputs and 2 outputs", model(sound().message(12, value("y", -1, 3))).done());
    cases.put(
        "its input 'x' is no matrix of floats",
        model(
                new Proto()
                    .message(1, node("Relu", "y", "x"))
                    .message(11, value("x", -1, 2, 2))
                    .message(12, value("y", -1, 2)))
            .done());
    cases.put(
        "its output 'y' is no matrix of floats",
        model(
                new Proto()
                    .message(1, node("Relu", "y", "x"))
                    .message(11, value("x", -1, 2))
                    .message(12, value("y", 5, 2)))
            .done());
  }

  /** Small files that would ask for all memory. */
  private static void addGrowth(Map<String, byte[]> cases) {
    cases.put(
        "a node 'Tile' makes its input far larger",
        model(
                between(node("Tile", "y", "x", "times"))
                    .message(5, integers("times", 1 << 20, 1 << 20)))
            .done());
    cases.put(
        "the sizes of a node 'Expand' are computed when it runs",
        model(between(node("Shape", "s", "x"), node("Expand", "y", "x", "s"))).done());
    cases.put(
        "a node 'Pad' makes its input far larger",
        model(
                between(node("Pad", "y", "x", "pads"))
                    .message(5, integers("pads", 0, 0, 0, 1L << 40)))
            .done());
    cases.put(
        "the attribute 'pads' of a node 'Conv' is 1000000000",
        model(
                between(
                    node("Conv", "y", "x", "x")
                        .message(5, attribute("pads").varint(8, 1_000_000_000).varint(20, 7))))
            .done());
  }

  @TestFactory
  Stream<DynamicTest> models_that_break_a_rule_are_refused_with_place_and_rule() {
    return cases().entrySet().stream()
        .map(
            one ->
                DynamicTest.dynamicTest(
                    one.getKey(),
                    () ->
                        assertThatThrownBy(() -> ModelReader.check("b/model.onnx", one.getValue()))
                            .isInstanceOf(BundleException.class)
                            .hasMessageStartingWith("b/model.onnx is ")
                            .hasMessageContaining(one.getKey())
                            .hasMessageContaining("; ")));
  }

  @Test
  void the_model_that_the_cases_change_is_sound() {
    byte[] bytes = model(sound()).done();
    ModelReader.Signature signature = ModelReader.check("sound", bytes);
    assertThat(signature).isEqualTo(new ModelReader.Signature("x", 2, 3));
    try (EngineNetwork network = OnnxEngine.open("sound", bytes, signature)) {
      assertThat(network.run(new float[] {1, 1, 0, 2}, 2)).containsExactly(5, 7, 9, 8, 10, 12);
    }
  }

  /** So that the bound lies below what the library can take. */
  @Test
  void the_deepest_model_that_is_let_through_runs() {
    byte[] bytes = deep(4000);
    try (EngineNetwork network = OnnxEngine.open("deep", bytes, ModelReader.check("deep", bytes))) {
      assertThat(network.run(new float[] {1, -1}, 1)).containsExactly(1, 0);
    }
  }

  /** Damage never leads to anything but a refusal. */
  @Test
  void every_cut_and_thousands_of_changed_bytes_are_refused_or_read() {
    byte[] bytes = model(sound()).done();
    for (int length = 0; length < bytes.length; length++) {
      readOrRefuse(Arrays.copyOf(bytes, length));
    }
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = bytes.clone();
      for (int change = 0; change <= random.nextInt(3); change++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      readOrRefuse(changed);
    }
  }

  private static void readOrRefuse(byte[] bytes) {
    try {
      ModelReader.check("changed", bytes);
    } catch (BundleException e) {
      assertThat(e).hasMessageStartingWith("changed is ");
    }
  }

  @Test
  void a_model_that_the_library_refuses_is_refused_in_words() {
    byte[] bytes =
        model(
                new Proto()
                    .message(1, node("MatMul", "y", "x", "w"))
                    .message(5, floats("w", new long[] {5, 3}, new float[15]))
                    .message(11, value("x", -1, 2))
                    .message(12, value("y", -1, 3)))
            .done();
    ModelReader.Signature signature = ModelReader.check("wrong", bytes);
    assertThatThrownBy(() -> OnnxEngine.open("wrong", bytes, signature))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("wrong ");
    assertThat(SharedSession.open()).isZero();
  }

  /** It would give one row's units for all. */
  @Test
  void a_model_that_gives_other_rows_than_it_takes_is_refused() {
    byte[] bytes =
        model(
                new Proto()
                    .message(
                        1,
                        node("ReduceSum", "y", "x", "axes")
                            .message(5, attribute("keepdims").varint(3, 1).varint(20, 2)))
                    .message(5, integers("axes", 0))
                    .message(11, value("x", -1, 2))
                    .message(12, value("y", -1, 2)))
            .done();
    ModelReader.Signature signature = ModelReader.check("mixing", bytes);
    assertThatThrownBy(() -> OnnxEngine.open("mixing", bytes, signature))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("the model gives an array [1, 2] instead of [2, 2]");
    assertThat(SharedSession.open()).isZero();
  }
}
