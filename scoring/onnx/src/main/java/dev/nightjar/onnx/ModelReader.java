package dev.nightjar.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Checks an ONNX model before the library sees it: one graph of known operators, whose data are all
 * in the file and as many as declared, whose nodes stand in the order in which they run, and which
 * takes and gives rows of floats. A model that passes can still be slow, or use much memory when it
 * runs; that its numbers are the right ones is for golden rows to show. Not thread-safe; one for
 * each file.
 */
final class ModelReader {
  private static final int MOST_NODES = 20_000;

  /** The library walks along paths by recursion. */
  private static final int MOST_DEPTH = 4_000;

  /** How large something may become that is blown up by constants. */
  private static final double MOST_GROWTH = 1 << 26;

  private static final long MOST_COLUMNS = 1 << 24;

  /** Operators whose results are as large as another input says, and which input it is. */
  private static final Map<String, Integer> GROWING =
      Map.of("Expand", 1, "Pad", 1, "Resize", 1, "Tile", 1);

  private static final String ROWS_REMEDY =
      "export it with one input and one output of floats, [N, columns] and [N, units], N left open";

  /**
   * What a model takes and gives.
   *
   * @param input its name
   * @param columns how many numbers a row has
   * @param units how many it gives for one
   */
  record Signature(String input, int columns, int units) {}

  /** An input or an output: a name and the sizes that are fixed. */
  private record Value(String name, long type, List<OptionalLong> shape) {}

  private final Problems problems;
  private final List<Value> inputs = new ArrayList<>();
  private final List<Value> outputs = new ArrayList<>();
  private final Map<String, TensorReader.Constant> constants = new HashMap<>();
  private final List<NodeReader.Node> nodes = new ArrayList<>();

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
    boolean operators = false;
    while (wire.next()) {
      switch (wire.field()) {
        case 7 -> {
          wire.once();
          graph = true;
          graph(wire.message());
        }
        case 8 -> {
          operators = true;
          operators(wire.message());
        }
        case 1, 2, 3, 4, 5, 6, 14 -> wire.skip();
        default ->
            throw problems.refused(
                "the model has training data, functions or something unknown (field "
                    + wire.field()
                    + ")",
                "export it for inference, with ONNX' own operators");
      }
    }
    if (!graph || !operators) {
      throw problems.refused("it holds no graph, or names no operators", "export it again");
    }
    Set<String> there = checkOrder();
    return signature(there);
  }

  private void operators(Wire wire) {
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> {
          wire.once();
          String domain = wire.text();
          if (!NodeReader.DOMAINS.contains(domain)) {
            throw problems.refused(
                "it imports the operators of '" + domain + "'",
                "export it with ONNX' own operators alone");
          }
        }
        case 2 -> {
          wire.once();
          wire.skip();
        }
        default -> throw problems.refused("its operators are not named", "export it again");
      }
    }
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

  private Value value(Wire wire) {
    String name = "";
    long type = 0;
    List<OptionalLong> shape = new ArrayList<>();
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> {
          wire.once();
          name = wire.text();
        }
        case 2 -> {
          wire.once();
          type = type(wire.message(), shape);
        }
        default -> wire.skip();
      }
    }
    return new Value(name, type, shape);
  }

  /** The type of an array's numbers; 0 when it is no array of numbers. */
  private static long type(Wire wire, List<OptionalLong> shape) {
    long type = 0;
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
          case 2 -> shape(tensor.message(), shape);
          default -> tensor.skip();
        }
      }
    }
    return type;
  }

  private static void shape(Wire wire, List<OptionalLong> shape) {
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
      shape.add(size);
    }
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
      node.constant().ifPresent(constant -> remember(node, constant));
    }
    return new HashSet<>(depths.keySet());
  }

  private void remember(NodeReader.Node node, TensorReader.Constant constant) {
    if (node.operator().equals("Constant") && node.outputs().size() == 1) {
      constants.put(node.outputs().get(0), constant);
    }
  }

  /** What blows something up says by how much, in a constant, and does not exaggerate. */
  private void checkGrowth(NodeReader.Node node) {
    Integer from = GROWING.get(node.operator());
    if (from == null) {
      return;
    }
    int to = node.operator().equals("Pad") ? from + 1 : node.inputs().size();
    for (String input :
        node.inputs().subList(Math.min(from, to), Math.min(to, node.inputs().size()))) {
      TensorReader.Constant sizes = constants.get(input);
      if (input.isEmpty()) {
        continue;
      }
      if (sizes == null || sizes.values().isEmpty()) {
        throw problems.refused(
            "the sizes of a node '" + node.operator() + "' are computed when it runs",
            "export it with fixed sizes");
      }
      double growth = 1;
      for (double size : sizes.values().get()) {
        growth *= Math.max(1, Math.abs(size));
      }
      if (!(growth <= MOST_GROWTH)) {
        throw problems.refused(
            String.format("a node '%s' makes its input far larger", node.operator()),
            "make the network smaller");
      }
    }
  }

  private Signature signature(Set<String> there) {
    List<Value> given =
        inputs.stream().filter(input -> !constants.containsKey(input.name())).toList();
    if (given.size() != 1 || outputs.size() != 1) {
      throw problems.refused(
          String.format("it has %d inputs and %d outputs", given.size(), outputs.size()),
          ROWS_REMEDY);
    }
    if (!there.contains(outputs.get(0).name())) {
      throw problems.refused("no node gives its output", "export it again");
    }
    return new Signature(
        given.get(0).name(), width("input", given.get(0)), width("output", outputs.get(0)));
  }

  /** The width of a matrix of floats with any number of rows. */
  private int width(String what, Value value) {
    boolean rows =
        value.type() == 1
            && value.shape().size() == 2
            && (value.shape().get(0).isEmpty() || value.shape().get(0).getAsLong() <= 0)
            && value.shape().get(1).isPresent();
    long width = rows ? value.shape().get(1).getAsLong() : 0;
    if (width < 1 || width > MOST_COLUMNS) {
      throw problems.refused(
          String.format(
              "its %s '%s' is no matrix of floats with any number of rows and a fixed number of"
                  + " columns",
              what, value.name()),
          ROWS_REMEDY);
    }
    return (int) width;
  }
}
