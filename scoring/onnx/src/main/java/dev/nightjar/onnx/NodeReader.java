package dev.nightjar.onnx;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checks a node of the graph by itself: what it computes, and with which attributes. */
final class NodeReader {
  private static final String REMEDY =
      "export the network with ONNX' own operators for numbers, without loops and branches";

  private static final String FOREIGN_REMEDY =
      "export it with ONNX' own operators alone; where only another output needs that one, cut it"
          + " off with onnx.utils.extract_model";

  /** The domain of ONNX itself, which has two names. */
  static final Set<String> DOMAINS = Set.of("", "ai.onnx");

  private static final int MOST_NAMES = 1024;

  /** Kernels, pads, strides: with more, a small file would ask for all memory. */
  private static final long MOST_SIZE = 4096;

  /** Attributes that are positions and may lie beyond any end, or constants. */
  private static final Set<String> POSITIONS =
      Set.of("starts", "ends", "start", "end", "value_int", "value_ints");

  /**
   * A node that may be there, as far as the rest of the graph has to know.
   *
   * @param constant what an attribute holds
   * @param numbers the attributes that are whole numbers, by name
   * @param padding the attribute {@code auto_pad}; empty where it is not there
   */
  record Node(
      String operator,
      List<String> inputs,
      List<String> outputs,
      Optional<TensorReader.Constant> constant,
      Map<String, List<Long>> numbers,
      String padding) {

    /** An attribute that is a whole number. */
    long number(String name, long otherwise) {
      List<Long> given = numbers.getOrDefault(name, List.of());
      return given.isEmpty() ? otherwise : given.get(0);
    }
  }

  private final Problems problems;
  private final List<String> inputs = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();
  private String operator = "";
  private String domain = "";
  private Optional<TensorReader.Constant> constant = Optional.empty();
  private final Map<String, List<Long>> numbersByName = new HashMap<>();
  private String padding = "";

  private NodeReader(Problems problems) {
    this.problems = problems;
  }

  static Node read(Wire wire, Problems problems) {
    return new NodeReader(problems).read(wire);
  }

  private Node read(Wire wire) {
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> name(inputs, wire.text());
        case 2 -> name(outputs, wire.text());
        case 4 -> {
          wire.once();
          operator = wire.text();
        }
        case 5 -> attribute(wire.message());
        case 7 -> {
          wire.once();
          domain = wire.text();
        }
        case 3, 6, 8, 9 -> wire.skip();
        default ->
            throw problems.refused(
                "a node '" + operator + "' has the unknown field " + wire.field(), REMEDY);
      }
    }
    if (!DOMAINS.contains(domain)) {
      throw problems.refused(
          String.format(
              "it uses the operator '%s' of the domain '%s', which is not ONNX' own",
              operator, domain),
          FOREIGN_REMEDY);
    }
    if (!Operators.contains(operator)) {
      throw problems.refused("it uses the operator '" + operator + "'", REMEDY);
    }
    return new Node(
        operator,
        List.copyOf(inputs),
        List.copyOf(outputs),
        constant,
        Map.copyOf(numbersByName),
        padding);
  }

  private void name(List<String> names, String name) {
    if (names.size() == MOST_NAMES) {
      throw problems.refused(
          "a node '" + operator + "' has more than " + MOST_NAMES + " inputs or outputs", REMEDY);
    }
    names.add(name);
  }

  private void attribute(Wire wire) {
    String name = "";
    List<Long> numbers = new ArrayList<>();
    String text = "";
    while (wire.next()) {
      switch (wire.field()) {
        case 1 -> {
          wire.once();
          name = wire.text();
        }
        case 3, 8 -> wire.integers(number -> size(numbers, number));
        case 5 -> {
          wire.once();
          constant = Optional.of(TensorReader.read(wire.message(), problems));
        }
        case 4 -> text = StandardCharsets.ISO_8859_1.decode(wire.bytes()).toString();
        case 2, 7, 9, 13, 20 -> wire.skip();
        default ->
            throw problems.refused(
                String.format(
                    "the attribute '%s' of a node '%s' holds a graph, or data of an unknown kind"
                        + " (field %d)",
                    name, operator, wire.field()),
                REMEDY);
      }
    }
    checkSizes(name, numbers);
    numbersByName.put(name, List.copyOf(numbers));
    padding = name.equals("auto_pad") ? text : padding;
    if (name.startsWith("value_int") && numbers.size() <= TensorReader.MOST_KEPT) {
      List<Double> values = numbers.stream().map(Long::doubleValue).toList();
      constant = Optional.of(new TensorReader.Constant("", List.of(), Optional.of(values)));
    }
  }

  private void size(List<Long> numbers, long number) {
    if (numbers.size() == MOST_NAMES) {
      throw problems.refused(
          "an attribute of a node '" + operator + "' has more than " + MOST_NAMES + " numbers",
          REMEDY);
    }
    numbers.add(number);
  }

  private void checkSizes(String name, List<Long> numbers) {
    boolean whole = name.equals("hidden_size") || name.equals("group") || name.equals("size");
    if (POSITIONS.contains(name) || whole) {
      return;
    }
    for (long number : numbers) {
      if (number < -MOST_SIZE || number > MOST_SIZE) {
        throw problems.refused(
            String.format(
                "the attribute '%s' of a node '%s' is %d, and none is above %d",
                name, operator, number, MOST_SIZE),
            "make the network smaller");
      }
    }
  }
}
