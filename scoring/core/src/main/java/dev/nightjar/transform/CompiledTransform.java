package dev.nightjar.transform;

import dev.nightjar.contract.RowFates;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.Schema;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A program with the memory to run it. Not thread-safe: one for each thread. */
public final class CompiledTransform {
  /** So many rows of a matrix stay in the processor's nearest cache. */
  private static final int ROWS_OF_A_TILE = 128;

  private final Program program;
  private final Slots slots;
  private final List<Kernel> kernels;

  /** The slots that go out. */
  private final int[] outputs;

  /** Where the inputs are in batches of the schema that was found last. */
  private final int[] positions;

  private @Nullable Schema found;

  /** Some rows of one column on its way into the matrix. */
  private final float[] tile = new float[ROWS_OF_A_TILE];

  /** For a program of which every step is compiled. */
  public CompiledTransform(Program program) {
    this(program, RowSteps.NONE);
  }

  /**
   * @param reference where the steps are had that are not compiled
   * @throws IllegalArgumentException when one of them is not there
   */
  public CompiledTransform(Program program, RowSteps reference) {
    this.program = program;
    this.slots = new Slots(program.slots());
    this.outputs = program.outputs().stream().mapToInt(Program.Output::slot).toArray();
    this.positions = new int[program.inputs().size()];
    this.kernels =
        program.steps().stream().map(step -> kernel(step, program.slots(), reference)).toList();
  }

  private static Kernel kernel(Step step, List<Kind> kinds, RowSteps reference) {
    if (step instanceof Step.Constant s) {
      return ChoiceKernels.constant(s, kinds);
    } else if (step instanceof Step.Apply s) {
      return NumberKernels.apply(s);
    } else if (step instanceof Step.Real s) {
      return NumberKernels.real(s);
    } else if (step instanceof Step.Whole s) {
      return NumberKernels.whole(s);
    } else if (step instanceof Step.Combine s) {
      return NumberKernels.combine(s);
    } else if (step instanceof Step.Scale s) {
      return NumberKernels.scale(s);
    } else if (step instanceof Step.Convert s) {
      return new ConvertKernel(s);
    } else if (step instanceof Step.Index s) {
      return TextKernels.index(s);
    } else if (step instanceof Step.OneHot s) {
      return NumberKernels.oneHot(s);
    } else if (step instanceof Step.TimeField s) {
      return new TimeKernel(s);
    } else if (step instanceof Step.Name s) {
      return TextKernels.name(s);
    } else if (step instanceof Step.Text s) {
      return TextKernels.text(s);
    } else if (step instanceof Step.Concatenate s) {
      return TextKernels.concatenate(s);
    } else if (step instanceof Step.Choose s) {
      return ChoiceKernels.choose(s, kinds);
    } else if (step instanceof Step.ByReference s) {
      return new RowStepKernel(s, kinds, reference.step(s.action()));
    } else {
      return ChoiceKernels.filter((Step.Filter) step, kinds);
    }
  }

  /** The names of the columns that it makes, in order. */
  public List<String> outputs() {
    return program.outputs().stream().map(Program.Output::name).toList();
  }

  /**
   * Transforms a batch. Rows that are not alive are passed by; rows that a step cannot take are
   * rejected, and those that a filter takes out are filtered.
   *
   * @param rows the program's inputs, by name, in their types
   * @param fates of the rows of the batch
   */
  public void run(ColumnBatch rows, RowFates fates) {
    slots.begin(rows.rows());
    find(rows.schema());
    for (int i = 0; i < positions.length; i++) {
      slots.load(program.inputs().get(i).slot(), rows.column(positions[i]));
    }
    for (Kernel kernel : kernels) {
      kernel.run(slots, rows.rows(), fates);
    }
    for (Program.Output output : program.outputs()) {
      rejectNoNumbers(output, rows.rows(), fates);
    }
  }

  private void find(Schema rows) {
    if (found == null || !found.equals(rows)) {
      found = null;
      for (int i = 0; i < positions.length; i++) {
        positions[i] = rows.position(program.inputs().get(i).name());
      }
    }
    found = rows; // so that the next look is at the same object
  }

  /** What leaves must be a number: a text that is none, or a null, is the row's rejection. */
  private void rejectNoNumbers(Program.Output output, int rows, RowFates fates) {
    BitSet nulls = slots.nulls(output.slot());
    for (int row = nulls.nextSetBit(0); row >= 0 && row < rows; row = nulls.nextSetBit(row + 1)) {
      Kernel.reject(fates, row, output.name(), "is null after the transform");
    }
  }

  /** The transform's output columns of one row, as doubles; the row is alive after {@link #run}. */
  public double[] values(int row) {
    double[] values = new double[program.outputs().size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = slots.real(program.outputs().get(i).slot(), row);
    }
    return values;
  }

  /**
   * Writes the output columns of living rows as a matrix of floats, row after row, normalized.
   *
   * @param alive the rows, in order
   * @param matrix has room for as many rows as there are in {@code alive}
   * @param normalize null where the columns are taken as they are
   */
  public void write(int[] alive, int count, float[] matrix, @Nullable Affine normalize) {
    int width = outputs.length;
    for (int from = 0; from < count; from += ROWS_OF_A_TILE) {
      int rows = Math.min(count - from, ROWS_OF_A_TILE);
      for (int column = 0; column < width; column++) {
        gather(outputs[column], alive, from, rows);
        if (normalize != null) {
          normalize.apply(column, tile, rows);
        }
        int at = from * width + column;
        for (int i = 0; i < rows; i++) {
          matrix[at + i * width] = tile[i];
        }
      }
    }
  }

  /** Puts some living rows of a slot into the tile. */
  private void gather(int slot, int[] alive, int from, int rows) {
    switch (slots.kind(slot)) {
      case DOUBLE -> {
        double[] values = slots.doubles(slot);
        for (int i = 0; i < rows; i++) {
          tile[i] = (float) values[alive[from + i]];
        }
      }
      case FLOAT -> {
        float[] values = slots.floats(slot);
        for (int i = 0; i < rows; i++) {
          tile[i] = values[alive[from + i]];
        }
      }
      case INT -> {
        int[] values = slots.ints(slot);
        for (int i = 0; i < rows; i++) {
          tile[i] = values[alive[from + i]];
        }
      }
      default -> {
        for (int i = 0; i < rows; i++) {
          tile[i] = (float) slots.real(slot, alive[from + i]);
        }
      }
    }
  }
}
