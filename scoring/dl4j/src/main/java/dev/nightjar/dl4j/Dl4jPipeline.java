package dev.nightjar.dl4j;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.NetworkOutput;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.dl4j.compile.Compilation;
import dev.nightjar.dl4j.onnx.Conversion;
import dev.nightjar.engine.ReferencePipeline;
import dev.nightjar.transform.Pipeline;
import dev.nightjar.transform.Program;
import java.util.Arrays;
import java.util.List;

/**
 * Transform row by row, then normalizer and network on one matrix of the rows that are left. A row
 * that is stopped leaves the matrix, so the others are computed as if it had not been there.
 */
final class Dl4jPipeline implements ReferencePipeline {
  private final RowPreparation preparation;
  private final RowNetwork network;
  private final BoundedOutput bounded;
  private boolean closed;

  Dl4jPipeline(RowTransform transform, Normalizer normalizer, RowNetwork network) {
    this.preparation = new RowPreparation(transform, normalizer, network.inputs());
    this.network = network;
    this.bounded = new BoundedOutput(network);
  }

  @Override
  public List<StageValues> run(ColumnBatch rows) {
    if (closed) {
      throw new IllegalStateException("this pipeline has been closed; load the bundle again");
    }
    List<StageValues> results = preparation.run(rows);
    activate(results, RowPreparation.onTheirWay(results));
    return results;
  }

  /** Its transform as column steps, or the step that keeps it from being that. */
  Compilation compile(Contract contract) {
    return preparation.compile(contract);
  }

  /** All stages before the network, with a compiled transform. */
  Pipeline compiled(Program program) {
    return preparation.compiled(program, network.bytesPerRow());
  }

  /** What its network gives, in the order of its units. */
  List<NetworkOutput> outputs() {
    return network.outputs();
  }

  /** Its network as ONNX, or why it cannot be said there. */
  Conversion toOnnx() {
    return network.toOnnx();
  }

  /** Runs rows through the network; where DL4J throws, halves of them, down to the one row. */
  private void activate(List<StageValues> results, int[] rows) {
    if (rows.length == 0) {
      return;
    }
    float[] output;
    try {
      output = bounded.output(preparation.networkInput(results, rows), rows.length);
    } catch (BundleException e) {
      throw e; // no row's fault
    } catch (RuntimeException e) {
      if (rows.length == 1) {
        results.set(rows[0], RowPreparation.refused(results.get(rows[0]), e));
      } else {
        int middle = rows.length / 2;
        activate(results, Arrays.copyOf(rows, middle));
        activate(results, Arrays.copyOfRange(rows, middle, rows.length));
      }
      return;
    }
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
