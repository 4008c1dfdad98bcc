package dev.nightjar.pipeline;

import java.util.Arrays;

/** What the network gave for the rows of a batch that reached it. */
public final class Activations {
  private static final int NONE = -1;

  private final float[] values;
  private final int units;
  private final int[] places;

  /**
   * @param values row after row
   * @param units how many numbers a row has
   * @param places for each row of the batch which row of {@code values} it is, negative for none
   */
  public Activations(float[] values, int units, int[] places) {
    this.values = values;
    this.units = units;
    this.places = places;
  }

  /** For a batch of so many rows of which none reached the network. */
  public static Activations none(int rows) {
    int[] places = new int[rows];
    Arrays.fill(places, NONE);
    return new Activations(new float[0], 0, places);
  }

  /** How many numbers the network gave for a row. */
  public int units() {
    return units;
  }

  private boolean reached(int row) {
    return places[row] >= 0;
  }

  /** A number of a row that reached the network. */
  public float at(int row, int unit) {
    return values[places[row] * units + unit];
  }

  /** Whether all numbers are finite of a row that reached the network. */
  boolean areFinite(int row) {
    int from = places[row] * units;
    for (int i = from; i < from + units; i++) {
      if (!Float.isFinite(values[i])) {
        return false;
      }
    }
    return true;
  }

  /**
   * Which of some units has the greatest number of a row that reached the network; of equal ones
   * the first.
   *
   * @param from the first of them
   * @param count how many they are
   * @return counted from the first of them
   */
  int strongest(int row, int from, int count) {
    int best = 0;
    for (int unit = 1; unit < count; unit++) {
      if (at(row, from + unit) > at(row, from + best)) {
        best = unit;
      }
    }
    return best;
  }

  /** Which of the rows that reached the network it is; negative where it did not. */
  int place(int row) {
    return places[row];
  }

  /** All numbers of a row, in an array of its own; empty where it did not reach the network. */
  public float[] row(int row) {
    int from = places[row] * units;
    return reached(row) ? Arrays.copyOfRange(values, from, from + units) : new float[0];
  }
}
