package dev.nightjar.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Checks an ONNX model before the library sees it: one graph of known operators, whose data are all
 * in the file and as many as declared, and whose nodes stand in the order in which they run. What
 * it takes and gives is for {@link RowModel} to judge. A model that passes can still be slow, or
 * use much memory when it runs; that its numbers are the right ones is for golden rows to show. Not
 * thread-safe; one for each file.
 */
final class ModelReader {
  private static final int MOST_NODES = 20_000;

  /** As ONNX counts types. */
  static final int DOUBLE = 11;

  private static final int MOST_DIMENSIONS = 16;

  /** The library walks along paths by recursion. */
  private static final int MOST_DEPTH = 4_000;

  /** How large something may become that is blown up by constants. */
  private static final double MOST_GROWTH = 1 << 26;

  /** Operators whose results are as large as another input says, and which input it is. */
  private static final Map<String, Integer> GROWING =
      Map.of("ConstantOfShape", 0, "Expand", 1, "OneHot", 1, "Pad", 1, "Resize", 1, "Tile", 1);

  /** Operators whose results are as large as attributes say, and which. */
  private static final Map<String, List<String>> GROWING_BY_ATTRIBUTES =
      Map.of(
          "ConvTranspose",
          List.of("strides", "output_shape", "output_padding", "pads"),
          "Pad",
          List.of("pads"));

  /** Older operators are too different. */
  private static final long OLDEST_OPERATORS = 8;

  /** The newest that the library takes; a test says when that changes. */
  static final long NEWEST_OPERATORS = 26;

  /**
   * Domains that exporters import whether they use them or not. An operator of one is still
   * refused.
   */
  private static final Set<String> IMPORTED_IN_VAIN = Set.of("ai.onnx.ml");

  /**
   * What a model takes and gives.
   *
   * @param inputs without those that are constants
   * @param bytesOfRow how much a row takes inside it; 0 when that is not known before it runs
   */
  record Signature(List<ArrayType> inputs, List<ArrayType> outputs, long bytesOfRow) {}

  /**
   * An input or an output.
   *
   * @param type of its numbers, as ONNX counts types; 0 when it is no array of numbers
   * @param shape its sizes, those left open empty; empty where the model says nothing
   */
  record ArrayType(String name, long type, Optional<List<OptionalLong>> shape) {}

  private final Problems problems;
  private final List<ArrayType> inputs = new ArrayList<>();
  private final List<ArrayType> outputs = new ArrayList<>();
  private final Map<String, TensorReader.Constant> constants = new LinkedHashMap<>();
  private final Sizes sizes = new Sizes();
  private final List<NodeReader.Node> nodes = new ArrayList<>();

  private boolean own;

  private ModelReader(Problems problems) {
    this.problems = problems;
  }

  /**
   * Checks a model.
   *
   * @param place what messages call the file
   * @throws dev.nightjar.bundle.BundleException when it is none, or breaks a rule
   */
  static Signature check(String place, byte[] bytes) {
    return new ModelReader(new Problems(place)).read(Wire.of(place, bytes));
  }

  private Signature read(Wire wire) {
    boolean graph = false;
    while (wire.next()) {
      switch (wire.field()) {
        case 7 -> {
          wire.once();
          graph = true;
          graph(wire.message());
        }
        case 8 -> operators(wire.message());
        case 1, 2, 3, 4, 5, 6, 14 -> wire.skip();
        default ->
            throw problems.refused(
                "the model has training data, functions or something unknown (field "
                    + wire.field()
                    + ")",
                "export it for inference, with ONNX' own operators");
      }
    }
    if (!graph || !own) {
      throw problems.refused("it holds no graph, or names no operators", "export it again");
    }
    given().forEach(sizes::input);
    Set<String> there = checkOrder();
    return signature(there);
  }

  private void operators(Wire wire) {
    String domain = "";
    long version = 0;
    while (wire.next()) {
      wire.once();
      switch (wire.field()) {
        case 1 -> domain = wire.text();
        case 2 -> version = wire.integer();
        default -> throw problems.refused("its operators are not named", "export it again");
      }
    }
    if (IMPORTED_IN_VAIN.contains(domain)) {
      return;
    }
    if (!NodeReader.DOMAINS.contains(domain)) {
      throw problems.refused(
          "it imports the operators of '" + domain + "'",
          "export it with ONNX' own operators alone");
    }
    if (version < OLDEST_OPERATORS || version > NEWEST_OPERATORS) {
      throw problems.refused(
          String.format(
              "it is written in the operators of opset %d, and %d to %d are read",
              version, OLDEST_OPERATORS, NEWEST_OPERATORS),
          "export it with another opset, such as 17");
    }
    own = true;
  }

