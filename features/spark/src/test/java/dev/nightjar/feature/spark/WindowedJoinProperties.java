package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.config.Section;
import dev.nightjar.data.DataType;
import dev.nightjar.feature.Aggregation;
import dev.nightjar.feature.Aggregation.Function;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.Boundary;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import dev.nightjar.feature.JoinWay;
import dev.nightjar.feature.spark.NaiveJoin.Ask;
import dev.nightjar.feature.spark.NaiveJoin.Available;
import dev.nightjar.feature.spark.NaiveJoin.Fact;
import dev.nightjar.feature.spark.NaiveJoin.Rule;
import dev.nightjar.feature.spark.NaiveWindows.Answer;
import dev.nightjar.feature.spark.NaiveWindows.Window;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Windows as of each row against {@link NaiveWindows}, on rows that are drawn to collide often. */
class WindowedJoinProperties {
  static final List<String> FUNCTIONS =
      List.of("rows", "count", "sum", "mean", "min", "max", "text", "last");
  private static final StructType INPUT =
      new StructType()
          .add("id", DataTypes.IntegerType)
          .add("k", DataTypes.LongType)
          .add("as_of", DataTypes.LongType);
  private static final StructType KEYS = new StructType().add("v", DataTypes.LongType);

  @Property(tries = 10, shrinking = ShrinkingMode.OFF)
  void windows_come_to_what_the_plain_loops_say(
      @ForAll("rules") Rule rule,
      @ForAll("windows") List<Window> windows,
      @ForAll("facts") List<Fact> facts,
      @ForAll("asks") List<Ask> asks,
      @ForAll Random random) {
    checkWindows(rule, windows, facts, asks, random);
  }

  @Tag("soak")
  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void windows_come_to_what_the_plain_loops_say_at_length(
      @ForAll("rules") Rule rule,
      @ForAll("windows") List<Window> windows,
      @ForAll("facts") List<Fact> facts,
      @ForAll("asks") List<Ask> asks,
      @ForAll Random random) {
    checkWindows(rule, windows, facts, asks, random);
  }

  private static void checkWindows(
      Rule rule, List<Window> windows, List<Fact> facts, List<Ask> asks, Random random) {
    FeatureView view = view(rule, windows, Map.of("k", "v"));
    List<Fact> shuffled = new ArrayList<>(facts);
    Collections.shuffle(shuffled, random);
    Optional<AsOfRange> range =
        random.nextInt(3) == 0
            ? Optional.empty()
            : Optional.of(
                AsOfRange.ofMicros(
                    10 - random.nextInt(30),
                    random.nextBoolean()
                        ? 30 + random.nextInt(9)
                        : 1L << (31 + random.nextInt(20))));
    JoinWay way = random.nextBoolean() ? JoinWay.BROADCAST : JoinWay.MERGE;

    Dataset<Row> joined =
        PointInTimeJoin.of(List.of(view), named -> table(shuffled).repartition(3))
            .with(Map.of("w", way))
            .join(input(asks), Optional.of("as_of"), range);

    Map<Integer, String> answered = new LinkedHashMap<>();
    for (Row row : joined.orderBy("id").collectAsList()) {
      answered.put(row.getAs("id"), text(row, windows));
    }
    Map<Integer, String> expected = new LinkedHashMap<>();
    for (int i = 0; i < asks.size(); i++) {
      expected.put(i, expected(NaiveWindows.answer(rule, windows, facts, asks.get(i)), windows));
    }
    assertThat(answered)
        .as("%s%nwindows %s%nfacts %s%nasks %s%n%s %s", rule, windows, facts, asks, way, range)
        .isEqualTo(expected);
  }

  /** A count is 0 of nothing; the others are null there, and -1.0 by default. */
  static String expected(Answer answer, List<Window> windows) {
    if (answer.tied()) {
      return "tied";
    }
    List<Object> values = new ArrayList<>();
    List<String> flags = new ArrayList<>();
    if (answer.flag() != null) {
      flags.add(answer.flag() + ":w");
    }
    for (int i = 0; i < windows.size(); i++) {
      Object value = answer.values().get(i);
      if (value == null && hasDefault(windows.get(i))) {
        value = isCount(windows.get(i)) ? (Object) 0L : (Object) (-1.0);
        if (answer.flag() == null) {
          flags.add("imputed:f" + i);
        }
      }
      values.add(value);
    }
    return values + " " + flags;
  }

  private static boolean isCount(Window window) {
    return window.function().equals("rows") || window.function().equals("count");
  }

  private static boolean hasDefault(Window window) {
    return isCount(window) || window.function().equals("sum");
  }

