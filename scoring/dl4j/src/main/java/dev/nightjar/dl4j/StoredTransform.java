package dev.nightjar.dl4j;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.pipeline.ContractStep;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.datavec.api.transform.TransformProcess;

/**
 * A {@code TransformProcess} as JSON, after it was seen that the JSON does what the process did:
 * not every transform survives its own JSON.
 */
final class StoredTransform {
  private static final String WHAT = "the transform";

  private StoredTransform() {}

  /**
   * The JSON of a transform.
   *
   * @param sample rows on which both are compared
   * @throws BundleException when it cannot be written, read back, or has come to do something else
   */
  static byte[] write(TransformProcess process, Contract contract, ColumnBatch sample) {
    byte[] json;
    RowTransform stored;
    try {
      json = process.toJson().getBytes(StandardCharsets.UTF_8);
      stored = RowTransform.read(WHAT, json);
    } catch (RuntimeException e) {
      throw new BundleException(
          "the transform does not survive being stored as JSON: "
              + e.getMessage()
              + ". PivotTransform and months derived from times are known not to; replace the step",
          e);
    }
    RowTransform original = new RowTransform(WHAT, process);
    ColumnBatch rows;
    try {
      rows = new ContractStep(contract).apply(sample, new RowFates(sample.rows()));
      compare(original.run(rows), stored.run(rows));
    } catch (IllegalArgumentException e) {
      // The contract, the sample and the transform do not fit; packaging says how.
      return json;
    }
    return json;
  }

  private static void compare(List<StageValues> original, List<StageValues> stored) {
    for (int row = 0; row < original.size(); row++) {
      StageValues before = original.get(row);
      StageValues after = stored.get(row);
      if (before.outcome() != after.outcome()
          || !Arrays.equals(before.transformed(), after.transformed())) {
        throw new BundleException(
            String.format(
                "the transform does not survive being stored as JSON: row %d of the sample is %s"
                    + " before and %s after; replace the step that differs",
                row, text(before), text(after)));
      }
    }
  }

  private static String text(StageValues values) {
    return values
        .rejection()
        .map(Rejection::reason)
        .orElseGet(() -> values.outcome().word() + " " + Arrays.toString(values.transformed()));
  }
}
