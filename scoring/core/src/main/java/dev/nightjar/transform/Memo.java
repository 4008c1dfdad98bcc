package dev.nightjar.transform;

import java.util.Arrays;

/** What was worked out for the numbers of texts, as ints that are not negative. */
final class Memo {
  /** For a text for which there is no answer. */
  static final int FAILED = -2;

  private static final int UNKNOWN = -1;
  private static final int FIRST_ROOM = 64;

  private int[] answers = {};
  private int generation = -1;

  /** Forgets everything when the numbers have come to mean other texts. */
  void begin(Texts texts) {
    if (generation != texts.generation()) {
      generation = texts.generation();
      Arrays.fill(answers, UNKNOWN);
    }
  }

  /** True when nothing was put for a number; makes room for it. */
  boolean isNew(int number) {
    if (number >= answers.length) {
      int before = answers.length;
      answers = Arrays.copyOf(answers, Math.max(FIRST_ROOM, Math.max(number + 1, 2 * before)));
      Arrays.fill(answers, before, answers.length, UNKNOWN);
    }
    return answers[number] == UNKNOWN;
  }

  int get(int number) {
    return answers[number];
  }

  void put(int number, int answer) {
    answers[number] = answer;
  }

  /** How many numbers there is room for. */
  int room() {
    return answers.length;
  }
}
