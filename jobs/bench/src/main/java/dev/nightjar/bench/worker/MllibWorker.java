package dev.nightjar.bench.worker;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Spark MLlib's MultilayerPerceptronClassifier with the layers of J1 over the same files. It has
 * two units where the others have one, since it classifies, and has hardly been trained: what
 * counts is how fast it scores.
 */
public final class MllibWorker {
  private static final int INPUTS = 32;
  private static final int TRAINED_ON = 200;

  private final SparkSession spark = Session.open();
  private final VectorAssembler assembler =
      new VectorAssembler().setInputCols(inputs()).setOutputCol("features");
  private final MultilayerPerceptronClassificationModel model;

  private MllibWorker(String data) {
    Dataset<Row> rows =
        assembler
            .transform(spark.read().parquet(data).limit(TRAINED_ON))
            .withColumn("label", functions.col("id").mod(2).cast("double"));
    model =
        new MultilayerPerceptronClassifier()
            .setLayers(new int[] {INPUTS, 128, 64, 2})
            .setSeed(1)
            .setMaxIter(1)
            .fit(rows);
  }

  private static String[] inputs() {
    String[] names = new String[INPUTS];
    Arrays.setAll(names, i -> "f" + i);
    return names;
  }

  /** Takes {@code data sink output} and answers how many seconds scoring took. */
  public static void main(String[] arguments) throws IOException {
    MllibWorker[] worker = new MllibWorker[1];
    RequestLoop.serve(
        words -> {
          if (worker[0] == null) {
            worker[0] = new MllibWorker(words.get(0));
          }
          return worker[0].measure(words);
        });
  }

  private Map<String, Double> measure(List<String> words) {
    Dataset<Row> scored =
        model
            .transform(assembler.transform(spark.read().parquet(words.get(0))))
            .select("id", "prediction");
    return Map.of("seconds", Sink.of(words.get(1)).write(scored, words.get(2)));
  }
}
