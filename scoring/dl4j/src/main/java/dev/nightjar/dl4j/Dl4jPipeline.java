package dev.nightjar.dl4j;

import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.dl4j.compile.Compilation;
import dev.nightjar.dl4j.onnx.Conversion;
import dev.nightjar.engine.ReferencePipeline;
import dev.nightjar.transform.Pipeline;
import dev.nightjar.transform.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Transform row by row, then normalizer and network on one matrix of the rows that are left. A row
 * that is stopped leaves the matrix, so the others are computed as if it had not been there.
 */
final class Dl4jPipeline implements ReferencePipeline {
  private static final float[] NO_FLOATS = {};

  private final RowTransform transform;
  private final Normalizer normalizer;
  private final RowNetwork network;
  private final BoundedOutput bounded;
  private boolean closed;

  Dl4jPipeline(RowTransform transform, Normalizer normalizer, RowNetwork network) {
    this.transform = transform;
    this.normalizer = normalizer;
    this.network = network;
    this.bounded = new BoundedOutput(network);
  }

  @Override
  public List<StageValues> run(ColumnBatch rows) {
    if (closed) {
      throw new IllegalStateException("this pipeline has been closed; load the bundle again");
    }
    List<StageValues> results = new ArrayList<>(transform.run(rows));
    int[] alive = onTheirWay(results);
    if (alive.length > 0) {
      InputShape shape = network.shape();
      float[] normalized = shape.normalize(normalizer, matrix(results, alive), alive.length);
      int width = shape.columns();
      for (int i = 0; i < alive.length; i++) {
        float[] values = Arrays.copyOfRange(normalized, i * width, (i + 1) * width);
        results.set(alive[i], normalized(results.get(alive[i]), values));
      }
      activate(results);
    }
    return results;
  }

  /** Its transform as column steps, or the step that keeps it from being that. */
  Compilation compile(Contract contract) {
    return transform.compile(contract);
  }

  /** All stages before the network, with a compiled transform. */
  Pipeline compiled(Program program) {
    return new Pipeline(
        program,
        network.shape().affine(normalizer).orElse(null),
        network.input().categories(),
        network.input().layer(),
        network.bytesPerRow());
  }

  /** Its network as ONNX, or why it cannot be said there. */
  Conversion toOnnx() {
    return network.toOnnx();
  }

  /** The rows that are still on their way. */
  private static int[] onTheirWay(List<StageValues> results) {
    return IntStream.range(0, results.size())
        .filter(row -> results.get(row).outcome() == Outcome.SCORED)
        .toArray();
  }

  private float[] matrix(List<StageValues> results, int[] rows) {
    int width = network.shape().columns();
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
      if (!network.input().takes(values[column])) {
        return rejected(
            before,
            column,
            Pipeline.refusal(
                network.input().layer(), network.input().categories(), values[column]));
      }
    }
    return new StageValues(
        Outcome.SCORED, Optional.empty(), before.transformed(), values, NO_FLOATS);
  }

  private StageValues rejected(StageValues before, int column, String reason) {
    Rejection rejection = new Rejection(Stage.NORMALIZE, transform.outputs().get(column), reason);
    return new StageValues(
        Outcome.REJECTED, Optional.of(rejection), before.transformed(), NO_FLOATS, NO_FLOATS);
  }

  private void activate(List<StageValues> results) {
    int[] rows = onTheirWay(results);
    if (rows.length == 0) {
      return;
    }
    int width = network.shape().columns();
    float[] input = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(results.get(rows[i]).normalized(), 0, input, i * width, width);
    }
    float[] output = bounded.output(input, rows.length);
    int units = output.length / rows.length;
    for (int i = 0; i < rows.length; i++) {
      StageValues before = results.get(rows[i]);
      float[] activations = Arrays.copyOfRange(output, i * units, (i + 1) * units);
      results.set(
          rows[i], StageValues.scored(before.transformed(), before.normalized(), activations));
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      network.close();
    }
  }
}
