package dev.nightjar.cli;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleSignature;
import dev.nightjar.bundle.BundleWriter;
import dev.nightjar.bundle.SigningKey;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Contracts;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.engine.EngineChoice;
import dev.nightjar.engine.Engines;
import dev.nightjar.engine.GivenOutputs;
import dev.nightjar.engine.ModelImporter;
import dev.nightjar.engine.ModelImporter.ImportedModel;
import dev.nightjar.engine.PackageRequest;
import dev.nightjar.feature.FeatureStatistics;
import dev.nightjar.feature.Source;
import dev.nightjar.feature.TrainingRecord;
import dev.nightjar.feature.spark.TableReader;
import dev.nightjar.run.OpenSession;
import dev.nightjar.run.Sessions;
import dev.nightjar.spark.SampleRows;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code nightjar package}. */
@Command(
    name = "package",
    description =
        "Makes a bundle from a network, its transform and its normalizer, and proves it on golden"
            + " rows.",
    mixinStandardHelpOptions = true)
final class PackageCommand implements Callable<Integer> {
  private static final int SAMPLE = 10_000;
  private static final Pattern KERAS = Pattern.compile(".*\\.(h5|hdf5|keras)");

  @Spec private CommandSpec spec;

  @Option(names = "--name", required = true, paramLabel = "NAME", description = "Of the model.")
  private String name;

