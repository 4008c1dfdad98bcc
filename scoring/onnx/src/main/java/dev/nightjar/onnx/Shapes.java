package dev.nightjar.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The shape of what a node makes, from the shapes of what it takes: for what the usual exporters
 * write of networks. Where a range or a padding is not known, its result counts as large as it may
 * become; what is not here, or hangs on numbers that only running tells, has no shape.
 */
final class Shapes {
  private static final Set<String> EACH =
      Set.of(
          "Abs",
          "Acos",
          "Asin",
          "Atan",
          "BatchNormalization",
          "Cast",
          "CastLike",
          "Ceil",
          "Celu",
          "Clip",
          "Cos",
          "Cosh",
          "Dropout",
          "Elu",
          "Erf",
          "Exp",
          "Floor",
          "Gelu",
          "GroupNormalization",
          "HardSigmoid",
          "HardSwish",
          "Hardmax",
          "Identity",
          "InstanceNormalization",
          "IsInf",
          "IsNaN",
          "LRN",
          "LayerNormalization",
          "LeakyRelu",
          "Log",
          "LogSoftmax",
          "LpNormalization",
          "Mish",
          "Neg",
          "Not",
          "RMSNormalization",
          "Reciprocal",
          "Relu",
          "Round",
          "Selu",
          "Shrink",
          "Sigmoid",
          "Sign",
          "Sin",
          "Sinh",
          "Softmax",
          "Softplus",
          "Softsign",
          "Sqrt",
          "Swish",
          "Tan",
          "Tanh",
          "ThresholdedRelu");

  private static final Set<String> STRETCHING =
      Set.of(
          "Add",
          "And",
          "Div",
          "Equal",
          "Greater",
          "GreaterOrEqual",
          "Less",
          "LessOrEqual",
          "Max",
          "Mean",
          "Min",
          "Mod",
          "Mul",
          "Or",
          "PRelu",
          "Pow",
          "Sub",
          "Sum",
          "Where",
          "Xor");

  private static final Set<String> REDUCING =
      Set.of(
          "ReduceL1",
          "ReduceL2",
          "ReduceLogSum",
          "ReduceLogSumExp",
          "ReduceMax",
          "ReduceMean",
          "ReduceMin",
          "ReduceProd",
          "ReduceSum",
          "ReduceSumSquare");

  private static final Optional<List<Double>> UNKNOWN = Optional.empty();

  private final NodeReader.Node node;
  private final Sizes sizes;
  private final List<Double> in;

  private Shapes(NodeReader.Node node, Sizes sizes, List<Double> in) {
    this.node = node;
    this.sizes = sizes;
    this.in = in;
  }

  /** The shape of each of a node's outputs, in order; empty where one is not known. */
  static Optional<List<List<Double>>> of(NodeReader.Node node, Sizes sizes) {
    if (node.operator().equals("Constant")) {
      return Optional.of(
          List.of(node.constant().map(TensorReader.Constant::shape).orElse(List.of())));
    }
    if (node.inputs().isEmpty()) {
      return Optional.empty();
    }
    return sizes
        .shape(node.inputs().get(0))
        .flatMap(in -> new Shapes(node, sizes, in).ofAll())
        .filter(all -> all.stream().flatMap(List::stream).noneMatch(size -> size.isNaN()));
  }

  private Optional<List<List<Double>>> ofAll() {
    return switch (node.operator()) {
      case "LSTM", "GRU", "RNN" -> recurrent();
      case "Split" -> split();
      // What else has several outputs gives masks and places beside its result.
      default -> one().map(shape -> Collections.nCopies(node.outputs().size(), shape));
    };
  }

