package dev.nightjar.spark;

import static java.util.Objects.requireNonNull;

import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives x back as the score; rejects what is below zero. */
final class EchoScorer implements Scorer {
  final List<Integer> batches = new ArrayList<>();
  boolean closed;
  private @Nullable ScoredBatch last;

  @Override
  public Contract contract() {
    return TestBundle.contract();
  }

  @Override
  public ScoredBatch score(ColumnBatch rows) {
    if (rows.rows() > 0) {
      batches.add(rows.rows());
    }
    RowFates fates = new RowFates(rows.rows());
    ColumnBatch.Builder outputs = ColumnBatch.builder(contract().outputSchema());
    for (int i = 0; i < rows.rows(); i++) {
      double x = (double) rows.column("x").get(i);
      if (x < 0) {
        fates.reject(i, new Rejection(Stage.CONTRACT, "x", "'" + x + "' is too small"));
        outputs.row(null, null);
      } else {
        fates.flag(i, "seen");
        outputs.row((float) x, x >= 0.5);
      }
    }
    last = new ScoredBatch(outputs.build(), fates);
    return last;
  }

  @Override
  public StageValues values(int row) {
    ScoredBatch scored = requireNonNull(last);
    if (scored.outcome(row) == Outcome.SCORED) {
      float x = (float) requireNonNull(scored.outputs().column(0).get(row));
      return StageValues.scored(new double[] {x}, new float[] {x}, new float[] {x});
    }
    return StageValues.rejected(scored.rejection(row).orElseThrow());
  }

  @Override
  public void close() {
    closed = true;
  }
}
