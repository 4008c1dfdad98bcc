package dev.nightjar.pipeline;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Outcome;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.Field;
import dev.nightjar.engine.ReferencePipeline;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Scores rows and keeps what each of them was after every stage. */
public final class RowTraces {
  private RowTraces() {}

  /** Rows by the reference, between the contract and the outputs of the bundle. */
  public static GoldenRows by(ReferencePipeline reference, Bundle bundle, ColumnBatch rows) {
    return by(new ReferenceStages(reference), bundle, rows);
  }

  static GoldenRows by(Stages stages, Bundle bundle, ColumnBatch rows) {
    return by(new StagedScorer(bundle.manifest().contract(), stages, given -> {}), rows);
  }

  /** Rows by a scorer, as one batch. */
  public static GoldenRows by(Scorer scorer, ColumnBatch rows) {
    ScoredBatch scored = scorer.score(rows);
    List<GoldenRow> traced = new ArrayList<>();
    for (int row = 0; row < rows.rows(); row++) {
      traced.add(of(rows, row, scored, scorer.values(row)));
    }
    return new GoldenRows(rows.schema(), traced);
  }

  /**
   * One row of a batch that was scored.
   *
   * @param values of the stages in the middle, as the scorer gave them before its next batch
   */
  public static GoldenRow of(ColumnBatch rows, int row, ScoredBatch scored, StageValues values) {
    boolean isScored = scored.outcome(row) == Outcome.SCORED;
    return new GoldenRow(
        valuesOf(rows, row),
        List.copyOf(scored.flags(row)),
        values,
        isScored ? valuesOf(scored.outputs(), row) : Map.of());
  }

  /** The values of a row by the names of their columns. */
  static Map<String, @Nullable Object> valuesOf(ColumnBatch batch, int row) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (Field field : batch.schema().fields()) {
      Column column = batch.column(field.name());
      values.put(field.name(), column.get(row));
    }
    return Collections.unmodifiableMap(values);
  }
}
