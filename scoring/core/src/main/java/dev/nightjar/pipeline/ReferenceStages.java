package dev.nightjar.pipeline;

import dev.nightjar.bundle.StageValues;
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
import org.jspecify.annotations.Nullable;

/** The stages as training's own libraries run them. */
final class ReferenceStages implements Stages {
  private final ReferencePipeline pipeline;
  private @Nullable StageValues[] last = {};

  ReferenceStages(ReferencePipeline pipeline) {
    this.pipeline = pipeline;
  }

  @Override
  public Activations run(ColumnBatch rows, RowFates fates) {
    last = new StageValues[rows.rows()];
    int[] alive = alive(fates);
    if (alive.length == 0) {
      return Activations.none(rows.rows());
    }
    List<StageValues> results = pipeline.run(select(rows, alive));
    int units = results.stream().mapToInt(r -> r.activations().length).max().orElse(0);
    float[] values = new float[alive.length * units];
    int[] places = new int[rows.rows()];
    Arrays.fill(places, -1);
    for (int i = 0; i < alive.length; i++) {
      int row = alive[i];
      StageValues result = results.get(i);
      last[row] = result;
      float[] activations = result.activations();
      System.arraycopy(activations, 0, values, i * units, activations.length);
      places[row] = activations.length == 0 ? -1 : i;
      if (result.outcome() == Outcome.FILTERED) {
        fates.filter(row);
      }
      result.rejection().ifPresent(rejection -> fates.reject(row, rejection));
    }
    return new Activations(values, units, places);
  }

  @Override
  public StageValues values(int row, RowFates fates) {
    StageValues values = last[row];
    return values == null
        ? StageValues.rejected(fates.rejection(row).orElseThrow())
        : new StageValues(
            fates.outcome(row),
            fates.rejection(row),
            values.transformed(),
            values.normalized(),
            values.activations());
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
  public void close() {
    pipeline.close();
  }
}
