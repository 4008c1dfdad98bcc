package dev.nightjar.bench.peer;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;

import dev.nightjar.bench.work.HistoryWork;
import dev.nightjar.bench.work.Workload;
import dev.nightjar.config.Section;
import dev.nightjar.feature.JoinWay;
import dev.nightjar.feature.spark.PointInTimeJoin;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;

/** Who joins the rows of {@link HistoryWork}; all give the same rows. */
public enum Joiner {
  /** Nightjar, by shuffle and merge. */
  MERGE,
  /** Nightjar, the view sent to every executor. */
  BROADCAST,
  /** Spark, on key and number: it is told which row answers. */
  EQUI_JOIN,
  /** The same, the view sent to every executor. */
  BROADCAST_EQUI_JOIN,
  /** Spark, on the key and an inequality of times, of which the newest is kept. */
  INEQUALITY,
  /** Spark, by a union of both sides and the last value that is not null in a window. */
  WINDOW;

  /** The name in requests and tables. */
  public String word() {
    return Section.word(this);
  }

  /** The joiner of that name. */
  public static Joiner of(String word) {
    return Section.named(Joiner.class, word)
        .orElseThrow(() -> new IllegalArgumentException("there is no joiner '" + word + "'"));
  }

  /** The joined rows, in the columns of {@link HistoryWork#result}. */
  public Dataset<Row> join(SparkSession spark, HistoryWork work) {
    Dataset<Row> input = work.input(spark);
    Dataset<Row> view = work.view(spark).drop(Workload.ID);
    Dataset<Row> joined =
        switch (this) {
          case MERGE -> nightjar(input, work, view, JoinWay.MERGE);
          case BROADCAST -> nightjar(input, work, view, JoinWay.BROADCAST);
          case EQUI_JOIN -> equal(input, view.hint("merge"));
          case BROADCAST_EQUI_JOIN -> equal(input, broadcast(view));
          case INEQUALITY -> inequality(input, view);
          case WINDOW -> window(input, view);
        };
    return joined.select(work.result());
  }

  private static Dataset<Row> nightjar(
      Dataset<Row> input, HistoryWork work, Dataset<Row> view, JoinWay way) {
    return PointInTimeJoin.of(List.of(work.featureView()), any -> view)
        .with(Map.of(work.featureView().name(), way))
        .join(
            input.drop(HistoryWork.NUMBER), Optional.of(HistoryWork.AT), Optional.of(work.range()));
  }

  private static Dataset<Row> equal(Dataset<Row> input, Dataset<Row> view) {
    return input.join(
        view.drop(HistoryWork.SEEN),
        new String[] {HistoryWork.KEY, HistoryWork.NUMBER},
        "left_outer");
  }

  private static Dataset<Row> inequality(Dataset<Row> input, Dataset<Row> view) {
    Dataset<Row> rows = input.drop(HistoryWork.NUMBER);
    Dataset<Row> facts = view.drop(HistoryWork.NUMBER);
    Column newest =
        row_number().over(Window.partitionBy(Workload.ID).orderBy(col(HistoryWork.SEEN).desc()));
    return rows.join(
            facts,
            rows.col(HistoryWork.KEY)
                .equalTo(facts.col(HistoryWork.KEY))
                .and(col(HistoryWork.SEEN).leq(col(HistoryWork.AT))),
            "left_outer")
        .withColumn("newest", newest)
        .filter(col("newest").equalTo(lit(1)));
  }

  private static Dataset<Row> window(Dataset<Row> input, Dataset<Row> view) {
    Column[] features = features(view);
    Dataset<Row> facts =
        view.select(
            lit(null).cast("long").as(Workload.ID),
            col(HistoryWork.KEY),
            col(HistoryWork.SEEN).as(HistoryWork.AT),
            lit(0).as("kind"),
            struct(features).as("f"));
    Dataset<Row> rows = input.drop(HistoryWork.NUMBER);
    for (String name : rows.columns()) {
      if (!List.of(facts.columns()).contains(name)) {
        facts = facts.withColumn(name, lit(null).cast(rows.schema().apply(name).dataType()));
      }
    }
    Dataset<Row> asked =
        rows.withColumn("kind", lit(1))
            .withColumn("f", lit(null).cast(facts.schema().apply("f").dataType()));
    return asked
        .unionByName(facts)
        .withColumn(
            "f",
            last(col("f"), true)
                .over(
                    Window.partitionBy(HistoryWork.KEY)
                        .orderBy(col(HistoryWork.AT), col("kind"))
                        .rowsBetween(Window.unboundedPreceding(), Window.currentRow())))
        .filter(col("kind").equalTo(lit(1)))
        .select(col("*"), col("f.*"));
  }

  private static Column[] features(Dataset<Row> view) {
    return Arrays.stream(view.columns())
        .filter(name -> name.startsWith("f"))
        .map(name -> col(name))
        .toArray(Column[]::new);
  }
}
