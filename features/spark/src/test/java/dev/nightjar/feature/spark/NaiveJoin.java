package dev.nightjar.feature.spark;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The join as the design states it: for each input row all feature rows, in plain loops. Slow, and
 * on purpose without a line of the code under test. Times are small whole numbers.
 */
final class NaiveJoin {
  private NaiveJoin() {}

  enum Available {
    AT_EVENT,
    AFTER,
    AT_COLUMN
  }

  /** The rule; maxAge is null for none. */
  record Rule(
      boolean isStatic,
      Available availability,
      long delay,
      Long maxAge,
      boolean strict,
      boolean tieBreak,
      boolean any,
      boolean lastKnown) {}

  record Fact(List<?> key, Long event, Long available, Integer rank, Double a, String b) {}

  record Ask(List<?> key, Long asOf, boolean rejectedBefore) {}

  /** Flag of the view, or null; values before defaults. */
  record Answer(String flag, boolean tied, Double a, String b) {}

  static Answer answer(Rule rule, List<Fact> facts, Ask ask) {
    List<Fact> visible = facts.stream().filter(fact -> isVisible(rule, fact, ask)).toList();
    if (visible.isEmpty()) {
      return new Answer("no-row", false, null, null);
    }
    List<Fact> young =
        visible.stream()
            .filter(
                fact ->
                    rule.isStatic || rule.maxAge == null || ask.asOf - fact.event <= rule.maxAge)
            .toList();
    if (young.isEmpty()) {
      return new Answer("stale", false, null, null);
    }
    if (!rule.lastKnown) {
      List<Fact> best = best(rule, young);
      boolean tied =
          best.stream()
              .anyMatch(f -> !same(f.a, best.get(0).a) || !Objects.equals(f.b, best.get(0).b));
      Fact one = greatest(best);
      return tied && !rule.any ? tie() : new Answer(null, false, one.a, one.b);
    }
    List<Fact> withA = best(rule, young.stream().filter(f -> f.a != null).toList());
    List<Fact> withB = best(rule, young.stream().filter(f -> f.b != null).toList());
    boolean tied =
        withA.stream().anyMatch(f -> !same(f.a, withA.get(0).a))
            || withB.stream().anyMatch(f -> !f.b.equals(withB.get(0).b));
    if (tied && !rule.any) {
      return tie();
    }
    return new Answer(
        null,
        false,
        withA.stream().map(Fact::a).max(Double::compare).orElse(null),
        withB.stream().map(Fact::b).max(Comparator.naturalOrder()).orElse(null));
  }

  private static Answer tie() {
    return new Answer(null, true, null, null);
  }

  static boolean isVisible(Rule rule, Fact fact, Ask ask) {
    if (ask.key.stream().anyMatch(Objects::isNull) || !ask.key.equals(fact.key)) {
      return false;
    }
    if (rule.isStatic) {
      return true;
    }
    if (ask.asOf == null || fact.event == null) {
      return false;
    }
    if (rule.strict ? fact.event >= ask.asOf : fact.event > ask.asOf) {
      return false;
    }
    return switch (rule.availability) {
      case AT_EVENT -> true;
      case AFTER -> fact.event + rule.delay <= ask.asOf;
      case AT_COLUMN -> fact.available != null && fact.available <= ask.asOf;
    };
  }

  /** Those of the greatest event time and, with a tie-break, of the greatest rank; null loses. */
  static List<Fact> best(Rule rule, List<Fact> facts) {
    List<Fact> best = new ArrayList<>(facts);
    if (!rule.isStatic && !best.isEmpty()) {
      long newest = best.stream().mapToLong(Fact::event).max().orElseThrow();
      best.removeIf(f -> f.event != newest);
    }
    if (rule.tieBreak && best.stream().anyMatch(f -> f.rank != null)) {
      int greatest =
          best.stream().filter(f -> f.rank != null).mapToInt(Fact::rank).max().orElseThrow();
      best.removeIf(f -> f.rank == null || f.rank != greatest);
    }
    return best;
  }

  private static Fact greatest(List<Fact> facts) {
    return facts.stream()
        .max(
            Comparator.comparing(Fact::a, Comparator.nullsFirst(Double::compare))
                .thenComparing(Fact::b, Comparator.nullsFirst(Comparator.naturalOrder())))
        .orElseThrow();
  }

  static boolean same(Double x, Double y) {
    if (x == null || y == null) {
      return Objects.equals(x, y);
    }
    return x.equals(y) || x.doubleValue() == y.doubleValue();
  }
}
