package dev.nightjar.bench.work;

import static org.apache.spark.sql.functions.col;

import dev.nightjar.data.ColumnBatch;
import dev.nightjar.dl4j.Bundles;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.Writable;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;

/** Writes the rows of a workload and packages its model, as a training program would. */
public final class Preparation {
  private static final int SAMPLE = 1_000;

  /** So many that every core has a fair share of them. */
  private static final int FILES = 8;

  private final SparkSession spark;

  public Preparation(SparkSession spark) {
    this.spark = spark;
  }

  /** Writes the workload with so many rows. */
  public void write(Prepared prepared, long rows) {
    Workload workload = prepared.workload();
    List<Column> columns = new ArrayList<>(List.of(col(Workload.ID)));
    columns.addAll(workload.columns());
    ids(rows)
        .select(columns.toArray(Column[]::new))
        .write()
        .mode("overwrite")
        .parquet(prepared.data().toString());
    List<Row> sample =
        prepared
            .rows(spark)
            .filter(col(Workload.ID).lt(SAMPLE))
            .orderBy(Workload.ID)
            .collectAsList();
    pack(workload, workload.network(), sample, prepared.bundle());
    if (workload.shape().length == 1) {
      int width = (int) workload.shape()[0];
      pack(workload, Networks.constant(width), sample, prepared.constantBundle());
    }
  }

  /** The ids from 0. */
  Dataset<Row> ids(long rows) {
    return spark.range(0, rows, 1, FILES).toDF(Workload.ID);
  }

  private static void pack(
      Workload workload, MultiLayerNetwork network, List<Row> sample, Path path) {
    bundle(workload, network, sample).write(path);
  }

  /** The model of a workload and a sample of its rows, all but written. */
  static Bundles bundle(Workload workload, MultiLayerNetwork network, List<Row> sample) {
    Bundles bundles =
        Bundles.from(network)
            .name("bench-" + workload.name())
            .version("1")
            .created(Instant.parse("2026-11-22T00:00:00Z"))
            .transform(workload.transform())
            .contract(workload.contract())
            .sample(columns(workload, sample));
    return workload.isNormalized()
        ? bundles.normalizer(standardizer(workload, sample))
        : bundles.withoutNormalizer();
  }

  private static ColumnBatch columns(Workload workload, List<Row> sample) {
    ColumnBatch.Builder columns = ColumnBatch.builder(workload.contract().inputSchema());
    for (Row row : sample) {
      Object[] values = new Object[row.length() - 1];
      for (int i = 0; i < values.length; i++) {
        values[i] = row.get(i + 1);
      }
      columns.row(values);
    }
    return columns.build();
  }

  private static NormalizerStandardize standardizer(Workload workload, List<Row> sample) {
    TransformProcess transform = workload.transform();
    WritableRows writables = new WritableRows(workload.contract());
    double[][] rows = new double[sample.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] =
          transform.execute(writables.of(sample.get(i))).stream()
              .mapToDouble(Writable::toDouble)
              .toArray();
    }
    NormalizerStandardize standardizer = new NormalizerStandardize();
    standardizer.fit(new DataSet(Nd4j.create(rows), Nd4j.zeros(rows.length, 1)));
    return standardizer;
  }
}
