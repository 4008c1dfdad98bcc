package dev.nightjar.dl4j;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.config.Section;
import dev.nightjar.config.Suggestion;
import dev.nightjar.contract.Layout;
import dev.nightjar.contract.NetworkOutput;
import dev.nightjar.dl4j.onnx.Conversion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A network behind a layout: rows of columns in, rows of units out, those of several outputs side
 * by side. Not thread-safe; closes its network.
 */
final class RowNetwork implements AutoCloseable {
  /** With one row alone, a network that mixes rows would not be noticed. */
  private static final int ROWS_TRIED = 2;

  private final Network network;
  private final NetworkInputs inputs;
  private final List<NetworkOutput> outputs;
  private final boolean stepsLast;

  private RowNetwork(
      Network network, NetworkInputs inputs, List<NetworkOutput> outputs, boolean stepsLast) {
    this.network = network;
    this.inputs = inputs;
    this.outputs = outputs;
    this.stepsLast = stepsLast;
  }

  /**
   * Puts a network behind a layout and runs it once, on zeros.
   *
   * @param origin what messages call the network
   * @param columns how many columns its rows have
   * @throws BundleException when it does not take such rows, or does not give rows of units
   */
  static RowNetwork of(String origin, Network network, Layout layout, int columns) {
    NetworkInputs inputs = NetworkInputs.of(origin, network.inputs(), layout.input(), columns);
    List<NetworkOutput> asked = asked(origin, network.outputs(), layout);
    boolean lastStep = asked.stream().anyMatch(one -> one.kept() == Layout.Output.LAST_STEP);
    if (lastStep && inputs.stepsLast().isEmpty()) {
      throw new BundleException(
          String.format(
              "%s takes sequences with features first and others with steps first, so it is not"
                  + " known where the steps of its outputs are, and the contract's layout declares"
                  + " 'output: last-step'; take the last step inside the network, with"
                  + " LastTimeStepVertex",
              origin));
    }
    boolean stepsLast = inputs.stepsLast().orElse(true);
    RowNetwork tried = new RowNetwork(network, inputs, asked, stepsLast);
    List<NetworkOutput> found = tried.tryUnits(origin, layout);
    for (int i = 0; i < found.size(); i++) {
      int declared = asked.get(i).units();
      if (declared != 0 && declared != found.get(i).units()) {
        throw new BundleException(
            String.format(
                "%s gives %d units in its output '%s', and the contract's layout declares %d;"
                    + " correct it, or leave out 'units'",
                origin, found.get(i).units(), found.get(i).name(), declared));
      }
    }
    return new RowNetwork(network, inputs, found, stepsLast);
  }

  /** The network's outputs in its own order, as the layout keeps them. */
  private static List<NetworkOutput> asked(String origin, List<String> names, Layout layout) {
    List<NetworkOutput> declared = layout.outputs();
    if (declared.isEmpty()) {
      return names.stream().map(name -> new NetworkOutput(name, layout.output(), 0)).toList();
    }
    List<String> said = declared.stream().map(NetworkOutput::name).toList();
    for (String name : said) {
      if (!names.contains(name)) {
        throw new BundleException(
            String.format(
                "the contract's layout names the output '%s', which %s does not have%s; it has %s",
                name, origin, Suggestion.text(name, names), words(names)));
      }
    }
    List<NetworkOutput> asked = new ArrayList<>();
    for (String name : names) {
      if (!said.contains(name)) {
        throw new BundleException(
            String.format(
                "%s has the output '%s', which is not among the outputs of the contract's layout"
                    + " %s; name all of them, or leave out 'outputs' there",
                origin, name, said));
      }
      asked.add(declared.get(said.indexOf(name)));
    }
    return asked;
  }

  private static String words(List<String> names) {
    return names.equals(List.of(Network.UNNAMED))
        ? "one, without a name, and needs no 'outputs'"
        : "the outputs " + names;
  }

