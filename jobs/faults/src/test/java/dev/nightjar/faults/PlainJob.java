package dev.nightjar.faults;

import static org.apache.spark.sql.functions.callUDF;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.faults.Readings.Version;
import java.io.Serializable;
import java.nio.file.Path;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.spark.internal.io.FileCommitProtocol.TaskCommitMessage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.execution.datasources.SQLHadoopMapReduceCommitProtocol;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.immutable.Seq;

/**
 * The same readings scored by a plain Spark job that ends in {@code df.write()}, as one would write
 * it without Nightjar. The scores are computed in SQL: only how the result gets to its readers is
 * compared.
 */
final class PlainJob {
  private static final int TASKS = 4;

  private PlainJob() {}

  /** What happens to each row on its way; it is sent to the tasks. */
  interface OnRow extends UDF1<String, String>, Serializable {}

  /** Scores a version and writes it to a plain folder. */
  static void run(
      SparkSession spark, Path project, Version version, Path output, SaveMode mode, OnRow onRow) {
    spark.udf().register("on_row", onRow, DataTypes.StringType);
    Dataset<Row> rows =
        spark
            .read()
            .option("header", "true")
            .schema("id string, at string, x int, colour string, station string")
            .csv(project.resolve(version.file()).toString())
            .repartition(TASKS, col("id"))
            .withColumn("id", callUDF("on_row", col("id")))
            .withColumn(
                "temp", expr("if(station = 's0', 10 + cast(substr(at, 12, 2) as int), 11.5)"))
            .withColumn("sum", expr("0.01 * x + if(colour = 'red', 0.5, -0.5) + 0.02 * temp - 0.3"))
            .select(
                col("id"),
                expr("case when x < 0 then 'rejected' when x > 90 then 'filtered' else 'scored' end")
                    .as("outcome"),
                expr("1 / (1 + exp(-sum))").as("alarm"));
    rows.write().mode(mode).parquet(output.toString());
  }

  /** A process whose last task dies in the middle: the project, the version, the output. */
  public static void main(String[] arguments) {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .getOrCreate()) {
      run(
          spark,
          Path.of(arguments[0]),
          Version.valueOf(arguments[1]),
          Path.of(arguments[2]),
          SaveMode.Overwrite,
          id -> {
            if (id.equals("r" + (Readings.ROWS - 1))) {
              Runtime.getRuntime().halt(Failpoint.HALTED);
            }
            return id;
          });
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Spark's own commit, before which something fails. Spark makes it by its name. */
  public static final class FailingCommit extends SQLHadoopMapReduceCommitProtocol {
    private static final long serialVersionUID = 1L;

    /** As Spark calls it. */
    public FailingCommit(String job, String path, boolean dynamic) {
      super(job, path, dynamic);
    }

    @Override
    public void commitJob(JobContext job, Seq<TaskCommitMessage> answers) {
      throw new Failpoint.Injected("at the commit");
    }
  }
}
