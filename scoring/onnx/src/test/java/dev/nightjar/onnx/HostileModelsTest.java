package dev.nightjar.onnx;

import static dev.nightjar.onnx.Proto.floats;
import static dev.nightjar.onnx.Proto.integers;
import static dev.nightjar.onnx.Proto.model;
import static dev.nightjar.onnx.Proto.node;
import static dev.nightjar.onnx.Proto.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.contract.Layout;
import dev.nightjar.engine.Device;
import dev.nightjar.engine.EngineNetwork;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Models that the library must never see. */
class HostileModelsTest {

  /** What stands behind it tells cases apart and is in no message. */
  private static final String MARK = " | ";

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

  private static byte[] external(String file) {
    Proto tensor =
        new Proto()
            .varint(1, 2)
            .varint(2, 1)
            .text(8, "w2")
            .message(13, new Proto().text(1, "location").text(2, file))
            .varint(14, 1);
    return model(sound().message(5, tensor)).done();
  }

  /** A double that is not among the raw bytes. */
  private static Proto packed(String name, double value) {
    byte[] number =
        ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array();
    return new Proto().varint(1, 1).varint(2, 11).text(8, name).bytes(10, number);
  }

  /** Whoever computes sizes from the shape of its input may make them as large as it likes. */
  private static Proto grown(Proto... nodes) {
    Proto graph = new Proto();
    for (Proto node : nodes) {
      graph.message(1, node);
    }
    return graph
        .message(5, integers("large", 1 << 20))
        .message(5, integers("one", 1))
        .message(11, value("x", -1, 2))
        .message(12, value("y", -1, 2));
  }

