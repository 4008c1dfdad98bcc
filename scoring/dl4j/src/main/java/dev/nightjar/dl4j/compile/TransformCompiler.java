package dev.nightjar.dl4j.compile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightjar.contract.Contract;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.transform.Condition;
import dev.nightjar.transform.Kind;
import dev.nightjar.transform.Program;
import dev.nightjar.transform.Program.Input;
import dev.nightjar.transform.Program.Output;
import dev.nightjar.transform.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.datavec.api.transform.DataAction;
import org.datavec.api.transform.TransformProcess;

/**
 * Compiles a {@code TransformProcess} into column steps that give what it gives, to the bit: the
 * same numbers, the same rows filtered, and rows rejected for the same column. Which classes are
 * compiled is the table in this leaf's README.
 *
 * <p>What DataVec does depends on the values that reach a step, not on the schema: so the kind of
 * each slot follows the values, and a step whose values could be of several kinds is not compiled.
 */
public final class TransformCompiler {
  private final JsonNode actions;
  private final TransformProcess process;
  private final Function<DataAction, String> culprit;

  /**
   * @param json the process as JSON, as it was checked
   * @param process made of that JSON
   * @param culprit the column that a row is rejected for at an action; empty when it has several
   */
  public TransformCompiler(
      JsonNode json, TransformProcess process, Function<DataAction, String> culprit) {
    this.actions = json.path("actionList");
    this.process = process;
    this.culprit = culprit;
  }

  /** The program, or the first step that keeps the transform from being one. */
  public Compilation compile(Contract contract) {
    Columns columns = new Columns(process.getInitialSchema());
    List<Input> inputs = inputs(contract.inputSchema(), columns);
    for (int i = 0; i < process.getActionList().size(); i++) {
      JsonNode json = actions.path(i);
      JsonNode step = json.has("filter") ? json.path("filter") : json.path("transform");
      String name = DatavecJson.simpleName(step);
      try {
        compile(i, step, name, columns);
      } catch (Uncompilable e) {
        return new Compilation.ByReference(name, String.valueOf(e.getMessage()));
      }
    }
    if (columns.slots().size() > Program.MOST_SLOTS) {
      return new Compilation.ByReference(
          "", "there are more than " + Program.MOST_SLOTS + " columns on the way");
    }
    List<Output> outputs = new ArrayList<>();
    for (int i = 0; i < columns.all().size(); i++) {
      int slot = numbers(columns, columns.all().get(i), columns.schema().getName(i));
      outputs.add(new Output(columns.schema().getName(i), slot));
    }
    return new Compilation.Compiled(new Program(inputs, columns.slots(), columns.steps(), outputs));
  }

  /** Compiles a step, or has it run by reference among those that are compiled. */
  private void compile(int index, JsonNode json, String name, Columns columns) {
    DataAction action = process.getActionList().get(index);
    boolean filters = action.getTransform() == null;
    org.datavec.api.transform.schema.Schema after =
        filters ? columns.schema() : action.getTransform().transform(columns.schema());
    int slots = columns.slots().size();
    int steps = columns.steps().size();
    List<Integer> before = List.copyOf(columns.all());
    try {
      if (filters) {
        filter(json, name, columns, culprit.apply(action));
      } else {
        new StepCompiler(columns, json, culprit.apply(action), after)
            .compile(action.getTransform(), name);
      }
    } catch (Uncompilable e) {
      columns.reset(slots, steps, before);
      new ReferenceStepCompiler(columns, json, action, name, after)
          .compile(index, e, culprit.apply(action));
    }
  }

  private static List<Input> inputs(Schema contract, Columns columns) {
    List<Input> inputs = new ArrayList<>();
    List<Integer> slots = new ArrayList<>();
    for (String name : columns.schema().getColumnNames()) {
      Field field = contract.field(contract.position(name));
      int slot = columns.fresh(Input.kind(field.type()));
      inputs.add(new Input(name, field.type(), slot));
      slots.add(slot);
    }
    columns.become(slots, columns.schema());
    return inputs;
  }

  /** What leaves is a number: a text that is left is parsed then. */
  private static int numbers(Columns columns, int slot, String name) {
    if (columns.slots().get(slot) != Kind.TEXT) {
      return slot;
    }
    int parsed = columns.fresh(Kind.DOUBLE);
    columns.add(new Step.Convert(slot, parsed, true, name));
    return parsed;
  }

  private static void filter(JsonNode json, String name, Columns columns, String field) {
    ConditionCompiler conditions = new ConditionCompiler(columns);
    switch (name) {
      case "ConditionFilter" -> {
        Condition when = conditions.compile(json.path("condition"));
        columns.add(new Step.Filter(when, field));
      }
      case "FilterInvalidValues" -> {
        JsonNode only = json.path("columnsToFilterIfInvalid");
        List<String> names =
            only.isArray() ? DatavecJson.texts(only) : columns.schema().getColumnNames();
        List<Condition> invalid = names.stream().map(conditions::invalid).toList();
        columns.add(new Step.Filter(new Condition.Any(invalid), field));
      }
      case "InvalidNumColumns" -> {} // rows of columns all have the same width
      default -> throw new Uncompilable("the filter is not compiled");
    }
  }
}
