package dev.nightjar.dl4j;

import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.dl4j.compile.Compilation;
import dev.nightjar.transform.Pipeline;
import dev.nightjar.transform.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What happens to rows before the network: the transform row by row, then the normalizer on one
 * matrix of the rows that are left, as DataVec and ND4J run them. Not thread-safe, as transforms
 * are not.
 *
 * @param inputs what the network takes
 */
record RowPreparation(RowTransform transform, Normalizer normalizer, NetworkInputs inputs) {
  private static final float[] NO_FLOATS = {};

  /** The rows with their normalized values, filtered or rejected; none has been activated. */
  List<StageValues> run(ColumnBatch rows) {
    List<StageValues> results = new ArrayList<>(transform.run(rows));
    int[] alive = onTheirWay(results);
    if (alive.length > 0) {
      float[] normalized = inputs.normalize(normalizer, matrix(results, alive), alive.length);
      int width = inputs.columns();
      for (int i = 0; i < alive.length; i++) {
        float[] values = Arrays.copyOfRange(normalized, i * width, (i + 1) * width);
        results.set(alive[i], normalized(results.get(alive[i]), values));
      }
    }
    return results;
  }

  /** The rows that are still on their way. */
  static int[] onTheirWay(List<StageValues> results) {
    return IntStream.range(0, results.size())
        .filter(row -> results.get(row).outcome() == Outcome.SCORED)
        .toArray();
  }

  /** The network's input for some rows that are on their way, row after row. */
  float[] networkInput(List<StageValues> results, int[] rows) {
    int width = inputs.columns();
    float[] values = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(results.get(rows[i]).normalized(), 0, values, i * width, width);
    }
    return values;
  }

  /** Its transform as column steps, or the step that keeps it from being that. */
  Compilation compile(Contract contract) {
    return transform.compile(contract);
  }

  /**
   * All stages before the network, with a compiled transform.
   *
   * @param activations how many bytes a row takes inside the network; 0 where nobody knows
   */
  Pipeline compiled(Program program, long activations) {
    boolean single = inputs.parts().size() == 1;
    return new Pipeline(
        program,
        inputs.affine(normalizer).orElse(null),
        single ? inputs.at(0).categories() : 0,
        single ? inputs.at(0).layer() : "",
        activations,
        inputs.compiled());
  }

  private float[] matrix(List<StageValues> results, int[] rows) {
    int width = inputs.columns();
    float[] matrix = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      double[] values = results.get(rows[i]).transformed();
      for (int column = 0; column < width; column++) {
        matrix[i * width + column] = (float) values[column];
      }
    }
    return matrix;
  }

  /** The row with its normalized values; rejected when one is none that the network can take. */
  private StageValues normalized(StageValues before, float[] values) {
    for (int column = 0; column < values.length; column++) {
      double transformed = before.transformed()[column];
      if (!Float.isFinite(values[column]) || !Double.isFinite(transformed)) {
        return rejected(
            before,
            column,
            "is " + values[column] + " as the network's input, from " + transformed);
      }
      if (!inputs.takes(column, values[column])) {
        return rejected(before, column, inputs.refusal(column, values[column]));
      }
    }
    return new StageValues(
        Outcome.SCORED, Optional.empty(), before.transformed(), values, NO_FLOATS);
  }

  /** A row that was on its way and that the network threw at. */
  static StageValues refused(StageValues before, RuntimeException e) {
    return new StageValues(
        Outcome.REJECTED,
        Optional.of(Rejection.byNetwork(e)),
        before.transformed(),
        before.normalized(),
        NO_FLOATS);
  }

  private StageValues rejected(StageValues before, int column, String reason) {
    Rejection rejection = new Rejection(Stage.NORMALIZE, transform.outputs().get(column), reason);
    return new StageValues(
        Outcome.REJECTED, Optional.of(rejection), before.transformed(), NO_FLOATS, NO_FLOATS);
  }
}
