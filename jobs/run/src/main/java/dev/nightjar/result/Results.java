package dev.nightjar.result;

import dev.nightjar.config.Suggestion;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.fault.Guard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The published results under an output path, as they were when {@link #at} was called: all
 * Datasets of one {@code Results} show the same versions, whatever is published meanwhile.
 *
 * <pre>{@code
 * Dataset<Row> scores = Results.at(spark, "out/flight-delay").interval("2013-11-05").scored();
 * }</pre>
 */
public final class Results {
  /**
   * A result is read whole or not at all, whatever the session's settings are; and pages are
   * checked against the checksums that Parquet writes and by default does not look at.
   */
  private static final Map<String, String> WHOLE =
      Map.of("ignoreCorruptFiles", "false", "ignoreMissingFiles", "false");

  private static final String VERIFY_CHECKSUMS = "parquet.page.verify-checksum.enabled";

  private final SparkSession spark;
  private final Path root;
  private final List<Manifest> manifests;

  private Results(SparkSession spark, Path root, List<Manifest> manifests) {
    this.spark = spark;
    this.root = root;
    this.manifests = List.copyOf(manifests);
  }

  /** What is published under an output path now. */
  public static Results at(SparkSession spark, String path) {
    ResultStore store = ResultStore.at(spark.sessionState().newHadoopConf(), path);
    return new Results(spark, store.root(), store.published());
  }

  /** What one attempt holds, whether it is published or not. */
  public static Results of(SparkSession spark, ResultStore store, Manifest attempt) {
    return new Results(spark, store.root(), List.of(attempt));
  }

  /** The current manifest of each interval, by interval; may be empty. */
  public List<Manifest> intervals() {
    return manifests;
  }

  /** The results of one interval alone. */
  public Results interval(String id) {
    List<Manifest> one = manifests.stream().filter(m -> m.interval().equals(id)).toList();
    if (one.isEmpty()) {
      requirePublished();
      throw new ResultException(
          "interval", id, "is not published under " + root, "nearest are " + nearest(id));
    }
    return new Results(spark, root, one);
  }

  /** The scored rows. */
  public Dataset<Row> scored() {
    return rows(Content.SCORED);
  }

  /** The rows that the transform's own filter took out. */
  public Dataset<Row> filtered() {
    return rows(Content.FILTERED);
  }

  /** The rejected rows, with stage, field and reason. */
  public Dataset<Row> quarantine() {
    return rows(Content.QUARANTINE);
  }

  private Dataset<Row> rows(Content content) {
    return spark.baseRelationToDataFrame(relation(content));
  }

  /**
   * The rows of files that are about to be published, with the outcome of each as a column.
   *
   * @param schema of the files
   */
  public static Dataset<Row> written(
      SparkSession spark, ResultStore store, StructType schema, List<Manifest.DataFile> files) {
    StructType outcome = new StructType().add(ReservedColumns.OUTCOME, DataTypes.StringType, false);
    return spark.baseRelationToDataFrame(
        relation(spark, new PublishedFiles(spark, store.root(), files, outcome), outcome, schema));
  }

  /**
   * All rows of a published attempt, with outcome and rejection as columns, and what those of its
   * sample carry along; also when a newer one has been published since.
   */
  public static Dataset<Row> whole(SparkSession spark, ResultStore store, Manifest manifest) {
    StructType columns =
        manifest
            .schema()
            .scored()
            .add(manifest.schema().quarantine().apply(ReservedColumns.REJECTION))
            .add(ReservedColumns.SAMPLE, DataTypes.BinaryType, true);
    return written(spark, store, columns, manifest.files());
  }

  /** Spark's own Parquet relation over the files, so that filters and columns reach the scan. */
  BaseRelation relation(Content content) {
    requirePublished();
    List<Manifest.DataFile> files =
        manifests.stream().flatMap(manifest -> content.files(manifest).stream()).toList();
    StructType none = new StructType();
    return relation(
        spark,
        new PublishedFiles(spark, root, files, none),
        none,
        CommonSchema.of(manifests, content));
  }

  private static BaseRelation relation(
      SparkSession spark, PublishedFiles files, StructType partitions, StructType schema) {
    return new HadoopFsRelation(
        files, partitions, schema, Option.empty(), new ParquetFileFormat(), options(), spark);
  }

  private static scala.collection.immutable.Map<String, String> options() {
    List<Tuple2<String, String>> pairs = new ArrayList<>();
    WHOLE.forEach((key, value) -> pairs.add(new Tuple2<>(key, value)));
    pairs.add(new Tuple2<>(VERIFY_CHECKSUMS, Boolean.toString(Guard.PAGE_CHECKSUMS.isOn())));
    return scala.collection.immutable.Map.from(CollectionConverters.asScala(pairs));
  }

  private void requirePublished() {
    if (manifests.isEmpty()) {
      throw new ResultException(
          "output path",
          root.toString(),
          "has no published result",
          "check the path, or ask 'nightjar runs' what became of its runs");
    }
  }

  /** The published neighbours in time, and the one whose name looks most alike. */
  private String nearest(String id) {
    List<String> names = manifests.stream().map(Manifest::interval).toList();
    List<String> near = new ArrayList<>();
    names.stream().filter(name -> name.compareTo(id) < 0).reduce((a, b) -> b).ifPresent(near::add);
    names.stream().filter(name -> name.compareTo(id) > 0).findFirst().ifPresent(near::add);
    Suggestion.nearest(id, names).filter(name -> !near.contains(name)).ifPresent(near::add);
    return String.join(", ", near);
  }
}
