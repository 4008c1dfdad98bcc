package dev.nightjar.pipeline;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Conversion;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Schema;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies a contract's rules for null, invalid and unknown values, column by column. Not
 * thread-safe: one for each thread.
 */
public final class ContractStep {
  private final List<InputField> inputs;
  private final Schema schema;

  private final InputKernel[] kernels;
  private final int[] positions;

  /** What the kernels were chosen for. */
  private @Nullable Schema bound;

  public ContractStep(Contract contract) {
    this.inputs = contract.inputs();
    this.schema = contract.inputSchema();
    this.kernels = new InputKernel[inputs.size()];
    this.positions = new int[inputs.size()];
  }

  /**
   * The contract's columns, in its order and types, one row for each row of the batch. Rows that
   * break a rule are rejected in {@code fates}; their values are unspecified.
   *
   * @return columns of the batch where nothing had to change, and others that are valid until the
   *     next call, which uses their arrays again
   * @throws IllegalArgumentException when the batch lacks a column of the contract, or has it in a
   *     type that cannot be converted
   */
  public ColumnBatch apply(ColumnBatch rows, RowFates fates) {
    bind(rows.schema());
    Column[] columns = new Column[kernels.length];
    for (int i = 0; i < kernels.length; i++) {
      columns[i] = kernels[i].run(rows.column(positions[i]), fates);
    }
    return new ColumnBatch(schema, Arrays.asList(columns), rows.rows());
  }

  private void bind(Schema rows) {
    if (bound == null || !bound.equals(rows)) {
      bound = null;
      for (int i = 0; i < kernels.length; i++) {
        InputField field = inputs.get(i);
        positions[i] = rows.position(field.name());
        kernels[i] = kernel(field, rows.field(positions[i]).type());
      }
    }
    bound = rows; // so that the next look is at the same object
  }

  private static InputKernel kernel(InputField field, DataType source) {
    if (!Conversion.isPossible(source, field.type())) {
      throw new IllegalArgumentException(
          String.format(
              "the column '%s' is a %s, which cannot be converted to a %s",
              field.name(), source.word(), field.typeWord()));
    }
    return InputKernel.of(field, source);
  }
}
