package dev.nightjar.faults.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Holds rows against what must have become of every input row, as a multiset by key: in the manner
 * of a set checker, every row is right, or is lost, duplicated, unexpected or wrong.
 */
public final class Checker {
  private static final double TOLERANCE = 1e-6;

  private final String keyColumn;
  private final String scoreColumn;
  private final Map<String, Fate> expected;

  /**
   * For results with one key column and one score.
   *
   * @param expected what must become of each key
   */
  public Checker(String keyColumn, String scoreColumn, Map<String, Fate> expected) {
    this.keyColumn = keyColumn;
    this.scoreColumn = scoreColumn;
    this.expected = Map.copyOf(expected);
  }

  /**
   * What must become of a row.
   *
   * @param outcome scored, filtered or rejected
   * @param score of a scored row; empty when the score is not looked at
   */
  public record Fate(String outcome, OptionalDouble score) {
    /** A row with this score. */
    public static Fate scored(double score) {
      return new Fate("scored", OptionalDouble.of(score));
    }

    /** A row without a score. */
    public static Fate of(String outcome) {
      return new Fate(outcome, OptionalDouble.empty());
    }
  }

  /**
   * How many rows are not as they must be.
   *
   * @param lost keys that are in no row
   * @param duplicated rows of a key beyond its first
   * @param unexpected rows of keys that the input does not have
   * @param wrong rows with another outcome or score
   */
  public record Verdict(long lost, long duplicated, long unexpected, long wrong) {
    /** Whether every row is there once and right. */
    public boolean isRight() {
      return lost + duplicated + unexpected + wrong == 0;
    }
  }

  /** Looks at every row. */
  public Verdict check(List<Map<String, Object>> rows) {
    Map<String, Integer> times = new HashMap<>();
    long unexpected = 0;
    long wrong = 0;
    for (Map<String, Object> row : rows) {
      String key = String.valueOf(row.get(keyColumn));
      Fate fate = expected.get(key);
      if (fate == null) {
        unexpected++;
        continue;
      }
      times.merge(key, 1, Integer::sum);
      if (!isAs(row, fate)) {
        wrong++;
      }
    }
    long duplicated = times.values().stream().mapToLong(n -> n - 1L).sum();
    return new Verdict(expected.size() - times.size(), duplicated, unexpected, wrong);
  }

  private boolean isAs(Map<String, Object> row, Fate fate) {
    if (!fate.outcome().equals(row.get("outcome"))) {
      return false;
    }
    if (fate.score().isEmpty()) {
      return true;
    }
    return row.get(scoreColumn) instanceof Number score
        && Math.abs(score.doubleValue() - fate.score().getAsDouble()) <= TOLERANCE;
  }
}
