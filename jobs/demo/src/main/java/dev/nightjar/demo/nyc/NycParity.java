package dev.nightjar.demo.nyc;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.BundleManifest;
import dev.nightjar.bundle.BundleWriter;
import dev.nightjar.bundle.Tolerance;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputField.OnInvalid;
import dev.nightjar.contract.InputField.OnMissing;
import dev.nightjar.demo.JoinedRows;
import dev.nightjar.demo.oracle.Input;
import dev.nightjar.demo.oracle.RowByRow;
import dev.nightjar.demo.oracle.Verdict;
import dev.nightjar.spark.Scoring;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import onnx.Onnx;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.protobuf.ByteString;

/**
 * Scores of the Spark path held against a judge that takes one row at a time and knows only DL4J.
 */
final class NycParity {
  private final SparkSession spark;
  private final Path bundle;
  private final Contract contract;

  NycParity(SparkSession spark, Path bundle, Contract contract) {
    this.spark = spark;
    this.bundle = bundle;
    this.contract = contract;
  }

  /**
   * What a comparison found.
   *
   * @param rows compared
   * @param outcomes how many rows of each outcome the judge has
   * @param differingOutcomes rows whose outcome, stage or field differ
   * @param beyondTolerance scored rows whose scores differ by more than the bundle's tolerance
   * @param greatest the greatest difference of two scores
   */
  record Comparison(
      long rows,
      Map<String, Long> outcomes,
      long differingOutcomes,
      long beyondTolerance,
      double greatest) {}

  /** Scores joined rows with a bundle and judges each by the artifacts of the true one. */
  Comparison compare(Dataset<Row> joined, Path scoredWith) throws IOException {
    RowByRow judge =
        RowByRow.load(
            inputs(),
            bundle.resolve(BundleFiles.MODEL),
            bundle.resolve(BundleFiles.TRANSFORM),
            bundle.resolve(BundleFiles.NORMALIZER));
    Dataset<Row> scored = Scoring.of(spark, scoredWith.toString()).score(joined);
    Tally tally = new Tally();
    Iterator<Map<String, @Nullable Object>> rows = JoinedRows.of(scored);
    while (rows.hasNext()) {
      Map<String, @Nullable Object> row = rows.next();
      tally.add(row, judge.judge(row));
    }
    return tally.comparison();
  }

  /** Counts while rows go by. */
  private static final class Tally {
    private final Map<String, Long> outcomes = new TreeMap<>();
    private long rows;
    private long differing;
    private long beyond;
    private double greatest;

    void add(Map<String, @Nullable Object> row, Verdict verdict) {
      rows++;
      String judged = verdict.outcome().name().toLowerCase(Locale.ROOT);
      outcomes.merge(judged, 1L, Long::sum);
      if (!judged.equals(row.get("_nightjar_outcome")) || !samePlace(row, verdict)) {
        differing++;
      } else if (verdict.outcome() == Verdict.Outcome.SCORED
          && row.get("delayed") instanceof Float score) {
        float reference = verdict.activations().get(0);
        greatest = Math.max(greatest, Math.abs(score - reference));
        if (!Tolerance.DEFAULT.holds(score, reference)) {
          beyond++;
        }
      }
    }

    private static boolean samePlace(Map<String, @Nullable Object> row, Verdict verdict) {
      return !(row.get("_nightjar_rejection") instanceof Row rejection)
          || (rejection.getString(0).equals(verdict.stage())
              && rejection.getString(1).equals(verdict.field()));
    }

    Comparison comparison() {
      return new Comparison(rows, outcomes, differing, beyond, greatest);
    }
  }

  /**
   * A copy of the bundle in which one weight of the network that runs differs, and every digest has
   * been made to fit.
   */
  Path withOneWeightChanged(Path copy) throws IOException {
    Bundle sound = Bundle.open(bundle);
    Map<String, byte[]> files = new TreeMap<>();
    for (String name : sound.files().names()) {
      files.put(name, sound.files().get(name));
    }
    files.put(BundleFiles.ONNX, oneWeightChanged(sound.files().get(BundleFiles.ONNX)));
    files.remove(BundleFiles.MANIFEST);
    BundleManifest manifest = sound.manifest().withDigests(Bundle.digests(files));
    files.put(BundleFiles.MANIFEST, manifest.toBytes());
    BundleWriter.write(BundleFiles.of("a bundle with one weight changed", files), copy);
    return copy;
  }

  /** The last bias of an ONNX network, by a quarter more. */
  private static byte[] oneWeightChanged(byte[] network) throws IOException {
    Onnx.ModelProto.Builder model = Onnx.ModelProto.parseFrom(network).toBuilder();
    Onnx.GraphProto.Builder graph = model.getGraphBuilder();
    for (int i = graph.getInitializerCount() - 1; i >= 0; i--) {
      Onnx.TensorProto.Builder tensor = graph.getInitializerBuilder(i);
      if (tensor.getDataType() == Onnx.TensorProto.DataType.FLOAT.getNumber()) {
        ByteBuffer numbers =
            ByteBuffer.wrap(tensor.getRawData().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        int last = numbers.limit() - Float.BYTES;
        numbers.putFloat(last, numbers.getFloat(last) + 0.25f);
        tensor.setRawData(ByteString.copyFrom(numbers.array()));
        return model.build().toByteArray();
      }
    }
    throw new IOException("the network has no weights");
  }

  /** The contract in the judge's own words. */
  private List<Input> inputs() {
    List<Input> inputs = new ArrayList<>();
    for (InputField field : contract.inputs()) {
      Input input = Input.of(field.name(), kind(field));
      if (field.category()) {
        input =
            input.withKnown(
                Set.copyOf(field.values()),
                switch (field.onUnknown()) {
                  case REJECT -> Input.Unknown.REJECTS;
                  case FLAG -> Input.Unknown.IS_PASSED_ON;
                  case OTHER -> Input.Unknown.IS_REPLACED;
                },
                field.other().orElse(null));
      }
      if (field.range().isPresent()) {
        input = input.withRange(field.range().get().least(), field.range().get().greatest());
      }
      if (field.onInvalid() == OnInvalid.MISSING) {
        input = input.withInvalidAsMissing();
      }
      if (field.onMissing() == OnMissing.IMPUTE) {
        input = input.withStandIn(field.defaultValue().orElseThrow());
      } else if (field.onMissing() == OnMissing.PASS) {
        input = input.withNullsPassedOn();
      }
      inputs.add(input);
    }
    return inputs;
  }

  private static Input.Kind kind(InputField field) {
    if (field.category()) {
      return Input.Kind.CATEGORY;
    }
    return switch (field.type()) {
      case BOOLEAN -> Input.Kind.TRUTH;
      case INTEGER, LONG -> Input.Kind.WHOLE_NUMBER;
      case FLOAT, DOUBLE -> Input.Kind.NUMBER;
      case STRING -> Input.Kind.TEXT;
      case TIMESTAMP -> Input.Kind.TIME;
    };
  }
}
