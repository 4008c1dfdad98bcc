package dev.nightjar.dl4j.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A value of the graph.
 *
 * @param name by which nodes refer to it
 * @param shape without the leading dimension
 * @param perRow how often the leading dimension holds each row: 1, or the number of steps where a
 *     sequence was folded into it. A row's steps stand together, which DL4J does the other way
 *     round; as long as every layer between folding and unfolding takes them one by one, nobody can
 *     tell
 */
record Tensor(String name, List<Long> shape, long perRow) {
  Tensor {
    shape = List.copyOf(shape);
  }

  /** As DL4J counts: with the leading dimension. */
  int rank() {
    return shape.size() + 1;
  }

  /** The size of a dimension other than the leading one, counted as DL4J counts. */
  long size(int axis) {
    if (axis < 1 || axis >= rank()) {
      throw new RefusedException(
          String.format("it takes dimension %d of an array of rank %d", axis, rank()));
    }
    return shape.get(axis - 1);
  }

  /** How many numbers stand behind one index of the leading dimension. */
  long length() {
    return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }

  /** The same shape under another name. */
  Tensor named(String other) {
    return new Tensor(other, shape, perRow);
  }

  /** The same place with another shape. */
  Tensor shaped(String other, Long... sizes) {
    return new Tensor(other, Arrays.asList(sizes), perRow);
  }

  /** With another size of one dimension, counted as DL4J counts. */
  Tensor resized(String other, int axis, long size) {
    List<Long> sizes = new ArrayList<>(shape);
    sizes.set(axis - 1, size);
    return new Tensor(other, sizes, perRow);
  }

  /** Refuses a rank that the layer cannot take; then DL4J would refuse it too. */
  void requireRank(int... ranks) {
    if (Arrays.stream(ranks).noneMatch(rank -> rank == rank())) {
      throw new RefusedException(
          String.format(
              "it is given an array of rank %d, and ranks %s are known",
              rank(), Arrays.toString(ranks)));
    }
  }
}
