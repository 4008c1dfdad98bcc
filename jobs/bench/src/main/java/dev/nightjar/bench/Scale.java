package dev.nightjar.bench;

import java.util.Locale;
import java.util.Map;

/**
 * How much is measured.
 *
 * @param rows of each job
 * @param warmUp rounds before those that count
 * @param rounds that count
 * @param compared rows of each job that are held against the reference
 * @param withMemory whether memory at 3 and at 30 million rows is compared, which takes long
 */
record Scale(
    String name,
    Map<String, Long> rows,
    int warmUp,
    int rounds,
    Map<String, Long> compared,
    boolean withMemory) {

  /** For a look: all of it within ten minutes on two cores. */
  static final Scale QUICK =
      new Scale(
          "quick",
          Map.of("j1", 500_000L, "j2", 500_000L, "j3", 10_000L, "j4", 10_000L, "j5", 300_000L),
          1,
          3,
          Map.of("j1", 100_000L, "j2", 200_000L, "j3", 2_000L, "j4", 2_000L),
          false);

  /** What figures are quoted from. */
  static final Scale NORMAL =
      new Scale(
          "normal",
          Map.of(
              "j1", 3_000_000L, "j2", 3_000_000L, "j3", 40_000L, "j4", 80_000L, "j5", 1_500_000L),
          2,
          5,
          Map.of("j1", 1_000_000L, "j2", 1_000_000L, "j3", 20_000L, "j4", 50_000L),
          false);

  /** The normal one, and memory. */
  static final Scale FULL =
      new Scale("full", NORMAL.rows(), NORMAL.warmUp(), NORMAL.rounds(), NORMAL.compared(), true);

  long rows(String job) {
    return of(rows, job);
  }

  long compared(String job) {
    return of(compared, job);
  }

  private static long of(Map<String, Long> numbers, String job) {
    Long number = numbers.get(job);
    if (number == null) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "no number of rows for the job '%s'", job));
    }
    return number;
  }
}
