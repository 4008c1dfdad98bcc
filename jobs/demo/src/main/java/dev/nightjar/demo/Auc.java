package dev.nightjar.demo;

import java.util.Arrays;

/**
 * The area under the ROC curve: the chance that a row with the label scores above one without it.
 */
public final class Auc {
  private Auc() {}

  /**
   * The area by ranks (Mann–Whitney); a tie counts one half.
   *
   * @throws IllegalArgumentException when the two differ in length, a score is NaN, or one of the
   *     two labels does not occur
   */
  public static double of(float[] scores, boolean[] labels) {
    if (scores.length != labels.length) {
      throw new IllegalArgumentException(
          scores.length + " scores for " + labels.length + " labels");
    }
    // The order of floats, and the row in the low half: one primitive sort instead of a comparator.
    long[] order = new long[scores.length];
    for (int row = 0; row < scores.length; row++) {
      if (Float.isNaN(scores[row])) {
        throw new IllegalArgumentException("the score of row " + row + " is NaN");
      }
      order[row] = ((long) sortable(scores[row]) << 32) | row;
    }
    Arrays.sort(order);
    double rankSum = 0;
    long positives = 0;
    for (int start = 0; start < order.length; ) {
      int end = start;
      int labelled = 0;
      while (end < order.length && order[end] >> 32 == order[start] >> 32) {
        labelled += labels[(int) order[end]] ? 1 : 0;
        end++;
      }
      // Rows start+1 to end share their mean rank.
      rankSum += labelled * ((start + 1 + end) / 2.0);
      positives += labelled;
      start = end;
    }
    long negatives = scores.length - positives;
    if (positives == 0 || negatives == 0) {
      throw new IllegalArgumentException(
          "needs rows with and without the label; of "
              + scores.length
              + ", "
              + positives
              + " have it");
    }
    return (rankSum - positives * (positives + 1) / 2.0) / ((double) positives * negatives);
  }

  /** An int that orders as the float does; the two zeros are equal. */
  private static int sortable(float score) {
    int bits = Float.floatToIntBits(score + 0.0f);
    return bits >= 0 ? bits : bits ^ Integer.MAX_VALUE;
  }
}
