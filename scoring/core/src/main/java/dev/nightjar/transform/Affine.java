package dev.nightjar.transform;

/**
 * A fitted normalizer as one pass over rows of floats: {@code (x - subtract) / divide * multiply +
 * add}, in this order and in 32 bits, as ND4J computes it. Where a value is not finite afterwards,
 * it was so before, or the normalizer makes it so.
 *
 * @param subtract for each column
 * @param divide for each column
 * @param multiply for all columns
 * @param add for all columns
 */
@SuppressWarnings("ArrayRecordComponent") // numbers by the thousand; never compared
public record Affine(float[] subtract, float[] divide, float multiply, float add) {

  /**
   * @throws IllegalArgumentException when the two arrays differ in length
   */
  public Affine {
    if (subtract.length != divide.length) {
      throw new IllegalArgumentException(
          "the pipeline cannot run: its normalizer subtracts from "
              + subtract.length
              + " columns and divides "
              + divide.length);
    }
  }

  /** How many columns a row has. */
  public int columns() {
    return subtract.length;
  }

  /** Normalizes the first numbers of a column where they lie. */
  void apply(int column, float[] values, int rows) {
    float subtracted = subtract[column];
    float divisor = divide[column];
    for (int row = 0; row < rows; row++) {
      values[row] = (values[row] - subtracted) / divisor * multiply + add;
    }
  }
}
