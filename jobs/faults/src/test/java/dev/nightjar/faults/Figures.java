package dev.nightjar.faults;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What the tests of this leaf measured, all together: {@link FiguresReport} writes it at the end.
 * Figures of one name add up. Thread-safe.
 */
public final class Figures {
  private static final String STRUCK = "faults-struck";
  private static final Map<String, Figure> FIGURES = new LinkedHashMap<>();

  private Figures() {}

  /** Which values are better. */
  public enum Better {
    HIGHER,
    LOWER
  }

  /**
   * One figure.
   *
   * @param goal the worst value that is good enough; empty when it is only reported
   */
  public record Figure(String name, double value, OptionalDouble goal, Better better) {

    /** Whether there is a goal that it does not reach. */
    public boolean missed() {
      return goal.isPresent()
          && (better == Better.LOWER ? value > goal.getAsDouble() : value < goal.getAsDouble());
    }
  }

  /** Adds to a figure that may be no higher than the goal. */
  public static void atMost(double goal, String name, double more) {
    add(new Figure(name, more, OptionalDouble.of(goal), Better.LOWER));
  }

  /** Adds to a figure that may be no lower than the goal. */
  public static void atLeast(double goal, String name, double more) {
    add(new Figure(name, more, OptionalDouble.of(goal), Better.HIGHER));
  }

  /** Adds to a figure that is only reported. */
  public static void report(String name, double more, Better better) {
    add(new Figure(name, more, OptionalDouble.empty(), better));
  }

  /**
   * Adds to the faults that struck while promises were watched: what a figure of zero failures is
   * worth depends on it.
   */
  public static void struck(int more) {
    report(STRUCK, more, Better.HIGHER);
  }

  /** How many faults have struck. */
  static synchronized double struck() {
    Figure figure = FIGURES.get(STRUCK);
    return figure == null ? 0 : figure.value();
  }

  private static synchronized void add(Figure more) {
    FIGURES.merge(
        more.name(),
        more,
        (old, add) -> new Figure(old.name(), old.value() + add.value(), add.goal(), add.better()));
  }

  /** All figures so far, in the order in which they first came. */
  static synchronized List<Figure> all() {
    return new ArrayList<>(FIGURES.values());
  }

  /** How many trials a random test makes: {@code --trials}, or its own number. */
  public static int trials(int usual) {
    String asked = System.getProperty("nightjar.faults.trials", "");
    return asked.isEmpty() ? usual : Integer.parseInt(asked);
  }

  /** What random tests begin with: {@code --seed}, or 1. Each says it in its messages. */
  public static long seed() {
    String asked = System.getProperty("nightjar.faults.seed", "");
    return asked.isEmpty() ? 1 : Long.parseLong(asked);
  }
}