  private void graph(Wire wire) {
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> {
          if (nodes.size() == MOST_NODES) {
            throw problems.refused(
                "it has more than " + MOST_NODES + " nodes", "make the network smaller");
          }
          nodes.add(NodeReader.read(wire.message(), problems));
        }
        case 5 -> {
          TensorReader.Constant constant = TensorReader.read(wire.message(), problems);
          sizes.constant(constant);
          if (constants.put(constant.name(), constant) != null) {
            throw problems.refused(
                "the constant '" + constant.name() + "' is there twice", "export it again");
          }
        }
        case 11 -> inputs.add(value(wire.message()));
        case 12 -> outputs.add(value(wire.message()));
        case 2, 10, 13, 16 -> wire.skip();
        default ->
            throw problems.refused(
                "the graph has sparse or quantized data, or something unknown (field "
                    + wire.field()
                    + ")",
                "export it with plain constants");
      }
    }
  }

  private static ArrayType value(Wire wire) {
    String name = "";
    ArrayType array = new ArrayType(name, 0, Optional.empty());
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> {
          wire.once();
          name = wire.text();
        }
        case 2 -> {
          wire.once();
          array = type(wire.message());
        }
        default -> wire.skip();
      }
    }
    return new ArrayType(name, array.type(), array.shape());
  }

  /** The array without its name. */
  private static ArrayType type(Wire wire) {
    long type = 0;
    Optional<List<OptionalLong>> shape = Optional.empty();
    while (wire.next()) {
      if (wire.field() != 1) {
        wire.skip();
        continue;
      }
      wire.once();
      Wire tensor = wire.message();
      while (tensor.next()) {
        tensor.once();
        switch (tensor.field()) {
          case 1 -> type = tensor.integer();
          case 2 -> shape = Optional.of(shape(tensor.message()));
          default -> tensor.skip();
        }
      }
    }
    return new ArrayType("", type, shape);
  }

  private static List<OptionalLong> shape(Wire wire) {
    List<OptionalLong> shape = new ArrayList<>();
    while (wire.next()) {
      if (wire.field() != 1) {
        wire.skip();
        continue;
      }
      OptionalLong size = OptionalLong.empty();
      Wire dimension = wire.message();
      while (dimension.next()) {
        if (dimension.field() == 1) {
          dimension.once();
          size = OptionalLong.of(dimension.integer());
        } else {
          dimension.skip();
        }
      }
      if (shape.size() == MOST_DIMENSIONS) {
        throw wire.damaged("an array has more than " + MOST_DIMENSIONS + " dimensions");
      }
      shape.add(size);
    }
    return List.copyOf(shape);
  }

  /** Nodes use only what stands before them, so there is no cycle; the names of all values. */
  private Set<String> checkOrder() {
    Map<String, Integer> depths = new HashMap<>();
    constants.keySet().forEach(name -> depths.put(name, 0));
    inputs.forEach(input -> depths.put(input.name(), 0));
    for (NodeReader.Node node : nodes) {
      int depth = 0;
      for (String input : node.inputs()) {
        if (input.isEmpty()) {
          continue; // an optional one that is left out
        }
        Integer before = depths.get(input);
        if (before == null) {
          throw problems.refused(
              String.format(
                  "a node '%s' uses '%s', which no node before it gives: the graph has a cycle, or"
                      + " is not sorted",
                  node.operator(), input),
              "export it again");
        }
        depth = Math.max(depth, before);
      }
      if (depth == MOST_DEPTH) {
        throw problems.refused(
            "more than " + MOST_DEPTH + " nodes follow each other", "make the network smaller");
      }
      checkGrowth(node);
      for (String output : node.outputs()) {
        if (!output.isEmpty() && depths.put(output, depth + 1) != null) {
          throw problems.refused("the value '" + output + "' is given twice", "export it again");
        }
      }
      sizes.follow(node);
    }
    return new HashSet<>(depths.keySet());
  }

  /** What blows something up says by how much, and does not exaggerate. */
  private void checkGrowth(NodeReader.Node node) {
    double growth = 1;
    for (String name : GROWING_BY_ATTRIBUTES.getOrDefault(node.operator(), List.of())) {
      for (long size : node.numbers().getOrDefault(name, List.of())) {
        growth *= Math.max(1, Math.abs(size));
      }
    }
    checkGrowth(node, growth);
    Integer from = GROWING.get(node.operator());
    if (from == null) {
      return;
    }
    int to =
        switch (node.operator()) {
          case "Pad", "OneHot", "ConstantOfShape" -> from + 1;
          default -> node.inputs().size();
        };
    for (String input :
        node.inputs()
            .subList(Math.min(from, node.inputs().size()), Math.min(to, node.inputs().size()))) {
      if (input.isEmpty()) {
        continue;
      }
      checkGrowth(
          node,
          sizes.of(input).orElse(List.of(Double.NaN)).stream()
              .reduce(1.0, (product, size) -> product * Math.max(1, Math.abs(size))));
    }
  }

  private void checkGrowth(NodeReader.Node node, double growth) {
    if (Double.isNaN(growth)) {
      throw problems.refused(
          "the sizes of a node '" + node.operator() + "' are computed when it runs",
          "export it with fixed sizes");
    }
    if (growth > MOST_GROWTH) {
      throw problems.refused(
          String.format("a node '%s' makes its input far larger", node.operator()),
          "make the network smaller");
    }
  }

  private Signature signature(Set<String> there) {
    for (ArrayType output : outputs) {
      if (!there.contains(output.name())) {
        throw problems.refused(
            "no node gives its output '" + output.name() + "'", "export it again");
      }
    }
    boolean doubles =
        Stream.concat(inputs.stream(), outputs.stream()).anyMatch(one -> one.type() == DOUBLE);
    long bytes = RowMemory.of(List.copyOf(constants.values()), given(), nodes, doubles);
    return new Signature(given(), List.copyOf(outputs), bytes);
  }

  /** The inputs that a caller gives; exporters of old list their constants among them. */
  private List<ArrayType> given() {
    return inputs.stream().filter(input -> !constants.containsKey(input.name())).toList();
  }
}
