package dev.nightjar.dl4j;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.ForeignModel;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.bundle.Tolerance;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.ColumnBuilder;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.data.Sha256;
import dev.nightjar.data.Timestamps;
import dev.nightjar.engine.EngineChoice;
import dev.nightjar.engine.GivenOutputs;
import dev.nightjar.engine.PackageRequest;
import dev.nightjar.pipeline.Activations;
import dev.nightjar.pipeline.GoldenProof;
import dev.nightjar.pipeline.GoldenSelection;
import dev.nightjar.pipeline.PostStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes bundles of ONNX models from elsewhere. What comes before the network is proven as in every
 * bundle, by DataVec and ND4J. The network itself has no reference here: it is held against the
 * outputs that came with it, and those become the golden rows. The rows that are chosen for their
 * edges are kept as far as the network; what it should give for them nobody has said.
 */
final class ForeignPackager {
  /** How many of the given rows are stored, from all over them; all are compared here. */
  private static final int MOST_STORED = 256;

  private final PackageRequest request;
  private final GivenOutputs given;
  private final String label;

  ForeignPackager(PackageRequest request, GivenOutputs given) {
    this.request = request;
    this.given = given;
    this.label = Dl4jPackager.label(request);
  }

  BundleFiles pack() {
    Dl4jPackager.checkNames(request);
    if (request.engine() == EngineChoice.DL4J) {
      throw new BundleException(
          label
              + " is a model of ONNX, which the engine 'dl4j' cannot run; choose the engine 'onnx',"
              + " or 'auto'");
    }
    if (request.contract().namesParts()) {
      throw new BundleException(
          label
              + " is a model of ONNX, of which one input and one output are scored, and its"
              + " contract names inputs or outputs of the network; leave out 'inputs' and 'outputs'"
              + " in 'layout' and 'from' in the outputs, and say which output is scored by"
              + " --model-output, or Bundles…modelOutput(NAME)");
    }
    ColumnBatch sample = Dl4jPackager.contractColumns(request);
    Map<String, byte[]> files = sources();
    BundleFiles sources = BundleFiles.of(label, files);
    RowTransform transform =
        RowTransform.read(sources.place(BundleFiles.TRANSFORM), sources.get(BundleFiles.TRANSFORM));
    BundleManifest manifest = manifest(Bundle.digests(files), transform.outputs(), Map.of());
    Bundle draft = new Bundle(Sha256.of(manifest.toBytes()), manifest, sources);
    RunForm form;
    try (ForeignPipeline pipeline = ForeignPipeline.load(draft, transform)) {
      form = pipeline.form(label, request.contract());
      GoldenRows golden = golden(draft, pipeline, sample);
      Dl4jPackager.checkUnknowns(request, golden);
      files.put(BundleFiles.GOLDEN, golden.toBytes());
    }
    return RunForm.firstProven(
        label,
        EngineChoice.AUTO,
        List.of(form),
        files,
        (chosen, digests) -> manifest(digests, transform.outputs(), chosen.words()));
  }

  private Map<String, byte[]> sources() {
    Map<String, byte[]> files = new TreeMap<>();
    files.put(BundleFiles.FOREIGN, request.model());
    files.put(
        BundleFiles.TRANSFORM,
        request.transform().orElseGet(() -> IdentityTransform.of(label, request.contract())));
    request.normalizer().ifPresent(bytes -> files.put(BundleFiles.NORMALIZER, bytes));
    return files;
  }

  private BundleManifest manifest(
      Map<String, String> digests, List<String> transformed, Map<String, String> words) {
    Map<String, String> provenance = new LinkedHashMap<>(new TreeMap<>(request.provenance()));
    provenance.putAll(Platform.facts());
    provenance.putAll(words);
    if (request.transform().isEmpty()) {
      provenance.put("transform-given", "none: the contract's inputs are the network's columns");
    }
    return new BundleManifest(
        request.name(),
        request.version(),
        request.created(),
        ForeignPipeline.ENGINE,
        Dl4jPackager.COMPILER,
        Tolerance.DEFAULT,
        request.contract(),
        transformed,
        request.views(),
        request.statistics(),
        provenance,
        Optional.of(new ForeignModel(given.output())),
        digests);
  }

  private GoldenRows golden(Bundle draft, ForeignPipeline pipeline, ColumnBatch sample) {
    GivenRows rows = GivenRows.of(given, request.contract(), pipeline.units());
    Schema schema = common(rows.inputs().schema(), sample.schema());
    ColumnBatch inputs = as(schema, rows.inputs());
    ColumnBatch edges = as(schema, sample);
    List<GoldenRow> all =
        new ArrayList<>(held(draft, pipeline, new GivenRows(rows.place(), inputs, rows.units())));
    int typical = Dl4jPackager.firstScored(draft, pipeline, edges);
    ColumnBatch chosen = GoldenSelection.choose(request.contract(), edges, typical);
    for (GoldenRow row : GoldenProof.compute(draft, pipeline, chosen).rows()) {
      all.add(row.values().normalized().length > 0 ? row.untilNetwork() : row);
    }
    return new GoldenRows(schema, all);
  }

