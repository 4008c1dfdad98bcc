package dev.nightjar.feature.spark;

import dev.nightjar.feature.spark.NaiveJoin.Ask;
import dev.nightjar.feature.spark.NaiveJoin.Fact;
import dev.nightjar.feature.spark.NaiveJoin.Rule;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Windows as the design states them: for each input row all feature rows, in plain loops, without a
 * line of the code under test.
 */
final class NaiveWindows {
  private NaiveWindows() {}

  /** What is computed of the numbers of the rows, over so many microseconds. */
  record Window(String function, long over) {}

  /** Flag of the view, or null; values before defaults. */
  record Answer(String flag, boolean tied, List<Object> values) {}

  static Answer answer(Rule rule, List<Window> windows, List<Fact> facts, Ask ask) {
    List<Fact> visible =
        facts.stream().filter(fact -> NaiveJoin.isVisible(rule, fact, ask)).toList();
    long longest = windows.stream().mapToLong(Window::over).max().orElseThrow();
    List<Object> values = new ArrayList<>();
    if (visible.isEmpty() || within(visible, ask, longest).isEmpty()) {
      windows.forEach(window -> values.add(null));
      return new Answer(visible.isEmpty() ? "no-row" : "stale", false, values);
    }
    boolean tied = false;
    for (Window window : windows) {
      List<Fact> within = within(visible, ask, window.over);
      if (window.function.equals("last")) {
        List<Fact> newest =
            NaiveJoin.best(rule, within.stream().filter(f -> f.a() != null).toList());
        tied |=
            !rule.any() && newest.stream().anyMatch(f -> !NaiveJoin.same(f.a(), newest.get(0).a()));
        values.add(newest.stream().map(Fact::a).max(Double::compare).orElse(null));
      } else {
        values.add(value(window.function, within));
      }
    }
    return new Answer(null, tied, values);
  }

  private static List<Fact> within(List<Fact> facts, Ask ask, long over) {
    return facts.stream().filter(fact -> ask.asOf() - fact.event() <= over).toList();
  }

  private static Object value(String function, List<Fact> facts) {
    List<Double> numbers = facts.stream().map(Fact::a).filter(Objects::nonNull).toList();
    return switch (function) {
      case "rows" -> (long) facts.size();
      case "count" -> (long) numbers.size();
      case "sum" -> numbers.isEmpty() ? null : (Object) sum(numbers);
      case "mean" -> numbers.isEmpty() ? null : (Object) (sum(numbers) / numbers.size());
      case "min" -> numbers.stream().min(Double::compare).orElse(null);
      case "max" -> numbers.stream().max(Double::compare).orElse(null);
      case "text" -> // the greatest text
          facts.stream()
              .map(Fact::b)
              .filter(Objects::nonNull)
              .max(Comparator.naturalOrder())
              .orElse(null);
      default -> throw new IllegalArgumentException(function);
    };
  }

  private static double sum(List<Double> numbers) {
    if (numbers.stream().anyMatch(number -> number.isNaN())) {
      return Double.NaN;
    }
    BigDecimal sum = BigDecimal.ZERO;
    for (double number : numbers) {
      sum = sum.add(new BigDecimal(number));
    }
    return sum.doubleValue();
  }
}
