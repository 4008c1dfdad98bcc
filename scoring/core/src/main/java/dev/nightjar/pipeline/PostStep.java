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
   * @param activations of each row that is alive; others are not looked at
   */
  public ColumnBatch apply(Activations activations, RowFates fates) {
    for (OutputField output : contract.outputs()) {
      rejectImpossible(output, activations, fates);
    }
    List<ColumnBuilder> columns = new ArrayList<>();
    contract.outputSchema().fields().forEach(f -> columns.add(new ColumnBuilder(f.type())));
    for (int row = 0; row < fates.rows(); row++) {
      if (fates.isAlive(row)) {
        addRow(activations, row, columns);
      } else {
        columns.forEach(ColumnBuilder::addNull);
      }
    }
    return new ColumnBatch(
        contract.outputSchema(), columns.stream().map(ColumnBuilder::build).toList(), fates.rows());
  }

  private static void rejectImpossible(
      OutputField output, Activations activations, RowFates fates) {
    for (int row = 0; row < fates.rows(); row++) {
      if (fates.isAlive(row)) {
        if (!isFinite(activations, row)) {
          fates.reject(
              row, new Rejection(Stage.MODEL, output.name(), "the network's output is not finite"));
        } else if (output.of() == OutputField.Kind.PROBABILITY
            && (activations.at(row, output.unit()) < 0 || activations.at(row, output.unit()) > 1)) {
          fates.reject(
              row,
              new Rejection(
                  Stage.POST,
                  output.name(),
                  activations.at(row, output.unit()) + " is not a probability"));
        }
      }
    }
  }

  private void addRow(Activations activations, int row, List<ColumnBuilder> columns) {
    int column = 0;
    for (OutputField output : contract.outputs()) {
      ColumnBuilder target = columns.get(column++);
      switch (output.type()) {
        case FLOAT -> target.addFloat(activations.at(row, output.unit()));
        case DOUBLE -> target.addDouble(activations.at(row, output.unit()));
        default -> target.addString(output.classes().get(strongest(activations, row)));
      }
      if (output.threshold().isPresent()) {
        columns
            .get(column++)
            .addBoolean(activations.at(row, output.unit()) >= output.threshold().get());
      }
    }
  }

  private static int strongest(Activations activations, int row) {
    int best = 0;
    for (int i = 1; i < activations.units(); i++) {
      if (activations.at(row, i) > activations.at(row, best)) {
        best = i;
      }
    }
    return best;
  }

  private static boolean isFinite(Activations activations, int row) {
    for (int unit = 0; unit < activations.units(); unit++) {
      if (!Float.isFinite(activations.at(row, unit))) {
        return false;
      }
    }
    return true;
  }
}
