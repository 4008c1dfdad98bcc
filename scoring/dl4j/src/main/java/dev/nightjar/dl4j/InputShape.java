package dev.nightjar.dl4j;

import dev.nightjar.contract.InputLayout;
import dev.nightjar.contract.InputLayout.Image;
import dev.nightjar.contract.InputLayout.Sequence;
import dev.nightjar.dl4j.onnx.RowShape;
import dev.nightjar.transform.Affine;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * From the columns of rows to the array that a network takes. A pixel or a step is a position, and
 * a position has channels (or features); columns and networks differ only in which of the two comes
 * first.
 */
record InputShape(RowShape row) {

  /** The shape that a layout makes for a network that takes it. */
  static InputShape of(InputLayout layout, NetworkInput network, int columns) {
    boolean first = network.channelsFirst();
    if (layout instanceof Image image) {
      long channels = image.channels();
      long height = image.height();
      long width = image.width();
      return new InputShape(
          new RowShape(
              image.height() * image.width(),
              image.channels(),
              image.order() == Image.PixelOrder.CHANNELS_FIRST,
              first,
              first ? List.of(channels, height, width) : List.of(height, width, channels)));
    }
    if (layout instanceof Sequence sequence) {
      long steps = sequence.steps();
      long features = sequence.features();
      return new InputShape(
          new RowShape(
              sequence.steps(),
              sequence.features(),
              sequence.order() == Sequence.StepOrder.FEATURES_FIRST,
              first,
              first ? List.of(features, steps) : List.of(steps, features)));
    }
    return new InputShape(new RowShape(1, columns, false, false, List.of((long) columns)));
  }

  int columns() {
    return Math.toIntExact(row.columns());
  }

  int channels() {
    return row.channels();
  }

  /** The array for rows of columns, row after row. */
  INDArray array(float[] values, int rows, DataType type) {
    boolean inOrder = row.columnsByChannel() == row.networkByChannel();
    float[] ordered = inOrder ? values : turned(values, rows);
    LongStream shape = row.shape().stream().mapToLong(Long::longValue);
    return Matrices.of(ordered, LongStream.concat(LongStream.of(rows), shape).toArray(), type);
  }

  /**
   * The rows normalized, by column, or by channel where the normalizer was fitted on images or
   * sequences: then each position is a row to it.
   */
  float[] normalize(Normalizer normalizer, float[] values, int rows) {
    OptionalInt fitted = normalizer.width();
    if (fitted.isEmpty() || fitted.getAsInt() != row.channels()) {
      return normalizer.apply(values, rows);
    }
    if (!row.columnsByChannel()) {
      return normalizer.apply(values, rows * row.positions());
    }
    float[] byPosition = turned(values, rows, row.channels(), row.positions());
    return turned(
        normalizer.apply(byPosition, rows * row.positions()),
        rows,
        row.positions(),
        row.channels());
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
          return row.columnsByChannel() ? column / row.positions() : column % row.channels();
        });
  }

  private float[] turned(float[] values, int rows) {
    return row.columnsByChannel()
        ? turned(values, rows, row.channels(), row.positions())
        : turned(values, rows, row.positions(), row.channels());
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
