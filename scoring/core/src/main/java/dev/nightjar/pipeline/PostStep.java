package dev.nightjar.pipeline;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.OutputField;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.ColumnBuilder;
import java.util.ArrayList;
import java.util.List;

/** Makes a contract's outputs from the network's. Immutable and thread-safe. */
public final class PostStep {
  private final Contract contract;

  public PostStep(Contract contract) {
    this.contract = contract;
  }

  /**
   * The contract's outputs, one row for each row of the batch, null where the row is not alive. A
   * row whose activation is not finite, or no probability where one is promised, is rejected.
   *
   * @param activations of the output layer for each row that is alive; others are not looked at
   */
  public ColumnBatch apply(float[][] activations, RowFates fates) {
    for (OutputField output : contract.outputs()) {
      rejectImpossible(output, activations, fates);
    }
    List<ColumnBuilder> columns = new ArrayList<>();
    contract.outputSchema().fields().forEach(f -> columns.add(new ColumnBuilder(f.type())));
    for (int row = 0; row < fates.rows(); row++) {
      if (fates.isAlive(row)) {
        addRow(activations[row], columns);
      } else {
        columns.forEach(ColumnBuilder::addNull);
      }
    }
    return new ColumnBatch(
        contract.outputSchema(), columns.stream().map(ColumnBuilder::build).toList(), fates.rows());
  }

  private static void rejectImpossible(OutputField output, float[][] activations, RowFates fates) {
    for (int row = 0; row < fates.rows(); row++) {
      if (fates.isAlive(row)) {
        float[] units = activations[row];
        if (!isFinite(units)) {
          fates.reject(
              row, new Rejection(Stage.MODEL, output.name(), "the network's output is not finite"));
        } else if (output.of() == OutputField.Kind.PROBABILITY
            && (units[output.unit()] < 0 || units[output.unit()] > 1)) {
          fates.reject(
              row,
              new Rejection(
                  Stage.POST, output.name(), units[output.unit()] + " is not a probability"));
        }
      }
    }
  }

  private void addRow(float[] units, List<ColumnBuilder> columns) {
    int column = 0;
    for (OutputField output : contract.outputs()) {
      ColumnBuilder target = columns.get(column++);
      switch (output.type()) {
        case FLOAT -> target.addFloat(units[output.unit()]);
        case DOUBLE -> target.addDouble(units[output.unit()]);
        default -> target.addString(output.classes().get(strongest(units)));
      }
      if (output.threshold().isPresent()) {
        columns.get(column++).addBoolean(units[output.unit()] >= output.threshold().get());
      }
    }
  }

  private static int strongest(float[] units) {
    int best = 0;
    for (int i = 1; i < units.length; i++) {
      if (units[i] > units[best]) {
        best = i;
      }
    }
    return best;
  }

  private static boolean isFinite(float[] units) {
    for (float unit : units) {
      if (!Float.isFinite(unit)) {
        return false;
      }
    }
    return true;
  }
}
