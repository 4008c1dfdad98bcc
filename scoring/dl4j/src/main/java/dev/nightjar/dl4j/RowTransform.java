package dev.nightjar.dl4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.dl4j.compile.Compilation;
import dev.nightjar.dl4j.compile.TransformCompiler;
import dev.nightjar.transform.RowStep;
import dev.nightjar.transform.RowSteps;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.datavec.api.transform.ColumnOp;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.DataAction;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;
import org.jspecify.annotations.Nullable;

/**
 * A {@code TransformProcess} run row by row through its own {@code execute}. Transforms keep state,
 * so it is not thread-safe.
 */
final class RowTransform {
  private static final float[] NO_FLOATS = {};

  private static final Set<ColumnType> NUMBERS =
      EnumSet.of(
          ColumnType.Integer,
          ColumnType.Long,
          ColumnType.Float,
          ColumnType.Double,
          ColumnType.Boolean,
          ColumnType.Time);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String origin;
  private final TransformProcess process;
  private final List<String> inputs;
  private final List<String> outputs;

  /**
   * A transform of rows to rows of numbers.
   *
   * @param origin what messages call it
   * @throws BundleException when it makes something else, or needs more than one row
   */
  RowTransform(String origin, TransformProcess process) {
    this.origin = origin;
    this.process = process;
    Schema last = checked(origin, process);
    this.inputs = List.copyOf(process.getInitialSchema().getColumnNames());
    this.outputs = List.copyOf(last.getColumnNames());
  }

  /**
   * The transform that these bytes hold as JSON.
   *
   * @throws BundleException when it names classes that are not DataVec's, or DataVec cannot read it
   */
  static RowTransform read(String origin, byte[] json) {
    String checked = CheckedJson.of(origin, json, ClassList.TRANSFORM);
    TransformProcess process;
    try {
      process = TransformProcess.fromJson(checked);
    } catch (RuntimeException e) {
      throw new BundleException(
          origin
              + " cannot be read by DataVec: "
              + Rejection.words(e)
              + "; write it with TransformProcess.toJson()",
          e);
    }
    return new RowTransform(origin, process);
  }

  private static Schema checked(String origin, TransformProcess process) {
    for (DataAction action : process.getActionList()) {
      if (action.getTransform() == null && action.getFilter() == null) {
        throw new BundleException(
            origin
                + " has the step '"
                + action
                + "', which needs more than one row; a row is scored by itself, so do this before"
                + " training and leave it out");
      }
    }
    Schema last = process.getFinalSchema();
    if (last instanceof SequenceSchema) {
      throw new BundleException(origin + " makes sequences; only rows are scored");
    }
    for (int i = 0; i < last.numColumns(); i++) {
      if (!NUMBERS.contains(last.getType(i))) {
        throw new BundleException(
            String.format(
                "%s leaves the column '%s' as a %s, and a network takes numbers; convert it (for"
                    + " example one-hot) or remove it in the TransformProcess",
                origin, last.getName(i), last.getType(i)));
      }
    }
    return last;
  }

  /**
   * The transform as column steps.
   *
   * @param contract of its columns
   */
  Compilation compile(Contract contract) {
    try {
      // Its JSON as DataVec reads it, so that nothing is compiled that it would not run.
      String json = process.toJson();
      return new TransformCompiler(JSON.readTree(json), process, RowTransform::columnOf)
          .compile(contract);
    } catch (JsonProcessingException e) {
      throw new BundleException(origin + " cannot be compiled: " + e.getMessage(), e);
    }
  }

  /** Its steps, each to be run by itself. */
  RowSteps steps() {
    List<DataAction> actions = process.getActionList();
    return action -> {
      if (action >= actions.size()) {
        throw new IllegalArgumentException(
            origin + " has " + actions.size() + " steps, and none of the number " + action);
      }
      return step(actions.get(action));
    };
  }

  private static RowStep step(DataAction action) {
    return row -> {
      List<Writable> before = Writables.row(row);
      if (action.getTransform() == null) {
        return action.getFilter().removeExample(before) ? null : row;
      }
      return Writables.values(action.getTransform().map(before));
    };
  }

  Schema initialSchema() {
    return process.getInitialSchema();
  }

  /** The names of the columns that it makes, in order. */
  List<String> outputs() {
    return outputs;
  }

  /** Each row of the batch after the transform: on its way, filtered or rejected. */
  List<StageValues> run(ColumnBatch rows) {
    List<Column> columns = inputs.stream().map(rows::column).toList();
    List<StageValues> results = new ArrayList<>(rows.rows());
    for (int row = 0; row < rows.rows(); row++) {
      results.add(transform(columns, row));
    }
    return results;
  }

  private StageValues transform(List<Column> columns, int row) {
    List<Writable> input = Writables.row(columns, row);
    List<Writable> output;
    try {
      output = process.execute(input);
    } catch (RuntimeException e) {
      return rejected(culprit(Writables.row(columns, row)), Rejection.words(e));
    }
    return output == null ? StageValues.filtered() : numbers(output);
  }

  private StageValues numbers(List<Writable> output) {
    if (output.size() != outputs.size()) {
      return rejected(
          "", "the transform gave " + output.size() + " values for " + outputs.size() + " columns");
    }
    double[] values = new double[output.size()];
    for (int i = 0; i < values.length; i++) {
      Writable value = output.get(i);
      if (value == null || value instanceof NullWritable) {
        return rejected(outputs.get(i), "is null after the transform");
      }
      try {
        values[i] = value.toDouble();
      } catch (RuntimeException e) {
        return rejected(outputs.get(i), "is no number after the transform: " + Rejection.words(e));
      }
    }
    return new StageValues(Outcome.SCORED, Optional.empty(), values, NO_FLOATS, NO_FLOATS);
  }

  private static StageValues rejected(String field, String reason) {
    return StageValues.rejected(new Rejection(Stage.TRANSFORM, field, reason));
  }

  /** The column of the step that throws, found by going through the steps once more. */
  private String culprit(List<Writable> input) {
    List<Writable> row = input;
    for (DataAction action : process.getActionList()) {
      try {
        if (action.getTransform() != null) {
          row = action.getTransform().map(row);
        } else {
          action.getFilter().removeExample(row);
        }
      } catch (RuntimeException e) {
        return columnOf(action);
      }
    }
    return "";
  }

  private static String columnOf(DataAction action) {
    ColumnOp step = action.getTransform() == null ? action.getFilter() : action.getTransform();
    try {
      @Nullable String[] names = step.columnNames();
      String name = names != null && names.length == 1 ? names[0] : null;
      return name == null ? "" : name;
    } catch (RuntimeException e) {
      return ""; // some steps do not know their columns; the row's reason still stands
    }
  }
}
