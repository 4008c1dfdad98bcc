package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.Availability;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.DefaultValue.Constant;
import dev.nightjar.feature.DefaultValue.Kind;
import dev.nightjar.feature.DefaultValue.None;
import dev.nightjar.feature.DefaultValue.Statistic;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.Boundary;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import dev.nightjar.feature.JoinWay;
import dev.nightjar.feature.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PointInTimeJoinTest {
  private final SparkSession spark = TestSpark.session();

  @Test
  void flags_and_defaults_say_what_was_invented() {
    Dataset<Row> input =
        spark.sql(
            """
            select * from values
              (1, 'a', timestamp'2025-06-01 10:00:00Z'), (2, 'b', timestamp'2025-06-01 10:00:00Z'),
              (3, 'c', timestamp'2025-06-01 10:00:00Z'), (4, 'd', timestamp'2025-06-01 10:00:00Z'),
              (5, 'e', timestamp'2025-06-01 10:00:00Z') as t(id, k, at)
            """);
    Dataset<Row> table =
        spark.sql(
            """
            select * from values
              ('a', timestamp'2025-06-01 09:00:00Z', 1D), ('b', timestamp'2025-06-01 09:00:00Z', null),
              ('c', timestamp'2025-05-01 09:00:00Z', 3D), ('e', timestamp'2025-06-01 09:00:00Z', 5D),
              ('e', timestamp'2025-06-01 09:00:00Z', 6D) as t(k, ts, v)
            """);
    FeatureView view =
        view(
            "w",
            Optional.of(Duration.ofHours(2)),
            new Feature("v", "v", DataType.DOUBLE, new Constant(9.0)));

    List<Row> rows = join(view, table, input).orderBy("id").collectAsList();

    assertThat(rows.stream().map(r -> r.<Double>getAs("v")))
        .containsExactly(1.0, 9.0, 9.0, 9.0, null);
    assertThat(rows.stream().map(r -> r.getList(r.fieldIndex("_nightjar_flags")).toString()))
        .containsExactly("[]", "[imputed:v]", "[stale:w]", "[no-row:w]", "[]");
    Row rejection = rows.get(4).getAs("_nightjar_rejection");
    assertThat(rejection.getString(0)).isEqualTo("join");
    assertThat(rejection.getString(1)).isEqualTo("w");
    assertThat(rejection.getString(2))
        .contains("view 'w'", "k='e'", "at 2025-06-01T09:00:00Z", "tie-break", "on-tie: any");
    assertThat(rows.get(0).schema().fieldNames())
        .containsExactly("id", "k", "at", "v", "_nightjar_flags", "_nightjar_rejection");
    assertThat(rows.get(0).schema().apply("_nightjar_flags").nullable()).isFalse();
  }

  @Test
  void a_stale_row_stays_stale_whatever_else_is_in_the_batch() {
    Dataset<Row> table =
        spark.sql(
            "select 'a' k, timestamp'2020-01-01 00:00:00Z' ts, timestamp'2025-06-01 09:30:00Z' av,"
                + " 1D v");
    FeatureView view =
        with(
            view("w", Optional.of(Duration.ofHours(1)), feature("v")),
            new Availability.AtColumn("av"));
    String rows =
        "select * from values ('a', timestamp'2025-06-01 09:29:00Z'), ('a', timestamp'2025-06-01"
            + " 09:30:00Z')";
    Dataset<Row> alone = spark.sql(rows + " as t(k, at)");
    Dataset<Row> withOld = spark.sql(rows + ", ('a', timestamp'2019-01-01 00:00:00Z') as t(k, at)");

    for (Optional<AsOfRange> range :
        List.of(
            Optional.<AsOfRange>empty(),
            Optional.of(new AsOfRange(Instant.EPOCH, Instant.parse("2030-01-01T00:00:00Z"))))) {
      for (Dataset<Row> input : List.of(alone, withOld)) {
        assertThat(
                PointInTimeJoin.of(List.of(view), v -> table)
                    .join(input, Optional.of("at"), range)
                    .filter("at > timestamp'2020-01-01 00:00:00Z'")
                    .orderBy("at")
                    .collectAsList()
                    .stream()
                    .map(r -> r.getList(r.fieldIndex("_nightjar_flags")).toString()))
            .containsExactly("[no-row:w]", "[stale:w]");
      }
    }
  }

  @Test
  void a_false_range_fails_instead_of_giving_other_rows() {
    Dataset<Row> input = spark.sql("select 'a' k, timestamp'2025-06-01 09:00:00Z' at");
    Dataset<Row> table = spark.sql("select 'a' k, timestamp'2025-06-01 08:00:00Z' ts, 1D v");
    AsOfRange wrong =
        new AsOfRange(Instant.parse("2025-06-02T00:00:00Z"), Instant.parse("2025-06-03T00:00:00Z"));

    assertThatThrownBy(
            () ->
                PointInTimeJoin.of(List.of(view("w", Optional.empty(), feature("v"))), v -> table)
                    .join(input, Optional.of("at"), Optional.of(wrong))
                    .collectAsList())
        .satisfies(
            failure ->
                assertThat(TableException.in(failure).orElseThrow())
                    .hasMessageContaining("2025-06-01T09:00:00Z")
                    .hasMessageContaining("outside the range"));
  }

  @Test
  void every_type_of_an_input_column_comes_out_as_it_went_in() {
    Dataset<Row> input =
        spark.sql(
            """
            select 1L k, timestamp'0001-01-01 00:00:00.123456Z' old, date'1582-10-10' d,
              timestamp_ntz'2025-03-30 02:30:00' n, cast(X'ff41' as string) bytes, 1.25BD dec,
              map('a', array(1, null)) m, named_struct('t', timestamp'2025-01-01 00:00:00Z') s,
              X'00ff' bin, interval '3' day i, cast('nan' as float) f, `a.b` from values ('x') as t(`a.b`)
            """);
    Dataset<Row> table =
        spark.sql(
            "select 1 k, true b, 2 i2, 3L l, 1.5F f2, timestamp'2025-01-01 00:00:00.000001Z' t2,"
                + " 'x' s2");
    FeatureView view =
        staticView(
            "w",
            new Feature("b", "b", DataType.BOOLEAN, new None()),
            new Feature("i2", "i2", DataType.DOUBLE, new None()),
            new Feature("l", "l", DataType.LONG, new None()),
            new Feature("f2", "f2", DataType.FLOAT, new None()),
            new Feature("t2", "t2", DataType.TIMESTAMP, new None()),
            new Feature("s2", "s2", DataType.STRING, new None()));

    Dataset<Row> joined =
        PointInTimeJoin.of(List.of(view), v -> table)
            .join(input, Optional.empty(), Optional.empty());

    String casts =
        "hex(cast(bytes as binary)) bb, cast(d as string) dd, unix_micros(old) oo, cast(n as"
            + " string) nn, dec, m, s, hex(bin) bin, i, f, `a.b`";
    assertThat(joined.selectExpr(casts.split(", ")).collectAsList().toString())
        .isEqualTo(input.selectExpr(casts.split(", ")).collectAsList().toString());
    assertThat(joined.selectExpr("b", "i2", "l", "f2", "unix_micros(t2)", "s2").head())
        .hasToString("[true,2.0,3,1.5,1735689600000001,x]");
    assertThat(joined.drop("_nightjar_flags", "_nightjar_rejection").schema().simpleString())
        .startsWith(input.schema().simpleString().replaceAll(">$", ""));
  }

  @Test
  void only_needed_columns_are_read_and_no_rows_are_compared_pairwise(@TempDir Path folder) {
    spark
        .sql(
            "select cast(id % 9 as string) k, timestamp_micros(id) ts, cast(id as double) v,"
                + " 'wide' unneeded from range(100)")
        .write()
        .parquet(folder.resolve("t").toString());
    FeatureView view =
        view("w", Optional.of(Duration.ofHours(1)), feature("v"))
            .withSource(Optional.of(Source.parquet("t")));
    TableReader reader = new TableReader(spark, folder.toString());
    Dataset<Row> input = spark.sql("select '1' k, timestamp_micros(50L) at");

    JoinChoice choice =
        PointInTimeJoin.of(List.of(view), v -> reader.read(v, Map.of()))
            .choices(
                spark,
                input.schema(),
                Optional.of("at"),
                Optional.of(new AsOfRange(Instant.EPOCH, Instant.parse("1970-01-01T00:00:01Z"))))
            .get(0);

    assertThat(choice.way()).isEqualTo(JoinWay.BROADCAST);
    assertThat(choice.reason()).startsWith("100 rows, ");
    String plan = choice.physical();
    assertThat(plan)
        .doesNotContain("BroadcastNestedLoopJoin", "CartesianProduct", "unneeded")
        .contains("ReadSchema: struct<k:string,ts:timestamp,v:double>")
        .contains("ReadSchema: struct<k:string,ts:timestamp>")
        .contains("LessThanOrEqual(ts,1970-01-01")
        .contains("GreaterThanOrEqual(t");
  }

  @Test
  void what_one_view_takes_of_the_bytes_that_are_sent_the_next_has_no_more() {
    Dataset<Row> table = spark.sql("select cast(id as string) k, 1D v from range(10)");
    PointInTimeJoin join =
        PointInTimeJoin.of(
            List.of(
                staticView("one", feature("v")),
                staticView("two", new Feature("v2", "v", DataType.DOUBLE, new None()))),
            v -> table);

    assertThat(ways(join, 2_000)).containsExactly(JoinWay.BROADCAST, JoinWay.MERGE);
    assertThat(ways(join, 26_000)).containsExactly(JoinWay.BROADCAST, JoinWay.BROADCAST);
    assertThat(ways(join, -1)).containsExactly(JoinWay.MERGE, JoinWay.MERGE);
    assertThat(ways(join.with(Map.of("one", JoinWay.MERGE)), 26_000))
        .containsExactly(JoinWay.MERGE, JoinWay.BROADCAST);
  }

  private List<JoinWay> ways(PointInTimeJoin join, long bytes) {
    spark.conf().set(Broadcasts.KEY, bytes);
    try {
      return join
          .choices(spark, spark.sql("select 'a' k").schema(), Optional.empty(), Optional.empty())
          .stream()
          .map(JoinChoice::way)
          .toList();
    } finally {
      spark.conf().unset(Broadcasts.KEY);
    }
  }

  @Test
  void a_row_without_a_time_matches_nothing_however_old() {
    Dataset<Row> input = spark.sql("select 'a' k, cast(null as timestamp) at");
    Dataset<Row> table = spark.sql("select 'a' k, timestamp'1960-01-01 00:00:00Z' ts, 1D v");
    AsOfRange range = new AsOfRange(Instant.EPOCH, Instant.parse("2025-06-01T00:00:00Z"));

    for (JoinWay way : JoinWay.values()) {
      Row row =
          PointInTimeJoin.of(List.of(view("w", Optional.empty(), feature("v"))), v -> table)
              .with(Map.of("w", way))
              .join(input, Optional.of("at"), Optional.of(range))
              .head();

      assertThat(row.getList(row.fieldIndex("_nightjar_flags")).toString()).isEqualTo("[no-row:w]");
    }
  }

  @Test
  void preflight_names_everything_at_once() {
    Dataset<Row> input =
        spark.sql(
            "select 1L id, 'a' origin, 1D price, 'x' temp, timestamp'2025-06-01 09:00:00Z' at");
    Dataset<Row> table =
        spark.sql(
            "select 'a' origin, 5L id, 1D price, timestamp'2025-06-01 09:00:00Z' hour, 1L temp, 'x'"
                + " txt, array(1) arr");
    FeatureView weather =
        new FeatureView(
            "weather",
            Optional.empty(),
            Map.of("orgin", "origin"),
            Optional.of("houR"),
            new Availability.AtColumn("txt"),
            Optional.empty(),
            Boundary.INCLUSIVE,
            List.of("arr"),
            OnTie.REJECT,
            NullPolicy.LATEST_ROW,
            List.of(
                new Feature("Temp", "temp", DataType.INTEGER, new None()),
                new Feature("_nightjar_x", "txt", DataType.STRING, new None()),
                new Feature("wind", "wnd", DataType.DOUBLE, new None())));
    FeatureView other =
        new FeatureView(
            "other",
            Optional.empty(),
            Map.of("price", "price"),
            Optional.of("hour"),
            new Availability.AtEventTime(),
            Optional.empty(),
            Boundary.INCLUSIVE,
            List.of(),
            OnTie.REJECT,
            NullPolicy.LATEST_ROW,
            List.of(new Feature("wind", "temp", DataType.LONG, new None())));
    FeatureView third = keyed("third", "origin", "id", "t3");
    PointInTimeJoin join = PointInTimeJoin.of(List.of(weather, other, third), v -> table);
    Map<String, org.apache.spark.sql.types.StructType> schemas =
        Map.of("weather", table.schema(), "other", table.schema(), "third", table.schema());

    List<String> problems = join.check(input.schema(), Optional.of("id"), schemas);

    assertThat(String.join("\n", problems))
        .contains("as-of column 'id' is long and must be timestamp")
        .contains(
            "the input has no column 'orgin', a key of view 'weather'; did you mean 'origin'?")
        .contains(
            "the table of view 'weather' has no column 'houR' (the event time); did you mean"
                + " 'hour'?")
        .contains("column 'txt' of view 'weather' ('available-at') is string and must be timestamp")
        .contains("column 'arr' of view 'weather' (a tie-break) is array<int>, which has no order")
        .contains("feature 'Temp' of view 'weather' has the name of the input's column 'temp'")
        .contains("rename the feature, with 'column: temp'")
        .contains("feature '_nightjar_x' of view 'weather' begins with '_nightjar_'")
        .contains("column 'temp' of view 'weather' is long and feature 'Temp' is declared integer")
        .contains("feature 'wind' of view 'other' has the name of feature 'wind' of view 'weather'")
        .contains("key 'price' of view 'other' is double in the input; floating-point")
        .contains("key 'origin' of view 'third' is string in the input and long in the view ('id')")
        .contains("declare 'columns: {id: string}' for the view");
    assertThat(join.check(input.schema(), Optional.empty(), schemas).get(0))
        .contains("names no as-of column")
        .contains("'weather', 'other'")
        .contains("set 'as-of'");
    assertThatThrownBy(() -> join.join(input, Optional.of("id"), Optional.empty()))
        .isInstanceOf(TableException.class)
        .hasMessage(String.join("\n", problems));
  }

  @Test
  void an_open_statistic_is_no_default() {
    FeatureView view =
        staticView("w", new Feature("v", "v", DataType.DOUBLE, new Statistic(Kind.MEAN)));

    assertThatThrownBy(
            () ->
                PointInTimeJoin.of(List.of(view), v -> spark.emptyDataFrame())
                    .join(spark.emptyDataFrame(), Optional.empty(), Optional.empty()))
        .hasMessageContaining("feature 'v' of view 'w' has a statistic")
        .hasMessageContaining("FeatureStatistics.resolve");
  }

  @Test
  void a_malformed_line_of_a_view_stops_the_join(@TempDir Path folder) throws Exception {
    java.nio.file.Files.writeString(folder.resolve("t.csv"), "k,v\na,1\nb\n");
    FeatureView view = staticView("w", feature("v")).withSource(Optional.of(Source.csv("t.csv")));
    TableReader reader = new TableReader(spark, folder.toString());

    assertThatThrownBy(
            () ->
                PointInTimeJoin.of(List.of(view), v -> reader.read(v, Map.of()))
                    .join(spark.sql("select 'a' k"), Optional.empty(), Optional.empty())
                    .collectAsList())
        .satisfies(
            failure ->
                assertThat(TableException.in(failure).orElseThrow())
                    .hasMessageContaining("malformed line in the table of view 'w': b;")
                    .hasMessageContaining("mend the file"));
  }

  private static Dataset<Row> join(FeatureView view, Dataset<Row> table, Dataset<Row> input) {
    return PointInTimeJoin.of(List.of(view), v -> table)
        .join(input, Optional.of("at"), Optional.empty());
  }

  static Feature feature(String name) {
    return new Feature(name, name, DataType.DOUBLE, new DefaultValue.None());
  }

  static FeatureView view(String name, Optional<Duration> maxAge, Feature... features) {
    return view(name, Map.of("k", "k"), maxAge, features);
  }

  static FeatureView view(
      String name, Map<String, String> keys, Optional<Duration> maxAge, Feature... features) {
    return new FeatureView(
        name,
        Optional.empty(),
        keys,
        Optional.of("ts"),
        new Availability.AtEventTime(),
        maxAge,
        Boundary.INCLUSIVE,
        List.of(),
        OnTie.REJECT,
        NullPolicy.LATEST_ROW,
        List.of(features));
  }

  private static FeatureView with(FeatureView view, Availability availability) {
    return new FeatureView(
        view.name(),
        view.source(),
        view.keys(),
        view.eventTime(),
        availability,
        view.maxAge(),
        view.boundary(),
        view.tieBreak(),
        view.onTie(),
        view.nulls(),
        view.features());
  }

  private static FeatureView keyed(String name, String left, String right, String feature) {
    FeatureView view = staticView(name, new Feature(feature, "temp", DataType.LONG, new None()));
    return new FeatureView(
        name,
        Optional.empty(),
        Map.of(left, right),
        Optional.empty(),
        view.availability(),
        Optional.empty(),
        view.boundary(),
        List.of(),
        view.onTie(),
        view.nulls(),
        view.features());
  }

  static FeatureView staticView(String name, Feature... features) {
    return new FeatureView(
        name,
        Optional.empty(),
        Map.of("k", "k"),
        Optional.empty(),
        new Availability.AtEventTime(),
        Optional.empty(),
        Boundary.INCLUSIVE,
        List.of(),
        OnTie.REJECT,
        NullPolicy.LATEST_ROW,
        List.of(features));
  }
}
