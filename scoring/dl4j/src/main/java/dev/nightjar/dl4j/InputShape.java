package dev.nightjar.dl4j;

import dev.nightjar.contract.InputLayout;
import dev.nightjar.contract.InputLayout.Image;
import dev.nightjar.contract.InputLayout.Sequence;
import dev.nightjar.dl4j.onnx.RowShape;
import dev.nightjar.transform.Affine;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * From the columns of rows to the array that a network takes. A pixel or a step is a position, and
 * a position has channels (or features); columns and networks differ only in which of the two comes
 * first.
 *
 * @param positions how many positions a row has
 * @param channels how many numbers a position has
 * @param columnsByChannel whether all positions of the first channel come first among the columns
 * @param networkByChannel whether they do in the network's array
 * @param shape of one row in the network's array
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record InputShape(
    int positions, int channels, boolean columnsByChannel, boolean networkByChannel, long[] shape) {

  /** The shape that a layout makes for a network that takes it. */
  static InputShape of(InputLayout layout, NetworkInput network, int columns) {
    boolean first = network.channelsFirst();
    if (layout instanceof Image image) {
      int channels = image.channels();
      int height = image.height();
      int width = image.width();
      return new InputShape(
          height * width,
          channels,
          image.order() == Image.PixelOrder.CHANNELS_FIRST,
          first,
          first ? new long[] {channels, height, width} : new long[] {height, width, channels});
    }
    if (layout instanceof Sequence sequence) {
      int steps = sequence.steps();
      int features = sequence.features();
      return new InputShape(
          steps,
          features,
          sequence.order() == Sequence.StepOrder.FEATURES_FIRST,
          first,
          first ? new long[] {features, steps} : new long[] {steps, features});
    }
    return new InputShape(1, columns, false, false, new long[] {columns});
  }

  int columns() {
    return positions * channels;
  }

  /** The same for the converter, which knows nothing of arrays. */
  RowShape forOnnx() {
    return new RowShape(
        positions,
        channels,
        columnsByChannel,
        networkByChannel,
        Arrays.stream(shape).boxed().toList());
  }

  /** The array for rows of columns, row after row. */
  INDArray array(float[] values, int rows, DataType type) {
    float[] ordered = columnsByChannel == networkByChannel ? values : turned(values, rows);
    long[] whole = new long[shape.length + 1];
    whole[0] = rows;
    System.arraycopy(shape, 0, whole, 1, shape.length);
    return Matrices.of(ordered, whole, type);
  }

  /**
   * The rows normalized, by column, or by channel where the normalizer was fitted on images or
   * sequences: then each position is a row to it.
   */
  float[] normalize(Normalizer normalizer, float[] values, int rows) {
    OptionalInt fitted = normalizer.width();
    if (fitted.isEmpty() || fitted.getAsInt() != channels) {
      return normalizer.apply(values, rows);
    }
    if (!columnsByChannel) {
      return normalizer.apply(values, rows * positions);
    }
    float[] byPosition = turned(values, rows, channels, positions);
    return turned(normalizer.apply(byPosition, rows * positions), rows, positions, channels);
  }

  /** The normalizer as one pass over the columns; empty when there is none. */
  Optional<Affine> affine(Normalizer normalizer) {
    boolean byChannel = normalizer.width().orElse(columns()) != columns();
    return normalizer.affine(
        columns(),
        column -> {
          if (!byChannel) {
            return column;
          }
          return columnsByChannel ? column / positions : column % channels;
        });
  }

  private float[] turned(float[] values, int rows) {
    return columnsByChannel
        ? turned(values, rows, channels, positions)
        : turned(values, rows, positions, channels);
  }

  /** Each row, seen as a matrix of so many lines, transposed. */
  private static float[] turned(float[] values, int rows, int lines, int width) {
    float[] turned = new float[values.length];
    int size = lines * width;
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < size; i++) {
        int line = i / width;
        int column = i % width;
        turned[row * size + column * lines + line] = values[row * size + i];
      }
    }
    return turned;
  }
}
