package dev.nightjar.spark;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.config.Suggestion;
import dev.nightjar.contract.Contract;
import dev.nightjar.data.Field;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.engine.Device;
import dev.nightjar.engine.DeviceChoice;
import dev.nightjar.engine.EngineChoice;
import dev.nightjar.engine.Placement;
import dev.nightjar.pipeline.MemoryNeed;
import dev.nightjar.pipeline.OnlineScorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.SparkContext;
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

  private final SparkContext context;
  private final Bundle bundle;
  private final Broadcast<BundleFiles> files;
  private final Demands demands;
  private final Placement placement;
  private final BatchBounds bounds;
  private final ProofFailures failures;
  private final MemoryNeed memory;

  private Scoring(
      SparkContext context,
      Bundle bundle,
      Broadcast<BundleFiles> files,
      Demands demands,
      Placement placement,
      BatchBounds bounds,
      ProofFailures failures) {
    this.context = context;
    this.bundle = bundle;
    this.files = files;
    this.demands = demands;
    this.placement = placement;
    this.bounds = bounds;
    this.failures = failures;
    this.memory = MemoryNeed.of(bundle, placement.engine());
  }

  /**
   * Reads, checks and proves a bundle, a folder or a {@code .zip} on any Hadoop file system.
   *
   * @throws dev.nightjar.bundle.BundleException when it is not sound or computes differently here
   */
  public static Scoring of(SparkSession spark, String location) {
    return of(spark, location, Demands.NONE, Optional.empty());
  }

  /**
   * {@link #of(SparkSession, String)} for a bundle of which something is asked, and for many runs
   * in one session.
   *
   * @param loaded the bundle is read and checked again, and when it is still the one that was
   *     loaded, that one is used on
   * @throws dev.nightjar.engine.PlacementException when it cannot run on the engine or device that
   *     is asked for
   * @throws dev.nightjar.bundle.BundleException when it is not sound, not signed by one of the
   *     keys, or computes differently here
   */
  public static Scoring of(
      SparkSession spark, String location, Demands demands, Optional<Scoring> loaded) {
    BundleFiles files = HadoopBundles.read(spark.sparkContext().hadoopConfiguration(), location);
    return of(spark, files, demands, loaded);
  }

  /**
   * Checks and proves a bundle that was read, such as one of a {@code Registry}.
   *
   * @throws dev.nightjar.bundle.BundleException when it is not sound or computes differently here
   */
  public static Scoring of(SparkSession spark, BundleFiles files) {
    return of(spark, files, Demands.NONE, Optional.empty());
  }

  /**
   * {@link #of(SparkSession, String, Demands, Optional)} for a bundle that was read, such as one of
   * a {@code Registry}.
   */
  public static Scoring of(
      SparkSession spark, BundleFiles files, Demands demands, Optional<Scoring> loaded) {
    SparkContext context = spark.sparkContext();
    Bundle bundle = Bundle.check(files);
    demands.signedBy().ifPresent(keys -> keys.require(bundle));
    if (loaded.isPresent() && loaded.get().isOf(bundle)) {
      Scoring known = loaded.get();
      return known.demands.equals(demands) ? known : known.with(bundle, demands);
    }
    Placement placement = proven(context, bundle, demands);
    loaded.ifPresent(
        old -> {
          old.files.unpersist(false);
          context.removeSparkListener(old.failures);
        });
    ProofFailures failures = new ProofFailures(context);
    context.addSparkListener(failures);
    return new Scoring(
        context,
        bundle,
        JavaSparkContext.fromSparkContext(context).broadcast(files),
        demands,
        placement,
        BatchBounds.DEFAULT,
        failures);
  }

  /**
   * Decides what is to run the bundle, and proves it here: in one process with its executors as
   * they will run it. On a cluster the driver needs no GPU, and proves the engine on the CPU.
   */
  private static Placement proven(SparkContext context, Bundle bundle, Demands demands) {
    boolean local = context.isLocal();
    Optional<String> noGpu =
        local && demands.device() == DeviceChoice.GPU
            ? Optional.empty()
            : GpuResources.missing(key -> Optional.ofNullable(context.getConf().get(key, null)));
    Placement placement = Placement.decide(bundle, demands.engine(), demands.device(), noGpu);
    Device here = local ? GpuResources.ofTask(placement.device()) : Device.cpu();
    ExecutorBundles.Key key = new ExecutorBundles.Key(bundle.digest(), placement.engine(), here);
    ExecutorBundles.scorer(key, bundle.files(), demands.signedBy()).close();
    return placement;
  }

  /** The same bundle, of which something else is asked. */
  private Scoring with(Bundle same, Demands others) {
    return new Scoring(
        context, same, files, others, proven(context, same, others), bounds, failures);
  }

  /**
   * The same scoring by another engine, which is proven at once.
   *
   * @throws dev.nightjar.engine.PlacementException when the bundle cannot run on it
   * @throws dev.nightjar.bundle.BundleException when it computes differently here
   */
  public Scoring withEngine(EngineChoice other) {
    return with(bundle, demands.withEngine(other));
  }

  /**
   * The same scoring on another device, which is proven at once where driver and executors are one
   * process, and else by each executor before its first row.
   *
   * @throws dev.nightjar.engine.PlacementException when there is no such device for the bundle
   * @throws dev.nightjar.bundle.BundleException when it cannot be used here, or computes otherwise
   */
  public Scoring withDevice(DeviceChoice other) {
    return with(bundle, demands.withDevice(other));
  }

  /** The same scoring with other bounds of its batches. */
  public Scoring withBatches(BatchBounds other) {
    return new Scoring(context, bundle, files, demands, placement, other, failures);
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

  /** What runs the network, and on what, on every executor. */
  public Placement placement() {
    return placement;
  }

  /**
   * Scores single rows in this process as they are on request: by the engine of the bundle's
   * packaging, on the CPU, whatever the rows of Datasets are scored by. To be used at once, not
   * kept.
   *
   * @throws dev.nightjar.bundle.BundleException when the bundle computes differently here
   */
  public OnlineScorer online() {
    ExecutorBundles.Key key =
        new ExecutorBundles.Key(bundle.digest(), bundle.manifest().engine(), Device.cpu());
    return new OnlineScorer(ExecutorBundles.get(key, bundle.files()));
  }

  /** How many rows are scored at once, at most: fewer where a row needs much memory. */
  public BatchBounds batchBounds() {
    return bounds.fit(memory.heapOfRow());
  }

  /** How much memory scoring takes; of a GPU's it says nothing. */
  public MemoryNeed memory() {
    return memory;
  }

  /**
   * How rows of a plan would come to the scorer, for people: {@code columns}, {@code internal-rows}
   * or {@code rows}.
   *
   * @param needed the rows as {@link #needed} gives them
   */
  public String passage(Dataset<Row> needed) {
    return Passage.of(needed.sparkSession()).words(needed);
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
    return score(rows, kept, Optional.empty());
  }

  /**
   * {@link #score(Dataset, List)} of which chosen rows carry along what the scorer read of them and
   * made of it, in {@link ReservedColumns#SAMPLE}; a {@link SampledRow} is in there. Rows that come
   * rejected are not chosen.
   *
   * @param kept begins with the columns of the key by which rows are chosen
   * @param sampling empty for a result without that column
   */
  public Dataset<Row> score(Dataset<Row> rows, List<String> kept, Optional<Sampling> sampling) {
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
    StructType result = resultSchema(needed.schema(), kept, sampling.isPresent());
    return Passage.of(rows.sparkSession())
        .score(
            needed,
            new ScoreTask(
                files,
                bundle.digest(),
                demands.signedBy(),
                placement,
                needed.schema(),
                result,
                batchBounds(),
                sampling));
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
  private StructType resultSchema(StructType rows, List<String> kept, boolean isSampled) {
    List<StructField> fields = new ArrayList<>();
    kept.forEach(name -> fields.add(rows.apply(name)));
    for (Field output : contract().outputSchema().fields()) {
      fields.add(SparkTypes.field(output));
    }
    fields.add(DataTypes.createStructField(ReservedColumns.FLAGS, FLAGS_TYPE, false));
    fields.add(DataTypes.createStructField(ReservedColumns.OUTCOME, DataTypes.StringType, false));
    fields.add(DataTypes.createStructField(ReservedColumns.REJECTION, REJECTION_TYPE, true));
    fields.add(DataTypes.createStructField(ReservedColumns.BUNDLE, DataTypes.StringType, false));
    if (isSampled) {
      fields.add(DataTypes.createStructField(ReservedColumns.SAMPLE, DataTypes.BinaryType, true));
    }
    return DataTypes.createStructType(fields);
  }
}