  private Optional<List<Double>> one() {
    if (EACH.contains(node.operator())) {
      return Optional.of(in);
    }
    if (STRETCHING.contains(node.operator())) {
      return stretched();
    }
    if (REDUCING.contains(node.operator())) {
      return reduced(axes(1), node.number("keepdims", 1) == 1);
    }
    return switch (node.operator()) {
      case "Shape" -> Optional.of(List.of((double) in.size()));
      case "ArgMax", "ArgMin" ->
          reduced(
              Optional.of(List.of((double) node.number("axis", 0))),
              node.number("keepdims", 1) == 1);
      case "Gemm" -> product();
      case "MatMul" -> multiplied();
      case "Conv", "ConvTranspose", "AveragePool", "MaxPool", "LpPool" ->
          Windows.of(node, in, shape(1)).shape();
      case "GlobalAveragePool", "GlobalLpPool", "GlobalMaxPool" ->
          in.size() < 2
              ? UNKNOWN
              : Optional.of(mapped(place -> place < 2 ? in.get(place) : Double.valueOf(1)));
      case "DepthToSpace" -> blocks((double) node.number("blocksize", 1));
      case "SpaceToDepth" -> blocks(1.0 / node.number("blocksize", 1));
      default -> moved();
    };
  }

  /** What only moves numbers. */
  private Optional<List<Double>> moved() {
    return switch (node.operator()) {
      case "Flatten" -> flat((int) node.number("axis", 1));
      case "Reshape" -> vector(1).flatMap(this::reshaped);
      case "Transpose" -> transposed();
      case "Squeeze" -> squeezed();
      case "Unsqueeze" -> axes(1).flatMap(this::unsqueezed);
      case "Concat" -> joined();
      case "Slice" -> Optional.of(cut());
      case "Gather" -> gathered();
      case "Pad" -> padded();
      case "Expand" -> vector(1).map(to -> stretched(in, to));
      case "Tile" ->
          vector(1)
              .filter(times -> times.size() == in.size())
              .map(times -> mapped(place -> in.get(place) * times.get(place)));
      case "ConstantOfShape" -> vector(0);
      case "Resize" -> resized();
      default -> UNKNOWN;
    };
  }

  private List<Double> mapped(IntFunction<Double> size) {
    return IntStream.range(0, in.size()).mapToObj(size).toList();
  }

  static double numbers(List<Double> shape) {
    return shape.stream().reduce(1.0, (a, b) -> a * b);
  }

  private Optional<List<Double>> vector(int input) {
    return input < node.inputs().size() ? sizes.of(node.inputs().get(input)) : UNKNOWN;
  }

  private Optional<List<Double>> shape(int input) {
    return input < node.inputs().size() ? sizes.shape(node.inputs().get(input)) : UNKNOWN;
  }

  private boolean has(int input) {
    return input < node.inputs().size() && !node.inputs().get(input).isEmpty();
  }

  /** Axes are attributes in older operators, and then inputs; an empty list where none is named. */
  private Optional<List<Double>> axes(int input) {
    return has(input) ? vector(input) : Optional.of(attribute("axes"));
  }

  private List<Double> attribute(String name) {
    return node.numbers().getOrDefault(name, List.of()).stream().map(Long::doubleValue).toList();
  }

  /** The place of an axis; negative ones count from the end. */
  private static int place(double axis, int rank) {
    return (int) (axis < 0 ? axis + rank : axis);
  }

  private Optional<List<Double>> stretched() {
    List<Double> all = in;
    for (int input = 1; input < node.inputs().size(); input++) {
      Optional<List<Double>> next = shape(input);
      if (next.isEmpty()) {
        return UNKNOWN;
      }
      all = stretched(all, next.get());
    }
    return Optional.of(all);
  }

  private static List<Double> stretched(List<Double> one, List<Double> other) {
    List<Double> sizes = new ArrayList<>();
    int rank = Math.max(one.size(), other.size());
    for (int i = 0; i < rank; i++) {
      int first = i - rank + one.size();
      int second = i - rank + other.size();
      double a = first < 0 ? 1 : one.get(first);
      double b = second < 0 ? 1 : other.get(second);
      sizes.add(a == 1 ? b : b == 1 || Double.isNaN(b) ? a : Double.isNaN(a) ? b : Math.max(a, b));
    }
    return sizes;
  }

  private Optional<List<Double>> reduced(Optional<List<Double>> axes, boolean kept) {
    return axes.map(
        named -> {
          Set<Integer> gone = new HashSet<>();
          named.forEach(axis -> gone.add(place(axis, in.size())));
          List<Double> left = new ArrayList<>();
          for (int i = 0; i < in.size(); i++) {
            if (!named.isEmpty() && !gone.contains(i)) {
              left.add(in.get(i));
            } else if (kept) {
              left.add(1.0);
            }
          }
          return left;
        });
  }

