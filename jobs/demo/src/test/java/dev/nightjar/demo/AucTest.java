package dev.nightjar.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AucTest {
  @Test
  void perfectOrderIsOneAndItsReverseZero() {
    assertThat(Auc.of(floats(.1, .2, .8, .9), labels(0, 0, 1, 1))).isEqualTo(1);
    assertThat(Auc.of(floats(.1, .2, .8, .9), labels(1, 1, 0, 0))).isEqualTo(0);
  }

  @Test
  void handValues() {
    // Pairs (positive, negative): .35>.1, .35<.4, .8>.1, .8>.4: three of four.
    assertThat(Auc.of(floats(.1, .4, .35, .8), labels(0, 0, 1, 1))).isEqualTo(0.75);
    // .5=.5 counts one half, .9>.5 one: 1.5 of 2.
    assertThat(Auc.of(floats(.5, .5, .9), labels(0, 1, 1))).isEqualTo(0.75);
    assertThat(Auc.of(floats(.3, .3, .3, .3), labels(0, 1, 0, 1))).isEqualTo(0.5);
  }

  @Test
  void negativeScoresAndBothZerosAreOrderedAsNumbers() {
    assertThat(Auc.of(floats(-3, -2, -1, 5), labels(0, 0, 1, 1))).isEqualTo(1);
    assertThat(Auc.of(new float[] {-0.0f, 0.0f}, labels(1, 0))).isEqualTo(0.5);
    assertThat(
            Auc.of(
                new float[] {Float.NEGATIVE_INFINITY, -1, 1, Float.POSITIVE_INFINITY},
                labels(0, 0, 1, 1)))
        .isEqualTo(1);
  }

  @Test
  void agreesWithCountingPairs() {
    SplittableRandom random = new SplittableRandom(5);
    float[] scores = new float[300];
    boolean[] labels = new boolean[300];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = random.nextInt(40) / 40f - 0.5f;
      labels[i] = random.nextInt(3) == 0;
    }
    double won = 0;
    double pairs = 0;
    for (int i = 0; i < scores.length; i++) {
      for (int j = 0; j < scores.length; j++) {
        if (labels[i] && !labels[j]) {
          pairs++;
          won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    assertThat(Auc.of(scores, labels)).isCloseTo(won / pairs, within(1e-12));
  }

  @Test
  void whatHasNoAreaIsRefused() {
    assertThatThrownBy(() -> Auc.of(floats(.1, .2), labels(1, 1)))
        .hasMessage("needs rows with and without the label; of 2, 2 have it");
    assertThatThrownBy(() -> Auc.of(floats(.1), labels(1, 0))).hasMessage("1 scores for 2 labels");
    assertThatThrownBy(() -> Auc.of(floats(.1, Double.NaN), labels(1, 0)))
        .hasMessage("the score of row 1 is NaN");
  }

  private static float[] floats(double... values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static boolean[] labels(int... values) {
    boolean[] labels = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      labels[i] = values[i] == 1;
    }
    return labels;
  }
}
