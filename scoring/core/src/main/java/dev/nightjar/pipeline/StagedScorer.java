package dev.nightjar.pipeline;

import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.FlagSets;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.ColumnBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The whole way of a row: contract, the stages in the middle, outputs. It belongs to one thread;
 * that closing waits for a batch in flight is for consumers that end a task while another thread
 * still pulls its rows.
 */
final class StagedScorer implements Scorer {
  private final Contract contract;
  private final ContractStep contractStep;
  private final PostStep postStep;
  private final FlagSets flags;
  private final Stages stages;
  private final Consumer<Stages> giveBack;
  private boolean closed;

  StagedScorer(Contract contract, Stages stages, Consumer<Stages> giveBack) {
    this.contract = contract;
    this.contractStep = new ContractStep(contract);
    this.postStep = new PostStep(contract);
    this.flags = new FlagSets(contract.flags());
    this.stages = stages;
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
    return score(rows, new RowFates(rows.rows(), flags));
  }

  private ScoredBatch score(ColumnBatch rows, RowFates fates) {
    ColumnBatch checked = contractStep.apply(rows, fates);
    Activations activations = stages.run(checked, fates);
    return new ScoredBatch(postStep.apply(activations, fates), fates);
  }

  /** Scores a batch and keeps what the stages in the middle gave for each row. */
  Trace trace(ColumnBatch rows) {
    RowFates fates = new RowFates(rows.rows(), flags);
    ScoredBatch scored = score(rows, fates);
    List<StageValues> values = new ArrayList<>();
    for (int row = 0; row < rows.rows(); row++) {
      values.add(stages.values(row, fates));
    }
    return new Trace(scored, values);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      giveBack.accept(stages);
    }
  }

  /** A scored batch with the values of the stages in the middle. */
  record Trace(ScoredBatch scored, List<StageValues> values) {}
}
