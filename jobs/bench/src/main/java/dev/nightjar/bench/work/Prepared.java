package dev.nightjar.bench.work;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A workload on disk: its rows in Parquet, its bundle, and the same bundle with a constant for a
 * model.
 *
 * @param folder of all workloads of a run
 */
public record Prepared(Workload workload, Path folder) {

  public Path data() {
    return folder.resolve(workload.name() + "/data");
  }

  public Path bundle() {
    return folder.resolve(workload.name() + "/bundle");
  }

  /** The bundle whose network is one unit with weights of zero; for networks of rows alone. */
  public Path constantBundle() {
    return folder.resolve(workload.name() + "/constant");
  }

  /** Id and the contract's columns. */
  public Dataset<Row> rows(SparkSession spark) {
    return spark.read().parquet(data().toString());
  }
}
