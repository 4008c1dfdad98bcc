package dev.nightjar.dl4j;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.bundle.Tolerance;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.data.Sha256;
import dev.nightjar.engine.PackageRequest;
import dev.nightjar.engine.Packager;
import dev.nightjar.engine.ReferencePipeline;
import dev.nightjar.pipeline.GoldenProof;
import dev.nightjar.pipeline.GoldenSelection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Makes bundles of what DL4J, DataVec and ND4J have saved. */
public final class Dl4jPackager implements Packager {
  static {
    Nd4jBackend.prepare();
  }

  /** Counts up with every change of what is compiled; older bundles are then compiled anew. */
  static final int COMPILER = 2;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  /** A network of Keras as it came; kept for people, never read again. */
  private static final String KERAS = "source/model.h5";

  /** How many rows of the sample are tried at once for one that is scored. */
  private static final int TRIED_AT_ONCE = 256;

  @Override
  public BundleFiles pack(PackageRequest asked) {
    if (asked.foreign().isPresent()) {
      return new ForeignPackager(asked, asked.foreign().get()).pack();
    }
    checkNames(asked);
    PackageRequest request = settled(asked);
    ColumnBatch sample = contractColumns(request);
    Map<String, byte[]> files = sources(request);
    Bundle draft = draft(request, files);
    GoldenRows golden;
    List<RunForm> forms;
    try (Dl4jPipeline pipeline = new Dl4jReference().load(draft)) {
      int typical = firstScored(draft, pipeline, sample);
      ColumnBatch inputs = GoldenSelection.choose(request.contract(), sample, typical);
      golden = GoldenProof.compute(draft, pipeline, inputs);
      forms = RunForm.of(label(request), request.contract(), request.engine(), pipeline);
    }
    checkUnknowns(request, golden);
    files.put(BundleFiles.GOLDEN, golden.toBytes());
    List<String> transformed = draft.manifest().transformed();
    return RunForm.firstProven(
        label(request),
        request.engine(),
        forms,
        files,
        (form, digests) -> manifest(request, digests, transformed, form));
  }

  /** With what the network gives in the contract, where outputs of it are named. */
  private static PackageRequest settled(PackageRequest request) {
    if (!request.contract().namesParts()) {
      return request;
    }
    contractColumns(request);
    try (Dl4jPipeline pipeline = new Dl4jReference().load(draft(request, sources(request)))) {
      return pipeline.outputs().size() > 1 || request.contract().namesOutputs()
          ? request.with(request.contract().settled(pipeline.outputs()))
          : request;
    }
  }

  @Override
  public Optional<BundleFiles> recompile(Bundle bundle, boolean distrusted) {
    return Recompilation.of(bundle, COMPILER, distrusted);
  }

  static String label(PackageRequest request) {
    return request.name() + " " + request.version();
  }

  static void checkNames(PackageRequest request) {
    for (String name : List.of(request.name(), request.version())) {
      if (!NAME.matcher(name).matches()) {
        throw new BundleException(
            "'"
                + name
                + "' cannot name a bundle or its version; use letters, digits, dots, dashes and"
                + " underscores");
      }
    }
  }

  /** The sample without the columns that the contract does not name, such as the label. */
  static ColumnBatch contractColumns(PackageRequest request) {
    ColumnBatch sample = request.sample();
    List<Field> fields = new ArrayList<>();
    for (InputField input : request.contract().inputs()) {
      sample.schema().find(input.name()).stream()
          .mapToObj(sample.schema()::field)
          .forEach(fields::add);
    }
    List<String> problems = request.contract().mismatches(Schema.of(fields));
    if (!problems.isEmpty()) {
      throw new BundleException(
          "the sample does not fit the contract:\n  " + String.join("\n  ", problems));
    }
    if (sample.rows() == 0) {
      throw new BundleException(
          "the sample has no rows, and golden rows are made of it; give some hundred rows of the"
              + " training set");
    }
    return new ColumnBatch(
        Schema.of(fields),
        fields.stream().map(f -> sample.column(f.name())).toList(),
        sample.rows());
  }

  /** Nothing would notice that it was forgotten: the network is its own reference. */
  private static byte[] transform(PackageRequest request) {
    return request
        .transform()
        .orElseThrow(
            () ->
                new BundleException(
                    label(request)
                        + " has no transform, and only a model of ONNX, which comes with its"
                        + " outputs, can do without; give the TransformProcess of training"));
  }

