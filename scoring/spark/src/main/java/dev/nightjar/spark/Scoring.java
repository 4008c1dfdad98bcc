package dev.nightjar.spark;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.TrustedKeys;
import dev.nightjar.config.Suggestion;
import dev.nightjar.contract.Contract;
import dev.nightjar.data.Field;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.pipeline.MemoryNeed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Scores Datasets with a bundle. The bundle has been checked and has proven its golden rows on the
 * driver when this exists; executors do so again before their first row. Thread-safe.
 */
public final class Scoring {
  /** The type of {@link ReservedColumns#REJECTION}. */
  public static final StructType REJECTION_TYPE =
      DataTypes.createStructType(
          new StructField[] {
            DataTypes.createStructField("stage", DataTypes.StringType, false),
            DataTypes.createStructField("field", DataTypes.StringType, false),
            DataTypes.createStructField("reason", DataTypes.StringType, false)
          });

  private static final byte[] NO_SIGNATURE = {};

  private static final DataType FLAGS_TYPE = DataTypes.createArrayType(DataTypes.StringType, false);

  private final Bundle bundle;
  private final Broadcast<BundleFiles> files;
  private final Optional<TrustedKeys> signedBy;
  private final BatchBounds bounds;
  private final ProofFailures failures;
  private final MemoryNeed memory;

  private Scoring(
      Bundle bundle,
      Broadcast<BundleFiles> files,
      Optional<TrustedKeys> signedBy,
      BatchBounds bounds,
      ProofFailures failures,
      MemoryNeed memory) {
    this.bundle = bundle;
    this.files = files;
    this.signedBy = signedBy;
    this.bounds = bounds;
    this.failures = failures;
    this.memory = memory;
  }

  /**
   * Reads, checks and proves a bundle, a folder or a {@code .zip} on any Hadoop file system.
   *
   * @throws dev.nightjar.bundle.BundleException when it is not sound or computes differently here
   */
  public static Scoring of(SparkSession spark, String location) {
    return of(spark, location, Optional.empty(), Optional.empty());
  }