  private static RowModel rows(String place, byte[] bytes, int columns) {
    return RowModel.of(
        new Problems(place),
        ModelReader.check(place, bytes),
        Layout.ROWS,
        columns,
        Optional.empty());
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
        "uses the operator 'FusedMatMul' of the domain 'com.microsoft', which is not ONNX' own",
        model(between(node("FusedMatMul", "y", "x", "x").text(7, "com.microsoft"))).done());
    cases.put(
        "imports the operators of 'com.example'",
        model(sound()).message(8, new Proto().text(1, "com.example").varint(2, 3)).done());
    cases.put(
        "uses the operator 'TreeEnsembleRegressor' of the domain 'ai.onnx.ml'",
        model(between(node("TreeEnsembleRegressor", "y", "x").text(7, "ai.onnx.ml")))
            .message(8, new Proto().text(1, "ai.onnx.ml").varint(2, 3))
            .done());
    cases.put(
        "in the operators of opset 7, and 8 to 26 are read",
        new Proto().message(7, sound()).message(8, new Proto().text(1, "").varint(2, 7)).done());
    cases.put(
        "in the operators of opset 99, and 8 to 26 are read",
        new Proto().message(7, sound()).message(8, new Proto().varint(2, 99)).done());
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
    for (String file : List.of("weights.bin", "../../../etc/passwd", "/etc/passwd", "")) {
      cases.put(
          "the constant 'w2' lies in another file, which is never read" + MARK + file,
          external(file));
    }
    cases.put(
        "the constant 'w2' has 1 numbers that are NaN or infinite, of 2; its training has diverged",
        model(sound().message(5, floats("w2", new long[] {2}, 1, Float.NaN))).done());
    cases.put(
        "the constant 'w2' has 2 numbers that are NaN or infinite, of 3",
        model(
                sound()
                    .message(
                        5,
                        floats(
                            "w2",
                            new long[] {3},
                            Float.NEGATIVE_INFINITY,
                            0,
                            Float.POSITIVE_INFINITY)))
            .done());
    cases.put(
        "the constant 'w2' has 1 numbers that are NaN or infinite, of 1",
        model(sound().message(5, packed("w2", Double.NaN))).done());
    cases.put(
        "the constant 'half' has the type 10 (float16)",
        model(
                sound()
                    .message(
                        5,
                        new Proto()
                            .varint(1, 1)
                            .varint(2, 10)
                            .text(8, "half")
                            .bytes(9, new byte[2])))
            .done());
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
    cases.put("no node gives its output 'y'", model(between(node("Relu", "z", "x"))).done());
    cases.put("more than 4000 nodes follow each other", deep(4001));
    cases.put(
        "it has 2 inputs [x, second], and a row is one",
        model(sound().message(11, value("second", -1, 2))).done());
    cases.put(
        "it has 2 outputs [y, w]; say which of them is scored: --model-output NAME",
        model(sound().message(12, value("w", 2, 3))).done());
    cases.put(
        "its input 'x' is [?, 2, 2], and the contract declares rows of 2 columns",
        model(taking(value("x", -1, 2, 2), value("y", -1, 2))).done());
    cases.put(
        "its input 'x' is [?, 3], and the contract declares rows of 2 columns; use a transform",
        model(taking(value("x", -1, 3), value("y", -1, 3))).done());
    cases.put(
        "its input 'x' is [8, 2], so its first dimension is no number of rows: it is fixed at 8",
        model(taking(value("x", 8, 2), value("y", 8, 2))).done());
    cases.put(
        "its input 'x' has no declared dimensions",
        model(taking(bare("x"), value("y", -1, 2))).done());
    cases.put(
        "its input 'x' is no array of floats, doubles or whole numbers",
        model(taking(new Proto().text(1, "x"), value("y", -1, 2))).done());
    cases.put(
        "its output 'y' is no array of floats or doubles",
        model(taking(value("x", -1, 2), new Proto().text(1, "y"))).done());
    cases.put(
        "an array has more than 16 dimensions",
        model(taking(value("x", new long[17]), value("y", -1, 2))).done());
  }

  private static Proto taking(Proto input, Proto output) {
    return new Proto().message(1, node("Relu", "y", "x")).message(11, input).message(12, output);
  }

  /** An array of floats that says nothing of its sizes. */
  private static Proto bare(String name) {
    return new Proto().text(1, name).message(2, new Proto().message(1, new Proto().varint(1, 1)));
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
        model(between(node("Cast", "s", "x"), node("Expand", "y", "x", "s"))).done());
    cases.put(
        "a node 'ConstantOfShape' makes its input far larger",
        model(
                grown(
                    node("Shape", "s", "x"),
                    node("Mul", "m", "s", "large"),
                    node("ConstantOfShape", "y", "m")))
            .done());
    cases.put(
        "a node 'OneHot' makes its input far larger",
        model(
                grown(node("OneHot", "y", "x", "depth", "one"))
                    .message(5, integers("depth", 1L << 40)))
            .done());
    cases.put(
        "the sizes of a node 'ConstantOfShape' are computed when it runs",
        model(grown(node("Relu", "r", "x"), node("ConstantOfShape", "y", "r"))).done());
    cases.put(
        "a node 'Expand' makes its input far larger",
        model(
                grown(
                    node("Shape", "s", "x"),
                    node("Concat", "c", "s", "s", "large"),
                    node("Expand", "y", "x", "c")))
            .done());
    cases.put(
        "a node 'Pad' makes its input far larger" + MARK + "by attributes, as before opset 11",
        model(
                between(
                    node("Pad", "y", "x")
                        .message(
                            5,
                            attribute("pads")
                                .varint(8, 4000)
                                .varint(8, 4000)
                                .varint(8, 4000)
                                .varint(8, 4000)
                                .varint(20, 7))))
            .done());
    cases.put(
        "a node 'ConvTranspose' makes its input far larger",
        model(
                between(
                    node("ConvTranspose", "y", "x", "x")
                        .message(
                            5,
                            attribute("strides")
                                .varint(8, 4096)
                                .varint(8, 4096)
                                .varint(8, 4096)
                                .varint(20, 7))))
            .done());
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
                        assertThatThrownBy(() -> rows("b/model.onnx", one.getValue(), 2))
                            .isInstanceOf(BundleException.class)
                            .hasMessageStartingWith("b/model.onnx is ")
                            .hasMessageContaining(one.getKey().split(" \\| ", -1)[0])
                            .hasMessageContaining("; ")));
  }

  @Test
  void the_model_that_the_cases_change_is_sound() {
    byte[] bytes = model(sound()).done();
    try (EngineNetwork network =
        OnnxEngine.open("sound", bytes, rows("sound", bytes, 2), Device.cpu())) {
      assertThat(network.units()).isEqualTo(3);
      assertThat(network.run(new float[] {1, 1, 0, 2}, 2)).containsExactly(5, 7, 9, 8, 10, 12);
    }
  }

  @Test
  void the_newest_operators_that_are_read_are_the_newest_that_the_library_knows()
      throws OrtException {
    byte[] newest = withOperators(ModelReader.NEWEST_OPERATORS);
    try (EngineNetwork network =
        OnnxEngine.open("newest", newest, rows("newest", newest, 2), Device.cpu())) {
      assertThat(network.run(new float[] {1, 1}, 1)).containsExactly(5, 7, 9);
    }
    assertThatThrownBy(
            () -> SharedSession.open(withOperators(ModelReader.NEWEST_OPERATORS + 1), Device.cpu()))
        .isInstanceOf(OrtException.class)
        .hasMessageContaining("opset");
  }

  private static byte[] withOperators(long opset) {
    return new Proto()
        .varint(1, 8)
        .message(7, sound())
        .message(8, new Proto().text(1, "").varint(2, opset))
        .done();
  }

  /** So that the bound lies below what the library can take. */
  @Test
  void the_deepest_model_that_is_let_through_runs() {
    byte[] bytes = deep(4000);
    try (EngineNetwork network =
        OnnxEngine.open("deep", bytes, rows("deep", bytes, 2), Device.cpu())) {
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
      rows("changed", bytes, 2);
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
    RowModel rows = rows("wrong", bytes, 2);
    assertThatThrownBy(() -> OnnxEngine.open("wrong", bytes, rows, Device.cpu()))
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
    RowModel rows = rows("mixing", bytes, 2);
    assertThatThrownBy(() -> OnnxEngine.open("mixing", bytes, rows, Device.cpu()))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("the model gives an array [1, 2] for 2 rows");
    assertThat(SharedSession.open()).isZero();
  }
}
