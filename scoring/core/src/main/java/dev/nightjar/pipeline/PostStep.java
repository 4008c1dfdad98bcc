package dev.nightjar.pipeline;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.OutputField;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.Schema;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a contract's outputs from the network's. Immutable and thread-safe. */
public final class PostStep {
  private final List<OutputField> outputs;
  private final Schema schema;

  /** For each output where the units of the network's output begin that it is made of. */
  private final int[] firsts;

  /**
   * The last step of a contract.
   *
   * @throws IllegalArgumentException when it has an output of a network's output that its layout
   *     does not name
   */
  public PostStep(Contract contract) {
    this.outputs = contract.outputs();
    this.schema = contract.outputSchema();
    this.firsts = new int[outputs.size()];
    for (int i = 0; i < firsts.length; i++) {
      OutputField output = outputs.get(i);
      firsts[i] =
          contract
              .layout()
              .firstUnit(output.from())
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "the layout does not say where the units of '"
                              + output.name()
                              + "' are"));
    }
  }

  /**
   * The contract's outputs, one row for each row of the batch, null where the row is not alive. A
   * row whose activation is not finite, or no probability where one is promised, is rejected.
   *
   * @param activations of each row that is alive; others are not looked at
   * @return columns of their own, which stay as they are
   */
  public ColumnBatch apply(Activations activations, RowFates fates) {
    rejectNotFinite(activations, fates);
    for (int i = 0; i < firsts.length; i++) {
      if (outputs.get(i).of() == OutputField.Kind.PROBABILITY) {
        rejectNoProbability(outputs.get(i), firsts[i], activations, fates);
      }
    }
    BitSet nulls = stopped(fates);
    Column[] columns = new Column[schema.size()];
    int column = 0;
    for (int i = 0; i < firsts.length; i++) {
      OutputField output = outputs.get(i);
      columns[column++] = values(output, firsts[i], activations, fates, nulls);
      if (output.threshold().isPresent()) {
        columns[column++] =
            labels(firsts[i] + output.unit(), output.threshold().get(), activations, fates, nulls);
      }
    }
    return new ColumnBatch(schema, Arrays.asList(columns), fates.rows());
  }

  /** The first output is to blame. */
  private void rejectNotFinite(Activations activations, RowFates fates) {
    for (int row = 0; row < fates.rows(); row++) {
      if (fates.isAlive(row) && !activations.areFinite(row)) {
        fates.reject(
            row,
            new Rejection(
                Stage.MODEL, outputs.get(0).name(), "the network's output is not finite"));
      }
    }
  }

  private static void rejectNoProbability(
      OutputField output, int first, Activations activations, RowFates fates) {
    int unit = first + output.unit();
    for (int row = 0; row < fates.rows(); row++) {
      if (fates.isAlive(row)) {
        float value = activations.at(row, unit);
        if (value < 0 || value > 1) {
          fates.reject(
              row, new Rejection(Stage.POST, output.name(), value + " is not a probability"));
        }
      }
    }
  }

  private static BitSet stopped(RowFates fates) {
    BitSet stopped = new BitSet();
    if (!fates.areAllAlive()) {
      for (int row = 0; row < fates.rows(); row++) {
        if (!fates.isAlive(row)) {
          stopped.set(row);
        }
      }
    }
    return stopped;
  }

  private static Column values(
      OutputField output, int first, Activations activations, RowFates fates, BitSet nulls) {
    int rows = fates.rows();
    int unit = first + output.unit();
    switch (output.type()) {
      case FLOAT -> {
        float[] values = new float[rows];
        for (int row = 0; row < rows; row++) {
          values[row] = fates.isAlive(row) ? activations.at(row, unit) : 0;
        }
        return new Column.Floats(values, nulls, rows);
      }
      case DOUBLE -> {
        double[] values = new double[rows];
        for (int row = 0; row < rows; row++) {
          values[row] = fates.isAlive(row) ? activations.at(row, unit) : 0;
        }
        return new Column.Doubles(values, nulls, rows);
      }
      default -> {
        @Nullable String[] values = new String[rows];
        for (int row = 0; row < rows; row++) {
          values[row] =
              fates.isAlive(row)
                  ? output.classes().get(activations.strongest(row, first, output.classes().size()))
                  : null;
        }
        return new Column.Strings(values, rows);
      }
    }
  }

  private static Column labels(
      int unit, double threshold, Activations activations, RowFates fates, BitSet nulls) {
    int rows = fates.rows();
    boolean[] labels = new boolean[rows];
    for (int row = 0; row < rows; row++) {
      labels[row] = fates.isAlive(row) && activations.at(row, unit) >= threshold;
    }
    return new Column.Booleans(labels, nulls, rows);
  }
}
