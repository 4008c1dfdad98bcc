package dev.nightjar.spark;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import java.util.ArrayList;
import java.util.List;

/** Gives x back as the score; rejects what is below zero. */
final class EchoScorer implements Scorer {
  final List<Integer> batches = new ArrayList<>();
  boolean closed;

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
    return new ScoredBatch(outputs.build(), fates);
  }

  @Override
  public void close() {
    closed = true;
  }
}