  private Optional<List<Double>> product() {
    return shape(1)
        .filter(b -> b.size() == 2 && in.size() == 2)
        .map(
            b ->
                List.of(
                    in.get(node.number("transA", 0) == 0 ? 0 : 1),
                    b.get(node.number("transB", 0) == 0 ? 1 : 0)));
  }

  private Optional<List<Double>> multiplied() {
    Optional<List<Double>> second = shape(1);
    if (second.isEmpty() || in.isEmpty() || second.get().isEmpty()) {
      return UNKNOWN;
    }
    List<Double> b = second.get();
    List<Double> all =
        new ArrayList<>(
            stretched(
                in.subList(0, Math.max(0, in.size() - 2)),
                b.subList(0, Math.max(0, b.size() - 2))));
    if (in.size() > 1) {
      all.add(in.get(in.size() - 2));
    }
    if (b.size() > 1) {
      all.add(b.get(b.size() - 1));
    }
    return Optional.of(all);
  }

  private Optional<List<Double>> blocks(double by) {
    return in.size() == 4 && by > 0
        ? Optional.of(List.of(in.get(0), in.get(1) / by / by, in.get(2) * by, in.get(3) * by))
        : UNKNOWN;
  }

  private Optional<List<Double>> flat(int axis) {
    int at = place(axis, in.size());
    return at < 0 || at > in.size()
        ? UNKNOWN
        : Optional.of(List.of(numbers(in.subList(0, at)), numbers(in.subList(at, in.size()))));
  }

  /** One size may follow from the others. */
  private Optional<List<Double>> reshaped(List<Double> to) {
    List<Double> shape = new ArrayList<>();
    double known = 1;
    int open = -1;
    for (int i = 0; i < to.size(); i++) {
      double size = to.get(i) == 0 && i < in.size() ? in.get(i) : to.get(i);
      boolean follows = size == -1 || Double.isNaN(size);
      if (follows && open >= 0) {
        return UNKNOWN;
      }
      open = follows ? i : open;
      known *= follows ? 1 : size;
      shape.add(size);
    }
    if (open >= 0) {
      shape.set(open, numbers(in) / known);
    }
    return Optional.of(shape);
  }

  private Optional<List<Double>> transposed() {
    List<Double> order = attribute("perm");
    if (order.isEmpty()) {
      List<Double> turned = new ArrayList<>(in);
      Collections.reverse(turned);
      return Optional.of(turned);
    }
    return order.size() == in.size()
            && order.stream().allMatch(from -> from >= 0 && from < in.size())
        ? Optional.of(order.stream().map(from -> in.get(from.intValue())).toList())
        : UNKNOWN;
  }

  private Optional<List<Double>> squeezed() {
    return axes(1)
        .map(
            axes -> {
              Set<Integer> gone = new HashSet<>();
              axes.forEach(axis -> gone.add(place(axis, in.size())));
              List<Double> left = new ArrayList<>();
              for (int i = 0; i < in.size(); i++) {
                if (axes.isEmpty() ? in.get(i) != 1 : !gone.contains(i)) {
                  left.add(in.get(i));
                }
              }
              return left;
            });
  }

  private Optional<List<Double>> unsqueezed(List<Double> axes) {
    List<Double> shape = new ArrayList<>(in);
    int rank = in.size() + axes.size();
    for (int at : axes.stream().mapToInt(axis -> place(axis, rank)).sorted().toArray()) {
      if (at < 0 || at > shape.size()) {
        return UNKNOWN;
      }
      shape.add(at, 1.0);
    }
    return Optional.of(shape);
  }

  private Optional<List<Double>> joined() {
    int axis = place((double) node.number("axis", 0), in.size());
    double sum = 0;
    for (int input = 0; input < node.inputs().size(); input++) {
      Optional<List<Double>> one = shape(input).filter(shape -> shape.size() == in.size());
      if (one.isEmpty() || axis < 0 || axis >= in.size()) {
        return UNKNOWN;
      }
      sum += one.get().get(axis);
    }
    double all = sum;
    return Optional.of(mapped(place -> place == axis ? Double.valueOf(all) : in.get(place)));
  }

