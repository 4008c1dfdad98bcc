package dev.nightjar.bench.worker;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import dev.nightjar.bench.work.Workload;
import dev.nightjar.bundle.Tolerance;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Whether contestants have written the same: nobody is faster because it computes less. */
final class Agreement {
  private Agreement() {}

  /**
   * How many rows the others have that the first has not, the other way round, or that score
   * differently beyond tolerance.
   *
   * @param outputs folders of Parquet with id and score
   */
  static long differing(SparkSession spark, List<String> outputs) {
    Dataset<Row> first = scores(spark, outputs.get(0), "a");
    long differing = 0;
    for (String output : outputs.subList(1, outputs.size())) {
      Dataset<Row> other = scores(spark, output, "b");
      differing +=
          first
              .join(other, first.col(Workload.ID).equalTo(other.col(Workload.ID)), "full_outer")
              .filter(not(coalesce(isNear(col("a"), col("b")), lit(false))))
              .count();
    }
    return differing;
  }

  private static Column isNear(Column score, Column other) {
    Tolerance tolerance = Tolerance.DEFAULT;
    return abs(score.minus(other))
        .leq(abs(other).multiply(tolerance.relative()).plus(tolerance.absolute()));
  }

  private static Dataset<Row> scores(SparkSession spark, String path, String as) {
    return spark
        .read()
        .parquet(path)
        .select(col(Workload.ID), col(Workload.SCORE).cast("double").as(as));
  }
}
