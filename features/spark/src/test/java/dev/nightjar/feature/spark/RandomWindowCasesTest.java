package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.JoinWay;
import dev.nightjar.feature.spark.NaiveJoin.Ask;
import dev.nightjar.feature.spark.NaiveJoin.Rule;
import dev.nightjar.feature.spark.NaiveWindows.Answer;
import dev.nightjar.feature.spark.NaiveWindows.Window;
import dev.nightjar.feature.spark.RandomJoinCasesTest.Tally;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Windows against {@link NaiveWindows}, by each way of the join, on thousands of histories at once.
 * A case is one input row that asks one view of several windows.
 */
class RandomWindowCasesTest {
  private static final int MOST_WINDOWS = 4;

  @Test
  void thousands_of_random_cases_are_what_the_plain_loops_say() {
    Tally cases = run(new Random(RandomJoinCasesTest.seed()), 1_000, 400);

    assertThat(cases.all()).isGreaterThanOrEqualTo(1_000);
    cases.requireEachKind(5);
  }

  @Test
  @Tag("soak")
  void tens_of_thousands_of_random_cases_are_what_the_plain_loops_say() {
    long seed = RandomJoinCasesTest.seed();

    Tally cases = run(new Random(seed), 21_000, 1_000);

    System.out.printf(
        Locale.ROOT,
        "%,d random cases of windows agree, by each way (seed %d): %s%n",
        cases.all(),
        seed,
        cases);
    assertThat(cases.all()).isGreaterThanOrEqualTo(21_000);
    cases.requireEachKind(200);
  }

  private static Tally run(Random random, int least, int histories) {
    Tally cases = new Tally();
    for (boolean wide = false; cases.all() < least; wide = !wide) {
      job(random, histories, wide, cases);
    }
    return cases;
  }

  private static void job(Random random, int histories, boolean wide, Tally cases) {
    RandomCases drawn = new RandomCases(random, histories, wide);
    List<Window> windows = windows(random);
    Rule rule = drawn.rule(false);
    FeatureView view = WindowedJoinProperties.view(rule, windows, drawn.keys());
    Map<Integer, String> expected = new LinkedHashMap<>();
    for (Ask ask : drawn.asks()) {
      expected.put(expected.size(), expected(ask, rule, windows, drawn, cases));
    }
    Dataset<Row> input = drawn.input().drop("_nightjar_flags");
    Dataset<Row> table = drawn.table();
    for (JoinWay way : JoinWay.values()) {
      Dataset<Row> joined =
          PointInTimeJoin.of(List.of(view), one -> table)
              .with(Map.of("w", way))
              .join(input, Optional.of("as_of"), Optional.empty());

      RandomJoinCasesTest.assertSame(
          expected, joined, row -> text(row, windows), drawn, way + " " + view);
    }
  }

  private static List<Window> windows(Random random) {
    List<Window> windows = new ArrayList<>();
    for (int n = 1 + random.nextInt(MOST_WINDOWS); n > 0; n--) {
      List<String> functions = WindowedJoinProperties.FUNCTIONS;
      // Most views have a function that can be tied.
      String function =
          windows.isEmpty() && random.nextInt(3) > 0
              ? "last"
              : functions.get(random.nextInt(functions.size()));
      windows.add(new Window(function, 1 + random.nextInt(20)));
    }
    return windows;
  }

  private static String expected(
      Ask ask, Rule rule, List<Window> windows, RandomCases drawn, Tally cases) {
    if (ask.rejectedBefore()) {
      return "contract";
    }
    Answer answer = NaiveWindows.answer(rule, windows, drawn.facts(ask), ask);
    cases.add(answer.tied() ? "tied" : answer.flag() != null ? answer.flag() : "value");
    return WindowedJoinProperties.expected(answer, windows);
  }

  private static String text(Row row, List<Window> windows) {
    Row rejection = row.getAs("_nightjar_rejection");
    return rejection != null && rejection.getString(0).equals("contract")
        ? "contract"
        : WindowedJoinProperties.text(row, windows);
  }
}
