package dev.nightjar.dl4j;

import static java.util.Objects.requireNonNull;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleWriter;
import dev.nightjar.contract.Contract;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.engine.EngineChoice;
import dev.nightjar.engine.Engines;
import dev.nightjar.engine.GivenOutputs;
import dev.nightjar.engine.ModelImporter;
import dev.nightjar.engine.PackageRequest;
import dev.nightjar.feature.FeatureStatistics;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.TrainingRecord;
import dev.nightjar.pipeline.GoldenProof;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.datavec.api.transform.TransformProcess;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;

/**
 * The call at the end of a training program:
 *
 * <pre>{@code
 * Bundles.from(network)
 *     .name("flight-delay").version("2013-10").created(trainedAt)
 *     .transform(transformProcess)
 *     .normalizer(normalizer)
 *     .contract(Contracts.read(Path.of("contract.yaml"), Environment.ofProcess()))
 *     .sample(rows)
 *     .write(Path.of("bundles/flight-delay-2013-10"));
 * }</pre>
 */
public final class Bundles {
  static {
    Nd4jBackend.prepare();
  }

  private final Supplier<byte[]> model;
  private final Optional<byte[]> imported;
  private final boolean onnx;
  private final Map<String, String> provenance = new TreeMap<>();
  private @Nullable String name;
  private @Nullable String version;
  private @Nullable Instant created;
  private @Nullable TransformProcess transform;
  private @Nullable DataNormalization normalizer;
  private boolean withoutNormalizer;
  private @Nullable Contract contract;
  private @Nullable ColumnBatch sampleColumns;
  private @Nullable List<? extends Map<String, ?>> sampleRows;
  private List<FeatureView> views = List.of();
  private FeatureStatistics statistics = FeatureStatistics.NONE;
  private EngineChoice engine = EngineChoice.AUTO;
  private @Nullable String modelOutput;
  private @Nullable ColumnBatch goldenColumns;
  private @Nullable List<? extends Map<String, ?>> goldenRows;

  private Bundles(Supplier<byte[]> model, Optional<byte[]> imported, boolean onnx) {
    this.model = model;
    this.imported = imported;
    this.onnx = onnx;
  }

  /** Begins a bundle of a trained network. */
  public static Bundles from(MultiLayerNetwork network) {
    return new Bundles(() -> saved(network), Optional.empty(), false);
  }

  /**
   * Begins a bundle of a trained graph. Of several inputs, the contract's layout says which columns
   * each takes; of several outputs, each of the contract's says from which it is made.
   */
  public static Bundles from(ComputationGraph network) {
    return new Bundles(() -> saved(network), Optional.empty(), false);
  }

  /**
   * Begins a bundle of a whole model that Keras 1 or 2 has saved as {@code .h5}. The import happens
   * here, in a process of its own; the bundle keeps the file and scores what was imported.
   *
   * @throws BundleException when the file cannot be read, or its model cannot be imported
   */
  public static Bundles fromKeras(Path file) {
    return fromKeras(file, Duration.ofSeconds(ModelImporter.DEADLINE_SECONDS));
  }

  /** {@link #fromKeras(Path)} with another deadline. */
  public static Bundles fromKeras(Path file, Duration deadline) {
    byte[] original = bytes(file);
    ModelImporter.ImportedModel model = Engines.importer().run(file.toString(), original, deadline);
    Bundles bundles = new Bundles(model::zip, Optional.of(original), false);
    bundles.provenance.putAll(model.provenance());
    return bundles;
  }

