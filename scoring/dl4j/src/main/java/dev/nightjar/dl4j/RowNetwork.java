package dev.nightjar.dl4j;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.config.Section;
import dev.nightjar.contract.Layout;
import dev.nightjar.dl4j.onnx.Conversion;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A network behind a layout: rows of columns in, rows of units out. Not thread-safe; closes its
 * network.
 */
final class RowNetwork implements AutoCloseable {
  /** With one row alone, a network that mixes rows would not be noticed. */
  private static final int ROWS_TRIED = 2;

  private final Network network;
  private final Layout layout;
  private final InputShape shape;
  private final int units;

  private RowNetwork(Network network, Layout layout, InputShape shape, int units) {
    this.network = network;
    this.layout = layout;
    this.shape = shape;
    this.units = units;
  }

  /**
   * Puts a network behind a layout and runs it once, on zeros.
   *
   * @param origin what messages call the network
   * @param columns how many columns its rows have
   * @throws BundleException when it does not take such rows, or does not give rows of units
   */
  static RowNetwork of(String origin, Network network, Layout layout, int columns) {
    NetworkInput input = network.input();
    if (!input.takes(layout.input())) {
      throw new BundleException(
          String.format(
              "%s begins with a %s, which takes %s, and the contract declares %s; %s",
              origin, input.layer(), input.words(), declared(layout, columns), input.remedy()));
    }
    InputShape shape = InputShape.of(layout.input(), input, columns);
    if (shape.columns() != columns) {
      throw new BundleException(
          String.format(
              "%s is declared to take the layout '%s' of %d columns, and its rows have %d",
              origin, layout.input().words(), shape.columns(), columns));
    }
    RowNetwork tried = new RowNetwork(network, layout, shape, 0);
    return new RowNetwork(network, layout, shape, tried.tryUnits(origin));
  }

  private static String declared(Layout layout, int columns) {
    return layout.input().columns() == 0
        ? "rows of " + columns + " columns"
        : "the layout '" + layout.input().words() + "'";
  }

  private int tryUnits(String origin) {
    float[] zeros = new float[ROWS_TRIED * shape.columns()];
    INDArray input = shape.array(zeros, ROWS_TRIED, network.type());
    try {
      INDArray output = network.output(input);
      try {
        checkOutput(origin, output.shape());
        return values(output).length / ROWS_TRIED;
      } finally {
        Matrices.free(output);
      }
    } catch (BundleException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new BundleException(
          String.format(
              "%s does not take %s, %s: %s. Declare the layout that it was trained on in the"
                  + " contract",
              origin, declared(layout, shape.columns()), words(input.shape()), e.getMessage()),
          e);
    } finally {
      Matrices.free(input);
    }
  }

  private void checkOutput(String origin, long[] given) {
    boolean fits =
        given.length > 1
            && given[0] == ROWS_TRIED
            && switch (layout.output()) {
              case UNITS -> given.length == 2;
              case LAST_STEP -> given.length == 3;
              case ALL -> true;
            };
    if (!fits) {
      throw new BundleException(
          String.format(
              "%s gives an array %s, and the contract's layout declares 'output: %s'. Only networks"
                  + " that give something for each row are scored: a row of units, the last step of"
                  + " a sequence ('output: last-step') or every number of an array ('output: all')",
              origin, words(given), Section.word(layout.output())));
    }
  }

  private static String words(long[] shape) {
    return Arrays.stream(shape)
        .skip(1)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(", ", "[rows, ", "]"));
  }

  /** How many numbers it gives for a row. */
  int units() {
    return units;
  }

  /** What it takes, as its first layer declares it. */
  NetworkInput input() {
    return network.input();
  }

  /** Of what shape its arrays are. */
  InputShape shape() {
    return shape;
  }

  /** How much native memory the activations of all layers take for a row; found by running one. */
  long bytesPerRow() {
    return network.activationBytes(shape.array(new float[shape.columns()], 1, network.type()));
  }

  /** The network behind this layout as ONNX, or why it cannot be said there. */
  Conversion toOnnx() {
    return network.toOnnx(shape.row(), layout.output());
  }

  /** The units for rows of columns, row after row. */
  float[] output(float[] columns, int rows) {
    INDArray input = shape.array(columns, rows, network.type());
    try {
      INDArray output = network.output(input);
      try {
        return values(output);
      } finally {
        Matrices.free(output);
      }
    } finally {
      Matrices.free(input);
    }
  }

  /** The numbers of an output that count as units. */
  private float[] values(INDArray output) {
    if (layout.output() != Layout.Output.LAST_STEP) {
      return Matrices.values(output);
    }
    INDArrayIndex all = NDArrayIndex.all();
    boolean stepsLast = network.input().channelsFirst();
    INDArrayIndex last = NDArrayIndex.point(output.size(stepsLast ? 2 : 1) - 1);
    return Matrices.values(stepsLast ? output.get(all, all, last) : output.get(all, last, all));
  }

  @Override
  public void close() {
    network.close();
  }
}
