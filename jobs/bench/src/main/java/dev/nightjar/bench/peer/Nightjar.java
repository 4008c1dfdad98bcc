package dev.nightjar.bench.peer;

import dev.nightjar.bench.work.Workload;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.spark.Scoring;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What a Spark program writes that scores with Nightjar and keeps what Nightjar says of a row. */
final class Nightjar {
  private Nightjar() {}

  static Contestant.RowScorer of(SparkSession spark, Path bundle) {
    Scoring scoring = Scoring.of(spark, bundle.toString());
    return rows -> kept(scoring.score(rows, List.of(Workload.ID)));
  }

  /** The same, and what Nightjar says of a row is dropped: the columns that its peers write. */
  static Contestant.RowScorer scores(SparkSession spark, Path bundle) {
    Scoring scoring = Scoring.of(spark, bundle.toString());
    return rows -> scoring.score(rows, List.of(Workload.ID)).select(Workload.ID, Workload.SCORE);
  }

  private static Dataset<Row> kept(Dataset<Row> scored) {
    return scored.select(
        Workload.ID, Workload.SCORE, ReservedColumns.FLAGS, ReservedColumns.OUTCOME);
  }
}
