package dev.nightjar.feature.spark;

import dev.nightjar.feature.spark.NaiveJoin.Ask;
import dev.nightjar.feature.spark.NaiveJoin.Available;
import dev.nightjar.feature.spark.NaiveJoin.Fact;
import dev.nightjar.feature.spark.NaiveJoin.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Many histories of a few rows each, with an input row or two that ask of them, as one table and
 * one input: the number of its history is part of every key, so that one job of Spark tries
 * thousands. Values and times are drawn to collide often, and some of them from the ends of what
 * there is.
 */
final class RandomCases {
  /** The second part of keys, in every type that a key can have; the two sides may differ. */
  private static final Map<String, List<String>> KEY_TYPES = new LinkedHashMap<>();

  static {
    KEY_TYPES.put("whole", List.of("cast(k as bigint)", "cast(k as smallint)"));
    KEY_TYPES.put("text", same("case k when 0 then '' when 1 then 'x' end"));
    KEY_TYPES.put("flag", same("k = 1"));
    KEY_TYPES.put("date", same("date_add(date'1582-10-04', k)"));
    KEY_TYPES.put("time", same("timestamp_micros(k - 1)"));
    KEY_TYPES.put("decimal", same("cast(k as decimal(30, 12))"));
  }

  /** The first and the last microsecond that a timestamp can be written as. */
  private static final long[] ENDS = {-62_135_596_800_000_000L, 253_402_300_799_999_999L};

  private static final StructType INPUT =
      new StructType()
          .add("id", DataTypes.IntegerType)
          .add("history", DataTypes.LongType)
          .add("k", DataTypes.IntegerType)
          .add("micros", DataTypes.LongType)
          .add("before", DataTypes.BooleanType);
  private static final StructType TABLE =
      new StructType()
          .add("of", DataTypes.LongType)
          .add("k", DataTypes.IntegerType)
          .add("event", DataTypes.LongType)
          .add("available", DataTypes.LongType)
          .add("rank", DataTypes.IntegerType)
          .add("a", DataTypes.DoubleType)
          .add("b", DataTypes.StringType);

  private final Random random;
  private final boolean wide;
  private final List<List<Fact>> histories = new ArrayList<>();
  private final List<Ask> asks = new ArrayList<>();

  /**
   * Draws histories.
   *
   * @param wide whether some times lie at the ends of time
   */
  RandomCases(Random random, int count, boolean wide) {
    this.random = random;
    this.wide = wide;
    for (long i = 0; i < count; i++) {
      histories.add(history(i));
      for (int n = 1 + random.nextInt(2); n > 0; n--) {
        asks.add(new Ask(key(i), time(12, 38), random.nextInt(20) == 0));
      }
    }
  }

  List<Ask> asks() {
    return asks;
  }

  /** The rows of the history that an input row asks of. */
  List<Fact> facts(Ask ask) {
    return histories.get(((Long) ask.key().get(0)).intValue());
  }

  /** Input columns to view columns: the history, and the second part in one or two types. */
  Map<String, String> keys() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("history", "of");
    List<String> types = new ArrayList<>(KEY_TYPES.keySet());
    for (int n = 1 + random.nextInt(2); n > 0; n--) {
      String type = types.remove(random.nextInt(types.size()));
      keys.put("i_" + type, "v_" + type);
    }
    return keys;
  }

  Rule rule(boolean isStatic) {
    return new Rule(
        isStatic,
        oneOf(Available.values()),
        random.nextInt(8) == 0 ? 1_000_000_000_000L : random.nextInt(7),
        random.nextInt(5) < 2 ? null : (Long) (long) random.nextInt(25),
        random.nextBoolean(),
        random.nextInt(3) == 0,
        random.nextInt(3) == 0,
        random.nextBoolean());
  }

  Dataset<Row> input() {
    List<Row> rows = new ArrayList<>();
    for (Ask ask : asks) {
      rows.add(
          RowFactory.create(
              rows.size(), ask.key().get(0), ask.key().get(1), ask.asOf(), ask.rejectedBefore()));
    }
    List<String> columns =
        new ArrayList<>(
            List.of(
                "id",
                "history",
                "timestamp_micros(micros) as as_of",
                "array('given') as _nightjar_flags",
                "if(before, named_struct('stage', 'contract', 'field', 'f', 'reason', 'r'), null)"
                    + " as _nightjar_rejection"));
    KEY_TYPES.forEach((name, sides) -> columns.add(sides.get(0) + " as i_" + name));
    return rows(rows, INPUT, columns);
  }

  Dataset<Row> table() {
    List<Row> rows = new ArrayList<>();
    for (List<Fact> history : histories) {
      for (Fact fact : history) {
        rows.add(
            RowFactory.create(
                fact.key().get(0),
                fact.key().get(1),
                fact.event(),
                fact.available(),
                fact.rank(),
                fact.a(),
                fact.b()));
      }
    }
    List<String> columns =
        new ArrayList<>(
            List.of(
                "of",
                "timestamp_micros(event) as event",
                "timestamp_micros(available) as available",
                "rank",
                "a",
                "b"));
    KEY_TYPES.forEach((name, sides) -> columns.add(sides.get(1) + " as v_" + name));
    return rows(rows, TABLE, columns);
  }

  /** In partitions of no order, by no shuffle. */
  private Dataset<Row> rows(List<Row> rows, StructType types, List<String> columns) {
    Collections.shuffle(rows, random);
    SparkSession spark = TestSpark.session();
    return spark
        .createDataFrame(
            JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, 2), types)
        .selectExpr(columns.toArray(String[]::new));
  }

  private List<Fact> history(long of) {
    List<Fact> history = new ArrayList<>();
    for (int n = random.nextInt(9); n > 0; n--) {
      Fact fact =
          new Fact(
              key(of),
              time(-10, 30),
              time(-10, 35),
              orNull(5, random.nextInt(3)),
              orNull(4, oneOf(0.1, 2.0, 1e16, Double.NaN, 0.0, -0.0)),
              orNull(4, oneOf("", "p", "ş", "\ud83e\udd89", "\uff5e")));
      history.add(fact);
      if (random.nextInt(4) == 0) {
        history.add(fact); // an exact duplicate
      }
      if (random.nextInt(4) == 0) {
        history.add(rival(fact));
      }
    }
    return history;
  }

  /** A row of the same time that says otherwise, and is tied unless the rank decides. */
  private Fact rival(Fact fact) {
    Integer rank = random.nextBoolean() ? fact.rank() : orNull(5, random.nextInt(3));
    return new Fact(fact.key(), fact.event(), fact.available(), rank, 7.0, fact.b());
  }

  private List<?> key(long of) {
    return Arrays.asList(of, orNull(20, random.nextInt(6) == 0 ? 1 : 0));
  }

  private Long time(int least, int most) {
    if (wide && random.nextInt(12) == 0) {
      int which = random.nextInt(ENDS.length);
      return ENDS[which] + (which == 0 ? 1L : -1L) * random.nextInt(3);
    }
    return orNull(20, (long) (least + random.nextInt(most - least + 1)));
  }

  private <T> T orNull(int oneIn, T value) {
    return random.nextInt(oneIn) == 0 ? null : value;
  }

  @SafeVarargs
  private final <T> T oneOf(T... values) {
    return values[random.nextInt(values.length)];
  }

  private static List<String> same(String expression) {
    return List.of(expression, expression);
  }
}
