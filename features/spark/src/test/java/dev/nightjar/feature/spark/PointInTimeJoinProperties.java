package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.data.DataType;
import dev.nightjar.data.Timestamps;
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
import dev.nightjar.feature.spark.NaiveJoin.Available;
import dev.nightjar.feature.spark.NaiveJoin.Fact;
import dev.nightjar.feature.spark.NaiveJoin.Rule;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
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

/** The join against {@link NaiveJoin} on random views and rows, both drawn to collide often. */
class PointInTimeJoinProperties {
  private static final StructType INPUT =
      new StructType()
          .add("k1", DataTypes.LongType)
          .add("k2", DataTypes.StringType)
          .add("as_of", DataTypes.LongType)
          .add("before", DataTypes.BooleanType);
  private static final StructType KEYS =
      new StructType().add("v1", DataTypes.IntegerType).add("v2", DataTypes.StringType);

  @Property(tries = 8, shrinking = ShrinkingMode.OFF)
  void the_join_is_what_the_plain_loops_say(
      @ForAll("rules") Rule first,
      @ForAll("rules") Rule second,
      @ForAll("facts") List<Fact> facts,
      @ForAll("asks") List<Ask> asks,
      @ForAll Random random) {
    checkTheJoin(first, second, facts, asks, random);
  }

  @Tag("soak")
  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void the_join_is_what_the_plain_loops_say_at_length(
      @ForAll("rules") Rule first,
      @ForAll("rules") Rule second,
      @ForAll("facts") List<Fact> facts,
      @ForAll("asks") List<Ask> asks,
      @ForAll Random random) {
    checkTheJoin(first, second, facts, asks, random);
  }

