package dev.nightjar.dl4j;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.config.Suggestion;
import dev.nightjar.contract.InputLayout;
import dev.nightjar.contract.InputLayout.Rows;
import dev.nightjar.contract.InputLayout.Several;
import dev.nightjar.dl4j.onnx.RowShape;
import dev.nightjar.transform.Affine;
import dev.nightjar.transform.Pipeline;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The inputs of a network behind a layout, in the order of their columns: each takes the next
 * columns of a row.
 */
record NetworkInputs(List<Part> parts) {

  /**
   * One of the inputs.
   *
   * @param place among the network's own inputs, from 0
   * @param first the first of its columns in a row
   */
  record Part(String name, NetworkInput takes, InputShape shape, int place, int first) {}

  NetworkInputs {
    parts = List.copyOf(parts);
  }

  /** The only input of a network that has no name for it. */
  static NetworkInputs one(NetworkInput takes, InputShape shape) {
    return new NetworkInputs(List.of(new Part(Network.UNNAMED, takes, shape, 0, 0)));
  }

  /**
   * Puts the inputs of a network behind a layout.
   *
   * @param origin what messages call the network
   * @param columns how many columns its rows have
   * @throws BundleException when they do not take what the layout makes, with every reason
   */
  static NetworkInputs of(
      String origin, List<Network.Port> inputs, InputLayout layout, int columns) {
    if (layout instanceof Several several) {
      return of(origin, inputs, several, columns);
    }
    if (inputs.size() > 1) {
      throw new BundleException(
          String.format(
              "%s is a graph with the inputs %s, and the contract declares one; say which columns"
                  + " each takes, in the order in which the transform gives them: '%s'",
              origin, names(inputs), toWrite(inputs)));
    }
    Network.Port only = inputs.get(0);
    NetworkInput input = only.takes();
    if (!input.takes(layout)) {
      throw new BundleException(
          String.format(
              "%s begins with a %s, which takes %s, and the contract declares %s; %s",
              origin, input.layer(), input.words(), declared(layout, columns), input.remedy()));
    }
    InputShape shape = InputShape.of(layout, input, columns);
    if (shape.columns() != columns) {
      throw new BundleException(
          String.format(
              "%s is declared to take the layout '%s' of %d columns, and its rows have %d",
              origin, layout.words(), shape.columns(), columns));
    }
    return new NetworkInputs(List.of(new Part(only.name(), input, shape, 0, 0)));
  }

  private static NetworkInputs of(
      String origin, List<Network.Port> inputs, Several layout, int columns) {
    List<String> names = names(inputs);
    if (names.equals(List.of(Network.UNNAMED))) {
      throw new BundleException(
          String.format(
              "%s is a network of layers, whose one input has no name, and the contract's layout"
                  + " names the inputs %s; write the 'kind' of its one input beside 'layout'"
                  + " instead of 'inputs'",
              origin, layout.inputs().stream().map(Several.Named::name).toList()));
    }
    List<String> problems = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    int first = 0;
    for (Several.Named one : layout.inputs()) {
      int place = names.indexOf(one.name());
      int width = Math.toIntExact(one.layout().columns());
      if (place < 0) {
        problems.add(
            String.format(
                "the contract's layout names the input '%s', which the network does not have%s; its"
                    + " inputs are %s",
                one.name(), Suggestion.text(one.name(), names), names));
      } else {
        NetworkInput takes = inputs.get(place).takes();
        if (!fits(takes, one.layout())) {
          problems.add(
              String.format(
                  "the input '%s' leads to a %s, which takes %s, and the contract's layout declares"
                      + " '%s'; write '%s'",
                  one.name(),
                  takes.layer(),
                  takes.words(),
                  one.layout().words(),
                  takes.toWrite(one.name())));
        }
        parts.add(
            new Part(one.name(), takes, InputShape.of(one.layout(), takes, width), place, first));
      }
      first += width;
    }
    addMissing(inputs, layout, problems);
    if (first != columns) {
      problems.add(
          String.format(
              "the inputs of the contract's layout take %d columns together (%s), and the transform"
                  + " gives %d; every column belongs to one input, in order",
              first, widths(layout), columns));
    }
    if (!problems.isEmpty()) {
      throw new BundleException(
          origin
              + " does not take the inputs that the contract declares:\n  "
              + String.join("\n  ", problems));
    }
    return new NetworkInputs(parts);
  }

  private static boolean fits(NetworkInput takes, InputLayout layout) {
    boolean wide = layout instanceof Rows && takes.kind() == NetworkInput.Kind.ROWS;
    return takes.takes(layout) && (!wide || takes.size() == 0 || takes.size() == layout.columns());
  }

