package dev.nightjar.pipeline;

import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.ColumnBuilder;
import dev.nightjar.data.Field;
import dev.nightjar.engine.ReferencePipeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A scorer whose middle stages are the reference's own. It belongs to one thread; that closing
 * waits for a batch in flight is for consumers that end a task while another thread still pulls its
 * rows.
 */
final class ReferenceScorer implements Scorer {
  private final Contract contract;
  private final ContractStep contractStep;
  private final PostStep postStep;
  private final ReferencePipeline pipeline;
  private final Consumer<ReferencePipeline> giveBack;
  private boolean closed;

  ReferenceScorer(
      Contract contract, ReferencePipeline pipeline, Consumer<ReferencePipeline> giveBack) {
    this.contract = contract;
    this.contractStep = new ContractStep(contract);
    this.postStep = new PostStep(contract);
    this.pipeline = pipeline;
    this.giveBack = giveBack;
  }

  @Override
  public Contract contract() {
    return contract;
  }

  @Override
  public synchronized ScoredBatch score(ColumnBatch rows) {
    if (closed) {
      throw new IllegalStateException("this scorer has been closed; ask for another one");
    }
    return trace(rows).scored();
  }

  /** Scores a batch and keeps what the stages in the middle gave for each row. */
  Trace trace(ColumnBatch rows) {
    RowFates fates = new RowFates(rows.rows());
    ColumnBatch checked = contractStep.apply(rows, fates);
    int[] alive = alive(fates);
    @Nullable StageValues[] values = new StageValues[rows.rows()];
    float[][] activations = new float[rows.rows()][];
    if (alive.length > 0) {
      List<StageValues> results = pipeline.run(select(checked, alive));
      for (int i = 0; i < alive.length; i++) {
        StageValues result = results.get(i);
        values[alive[i]] = result;
        activations[alive[i]] = result.activations();
        if (result.outcome() == Outcome.FILTERED) {
          fates.filter(alive[i]);
        }
        int row = alive[i];
        result.rejection().ifPresent(rejection -> fates.reject(row, rejection));
      }
    }
    ColumnBatch outputs = postStep.apply(activations, fates);
    return new Trace(new ScoredBatch(outputs, fates), Arrays.asList(values));
  }

  /** The rows that are still on their way. */
  private static int[] alive(RowFates fates) {
    int[] rows = new int[fates.rows()];
    int count = 0;
    for (int row = 0; row < rows.length; row++) {
      if (fates.isAlive(row)) {
        rows[count++] = row;
      }
    }
    return Arrays.copyOf(rows, count);
  }

  private static ColumnBatch select(ColumnBatch batch, int[] rows) {
    if (rows.length == batch.rows()) {
      return batch;
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < batch.schema().size(); i++) {
      Field field = batch.schema().field(i);
      ColumnBuilder builder = new ColumnBuilder(field.type());
      for (int row : rows) {
        builder.add(batch.column(i).get(row));
      }
      columns.add(builder.build());
    }
    return new ColumnBatch(batch.schema(), columns, rows.length);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      giveBack.accept(pipeline);
    }
  }

  /**
   * A scored batch with the values of the stages in the middle.
   *
   * @param values null where the contract rejected the row
   */
  record Trace(ScoredBatch scored, List<@Nullable StageValues> values) {}
}