  private List<NetworkOutput> tryUnits(String origin, Layout layout) {
    float[] zeros = new float[ROWS_TRIED * columns()];
    List<INDArray> arrays = inputs.arrays(zeros, ROWS_TRIED, network.type());
    try {
      List<INDArray> given = network.output(arrays);
      try {
        List<NetworkOutput> found = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
          NetworkOutput one = outputs.get(i);
          checkOutput(origin, one, given.get(i).shape());
          int units = values(given.get(i), one.kept()).length / ROWS_TRIED;
          found.add(new NetworkOutput(one.name(), one.kept(), units));
        }
        return found;
      } finally {
        given.forEach(Matrices::free);
      }
    } catch (BundleException e) {
      throw e;
    } catch (RuntimeException e) {
      String declared =
          layout.input().columns() == 0
              ? "rows of " + columns() + " columns"
              : "the layout '" + layout.input().words() + "'";
      throw new BundleException(
          String.format(
              "%s does not take %s, %s: %s. Declare the layout that it was trained on in the"
                  + " contract",
              origin,
              declared,
              arrays.stream().map(array -> words(array.shape())).collect(Collectors.joining(", ")),
              e.getMessage()),
          e);
    } finally {
      arrays.forEach(Matrices::free);
    }
  }

  private void checkOutput(String origin, NetworkOutput output, long[] given) {
    boolean fits =
        given.length > 1
            && given[0] == ROWS_TRIED
            && switch (output.kept()) {
              case UNITS -> given.length == 2;
              case LAST_STEP -> given.length == 3;
              case ALL -> true;
            };
    if (!fits) {
      throw new BundleException(
          String.format(
              "%s gives an array %s%s, and the contract's layout declares 'output: %s'. Only"
                  + " networks that give something for each row are scored: a row of units, the"
                  + " last step of a sequence ('output: last-step') or every number of an array"
                  + " ('output: all')%s",
              origin,
              words(given),
              outputs.size() > 1 ? " in its output '" + output.name() + "'" : "",
              Section.word(output.kept()),
              outputs.size() > 1
                  ? ", each output its own way under 'outputs: {"
                      + output.name()
                      + ": {output: …}}'"
                  : ""));
    }
  }

  private static String words(long[] shape) {
    return Arrays.stream(shape)
        .skip(1)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[rows, ", "]"));
  }

  /** How many columns a row has. */
  int columns() {
    return inputs.columns();
  }

  /** How many numbers it gives for a row. */
  int units() {
    return outputs.stream().mapToInt(NetworkOutput::units).sum();
  }

  /** What it takes. */
  NetworkInputs inputs() {
    return inputs;
  }

  /** What it gives, in the order of its units. */
  List<NetworkOutput> outputs() {
    return outputs;
  }

  /**
   * How much native memory the activations of all layers, and what they hold beside, take for a
   * row; found by running one.
   */
  long bytesPerRow() {
    return network.activationBytes(inputs.arrays(new float[columns()], 1, network.type()));
  }

  /** The network behind this layout as ONNX, or why it cannot be said there. */
  Conversion toOnnx() {
    return network.toOnnx(
        inputs.rows(), outputs.stream().map(NetworkOutput::kept).toList(), stepsLast);
  }

  /** The units for rows of columns, row after row. */
  float[] output(float[] columns, int rows) {
    List<INDArray> arrays = inputs.arrays(columns, rows, network.type());
    try {
      List<INDArray> given = network.output(arrays);
      try {
        List<float[]> values = new ArrayList<>();
        for (int i = 0; i < outputs.size(); i++) {
          values.add(values(given.get(i), outputs.get(i).kept()));
        }
        return values.size() == 1 ? values.get(0) : sideBySide(values, rows);
      } finally {
        given.forEach(Matrices::free);
      }
    } finally {
      arrays.forEach(Matrices::free);
    }
  }

  private static float[] sideBySide(List<float[]> outputs, int rows) {
    int units = outputs.stream().mapToInt(one -> one.length / rows).sum();
    float[] all = new float[rows * units];
    int first = 0;
    for (float[] one : outputs) {
      int width = one.length / rows;
      for (int row = 0; row < rows; row++) {
        System.arraycopy(one, row * width, all, row * units + first, width);
      }
      first += width;
    }
    return all;
  }

  /** The numbers of an output that count as units. */
  private float[] values(INDArray output, Layout.Output kept) {
    if (kept != Layout.Output.LAST_STEP) {
      return Matrices.values(output);
    }
    INDArrayIndex all = NDArrayIndex.all();
    INDArrayIndex last = NDArrayIndex.point(output.size(stepsLast ? 2 : 1) - 1);
    return Matrices.values(stepsLast ? output.get(all, all, last) : output.get(all, last, all));
  }

  @Override
  public void close() {
    network.close();
  }
}