  static String text(Row row, List<Window> windows) {
    Row rejection = row.getAs("_nightjar_rejection");
    if (rejection != null) {
      assertThat(rejection.getString(2))
          .startsWith("view 'w' has several rows of different values for ")
          .contains(" and nothing that decides; ");
      return "tied";
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      values.add(row.getAs("f" + i));
    }
    return values + " " + row.getList(row.fieldIndex("_nightjar_flags"));
  }

  static FeatureView view(Rule rule, List<Window> windows, Map<String, String> keys) {
    List<Feature> features = new ArrayList<>();
    for (Window window : windows) {
      features.add(feature("f" + features.size(), window));
    }
    boolean canBeTied = windows.stream().anyMatch(window -> window.function().equals("last"));
    Availability availability = FactTable.availability(rule);
    return new FeatureView(
        "w",
        Optional.empty(),
        keys,
        Optional.of("event"),
        availability,
        Optional.empty(),
        rule.strict() ? Boundary.STRICT : Boundary.INCLUSIVE,
        rule.tieBreak() && canBeTied ? List.of("rank") : List.of(),
        rule.any() && canBeTied ? OnTie.ANY : OnTie.REJECT,
        NullPolicy.LATEST_ROW,
        features);
  }

  private static Feature feature(String name, Window window) {
    return switch (window.function()) {
      case "rows" -> feature(name, "event", DataType.LONG, Function.COUNT, window);
      case "count" -> feature(name, "a", DataType.LONG, Function.COUNT, window);
      case "text" -> feature(name, "b", DataType.STRING, Function.MAX, window);
      default ->
          feature(
              name,
              "a",
              DataType.DOUBLE,
              Section.named(Function.class, window.function()).orElseThrow(),
              window);
    };
  }

  private static Feature feature(
      String name, String column, DataType type, Function function, Window window) {
    DefaultValue defaultValue =
        switch (function) {
          case COUNT -> new DefaultValue.Constant(0L);
          case SUM -> new DefaultValue.Constant(-1.0);
          default -> new DefaultValue.None();
        };
    Duration over = Duration.of(window.over(), ChronoUnit.MICROS);
    return new Feature(
        name, column, type, Optional.of(new Aggregation(function, over)), defaultValue);
  }

  private static Dataset<Row> input(List<Ask> asks) {
    List<Row> rows = new ArrayList<>();
    for (Ask ask : asks) {
      rows.add(RowFactory.create(rows.size(), ask.key().get(0), ask.asOf()));
    }
    return TestSpark.session()
        .createDataFrame(rows, INPUT)
        .withColumn("as_of", functions.timestamp_micros(functions.col("as_of")));
  }

  private static Dataset<Row> table(List<Fact> facts) {
    return FactTable.of(facts, KEYS, key -> key);
  }

  @Provide
  Arbitrary<Rule> rules() {
    Arbitrary<Boolean> yesNo = Arbitraries.of(true, false);
    return Combinators.combine(
            Arbitraries.of(Available.class), Arbitraries.longs().between(0, 6), yesNo, yesNo, yesNo)
        .as(
            (available, delay, strict, tieBreak, any) ->
                new Rule(false, available, delay, null, strict, tieBreak, any, true));
  }

  @Provide
  Arbitrary<List<Window>> windows() {
    return Combinators.combine(Arbitraries.of(FUNCTIONS), Arbitraries.longs().between(1, 14))
        .as(Window::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5);
  }

  private static Arbitrary<List<?>> key(int numbers) {
    return Arbitraries.longs()
        .between(1, numbers)
        .injectNull(0.05)
        .map(number -> Collections.<Object>singletonList(number));
  }

  @Provide
  Arbitrary<List<Fact>> facts() {
    return Combinators.combine(
            key(2),
            Arbitraries.longs().between(-10, 32).injectNull(0.05),
            Arbitraries.longs().between(-10, 34).injectNull(0.05),
            Arbitraries.integers().between(1, 2).injectNull(0.2),
            Arbitraries.of(0.1, 0.2, 0.7, -3.0, 1e16, 0.0, -0.0, Double.NaN).injectNull(0.2),
            Arbitraries.of("", "x", "ş", "\ud83e\udd89", "\uff5e").injectNull(0.2))
        .as(Fact::new)
        .list()
        .ofMaxSize(40);
  }

  @Provide
  Arbitrary<List<Ask>> asks() {
    return Combinators.combine(key(3), Arbitraries.longs().between(10, 30).injectNull(0.05))
        .as((key, asOf) -> new Ask(key, asOf, false))
        .list()
        .ofMinSize(1)
        .ofMaxSize(30);
  }
}
