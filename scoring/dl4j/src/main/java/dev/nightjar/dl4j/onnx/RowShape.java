package dev.nightjar.dl4j.onnx;

import java.util.List;

/**
 * How a row's columns become the array that a network takes: a matrix of positions (pixels, steps)
 * and channels (features), turned where columns and network differ in what comes first, and then
 * shaped.
 *
 * @param positions how many positions a row has
 * @param channels how many numbers a position has
 * @param columnsByChannel whether all positions of the first channel come first among the columns
 * @param networkByChannel whether they do in the network's array
 * @param shape of one row in the network's array
 */
public record RowShape(
    int positions,
    int channels,
    boolean columnsByChannel,
    boolean networkByChannel,
    List<Long> shape) {

  public RowShape {
    shape = List.copyOf(shape);
  }

  /** How many columns a row has. */
  public long columns() {
    return (long) positions * channels;
  }
}
