package dev.nightjar.bench.work;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.when;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.config.Environment;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.registry.Registry;
import dev.nightjar.schedule.Interval;
import dev.nightjar.storage.LocalStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A project whose model is served and whose job scores rows by night: {@code models/} with two
 * versions of one model, {@code conf/endpoint.yaml}, {@code conf/jobs}, rows of input, and rows as
 * lines of JSON to send.
 *
 * @param folder of the project
 * @param workload {@code j1} to {@code j4}
 */
public record OnlineWork(Path folder, String workload) {
  /** The alias that is served. */
  public static final String ALIAS = "champion";

  /** Its two versions, which score alike. */
  public static final List<String> VERSIONS = List.of("1", "2");

  private static final String DAY = "2026-03-02";
  private static final String TIME = "at";
  private static final long MICROS = 1_000_000;
  private static final int SAMPLE = 1_000;
  private static final String BY = "bench";

  /** The name of model and job. */
  public String model() {
    return "bench-" + workload;
  }

  /** Packages the model of a workload alone. */
  public Bundle bundle(SparkSession spark) {
    Workload work = Workload.named(workload);
    List<Column> columns = new ArrayList<>(List.of(col(Workload.ID)));
    columns.addAll(work.columns());
    List<Row> sample =
        new Preparation(spark)
            .ids(SAMPLE)
            .select(columns.toArray(Column[]::new))
            .orderBy(Workload.ID)
            .collectAsList();
    Path bundle = folder.resolve("bundles/alone");
    Preparation.bundle(work, work.network(), sample).write(bundle);
    return Bundle.open(bundle);
  }

  /**
   * Writes the project.
   *
   * @param rows of the job's input; among those of j2 are some that are rejected and flagged
   * @param lines of JSON, all of them sound
   */
  public void write(SparkSession spark, long rows, int lines) throws IOException {
    Workload work = Workload.named(workload);
    Preparation preparation = new Preparation(spark);
    List<Column> columns = new ArrayList<>(List.of(col(Workload.ID)));
    columns.addAll(work.columns());
    Dataset<Row> sound =
        preparation.ids(Math.max(lines, SAMPLE)).select(columns.toArray(Column[]::new));
    List<Row> some = sound.orderBy(Workload.ID).collectAsList();
    MultiLayerNetwork network = work.network();
    Registry registry = Registry.at(new LocalStorage(folder.resolve("models")));
    for (String version : VERSIONS) {
      Path bundle = folder.resolve("bundles/" + version);
      Preparation.bundle(work, network, some.subList(0, SAMPLE)).version(version).write(bundle);
      registry.admit(BundleFiles.read(bundle), BY);
    }
    registry.promote(model(), VERSIONS.get(0), ALIAS, BY, Optional.empty());
    writeLines(some.subList(0, lines));
    writeWeights(work, network);
    text("conf/endpoint.yaml", endpointFile());
    text("conf/jobs/" + model() + ".yaml", jobFile());
    Column time =
        timestamp_micros(lit(Instant.parse(DAY + "T12:00:00Z").getEpochSecond() * MICROS));
    columns.replaceAll(OnlineWork::spoilt);
    columns.add(time.as(TIME));
    preparation
        .ids(rows)
        .select(columns.toArray(Column[]::new))
        .write()
        .mode("overwrite")
        .parquet(folder.resolve("data/input").toString());
  }

  /** In some of j2's columns, in some rows, what the contract does not take as it is. */
  private static Column spoilt(Column column) {
    return switch (column.toString().replaceFirst(".* AS ", "")) {
      case "x0" -> every(11, lit(5_000.0), column, "x0"); // out of range: rejected
      case "x10" -> every(7, lit(-2_000.0), column, "x10"); // out of range: missing
      case "colour" -> every(17, lit("pink"), column, "colour"); // unknown: rejected
      case "city" -> every(13, lit("Ulm"), column, "city"); // unknown: flagged
      default -> column;
    };
  }

  private static Column every(int nth, Column bad, Column column, String name) {
    return when(col(Workload.ID).mod(lit(nth)).equalTo(lit(nth - 1)), bad)
        .otherwise(column)
        .as(name);
  }

  private void writeLines(List<Row> rows) throws IOException {
    try (Writer out = Files.newBufferedWriter(lines())) {
      for (Row row : rows) {
        out.write(json(row) + "\n");
      }
    }
  }

  /** The contract's fields of a row as an object of JSON, nulls included. */
  public String json(Row row) {
    ObjectNode node = new ObjectMapper().createObjectNode();
    Workload.named(workload)
        .contract()
        .inputs()
        .forEach(
            input -> {
              Object value = row.getAs(input.name());
              if (value instanceof Double number) {
                node.put(input.name(), number);
              } else if (value instanceof Float number) {
                node.put(input.name(), number);
              } else {
                node.put(input.name(), (String) value);
              }
            });
    return node.toString();
  }

  /** The weights of a perceptron, for those who compute it by other means. */
  private void writeWeights(Workload work, MultiLayerNetwork network) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    ArrayNode fields = root.putArray("fields");
    work.contract().inputs().forEach(input -> fields.add(input.name()));
    ArrayNode layers = root.putArray("layers");
    for (int i = 0; i < network.getnLayers(); i++) {
      ObjectNode layer = layers.addObject();
      INDArray weights = network.getLayer(i).getParam("W");
      layer.set("weights", mapper.valueToTree(weights.toFloatMatrix()));
      layer.set("bias", mapper.valueToTree(network.getLayer(i).getParam("b").toFloatVector()));
    }
    mapper.writeValue(weights().toFile(), root);
  }

  private String endpointFile() {
    return """
    models:
    - model: %s@%s
    watch: 200ms
    listen: {port: 0}
    """
        .formatted(model(), ALIAS);
  }

  private String jobFile() {
    return """
    job: %1$s
    interval: 1d
    zone: UTC
    input:
      path: data/input
      time: at
      key: [id]
    bundle: %1$s@%2$s
    output:
      path: out
    limits:
      rejected-rows: 100%%
    """
        .formatted(model(), ALIAS);
  }

  private void text(String path, String text) {
    try {
      Path file = folder.resolve(path);
      Files.createDirectories(file.resolveSibling("."));
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file of rows as lines of JSON. */
  public Path lines() {
    return folder.resolve("rows.jsonl");
  }

  /**
   * The file of weights: {@code fields}, and {@code layers} with {@code weights} and {@code bias}.
   */
  public Path weights() {
    return folder.resolve("weights.json");
  }

  /** The rows that the job scores: id and the contract's fields. */
  public Dataset<Row> input(SparkSession spark) {
    return spark.read().parquet(folder.resolve("data/input").toString());
  }

  public Job job() {
    return Project.open(folder, Environment.empty()).job(model());
  }

  /** The one day that the rows belong to. */
  public Interval interval() {
    return Interval.parse(DAY, job().grain(), job().zone());
  }

  /** Where the job publishes. */
  public Path output() {
    return folder.resolve("out");
  }
}