  private static void checkTheJoin(
      Rule first, Rule second, List<Fact> facts, List<Ask> asks, Random random) {
    List<FeatureView> views = List.of(view("one", first), view("two", second));
    List<String> expected = new ArrayList<>();
    for (Ask ask : asks) {
      expected.add(expected(ask, facts, List.of(first, second)));
    }

    List<Fact> shuffledFacts = new ArrayList<>(facts);
    Collections.shuffle(shuffledFacts, random);
    List<Ask> shuffledAsks = new ArrayList<>(asks);
    Collections.shuffle(shuffledAsks, random);
    int partitions = 1 + random.nextInt(4);
    // A range of years makes the quanta of time so long that all times lie in one of them.
    long end = random.nextBoolean() ? 30 + random.nextInt(9) : 1L << (31 + random.nextInt(20));
    Optional<AsOfRange> range =
        random.nextInt(3) == 0
            ? Optional.empty()
            : Optional.of(new AsOfRange(instant(10 - random.nextInt(30)), instant(end)));

    Map<String, JoinWay> ways = new LinkedHashMap<>();
    ways.put("one", way(random));
    ways.put("two", way(random));

    PointInTimeJoin join =
        PointInTimeJoin.of(views, view -> table(shuffledFacts).repartition(partitions)).with(ways);
    Dataset<Row> rows = input(shuffledAsks).repartition(partitions);
    Dataset<Row> joined = join.join(rows, Optional.of("as_of"), range);

    assertThat(texts(joined))
        .as("views %s%n%s%nfacts %s%nways %s", first, second, facts, ways)
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(texts(Defaults.fill(join.matched(rows, Optional.of("as_of"), range), views)))
        .as("filled in afterwards")
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  private static JoinWay way(Random random) {
    return random.nextBoolean() ? JoinWay.BROADCAST : JoinWay.MERGE;
  }

  private static List<String> texts(Dataset<Row> joined) {
    return joined.collectAsList().stream().map(PointInTimeJoinProperties::text).toList();
  }

  private static String expected(Ask ask, List<Fact> facts, List<Rule> rules) {
    Map<String, Object> row = new LinkedHashMap<>();
    List<String> flags = new ArrayList<>(List.of("given"));
    List<String> imputed = new ArrayList<>();
    String rejection = ask.rejectedBefore() ? "contract" : null;
    List<String> names = List.of("one", "two");
    for (int i = 0; i < 2; i++) {
      String name = names.get(i);
      Answer answer = NaiveJoin.answer(rules.get(i), facts, ask);
      if (rejection == null && answer.tied()) {
        rejection = "join:" + name;
      } else if (rejection == null && answer.flag() != null) {
        flags.add(answer.flag() + ":" + name);
      }
      row.put("a_" + name, rejection == null ? answer.a() : null);
      row.put("b_" + name, rejection == null ? answer.b() : null);
      if (answer.flag() == null && answer.a() == null) {
        imputed.add("imputed:a_" + name);
      }
    }
    if (rejection == null) {
      for (String name : names) {
        row.replace("a_" + name, null, -1.0);
      }
      flags.addAll(imputed);
    }
    return ask.key().get(0)
        + ","
        + ask.key().get(1)
        + ","
        + ask.asOf()
        + ","
        + row
        + ","
        + flags
        + ","
        + rejection;
  }

  private static String text(Row row) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name : List.of("a_one", "b_one", "a_two", "b_two")) {
      values.put(name, row.getAs(name));
    }
    Row rejection = row.getAs("_nightjar_rejection");
    String rejected =
        rejection == null
            ? null
            : rejection.getString(0).equals("join")
                ? "join:" + rejection.getString(1)
                : rejection.getString(0);
    Object asOf = row.getAs("as_of") == null ? null : row.<Long>getAs("micros");
    return row.getAs("k1")
        + ","
        + row.getAs("k2")
        + ","
        + asOf
        + ","
        + values
        + ","
        + row.getList(row.fieldIndex("_nightjar_flags"))
        + ","
        + rejected;
  }

  private static FeatureView view(String name, Rule rule) {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("k1", "v1");
    keys.put("k2", "v2");
    Availability availability = FactTable.availability(rule);
    return new FeatureView(
        name,
        Optional.empty(),
        keys,
        rule.isStatic() ? Optional.empty() : Optional.of("event"),
        rule.isStatic() ? new Availability.AtEventTime() : availability,
        rule.isStatic()
            ? Optional.empty()
            : Optional.ofNullable(rule.maxAge()).map(age -> Duration.of(age, ChronoUnit.MICROS)),
        rule.strict() && !rule.isStatic() ? Boundary.STRICT : Boundary.INCLUSIVE,
        rule.tieBreak() ? List.of("rank") : List.of(),
        rule.any() ? OnTie.ANY : OnTie.REJECT,
        rule.lastKnown() ? NullPolicy.LAST_KNOWN : NullPolicy.LATEST_ROW,
        List.of(
            new Feature("a_" + name, "a", DataType.DOUBLE, new DefaultValue.Constant(-1.0)),
            new Feature("b_" + name, "b", DataType.STRING, new DefaultValue.None())));
  }

  private static Dataset<Row> input(List<Ask> asks) {
    List<Row> rows =
        asks.stream()
            .map(
                a ->
                    RowFactory.create(a.key().get(0), a.key().get(1), a.asOf(), a.rejectedBefore()))
            .toList();
    return TestSpark.session()
        .createDataFrame(rows, INPUT)
        .withColumn("micros", functions.col("as_of"))
        .withColumn("as_of", functions.timestamp_micros(functions.col("as_of")))
        .withColumn("_nightjar_flags", functions.array(functions.lit("given")))
        .withColumn(
            "_nightjar_rejection",
            functions.when(
                functions.col("before"),
                functions
                    .struct(functions.lit("contract"), functions.lit("f"), functions.lit("r"))
                    .cast(RowMarks.REJECTION)))
        .drop("before");
  }

  private static Dataset<Row> table(List<Fact> facts) {
    return FactTable.of(
        facts,
        KEYS,
        key ->
            Arrays.asList(
                key.get(0) instanceof Long number ? number.intValue() : null, key.get(1)));
  }

  private static Instant instant(long micros) {
    return Timestamps.instant(micros);
  }

  @Provide
  Arbitrary<Rule> rules() {
    Arbitrary<Boolean> yesNo = Arbitraries.of(true, false);
    return Combinators.combine(
            Arbitraries.of(true, false, false, false, false),
            Arbitraries.of(Available.class),
            Arbitraries.longs().between(0, 6),
            Arbitraries.longs().between(0, 12).injectNull(0.4),
            yesNo,
            yesNo,
            yesNo,
            yesNo)
        .as(Rule::new);
  }

  private static Arbitrary<List<?>> key(int numbers) {
    return Combinators.combine(
            Arbitraries.longs().between(1, numbers).injectNull(0.05),
            Arbitraries.of("x", "xx").injectNull(0.05))
        .as((number, text) -> Arrays.<Object>asList(number, text));
  }

  @Provide
  Arbitrary<List<Fact>> facts() {
    Arbitrary<Fact> fact =
        Combinators.combine(
                key(2),
                // From long before the first as-of time on: rows too old for the whole batch.
                Arbitraries.longs().between(-10, 30).injectNull(0.05),
                Arbitraries.longs().between(-10, 35).injectNull(0.1),
                Arbitraries.integers().between(0, 2).injectNull(0.2),
                Arbitraries.of(1.0, 2.0, Double.NaN, 0.0, -0.0).injectNull(0.3),
                Arbitraries.of("p", "q").injectNull(0.4))
            .as(Fact::new);
    // Every third row comes twice, so that exact duplicates are met.
    return fact.list()
        .ofMaxSize(40)
        .map(
            facts -> {
              List<Fact> twice = new ArrayList<>(facts);
              for (int i = 0; i < facts.size(); i += 3) {
                twice.add(facts.get(i));
              }
              return twice;
            });
  }

  @Provide
  Arbitrary<List<Ask>> asks() {
    Arbitrary<Ask> ask =
        Combinators.combine(
                key(3),
                Arbitraries.longs().between(10, 30).injectNull(0.05),
                Arbitraries.of(true, false, false, false, false, false, false, false))
            .as(Ask::new);
    return ask.list()
        .ofMinSize(1)
        .ofMaxSize(40)
        .map(
            asks -> {
              List<Ask> twice = new ArrayList<>(asks);
              twice.add(asks.get(0));
              return twice;
            });
  }
}
