package dev.nightjar.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;

/**
 * What is known of the sizes in a graph before it runs: constants, and what exporters compute from
 * the shape of the input, such as {@code [1, batch, 64]} for the state in which an LSTM begins. Not
 * a shape inference: the few operators that exporters do this with, and whatever else is in the way
 * makes a size unknown. Not thread-safe; one for each graph, whose nodes it follows in order.
 */
final class Sizes {
  /** For how many rows at once sizes are bounded, where a model leaves that open. */
  static final double ROWS = 1024;

  private static final double UNKNOWN = Double.NaN;

  private final Map<String, List<Double>> vectors = new HashMap<>();
  private final Map<String, List<Double>> shapes = new HashMap<>();

  /** A constant; a single number is a vector of one. */
  void constant(TensorReader.Constant constant) {
    shapes.put(constant.name(), constant.shape());
    constant.values().ifPresent(values -> vectors.put(constant.name(), values));
  }

  /** The shape of the graph's input; the first size is the number of rows. */
  void input(ModelReader.ArrayType input) {
    input
        .shape()
        .ifPresent(
            sizes -> {
              List<Double> shape = new ArrayList<>();
              for (int i = 0; i < sizes.size(); i++) {
                boolean fixed = sizes.get(i).isPresent() && sizes.get(i).getAsLong() > 0;
                double open = i == 0 ? ROWS : UNKNOWN;
                shape.add(fixed ? (double) sizes.get(i).getAsLong() : open);
              }
              shapes.put(input.name(), shape);
            });
  }

  /** The numbers of a small vector of sizes, NaN where one is unknown; empty when it is none. */
  Optional<List<Double>> of(String name) {
    return Optional.ofNullable(vectors.get(name));
  }

  /** The shape of a value, NaN for sizes that are unknown; empty when nothing is known of it. */
  Optional<List<Double>> shape(String name) {
    return Optional.ofNullable(shapes.get(name));
  }

  /** Takes note of a shape that somebody else has worked out. */
  void know(String name, List<Double> shape) {
    shapes.put(name, shape);
  }

  /** Takes note of what a node makes, after everything before it. */
  void follow(NodeReader.Node node) {
    if (node.outputs().isEmpty()) {
      return;
    }
    String output = node.outputs().get(0);
    made(node)
        .filter(values -> values.size() <= TensorReader.MOST_KEPT)
        .ifPresent(values -> vectors.put(output, values));
    shape(node).ifPresent(shape -> shapes.put(output, shape));
  }

  private Optional<List<Double>> shape(NodeReader.Node node) {
    if (node.inputs().isEmpty()) {
      return Optional.empty();
    }
    List<Double> before = shapes.get(node.inputs().get(0));
    if (before == null) {
      return Optional.empty();
    }
    return switch (node.operator()) {
      case "Identity", "Cast", "Relu", "Tanh", "Sigmoid" -> Optional.of(before);
      case "Transpose" -> transposed(before, node.numbers().getOrDefault("perm", List.of()));
      case "Gather" -> looked(before, node);
      default -> Optional.empty();
    };
  }

  /** What an embedding gives: a row of its table for each index. */
  private Optional<List<Double>> looked(List<Double> table, NodeReader.Node node) {
    List<Double> indices = node.inputs().size() == 2 ? shapes.get(node.inputs().get(1)) : null;
    if (indices == null || table.isEmpty() || node.number("axis", 0) != 0) {
      return Optional.empty();
    }
    List<Double> shape = new ArrayList<>(indices);
    shape.addAll(table.subList(1, table.size()));
    return Optional.of(shape);
  }

  private static Optional<List<Double>> transposed(List<Double> shape, List<Long> order) {
    List<Double> turned = new ArrayList<>();
    if (order.isEmpty()) {
      turned.addAll(shape);
      Collections.reverse(turned);
      return Optional.of(turned);
    }
    for (long from : order) {
      if (from < 0 || from >= shape.size()) {
        return Optional.empty();
      }
      turned.add(shape.get((int) from));
    }
    return Optional.of(turned);
  }

