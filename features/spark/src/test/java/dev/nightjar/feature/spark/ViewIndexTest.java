package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.VisibleRows;
import dev.nightjar.feature.VisibleRows.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.Serializer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.SizeEstimator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** A view's rows on their way to the executors, and what they take there. */
class ViewIndexTest {
  private static final AsOfRange DAY =
      new AsOfRange(Instant.parse("2025-06-01T00:00:00Z"), Instant.parse("2025-06-02T00:00:00Z"));

  private static final StructType INPUT =
      new StructType().add("k", DataTypes.StringType).add("at", DataTypes.TimestampType);

  private final SparkSession spark = TestSpark.session();

  /** One of what {@code spark.serializer} can name; one end writes and another one reads. */
  static <T> T sent(T object, Class<T> type, Class<? extends Serializer> serializer)
      throws ReflectiveOperationException {
    Serializer made = serializer.getConstructor(SparkConf.class).newInstance(new SparkConf(false));
    ClassTag<T> tag = ClassTag$.MODULE$.apply(type);
    return made.newInstance().deserialize(made.newInstance().serialize(object, tag), tag);
  }

  private static ViewTable table(FeatureView view, Dataset<Row> rows) {
    JoinKeys keys = JoinKeys.of(view.keys(), rows.schema(), rows.schema());
    return ViewTable.of(view, keys, rows, Optional.of(DAY));
  }

  private static FeatureView readings() {
    return PointInTimeJoinTest.view(
        "w",
        Optional.of(Duration.ofHours(2)),
        PointInTimeJoinTest.feature("v"),
        new Feature("s", "s", DataType.STRING, new DefaultValue.None()));
  }

  /** What keys are answered at times. */
  private static List<String> answers(ViewIndex index) {
    List<String> answers = new ArrayList<>();
    ViewIndex.Reader reader = index.reader();
    for (String key : List.of("a", "b", "c", "d", "é")) {
      UnsafeRow row =
          UnsafeProjection.create(new org.apache.spark.sql.types.DataType[] {DataTypes.StringType})
              .apply(new GenericInternalRow(new Object[] {UTF8String.fromString(key)}))
              .copy();
      for (String time : List.of("08:59:59", "09:00:00", "10:30:00", "23:00:00")) {
        long asOf = Instant.parse("2025-06-01T" + time + "Z").getEpochSecond() * 1_000_000;
        VisibleRows<InternalRow> visible = reader.at(row, asOf);
        Outcome outcome = visible == null ? Outcome.NO_ROW : visible.outcome(asOf);
        String values = "";
        if (visible != null && outcome == Outcome.MATCHED) {
          GenericInternalRow found = new GenericInternalRow(new Object[2]);
          Values.copy(visible, asOf, index.rule().rows(), found, 0);
          values = " " + found.get(0, DataTypes.DoubleType) + " " + found.getUTF8String(1);
        }
        String tie = outcome == Outcome.TIED ? " " + index.rule().tie(row, asOf) : "";
        answers.add(key + " " + time + " " + outcome + values + tie);
      }
    }
    return answers;
  }

  @ParameterizedTest
  @ValueSource(classes = {JavaSerializer.class, KryoSerializer.class})
  void what_arrives_answers_as_what_was_sent(Class<? extends Serializer> serializer)
      throws ReflectiveOperationException {
    Dataset<Row> rows =
        spark.sql(
            """
            select * from values
              ('a', timestamp'2025-06-01 09:00:00Z', 1D, 'one'),
              ('a', timestamp'2025-06-01 10:00:00Z', null, 'ünïcode'),
              ('b', timestamp'2025-06-01 09:00:00Z', 2D, null),
              ('b', timestamp'2025-06-01 09:00:00Z', 3D, null),
              ('c', timestamp'2025-05-01 09:00:00Z', 4D, 'old'),
              ('é', timestamp'2025-06-01 10:30:00Z', 5D, '') as t(k, ts, v, s)
            """);
    ViewTable table = table(readings(), rows);
    ViewIndex index = ViewIndexBuilder.index(table.rule(), Broadcasts.rows(table.entries()));
    List<String> asSent = answers(index);
    ViewIndex arrived = sent(index, ViewIndex.class, serializer);

    assertThat(asSent)
        .contains(
            "a 08:59:59 NO_ROW",
            "a 09:00:00 MATCHED 1.0 one",
            "a 10:30:00 MATCHED null ünïcode",
            "a 23:00:00 STALE",
            "c 09:00:00 STALE",
            "d 09:00:00 NO_ROW",
            "é 10:30:00 MATCHED 5.0 ")
        .anyMatch(answer -> answer.startsWith("b 09:00:00 TIED view 'w' has several rows"));
    assertThat(answers(arrived)).isEqualTo(asSent);
  }

  @ParameterizedTest
  @CsvSource({"1, 10000", "100, 200", "5000, 1"})
  void a_view_is_weighed_as_what_it_takes_and_no_less(long perKey, long keys) {
    Dataset<Row> rows =
        spark
            .range(perKey * keys)
            .selectExpr(
                "cast(id % " + keys + " as string) k",
                "timestamp_micros(1748736000000000 + id) ts",
                "cast(id as double) v",
                "repeat('x', cast(id % 90 as int)) s");
    FeatureView view = readings();
    ViewTable table = table(view, rows);
    ViewIndex index = ViewIndexBuilder.index(table.rule(), Broadcasts.rows(table.entries()));

    long weighed =
        PointInTimeJoin.of(List.of(view), any -> rows)
            .choices(spark, INPUT, Optional.of("at"), Optional.of(DAY))
            .get(0)
            .bytes();

    assertThat(weighed).isBetween(SizeEstimator.estimate(index), 3 * SizeEstimator.estimate(index));
  }
}
