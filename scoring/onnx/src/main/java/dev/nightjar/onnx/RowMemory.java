package dev.nightjar.onnx;

import java.util.List;
import java.util.Optional;

/**
 * How many bytes a row takes inside a model: its input and what every node makes of it, as if none
 * were freed before the end. Rather too many than too few, and none where a shape is not known
 * before the model runs.
 */
final class RowMemory {
  private static final int INT64 = 7;

  /** No machine has more, so that sums of rows stay numbers. */
  private static final double MOST = 1L << 50;

  private RowMemory() {}

  /**
   * The bytes of a row.
   *
   * @param inputs without those that are constants; of several, nothing is known
   * @param doubles whether the model computes in doubles
   * @return 0 when they are not known
   */
  static long of(
      List<TensorReader.Constant> constants,
      List<ModelReader.ArrayType> inputs,
      List<NodeReader.Node> nodes,
      boolean doubles) {
    if (inputs.size() != 1) {
      return 0;
    }
    Sizes sizes = new Sizes();
    constants.forEach(sizes::constant);
    sizes.input(inputs.get(0));
    Optional<List<Double>> input = sizes.shape(inputs.get(0).name());
    if (input.isEmpty() || input.get().isEmpty()) {
      return 0;
    }
    int width = doubles ? Double.BYTES : Float.BYTES;
    double bytes =
        Shapes.numbers(input.get()) * (inputs.get(0).type() == INT64 ? Long.BYTES : width);
    for (NodeReader.Node node : nodes) {
      sizes.follow(node);
      Optional<List<List<Double>>> made = Shapes.of(node, sizes);
      if (made.isEmpty()) {
        return 0;
      }
      for (int i = 0; i < made.get().size(); i++) {
        List<Double> shape = made.get().get(i);
        if (i < node.outputs().size() && !node.outputs().get(i).isEmpty()) {
          sizes.know(node.outputs().get(i), shape);
        }
        bytes += Shapes.numbers(shape) * Math.max(width, widthOf(node));
      }
      bytes += besides(node, made.get().get(0)) * width;
    }
    double ofRow = Math.ceil(bytes / input.get().get(0));
    return Double.isNaN(ofRow) || ofRow > MOST ? 0 : (long) ofRow;
  }

  /** Whole numbers are wide: counted, looked up, cast. */
  private static int widthOf(NodeReader.Node node) {
    boolean wide =
        switch (node.operator()) {
          case "ArgMax", "ArgMin", "Shape" -> true;
          case "Cast" ->
              node.number("to", 1) == INT64 || node.number("to", 1) == ModelReader.DOUBLE;
          default -> false;
        };
    return wide ? Long.BYTES : 1;
  }

  /** The gates of all steps, and the state that goes through them. */
  private static double besides(NodeReader.Node node, List<Double> steps) {
    return switch (node.operator()) {
      case "LSTM" -> 5 * Shapes.numbers(steps);
      case "GRU" -> 4 * Shapes.numbers(steps);
      case "RNN" -> Shapes.numbers(steps);
      default -> 0;
    };
  }
}