  /**
   * Begins a bundle of an ONNX model from elsewhere. No library here can judge what it gives, so it
   * comes with {@linkplain #golden golden rows}: what it gives for some rows where it comes from.
   * The transform may be left out when the contract's inputs are the model's columns.
   *
   * @throws BundleException when the file cannot be read
   */
  public static Bundles fromOnnx(Path file) {
    byte[] model = bytes(file);
    return new Bundles(() -> model, Optional.empty(), true);
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new BundleException("the file " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * What an ONNX model gives for some rows, at least {@link GoldenProof#LEAST_GIVEN} different
   * ones: the contract's inputs as they come, and beside them columns {@code unit_0}, {@code
   * unit_1}, … with the numbers that the network gives for each row. Computed by the library that
   * the model comes from, out of training.
   */
  public Bundles golden(ColumnBatch rows) {
    goldenColumns = rows;
    goldenRows = null;
    return this;
  }

  /** {@link #golden(ColumnBatch)} for rows by column name; times as {@link Instant}. */
  public Bundles golden(List<? extends Map<String, ?>> rows) {
    goldenRows = List.copyOf(rows);
    goldenColumns = null;
    return this;
  }

  /**
   * Which output of an ONNX model is scored, by its name in the model; needed where it has several.
   */
  public Bundles modelOutput(String output) {
    modelOutput = output;
    return this;
  }

  /** The model's name: letters, digits, dots, dashes. */
  public Bundles name(String text) {
    name = text;
    return this;
  }

  /** The model's version, by the same rule. */
  public Bundles version(String text) {
    version = text;
    return this;
  }

  /**
   * When training ended. Part of the bundle's identity, so it is given and not taken from a clock.
   */
  public Bundles created(Instant instant) {
    created = instant;
    return this;
  }

  /** The transform that the training set went through. */
  public Bundles transform(TransformProcess process) {
    transform = process;
    return this;
  }

  /** The normalizer that was fitted on the transformed training set. */
  public Bundles normalizer(DataNormalization fitted) {
    normalizer = fitted;
    return this;
  }

  /**
   * Says that the network was trained on the transform's output as it is. It has to be said,
   * because a forgotten normalizer gives plausible, wrong scores.
   */
  public Bundles withoutNormalizer() {
    withoutNormalizer = true;
    return this;
  }

  /** What comes in and what comes out. */
  public Bundles contract(Contract signature) {
    contract = signature;
    return this;
  }

  /** The record beside the training set: its joins and the figures of its defaults. */
  public Bundles training(TrainingRecord record) {
    views = record.views();
    statistics = record.statistics();
    provenance.put("training-input", record.inputDigest());
    provenance.put("training-rows", Long.toString(record.rows()));
    return this;
  }

  /** Some hundred rows of the training set before the transform; golden rows are made of them. */
  public Bundles sample(ColumnBatch rows) {
    sampleColumns = rows;
    sampleRows = null;
    return this;
  }

  /** {@link #sample(ColumnBatch)} for rows by column name; times as {@link Instant}. */
  public Bundles sample(List<? extends Map<String, ?>> rows) {
    sampleRows = List.copyOf(rows);
    sampleColumns = null;
    return this;
  }

  /**
   * What is to run the network; the fastest that is proven on the golden rows, unless said
   * otherwise.
   */
  public Bundles engine(EngineChoice choice) {
    engine = choice;
    return this;
  }

  /** Adds a fact about where the model came from, for people. */
  public Bundles provenance(String key, String value) {
    provenance.put(key, value);
    return this;
  }

  /**
   * Packages the model, proves it, and writes it to a folder, or a zip when the path ends in {@code
   * .zip}. A bundle that fails its proof is not written.
   *
   * @return the bundle as it was read back
   * @throws BundleException when parts are missing, do not fit each other, or cannot be written
   */
  public Bundle write(Path path) {
    if (Files.exists(path)) {
      throw new BundleException(
          path + " is there already; a bundle is never overwritten, choose another path");
    }
    BundleFiles files = new Dl4jPackager().pack(request());
    Bundle proven = Bundle.check(files);
    BundleWriter.write(files, path);
    Bundle written = Bundle.open(path);
    if (!written.digest().equals(proven.digest())) {
      throw new BundleException(
          path + " is not what was written to it; somebody else writes there, choose another path");
    }
    return written;
  }

  private PackageRequest request() {
    refuseMissingParts();
    Contract signature = requireNonNull(contract);
    ColumnBatch sample =
        sampleColumns != null
            ? sampleColumns
            : SampleRows.toColumns(signature, requireNonNull(sampleRows));
    return new PackageRequest(
        requireNonNull(name),
        requireNonNull(version),
        requireNonNull(created),
        model.get(),
        imported,
        Optional.ofNullable(transform)
            .map(process -> StoredTransform.write(process, signature, sample)),
        Optional.ofNullable(normalizer).map(Normalizer::write),
        signature,
        views,
        statistics,
        sample,
        provenance,
        engine,
        onnx ? Optional.of(given(signature)) : Optional.empty());
  }

  private GivenOutputs given(Contract signature) {
    ColumnBatch rows =
        goldenColumns != null
            ? goldenColumns
            : SampleRows.withOthers(signature, requireNonNull(goldenRows));
    return new GivenOutputs("the golden rows", Optional.ofNullable(modelOutput), rows);
  }

  private void refuseMissingParts() {
    List<String> missing = new ArrayList<>();
    require(contract, "a contract: .contract(…) says what comes in and what comes out", missing);
    require(name, "a name: .name(…)", missing);
    require(version, "a version: .version(…)", missing);
    require(created, "the time at which training ended: .created(…)", missing);
    if (onnx) {
      // Transform and normalizer can be forgotten: the golden rows would not come out.
      require(
          goldenColumns == null ? goldenRows : goldenColumns,
          "rows with what the model gives for them: .golden(…), columns unit_0, unit_1, …",
          missing);
    } else {
      require(transform, "the TransformProcess of training: .transform(…)", missing);
      if (normalizer == null && !withoutNormalizer) {
        missing.add("the fitted normalizer: .normalizer(…), or .withoutNormalizer() for none");
      }
    }
    require(
        sampleColumns == null ? sampleRows : sampleColumns,
        "rows of the training set: .sample(…)",
        missing);
    if (!missing.isEmpty()) {
      throw new BundleException("a bundle is refused without\n  " + String.join("\n  ", missing));
    }
    if (!onnx && (goldenColumns != null || goldenRows != null || modelOutput != null)) {
      throw new BundleException(
          ".golden(…) and .modelOutput(…) are for models of ONNX: DL4J itself computes the golden"
              + " rows of this network; leave them out");
    }
    if (normalizer != null && withoutNormalizer) {
      throw new BundleException(
          "both .normalizer(…) and .withoutNormalizer() are said; keep the one that is true");
    }
  }

  private static void require(@Nullable Object part, String what, List<String> missing) {
    if (part == null) {
      missing.add(what);
    }
  }

  private static byte[] saved(Model network) {
    try {
      ByteArrayOutputStream zip = new ByteArrayOutputStream();
      ModelSerializer.writeModel(network, zip, false);
      return ModelZip.withoutTimes(zip.toByteArray());
    } catch (IOException e) {
      throw new BundleException("the network cannot be saved: " + e.getMessage(), e);
    }
  }
}