  /** A range whose ends are not known counts as the whole. */
  private List<Double> cut() {
    boolean byAttributes = node.inputs().size() == 1;
    List<Double> starts = byAttributes ? attribute("starts") : vector(1).orElse(List.of());
    List<Double> ends = byAttributes ? attribute("ends") : vector(2).orElse(List.of());
    List<Double> axes = byAttributes ? attribute("axes") : vector(3).orElse(List.of());
    List<Double> steps = byAttributes ? List.of() : vector(4).orElse(List.of());
    List<Double> shape = new ArrayList<>(in);
    boolean known = axes.isEmpty() ? byAttributes || !has(3) : true;
    for (int i = 0; known && i < Math.min(starts.size(), ends.size()); i++) {
      int axis = i < axes.size() ? place(axes.get(i), in.size()) : i;
      double step = i < steps.size() ? Math.abs(steps.get(i)) : 1;
      if (axis < 0 || axis >= in.size() || (i < steps.size() && steps.get(i) < 0)) {
        continue; // backwards: at most as large
      }
      double size = in.get(axis);
      double left = (end(ends.get(i), size) - end(starts.get(i), size)) / Math.max(1, step);
      if (!Double.isNaN(left)) {
        shape.set(axis, Math.max(0, Math.ceil(left)));
      }
    }
    return shape;
  }

  private static double end(double at, double size) {
    return Math.min(Math.max(at < 0 ? at + size : at, 0), size);
  }

  private Optional<List<Double>> gathered() {
    int axis = place((double) node.number("axis", 0), in.size());
    return shape(1)
        .filter(indices -> axis >= 0 && axis < in.size())
        .map(
            indices -> {
              List<Double> shape = new ArrayList<>(in.subList(0, axis));
              shape.addAll(indices);
              shape.addAll(in.subList(axis + 1, in.size()));
              return shape;
            });
  }

  private Optional<List<Double>> padded() {
    Optional<List<Double>> pads = has(1) ? vector(1) : Optional.of(attribute("pads"));
    return pads.filter(all -> all.size() == 2 * in.size())
        .map(all -> mapped(place -> in.get(place) + all.get(place) + all.get(in.size() + place)));
  }

  private Optional<List<Double>> resized() {
    if (has(3)) {
      return vector(3).filter(to -> to.size() == in.size());
    }
    return vector(node.inputs().size() == 2 ? 1 : 2)
        .filter(scales -> scales.size() == in.size())
        .map(scales -> mapped(place -> Math.ceil(in.get(place) * scales.get(place))));
  }

  /** What a node is split into; parts of unknown size count as equal ones. */
  private Optional<List<List<Double>>> split() {
    int axis = place((double) node.number("axis", 0), in.size());
    int parts = node.outputs().size();
    if (axis < 0 || axis >= in.size()) {
      return Optional.empty();
    }
    List<Double> given = has(1) ? vector(1).orElse(List.of()) : attribute("split");
    double equal = Math.ceil(in.get(axis) / parts);
    return Optional.of(
        IntStream.range(0, parts)
            .mapToObj(
                part -> {
                  double size = given.size() == parts ? given.get(part) : equal;
                  return mapped(place -> place == axis ? Double.valueOf(size) : in.get(place));
                })
            .toList());
  }

  /** The outputs of all steps, and the states behind the last. */
  private Optional<List<List<Double>>> recurrent() {
    Optional<List<Double>> weights = shape(2).filter(shape -> shape.size() == 3);
    if (weights.isEmpty() || in.size() != 3 || node.number("layout", 0) != 0) {
      return Optional.empty();
    }
    double directions = weights.get().get(0);
    double units = weights.get().get(2);
    List<Double> state = List.of(directions, in.get(1), units);
    List<List<Double>> all = new ArrayList<>();
    all.add(List.of(in.get(0), directions, in.get(1), units));
    for (int output = 1; output < node.outputs().size(); output++) {
      all.add(state);
    }
    return Optional.of(all);
  }
}