  private static void addMissing(List<Network.Port> inputs, Several layout, List<String> problems) {
    List<String> declared = layout.inputs().stream().map(Several.Named::name).toList();
    for (Network.Port one : inputs) {
      if (!declared.contains(one.name())) {
        problems.add(
            String.format(
                "the network's input '%s' is not in the contract's layout, and it takes %s; write"
                    + " '%s' where its columns come",
                one.name(), one.takes().words(), one.takes().toWrite(one.name())));
      }
    }
  }

  private static String widths(Several layout) {
    return layout.inputs().stream()
        .map(one -> one.name() + ": " + one.layout().columns())
        .collect(Collectors.joining(", "));
  }

  private static List<String> names(List<Network.Port> inputs) {
    return inputs.stream().map(Network.Port::name).toList();
  }

  private static String toWrite(List<Network.Port> inputs) {
    return inputs.stream()
        .map(one -> one.takes().toWrite(one.name()))
        .collect(Collectors.joining(", ", "layout: {inputs: {", "}}"));
  }

  private static String declared(InputLayout layout, int columns) {
    return layout.columns() == 0
        ? "rows of " + columns + " columns"
        : "the layout '" + layout.words() + "'";
  }

  /** How many columns a row has. */
  int columns() {
    Part last = parts.get(parts.size() - 1);
    return last.first() + last.shape().columns();
  }

  /** The arrays for rows of columns, row after row, in the network's own order. */
  List<INDArray> arrays(float[] values, int rows, DataType type) {
    INDArray[] arrays = new INDArray[parts.size()];
    for (Part part : parts) {
      arrays[part.place()] = part.shape().array(cut(part, values, rows), rows, type);
    }
    return List.of(arrays);
  }

  private float[] cut(Part part, float[] values, int rows) {
    int width = part.shape().columns();
    int all = columns();
    if (width == all) {
      return values;
    }
    float[] own = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(values, row * all + part.first(), own, row * width, width);
    }
    return own;
  }

  /** How each input takes its columns, by its name and in the order of the columns. */
  Map<String, RowShape> rows() {
    Map<String, RowShape> rows = new LinkedHashMap<>();
    parts.forEach(part -> rows.put(part.name(), part.shape().row()));
    return rows;
  }

  /**
   * Whether steps are the last dimension of the network's sequences; empty where some inputs have
   * them there and others do not.
   */
  Optional<Boolean> stepsLast() {
    if (parts.size() == 1) {
      return Optional.of(parts.get(0).takes().channelsFirst());
    }
    List<Boolean> ways =
        parts.stream()
            .filter(part -> part.shape().row().shape().size() == 2)
            .map(part -> part.takes().channelsFirst())
            .distinct()
            .toList();
    // Steps that are made of rows are DL4J's own: features first.
    return ways.size() > 1
        ? Optional.empty()
        : Optional.of(ways.isEmpty() ? Boolean.TRUE : ways.get(0));
  }

  /**
   * The rows normalized: by column, or in the way of the only input. With several inputs a
   * normalizer is one over all columns.
   */
  float[] normalize(Normalizer normalizer, float[] values, int rows) {
    return parts.size() == 1
        ? parts.get(0).shape().normalize(normalizer, values, rows)
        : normalizer.apply(values, rows);
  }

  /** The normalizer as one pass over the columns; empty when there is none. */
  Optional<Affine> affine(Normalizer normalizer) {
    return parts.size() == 1
        ? parts.get(0).shape().affine(normalizer)
        : normalizer.affine(columns(), column -> column);
  }

  /**
   * Whether the network can take that number in a column; an embedding would throw for all rows.
   */
  boolean takes(int column, float value) {
    return partOf(column).takes().takes(value);
  }

  /** Why it does not take a finite number. */
  String refusal(int column, float value) {
    NetworkInput takes = partOf(column).takes();
    return Pipeline.refusal(takes.layer(), takes.categories(), value);
  }

  /** What a column leads to. */
  NetworkInput at(int column) {
    return partOf(column).takes();
  }

  private Part partOf(int column) {
    Part found = parts.get(0);
    for (Part part : parts) {
      found = column >= part.first() ? part : found;
    }
    return found;
  }

  /** What a compiled pipeline has to know of several inputs; empty where there is one. */
  List<Pipeline.Input> compiled() {
    return parts.size() == 1
        ? List.of()
        : parts.stream()
            .map(
                part ->
                    new Pipeline.Input(
                        part.shape().columns(), part.takes().categories(), part.takes().layer()))
            .toList();
  }
}
