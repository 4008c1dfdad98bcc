package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.Boundary;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import dev.nightjar.feature.JoinWay;
import dev.nightjar.feature.spark.NaiveJoin.Answer;
import dev.nightjar.feature.spark.NaiveJoin.Ask;
import dev.nightjar.feature.spark.NaiveJoin.Rule;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The join against {@link NaiveJoin}, by each way, on thousands of histories at once. A case is one
 * input row that asks one view, by rules that are drawn anew for each job.
 */
class RandomJoinCasesTest {
  private static final int VIEWS = 4;

  @Test
  void thousands_of_random_cases_are_what_the_plain_loops_say() {
    Tally cases = run(new Random(seed()), 1_500, 200);

    assertThat(cases.all()).isGreaterThanOrEqualTo(1_500);
    cases.requireEachKind(20);
  }

  @Test
  @Tag("soak")
  void tens_of_thousands_of_random_cases_are_what_the_plain_loops_say() {
    long seed = seed();

    Tally cases = run(new Random(seed), 25_000, 1_000);

    System.out.printf(
        Locale.ROOT,
        "%,d random cases of the join agree, by each way (seed %d): %s%n",
        cases.all(),
        seed,
        cases);
    assertThat(cases.all()).isGreaterThanOrEqualTo(25_000);
    cases.requireEachKind(500);
  }

  static long seed() {
    return Long.getLong("nightjar.seed", 20_130_101);
  }

  private static Tally run(Random random, int least, int histories) {
    Tally cases = new Tally();
    for (boolean wide = false; cases.all() < least; wide = !wide) {
      job(random, histories, wide, cases);
    }
    return cases;
  }

  /** How many cases there were, by what they came to, so that none of that is left out. */
  static final class Tally {
    private final Map<String, Integer> kinds = new TreeMap<>();

    void add(String kind) {
      kinds.merge(kind, 1, Integer::sum);
    }

    int all() {
      return kinds.values().stream().mapToInt(count -> count).sum();
    }

    void requireEachKind(int least) {
      for (String kind : List.of("no-row", "stale", "tied", "value")) {
        assertThat(kinds.getOrDefault(kind, 0)).as(kind).isGreaterThanOrEqualTo(least);
      }
    }

    @Override
    public String toString() {
      return kinds.toString();
    }
  }

  private static void job(Random random, int histories, boolean wide, Tally cases) {
    RandomCases drawn = new RandomCases(random, histories, wide);
    Dataset<Row> input = drawn.input();
    Dataset<Row> table = drawn.table();
    List<Rule> rules = new ArrayList<>();
    List<FeatureView> views = new ArrayList<>();
    for (int i = 0; i < VIEWS; i++) {
      Rule rule = drawn.rule(random.nextInt(6) == 0);
      rules.add(rule);
      views.add(view("w" + i, rule, drawn.keys()));
    }
    Map<Integer, String> expected = new LinkedHashMap<>();
    for (Ask ask : drawn.asks()) {
      expected.put(expected.size(), expected(ask, drawn, rules, cases));
    }
    for (JoinWay way : JoinWay.values()) {
      Map<String, JoinWay> ways = new LinkedHashMap<>();
      views.forEach(view -> ways.put(view.name(), way));
      Dataset<Row> joined =
          PointInTimeJoin.of(views, view -> table)
              .with(ways)
              .join(input, Optional.of("as_of"), Optional.empty());

      assertSame(expected, joined, RandomJoinCasesTest::text, drawn, way + " " + views);
    }
  }

  /** Fails with the first input row that came out otherwise, and with its history. */
  static void assertSame(
      Map<Integer, String> expected,
      Dataset<Row> joined,
      Function<Row, String> text,
      RandomCases drawn,
      String by) {
    Map<Integer, String> answers = new LinkedHashMap<>();
    for (Row row : joined.collectAsList()) {
      assertThat(answers.put(row.getAs("id"), text.apply(row))).as("came before").isNull();
    }
    assertThat(answers).as("rows").hasSameSizeAs(expected);
    expected.forEach(
        (id, says) -> {
          Ask ask = drawn.asks().get(id);
          assertThat(answers.get(id))
              .as("%s asks of %s%n%s", ask, drawn.facts(ask), by)
              .isEqualTo(says);
        });
  }

  /** An input row as it must come out; a view to which it comes no more is no case. */
  private static String expected(Ask ask, RandomCases drawn, List<Rule> rules, Tally cases) {
    List<Object> values = new ArrayList<>();
    List<String> flags = new ArrayList<>(List.of("given"));
    List<String> imputed = new ArrayList<>();
    String rejection = ask.rejectedBefore() ? "contract f" : null;
    for (int i = 0; i < rules.size(); i++) {
      if (rejection != null) {
        values.add(null);
        values.add(null);
        continue;
      }
      Answer answer = NaiveJoin.answer(rules.get(i), drawn.facts(ask), ask);
      cases.add(answer.tied() ? "tied" : answer.flag() != null ? answer.flag() : "value");
      if (answer.tied()) {
        rejection = "join w" + i;
      } else if (answer.flag() != null) {
        flags.add(answer.flag() + ":w" + i);
      } else if (answer.a() == null) {
        imputed.add("imputed:a" + i);
      }
      values.add(answer.a());
      values.add(answer.b());
    }
    if (rejection == null) {
      for (int i = 0; i < values.size(); i += 2) {
        values.set(i, values.get(i) == null ? (Object) (-1.0) : values.get(i));
      }
      flags.addAll(imputed);
    }
    return values + " " + flags + " " + rejection;
  }

  private static String text(Row row) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < VIEWS; i++) {
      values.add(row.getAs("a" + i));
      values.add(row.getAs("b" + i));
    }
    Row rejection = row.getAs("_nightjar_rejection");
    return values
        + " "
        + row.getList(row.fieldIndex("_nightjar_flags"))
        + " "
        + (rejection == null ? null : rejection.getString(0) + " " + rejection.getString(1));
  }

  static Availability availability(Rule rule) {
    return switch (rule.availability()) {
      case AT_EVENT -> new Availability.AtEventTime();
      case AFTER -> new Availability.After(Duration.of(rule.delay(), ChronoUnit.MICROS));
      case AT_COLUMN -> new Availability.AtColumn("available");
    };
  }

  private static FeatureView view(String name, Rule rule, Map<String, String> keys) {
    String number = name.substring(1);
    return new FeatureView(
        name,
        Optional.empty(),
        keys,
        rule.isStatic() ? Optional.empty() : Optional.of("event"),
        rule.isStatic() ? new Availability.AtEventTime() : availability(rule),
        rule.isStatic()
            ? Optional.empty()
            : Optional.ofNullable(rule.maxAge()).map(age -> Duration.of(age, ChronoUnit.MICROS)),
        rule.strict() && !rule.isStatic() ? Boundary.STRICT : Boundary.INCLUSIVE,
        rule.tieBreak() ? List.of("rank") : List.of(),
        rule.any() ? OnTie.ANY : OnTie.REJECT,
        rule.lastKnown() ? NullPolicy.LAST_KNOWN : NullPolicy.LATEST_ROW,
        List.of(
            new Feature("a" + number, "a", DataType.DOUBLE, new DefaultValue.Constant(-1.0)),
            new Feature("b" + number, "b", DataType.STRING, new DefaultValue.None())));
  }
}