  private static Map<String, byte[]> sources(PackageRequest request) {
    Map<String, byte[]> files = new TreeMap<>();
    files.put(BundleFiles.MODEL, request.model());
    request.imported().ifPresent(original -> files.put(KERAS, original));
    files.put(BundleFiles.TRANSFORM, transform(request));
    Optional<byte[]> inside =
        ModelZip.read(label(request) + "/" + BundleFiles.MODEL, request.model()).normalizer();
    if (inside.isPresent()
        && request.normalizer().isPresent()
        && !Arrays.equals(inside.get(), request.normalizer().get())) {
      throw new BundleException(
          "the model's zip holds another normalizer than the one given beside it; leave out the"
              + " one that training did not use");
    }
    request
        .normalizer()
        .or(() -> inside)
        .ifPresent(normalizer -> files.put(BundleFiles.NORMALIZER, normalizer));
    return files;
  }

  private static Bundle draft(PackageRequest request, Map<String, byte[]> files) {
    RowTransform transform =
        RowTransform.read(label(request) + "/" + BundleFiles.TRANSFORM, transform(request));
    RunForm reference = new RunForm(Dl4jReference.NAME, Map.of(), Map.of());
    BundleManifest manifest =
        manifest(request, Bundle.digests(files), transform.outputs(), reference);
    return new Bundle(
        Sha256.of(manifest.toBytes()), manifest, BundleFiles.of(label(request), files));
  }

  private static BundleManifest manifest(
      PackageRequest request, Map<String, String> digests, List<String> transformed, RunForm form) {
    Map<String, String> provenance = new LinkedHashMap<>(new TreeMap<>(request.provenance()));
    provenance.putAll(Platform.facts());
    provenance.putAll(form.words());
    return new BundleManifest(
        request.name(),
        request.version(),
        request.created(),
        form.engine(),
        COMPILER,
        Tolerance.DEFAULT,
        request.contract(),
        transformed,
        request.views(),
        request.statistics(),
        provenance,
        digests);
  }

  /** The first row of the sample that is scored. */
  static int firstScored(Bundle draft, ReferencePipeline pipeline, ColumnBatch sample) {
    Map<String, List<GoldenRow>> stopped = new LinkedHashMap<>();
    for (int from = 0; from < sample.rows(); from += TRIED_AT_ONCE) {
      int to = Math.min(from + TRIED_AT_ONCE, sample.rows());
      List<GoldenRow> rows = GoldenProof.compute(draft, pipeline, slice(sample, from, to)).rows();
      for (int i = 0; i < rows.size(); i++) {
        if (!rows.get(i).outputs().isEmpty()) {
          return from + i;
        }
        stopped.computeIfAbsent(place(rows.get(i)), at -> new ArrayList<>()).add(rows.get(i));
      }
    }
    List<GoldenRow> most =
        stopped.values().stream().max(Comparator.comparingInt(List::size)).orElseThrow();
    throw new BundleException(
        String.format(
            "none of the %d rows of the sample of %s is scored; most often (%d times) they are %s."
                + " When every row becomes NaN, the normalizer or the network was never fitted;"
                + " otherwise look at the contract and the sample",
            sample.rows(), draft.files().origin(), most.size(), fate(most.get(0))));
  }

  private static String place(GoldenRow row) {
    return row.values().rejection().map(r -> r.stage().word() + " " + r.field()).orElse("");
  }

  static String fate(GoldenRow row) {
    return row.values()
        .rejection()
        .map(r -> "rejected at " + r.stage().word() + ": " + r.field() + " " + r.reason())
        .orElse(row.values().outcome().word() + " by the transform");
  }

  private static ColumnBatch slice(ColumnBatch batch, int from, int to) {
    ColumnBatch.Builder rows = ColumnBatch.builder(batch.schema());
    for (int row = from; row < to; row++) {
      for (int column = 0; column < batch.schema().size(); column++) {
        rows.column(column).add(batch.column(column).get(row));
      }
      rows.endRow();
    }
    return rows.build();
  }

  /** A transform that cannot take an unknown category makes its flag a promise that is not kept. */
  static void checkUnknowns(PackageRequest request, GoldenRows golden) {
    for (InputField input : request.contract().inputs()) {
      if (!input.category() || input.onUnknown() != InputField.OnUnknown.FLAG) {
        continue;
      }
      String flag = "unknown-category:" + input.name();
      for (GoldenRow row : golden.rows()) {
        boolean thrown =
            row.values().rejection().filter(r -> r.stage() == Stage.TRANSFORM).isPresent();
        if (thrown && row.flags().equals(List.of(flag))) {
          throw new BundleException(
              String.format(
                  "the contract's input '%s' has 'on-unknown: flag', and the transform throws on an"
                      + " unknown value (%s); write 'on-unknown: other' with 'other: <value>', or"
                      + " 'on-unknown: reject'",
                  input.name(), fate(row)));
        }
      }
    }
  }
}