  /**
   * {@link #of(SparkSession, String)} for a bundle that somebody must have signed, and for many
   * runs in one session.
   *
   * @param signedBy whose signature is asked for, here before anything of the bundle is loaded and
   *     by every task; empty to take any bundle
   * @param loaded the bundle is read and checked again, and when it is still the one that was
   *     loaded, that one is used on
   * @throws dev.nightjar.bundle.BundleException when it is not sound, not signed by one of the
   *     keys, or computes differently here
   */
  public static Scoring of(
      SparkSession spark,
      String location,
      Optional<TrustedKeys> signedBy,
      Optional<Scoring> loaded) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    BundleFiles files = HadoopBundles.read(context.hadoopConfiguration(), location);
    return of(spark, files, signedBy, loaded);
  }

  /**
   * Checks and proves a bundle that was read, such as one of a {@code Registry}.
   *
   * @throws dev.nightjar.bundle.BundleException when it is not sound or computes differently here
   */
  public static Scoring of(SparkSession spark, BundleFiles files) {
    return of(spark, files, Optional.empty(), Optional.empty());
  }

  /**
   * {@link #of(SparkSession, String, Optional, Optional)} for a bundle that was read, such as one
   * of a {@code Registry}.
   */
  public static Scoring of(
      SparkSession spark,
      BundleFiles files,
      Optional<TrustedKeys> signedBy,
      Optional<Scoring> loaded) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Bundle bundle = Bundle.check(files);
    signedBy.ifPresent(keys -> keys.require(bundle));
    if (loaded.isPresent() && loaded.get().isOf(bundle)) {
      Scoring known = loaded.get();
      return known.signedBy.equals(signedBy)
          ? known
          : new Scoring(bundle, known.files, signedBy, known.bounds, known.failures, known.memory);
    }
    ExecutorBundles.scorer(bundle.digest(), files, signedBy).close();
    loaded.ifPresent(
        old -> {
          old.files.unpersist(false);
          spark.sparkContext().removeSparkListener(old.failures);
        });
    ProofFailures failures = new ProofFailures(spark.sparkContext());
    spark.sparkContext().addSparkListener(failures);
    return new Scoring(
        bundle,
        context.broadcast(files),
        signedBy,
        BatchBounds.DEFAULT,
        failures,
        MemoryNeed.of(bundle));
  }

  /** The same scoring with other bounds of its batches. */
  public Scoring withBatches(BatchBounds other) {
    return new Scoring(bundle, files, signedBy, other, failures, memory);
  }

  /**
   * What lies behind the failure of a job that scores, when several executors could not load or
   * prove the bundle: Spark then tells of lost executors and cancelled stages. Empty when it must
   * have another reason.
   */
  public Optional<BundleException> reasonOf(Throwable failure) {
    return failures.take(failure);
  }

  /** Whether the broadcast files are this bundle's, its signature too: no digest covers that. */
  private boolean isOf(Bundle other) {
    return bundle.digest().equals(other.digest())
        && Arrays.equals(
            bundle.files().find(BundleFiles.SIGNATURE).orElse(NO_SIGNATURE),
            other.files().find(BundleFiles.SIGNATURE).orElse(NO_SIGNATURE));
  }

  public Bundle bundle() {
    return bundle;
  }

  /** How many rows are scored at once, at most: fewer where a row needs much memory. */
  public BatchBounds batchBounds() {
    return bounds.fit(memory.heapOfRow());
  }

  /** How much memory scoring takes. */
  public MemoryNeed memory() {
    return memory;
  }

  /**
   * How rows of a plan would come to the scorer, for people: {@code columns}, {@code internal-rows}
   * or {@code rows}.
   */
  public String passage(Dataset<Row> rows, List<String> kept) {
    return Passage.of(rows.sparkSession()).words(needed(rows, kept));
  }

  public Contract contract() {
    return bundle.manifest().contract();
  }

  /**
   * What stands in the way of scoring rows of these columns, for people; empty when all is well.
   */
  public List<String> mismatches(StructType columns) {
    List<String> found = new ArrayList<>();
    List<String> inputs = contract().inputSchema().names();
    for (StructField column : columns.fields()) {
      if (inputs.contains(column.name()) && SparkTypes.ours(column.dataType()).isEmpty()) {
        found.add(
            "the bundle's input '"
                + column.name()
                + "' is a column of type "
                + column.dataType().simpleString()
                + ", which no contract can name; cast it in the input, for example with sql:");
      }
    }
    return found.isEmpty() ? contract().mismatches(SparkTypes.schema(columns)) : found;
  }

  /**
   * The rows with the bundle's outputs and the columns of {@link ReservedColumns} but for the
   * run's. Rows in are rows out, in their partitions and order. Flags and rejections that the rows
   * bring along are kept, and a rejected row is not scored.
   *
   * @throws IllegalArgumentException when the rows' columns do not fit the contract
   */
  public Dataset<Row> score(Dataset<Row> rows) {
    return score(
        rows,
        Arrays.stream(rows.schema().fieldNames())
            .filter(name -> !name.startsWith(ReservedColumns.PREFIX))
            .toList());
  }

  /**
   * {@link #score(Dataset)} with some of the rows' columns only: what neither the contract nor the
   * caller needs is not read.
   *
   * @param kept the columns that go along, in order
   * @throws IllegalArgumentException when the rows' columns do not fit the contract, or have none
   *     of a name that is to be kept
   */
  public Dataset<Row> score(Dataset<Row> rows, List<String> kept) {
    List<String> mismatches = new ArrayList<>(mismatches(rows.schema()));
    List<String> names = List.of(rows.schema().fieldNames());
    kept.stream()
        .filter(name -> !names.contains(name))
        .map(
            name -> "the rows have no column '" + name + "' to keep" + Suggestion.text(name, names))
        .forEach(mismatches::add);
    if (!mismatches.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", mismatches));
    }
    Dataset<Row> needed = needed(rows, kept);
    StructType result = resultSchema(needed.schema(), kept);
    return Passage.of(rows.sparkSession())
        .score(
            needed,
            new ScoreTask(
                files, bundle.digest(), signedBy, needed.schema(), result, batchBounds()));
  }

  /** The rows with the columns that are kept or scored, so that Spark reads no others. */
  public Dataset<Row> needed(Dataset<Row> rows, List<String> kept) {
    Set<String> needed = new HashSet<>(kept);
    needed.addAll(contract().inputSchema().names());
    needed.add(ReservedColumns.FLAGS);
    needed.add(ReservedColumns.REJECTION);
    List<String> names = List.of(rows.schema().fieldNames());
    // In the order in which they come: then there is nothing to do between scan and scorer.
    return needed.containsAll(names)
        ? rows
        : rows.select(
            names.stream()
                .filter(needed::contains)
                .map(name -> functions.col("`" + name.replace("`", "``") + "`"))
                .toArray(Column[]::new));
  }

  /** The columns of scored rows: those that are kept, the outputs, and what became of the row. */
  private StructType resultSchema(StructType rows, List<String> kept) {
    List<StructField> fields = new ArrayList<>();
    kept.forEach(name -> fields.add(rows.apply(name)));
    for (Field output : contract().outputSchema().fields()) {
      fields.add(SparkTypes.field(output));
    }
    fields.add(DataTypes.createStructField(ReservedColumns.FLAGS, FLAGS_TYPE, false));
    fields.add(DataTypes.createStructField(ReservedColumns.OUTCOME, DataTypes.StringType, false));
    fields.add(DataTypes.createStructField(ReservedColumns.REJECTION, REJECTION_TYPE, true));
    fields.add(DataTypes.createStructField(ReservedColumns.BUNDLE, DataTypes.StringType, false));
    return DataTypes.createStructType(fields);
  }
}
