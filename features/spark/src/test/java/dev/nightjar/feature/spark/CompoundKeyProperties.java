package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.JoinWay;
import dev.nightjar.feature.spark.NaiveJoin.Answer;
import dev.nightjar.feature.spark.NaiveJoin.Ask;
import dev.nightjar.feature.spark.NaiveJoin.Available;
import dev.nightjar.feature.spark.NaiveJoin.Fact;
import dev.nightjar.feature.spark.NaiveJoin.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

/**
 * Keys of several parts that would be one key if the parts were run together, or a null were
 * written as a text, against {@link NaiveJoin}: by each way of joining.
 */
class CompoundKeyProperties {
  private static final StructType TABLE =
      new StructType()
          .add("k1", DataTypes.StringType)
          .add("k2", DataTypes.StringType)
          .add("k3", DataTypes.LongType)
          .add("time", DataTypes.LongType)
          .add("v", DataTypes.DoubleType);

  private static final Rule NEWEST =
      new Rule(false, Available.AT_EVENT, 0, null, false, false, false, false);

  @Property(tries = 6, shrinking = ShrinkingMode.OFF)
  void keys_answer_for_themselves_alone(
      @ForAll("facts") List<Fact> facts, @ForAll("asks") List<Ask> asks) {
    checkKeys(facts, asks);
  }

  @Tag("soak")
  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void keys_answer_for_themselves_alone_at_length(
      @ForAll("facts") List<Fact> facts, @ForAll("asks") List<Ask> asks) {
    checkKeys(facts, asks);
  }

  private static void checkKeys(List<Fact> facts, List<Ask> asks) {
    FeatureView view = view();
    List<String> expected = new ArrayList<>();
    for (Ask ask : asks) {
      Answer answer = NaiveJoin.answer(NEWEST, facts, ask);
      String flags = answer.flag() == null ? "[]" : "[" + answer.flag() + ":w]";
      expected.add(
          ask.key() + " " + ask.asOf() + " " + answer.a() + " " + flags + " " + answer.tied());
    }

    for (JoinWay way : JoinWay.values()) {
      Dataset<Row> joined =
          PointInTimeJoin.of(List.of(view), any -> table(facts))
              .with(Map.of("w", way))
              .join(input(asks), Optional.of("at"), Optional.empty());

      assertThat(joined.collectAsList().stream().map(CompoundKeyProperties::text))
          .as("by %s, of %s", way, facts)
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  private static String text(Row row) {
    List<Object> key = Arrays.asList(row.getAs("k1"), row.getAs("k2"), row.getAs("k3"));
    return key
        + " "
        + row.getAs("micros")
        + " "
        + row.getAs("v")
        + " "
        + row.getList(row.fieldIndex("_nightjar_flags"))
        + " "
        + (row.getAs("_nightjar_rejection") != null);
  }

  private static FeatureView view() {
    Map<String, String> keys = new LinkedHashMap<>();
    for (String name : List.of("k1", "k2", "k3")) {
      keys.put(name, name);
    }
    return PointInTimeJoinTest.view("w", keys, Optional.empty(), PointInTimeJoinTest.feature("v"));
  }

  private static Dataset<Row> table(List<Fact> facts) {
    return rows(facts.stream().map(fact -> row(fact.key(), fact.event(), fact.a())).toList())
        .withColumn("ts", functions.timestamp_micros(functions.col("time")));
  }

  private static Dataset<Row> input(List<Ask> asks) {
    return rows(asks.stream().map(ask -> row(ask.key(), ask.asOf(), null)).toList())
        .withColumn("at", functions.timestamp_micros(functions.col("time")))
        .withColumnRenamed("time", "micros")
        .drop("v");
  }

  private static Row row(List<?> key, Long time, Double value) {
    return RowFactory.create(key.get(0), key.get(1), key.get(2), time, value);
  }

  private static Dataset<Row> rows(List<Row> rows) {
    return TestSpark.session().createDataFrame(rows, TABLE);
  }

  private static Arbitrary<List<?>> keys() {
    return Arbitraries.of(
        Arrays.asList("a", "bc", 1L),
        Arrays.asList("ab", "c", 1L),
        Arrays.asList("abc", "", 1L),
        Arrays.asList("", "abc", 1L),
        Arrays.asList("bc", "a", 1L),
        Arrays.asList("a", "b", 11L),
        Arrays.asList("a", "b1", 1L),
        Arrays.asList("a\0", "bc", 1L),
        Arrays.asList("a", "\0bc", 1L),
        Arrays.asList("a", null, 1L),
        Arrays.asList(null, "a", 1L),
        Arrays.asList("a", "null", 1L),
        Arrays.asList("null", "a", 1L),
        Arrays.asList("a", "bc", null),
        Arrays.asList(null, null, null));
  }

  @Provide
  Arbitrary<List<Fact>> facts() {
    // Each value is one row's own, so that it tells which row answered.
    return Combinators.combine(keys(), Arbitraries.longs().between(0, 5))
        .as((key, time) -> new Fact(key, time, null, null, null, null))
        .list()
        .ofMinSize(1)
        .ofMaxSize(60)
        .map(
            facts -> {
              List<Fact> numbered = new ArrayList<>();
              for (Fact fact : facts) {
                double value = numbered.size();
                numbered.add(new Fact(fact.key(), fact.event(), null, null, value, null));
              }
              return numbered;
            });
  }

  @Provide
  Arbitrary<List<Ask>> asks() {
    return Combinators.combine(keys(), Arbitraries.longs().between(0, 5))
        .as((key, time) -> new Ask(key, time, false))
        .list()
        .ofMinSize(1)
        .ofMaxSize(60)
        .filter(
            asks -> asks.stream().anyMatch(ask -> ask.key().stream().allMatch(Objects::nonNull)));
  }
}