  private Optional<List<Double>> made(NodeReader.Node node) {
    return switch (node.operator()) {
      case "Constant" -> node.constant().flatMap(TensorReader.Constant::values);
      case "Shape" -> shapeOf(node);
      case "Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze" -> vector(node, 0);
      case "Concat" -> concatenated(node);
      case "Gather" -> gathered(node);
      case "Slice" -> sliced(node);
      case "Add" -> combined(node, Double::sum);
      case "Sub" -> combined(node, (a, b) -> a - b);
      case "Mul" -> combined(node, (a, b) -> a * b);
      case "Div" ->
          combined(
              node, (a, b) -> b == 0 || Double.isNaN(a / b) ? UNKNOWN : (double) (long) (a / b));
      case "ReduceProd" ->
          vector(node, 0).map(all -> List.of(all.stream().reduce(1.0, (a, b) -> a * b)));
      default -> Optional.empty();
    };
  }

  private Optional<List<Double>> vector(NodeReader.Node node, int input) {
    return input < node.inputs().size() ? of(node.inputs().get(input)) : Optional.empty();
  }

  private Optional<List<Double>> shapeOf(NodeReader.Node node) {
    return node.inputs().isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(shapes.get(node.inputs().get(0)))
            .map(
                shape ->
                    part(
                        shape,
                        (double) node.number("start", 0),
                        (double) node.number("end", shape.size())));
  }

  /** From one position to another; negative ones count from the end, others lie anywhere. */
  private static List<Double> part(List<Double> all, double start, double end) {
    int from = position(start, all.size());
    return all.subList(from, Math.max(from, position(end, all.size())));
  }

  private static int position(double at, int size) {
    return (int) Math.min(Math.max(at < 0 ? at + size : at, 0), size);
  }

  private Optional<List<Double>> concatenated(NodeReader.Node node) {
    List<Double> all = new ArrayList<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      Optional<List<Double>> one = vector(node, i);
      if (one.isEmpty() || all.size() > TensorReader.MOST_KEPT) {
        return Optional.empty();
      }
      all.addAll(one.get());
    }
    return Optional.of(all);
  }

  private Optional<List<Double>> gathered(NodeReader.Node node) {
    Optional<List<Double>> from = vector(node, 0);
    Optional<List<Double>> places = vector(node, 1);
    if (from.isEmpty() || places.isEmpty()) {
      return Optional.empty();
    }
    List<Double> taken = new ArrayList<>();
    for (double place : places.get()) {
      double at = place < 0 ? place + from.get().size() : place;
      if (!(at >= 0 && at < from.get().size())) {
        return Optional.empty();
      }
      taken.add(from.get().get((int) at));
    }
    return Optional.of(taken);
  }

  /** Of a vector, by ones; positions are attributes before opset 10, and then inputs. */
  private Optional<List<Double>> sliced(NodeReader.Node node) {
    Optional<List<Double>> from = vector(node, 0);
    boolean byAttributes = node.inputs().size() == 1;
    Optional<List<Double>> starts =
        byAttributes ? Optional.of(List.of((double) node.number("starts", 0))) : vector(node, 1);
    Optional<List<Double>> ends =
        byAttributes
            ? Optional.of(List.of((double) node.number("ends", Long.MAX_VALUE)))
            : vector(node, 2);
    boolean byOnes =
        node.inputs().size() < 5
            || vector(node, 4).filter(steps -> steps.equals(List.of(1.0))).isPresent();
    boolean single =
        byOnes
            && starts.filter(s -> s.size() == 1 && !s.get(0).isNaN()).isPresent()
            && ends.filter(e -> e.size() == 1 && !e.get(0).isNaN()).isPresent();
    return single
        ? from.map(all -> part(all, starts.get().get(0), ends.get().get(0)))
        : Optional.empty();
  }

  private Optional<List<Double>> combined(NodeReader.Node node, DoubleBinaryOperator operation) {
    Optional<List<Double>> first = vector(node, 0);
    Optional<List<Double>> second = vector(node, 1);
    if (first.isEmpty() || second.isEmpty()) {
      return Optional.empty();
    }
    int a = first.get().size();
    int b = second.get().size();
    if (a == 0 || b == 0 || (a != b && a != 1 && b != 1)) {
      return Optional.empty();
    }
    List<Double> results = new ArrayList<>();
    for (int i = 0; i < Math.max(a, b); i++) {
      results.add(
          operation.applyAsDouble(
              first.get().get(a == 1 ? 0 : i), second.get().get(b == 1 ? 0 : i)));
    }
    return Optional.of(results);
  }
}
