package dev.nightjar.pipeline;

import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.FlagSets;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.ColumnBatch;
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
  private RowFates last = new RowFates(0);
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
    RowFates fates = new RowFates(rows.rows(), flags);
    last = fates;
    ColumnBatch checked = contractStep.apply(rows, fates);
    Activations activations = stages.run(checked, fates);
    return new ScoredBatch(postStep.apply(activations, fates), fates);
  }

  @Override
  public synchronized StageValues values(int row) {
    return stages.values(row, last);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      giveBack.accept(stages);
    }
  }
}