  /** The given rows as golden rows, after they were seen to come out here as they were given. */
  private List<GoldenRow> held(Bundle draft, ForeignPipeline pipeline, GivenRows rows) {
    List<GoldenRow> here = GoldenProof.compute(draft, pipeline, rows.inputs()).rows();
    List<String> different = new ArrayList<>();
    for (int row = 0; row < here.size(); row++) {
      StageValues values = here.get(row).values();
      if (values.activations().length == 0) {
        throw new BundleException(
            String.format(
                "%s: row %d of %d says what the network gives for it, and it never reaches the"
                    + " network: it is %s; give rows that are scored, or another contract",
                rows.place(), row + 1, here.size(), Dl4jPackager.fate(here.get(row))));
      }
      addDifferences(rows, row, values.activations(), different);
    }
    if (!different.isEmpty()) {
      throw new BundleException(
          String.format(
              "%s does not give what %s says, in %d of %d rows: %s. Give the transform, normalizer"
                  + " and layout that the model was trained with, and outputs of this very model,"
                  + " out of training, with all their digits",
              label, rows.place(), different.size(), here.size(), different.get(0)));
    }
    refuseMixing(pipeline, rows.place(), here);
    List<GoldenRow> golden = new ArrayList<>();
    int stored = Math.min(here.size(), MOST_STORED);
    for (int i = 0; i < stored; i++) {
      int row = (int) ((long) i * here.size() / stored);
      golden.add(asGiven(rows, row, here.get(row)));
    }
    return golden;
  }

  private static void addDifferences(
      GivenRows rows, int row, float[] here, List<String> different) {
    Tolerance tolerance = Tolerance.DEFAULT;
    float[] said = rows.units().get(row);
    for (int unit = 0; unit < said.length; unit++) {
      if (!tolerance.holds(here[unit], said[unit])) {
        different.add(
            String.format(
                Locale.ROOT,
                "row %d, %s%d: expected %s, got %s, which is farther than %s + %s·|expected|",
                row + 1,
                GivenOutputs.UNIT,
                unit,
                said[unit],
                here[unit],
                tolerance.absolute(),
                tolerance.relative()));
        return;
      }
    }
  }

  /** A network that looks at other rows would score by the size of a batch. */
  private void refuseMixing(ForeignPipeline pipeline, String place, List<GoldenRow> rows) {
    for (int row = 0; row < Math.min(rows.size(), MOST_STORED); row++) {
      StageValues values = rows.get(row).values();
      float[] alone = pipeline.alone(values);
      for (int unit = 0; unit < alone.length; unit++) {
        float together = values.activations()[unit];
        if (!Tolerance.DEFAULT.holds(alone[unit], together)) {
          throw new BundleException(
              String.format(
                  "%s gives %s for %s%d of row %d of %s when the row is alone, and %s beside"
                      + " others: it computes across rows; export it so that each row is computed"
                      + " by itself",
                  label, alone[unit], GivenOutputs.UNIT, unit, row + 1, place, together));
        }
      }
    }
  }

  /**
   * The golden row: before the network as the reference computed it, from there as it was given.
   */
  private GoldenRow asGiven(GivenRows rows, int row, GoldenRow here) {
    float[] units = rows.units().get(row);
    RowFates fates = new RowFates(1);
    ColumnBatch outputs =
        new PostStep(request.contract())
            .apply(new Activations(units, units.length, new int[] {0}), fates);
    if (fates.outcome(0) != Outcome.SCORED) {
      throw new BundleException(
          String.format(
              "%s: row %d of %d is no row that the contract lets through: its output '%s': %s; give"
                  + " rows that are scored, or another contract",
              rows.place(),
              row + 1,
              rows.units().size(),
              fates.rejection(0).orElseThrow().field(),
              fates.rejection(0).orElseThrow().reason()));
    }
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    for (Field field : outputs.schema().fields()) {
      named.put(field.name(), outputs.column(field.name()).get(0));
    }
    StageValues before = here.values();
    return new GoldenRow(
        here.input(),
        here.flags(),
        StageValues.scored(before.transformed(), before.normalized(), units),
        named);
  }

  /** The types of both; text where they differ, as in a CSV file beside Parquet. */
  private static Schema common(Schema one, Schema other) {
    List<Field> fields = new ArrayList<>();
    for (Field field : one.fields()) {
      DataType second = other.field(other.position(field.name())).type();
      fields.add(field.type() == second ? field : new Field(field.name(), DataType.STRING));
    }
    return Schema.of(fields);
  }

  private static ColumnBatch as(Schema schema, ColumnBatch rows) {
    List<Column> columns = new ArrayList<>();
    for (Field field : schema.fields()) {
      Column column = rows.column(field.name());
      columns.add(column.type() == field.type() ? column : text(column));
    }
    return new ColumnBatch(schema, columns, rows.rows());
  }

  private static Column text(Column column) {
    ColumnBuilder texts = new ColumnBuilder(DataType.STRING);
    for (int row = 0; row < column.size(); row++) {
      Object value = column.get(row);
      if (value == null) {
        texts.addNull();
      } else if (column.type() == DataType.TIMESTAMP) {
        texts.addString(Timestamps.instant((Long) value).toString());
      } else if (value instanceof Float || value instanceof Double) {
        texts.addString(text(((Number) value).doubleValue()));
      } else {
        texts.addString(value.toString());
      }
    }
    return texts.build();
  }

  /** With the digits of the very number, and as a whole number where it is one. */
  private static String text(double number) {
    boolean whole = number == Math.rint(number) && Math.abs(number) < 1L << 53;
    return whole && (number != 0 || 1 / number > 0)
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