  @Option(
      names = "--model-version",
      required = true,
      paramLabel = "VERSION",
      description = "Of the model, such as 2013-10.")
  private String version;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description =
          "The network as DL4J saves it (.zip), a whole model of Keras 1 or 2 (.h5), which is"
              + " imported, or a model of ONNX (.onnx), which comes with --golden.")
  private Path model;

  @Option(
      names = "--import-deadline",
      paramLabel = "SECONDS",
      defaultValue = "" + ModelImporter.DEADLINE_SECONDS,
      description = "How long the import of a model of Keras may take (default: ${DEFAULT-VALUE}).")
  private int importDeadline;

  @Option(
      names = "--golden",
      paramLabel = "PATH",
      description =
          "For a model of ONNX: rows with what it gives for them where it comes from (Parquet, or"
              + " CSV when the name ends in .csv). The contract's inputs, and beside them columns"
              + " unit_0, unit_1, … with the network's numbers; 8 different rows or more.")
  private @Nullable String golden;

  @Option(
      names = "--model-output",
      paramLabel = "NAME",
      description = "Which output of a model of ONNX is scored, where it has several.")
  private @Nullable String modelOutput;

  @Option(
      names = "--transform",
      paramLabel = "FILE",
      description =
          "The TransformProcess as JSON. A model of ONNX can do without, when the contract's inputs"
              + " are its columns.")
  private @Nullable Path transform;

  @Option(
      names = "--normalizer",
      paramLabel = "FILE",
      description = "The normalizer as ND4J's serializer writes it.")
  private @Nullable Path normalizer;

  @Option(
      names = "--contract",
      required = true,
      paramLabel = "FILE",
      description = "Inputs and outputs with their rules (YAML).")
  private Path contract;

  @Option(
      names = "--training",
      required = true,
      paramLabel = "PATH",
      description =
          "The training set of 'nightjar features join', or any rows before the transform (Parquet,"
              + " or CSV when the name ends in .csv); golden rows are chosen from it.")
  private String training;

  @Option(
      names = "--engine",
      paramLabel = "auto|dl4j|onnx",
      defaultValue = "auto",
      description =
          "What runs the network: the fastest that is proven on the golden rows, or the one named"
              + " here (default: ${DEFAULT-VALUE}).")
  private EngineChoice engine;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "PATH",
      description = "The bundle: a folder, or a file that ends in .zip.")
  private Path output;

  @Option(
      names = "--sign-with",
      paramLabel = "KEY",
      description = "A private key, to sign the bundle with.")
  private @Nullable Path signWith;

  @Override
  public Integer call() {
    if (importDeadline < 1) {
      throw new ParameterException(
          spec.commandLine(), "--import-deadline " + importDeadline + ": give 1 or more seconds");
    }
    boolean onnx = isOnnx();
    refuseMisplaced(onnx);
    Optional<SigningKey> key = Optional.ofNullable(signWith).map(SigningKey::read);
    Contract signature = Contracts.read(contract, Main.environment(spec));
    Optional<TrainingRecord> record = trainingRecord();
    byte[] network = read(model, "--model");
    Optional<ImportedModel> imported = imported(network);
    PackagedRows rows = rows(signature);
    PackageRequest request =
        new PackageRequest(
            name,
            version,
            Instant.now().truncatedTo(ChronoUnit.SECONDS),
            imported.map(ImportedModel::zip).orElse(network),
            imported.map(any -> network),
            Optional.ofNullable(transform).map(file -> read(file, "--transform")),
            Optional.ofNullable(normalizer).map(file -> read(file, "--normalizer")),
            signature,
            record.map(TrainingRecord::views).orElse(List.of()),
            record.map(TrainingRecord::statistics).orElse(FeatureStatistics.NONE),
            rows.sample(),
            provenance(record, imported),
            engine,
            rows.given());
    BundleFiles files = Engines.packager().pack(request);
    Bundle bundle = Bundle.check(files);
    BundleWriter.write(
        key.map(k -> BundleSignature.sign(bundle, k).addTo(files)).orElse(files), output);
    PrintWriter out = spec.commandLine().getOut();
    out.println(bundle.label() + " written to " + output + " and proven on its golden rows");
    Map<String, String> how = bundle.manifest().provenance();
    out.println("  transform " + how.get("transform") + ", network " + how.get("network"));
    key.ifPresent(k -> out.println("  signed by " + k.publicHalf().id()));
    if (record.isEmpty()) {
      out.println(
          "  there is no "
              + training
              + TrainingRecord.SUFFIX
              + ", so the bundle knows no feature views; make training sets with 'nightjar features"
              + " join'");
    }
    out.flush();
    return 0;
  }

  private Optional<TrainingRecord> trainingRecord() {
    Path file = Path.of(training + TrainingRecord.SUFFIX);
    return Files.exists(file)
        ? Optional.of(
            TrainingRecord.parse(
                file.toString(),
                new String(read(file, "--training"), java.nio.charset.StandardCharsets.UTF_8)))
        : Optional.empty();
  }

  private boolean isOnnx() {
    return model.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
  }

  /** What only one kind of model needs, or must not have. */
  private void refuseMisplaced(boolean onnx) {
    if (onnx && golden == null) {
      throw new ParameterException(
          spec.commandLine(),
          "--model "
              + model
              + ": no library here can judge a model of ONNX; give --golden, rows with what it gives"
              + " for them where it comes from (columns unit_0, unit_1, …)");
    }
    if (!onnx && (golden != null || modelOutput != null)) {
      throw new ParameterException(
          spec.commandLine(),
          (golden != null ? "--golden" : "--model-output")
              + " is for models of ONNX (.onnx); DL4J itself computes the golden rows of "
              + model);
    }
    if (!onnx && transform == null) {
      throw new ParameterException(
          spec.commandLine(),
          "--transform is needed: only a model of ONNX, which comes with its outputs, can do"
              + " without");
    }
  }

  /** Rows of the training set, and those that came with the model. */
  private record PackagedRows(ColumnBatch sample, Optional<GivenOutputs> given) {}

  private PackagedRows rows(Contract signature) {
    String here = Path.of("").toAbsolutePath().toString();
    try (OpenSession session = Sessions.open("package");
        TableReader tables = new TableReader(session.spark(), here)) {
      ColumnBatch sample =
          SampleRows.take(tables.read(source(training), Map.of(), Map.of()), signature, SAMPLE);
      return new PackagedRows(
          sample, Optional.ofNullable(golden).map(place -> given(place, tables)));
    }
  }

  private GivenOutputs given(String place, TableReader tables) {
    Dataset<Row> rows = tables.read(source(place), Map.of(), Map.of());
    if (Arrays.asList(rows.columns()).contains(TableReader.MALFORMED)) {
      List<Row> malformed =
          rows.filter(rows.col(TableReader.MALFORMED).isNotNull())
              .select(TableReader.MALFORMED)
              .takeAsList(1);
      if (!malformed.isEmpty()) {
        throw new BundleException(
            "--golden: "
                + place
                + " has a line that does not fit its header: '"
                + malformed.get(0).getString(0)
                + "'; mend or remove it");
      }
      rows = rows.drop(TableReader.MALFORMED);
    }
    // One more than are taken, so that more are noticed.
    ColumnBatch all = SampleRows.takeAll(place, rows, SAMPLE + 1);
    return new GivenOutputs(place, Optional.ofNullable(modelOutput), all);
  }

  private static Source source(String path) {
    return path.endsWith(".csv") ? Source.csv(path) : Source.parquet(path);
  }

  private Optional<ImportedModel> imported(byte[] file) {
    String name = model.getFileName().toString().toLowerCase(Locale.ROOT);
    return KERAS.matcher(name).matches()
        ? Optional.of(
            Engines.importer().run(model.toString(), file, Duration.ofSeconds(importDeadline)))
        : Optional.empty();
  }

  private Map<String, String> provenance(
      Optional<TrainingRecord> record, Optional<ImportedModel> imported) {
    Map<String, String> provenance = new LinkedHashMap<>();
    imported.ifPresent(network -> provenance.putAll(network.provenance()));
    provenance.put("training-set", training);
    record.ifPresent(
        r -> {
          provenance.put("training-rows", Long.toString(r.rows()));
          provenance.put("training-input", r.inputDigest());
        });
    provenance.put("packaged-by", "nightjar " + Version.text());
    return provenance;
  }

  private static byte[] read(Path file, String option) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      String why = Files.exists(file) ? "cannot be read: " + e.getMessage() : "is not there";
      throw new BundleException(option + ": the file " + file + " " + why, e);
    }
  }
}
