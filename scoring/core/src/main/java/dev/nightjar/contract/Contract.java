package dev.nightjar.contract;

import dev.nightjar.config.Suggestion;
import dev.nightjar.data.Field;
import dev.nightjar.data.ReservedColumns;
import dev.nightjar.data.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The typed signature of a bundle: what comes in, by which rules, and what comes out.
 *
 * @param layout how the network takes the columns that the transform makes of a row
 */
public record Contract(List<InputField> inputs, List<OutputField> outputs, Layout layout) {

  /** A contract of a network from rows of numbers to rows of numbers. */
  public Contract(List<InputField> inputs, List<OutputField> outputs) {
    this(inputs, outputs, Layout.ROWS);
  }

  /**
   * @throws IllegalArgumentException when a name occurs twice or there is no input or output
   */
  public Contract {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    if (inputs.isEmpty() || outputs.isEmpty()) {
      throw new IllegalArgumentException("a contract needs at least one input and one output");
    }
  }

  /** Whether inputs or outputs of the network are named: then it may have several. */
  public boolean namesParts() {
    return layout.input() instanceof InputLayout.Several || namesOutputs();
  }

  /** Whether outputs of the network are named. */
  public boolean namesOutputs() {
    return !layout.outputs().isEmpty()
        || outputs.stream().anyMatch(output -> output.from().isPresent());
  }

  /** The same with what the network was found to give. */
  public Contract settled(List<NetworkOutput> found) {
    return new Contract(inputs, outputs, new Layout(layout.input(), layout.output(), found));
  }

  /** Whether each output is made of units that are there, as far as the layout says. */
  public boolean isSettled() {
    int all = layout.outputs().stream().mapToInt(NetworkOutput::units).sum();
    return outputs.stream()
        .allMatch(
            output -> layout.outputs().isEmpty() ? output.from().isEmpty() : fits(output, all));
  }

  /**
   * Whether an output can be made of what the network gives.
   *
   * @param units how many units the network gives in all
   */
  public boolean fits(OutputField output, int units) {
    return layout.units(output.from(), units).stream().anyMatch(output::fits);
  }

  /** The columns of the inputs, as the transform sees them. */
  public Schema inputSchema() {
    return Schema.of(inputs.stream().map(f -> new Field(f.name(), f.type())).toList());
  }

  /** The columns of the outputs. */
  public Schema outputSchema() {
    return Schema.of(outputs.stream().flatMap(o -> o.columns().stream()).toList());
  }

  /** The flags that a row can get by these rules, in the order in which it gets them. */
  public List<String> flags() {
    List<String> flags = new ArrayList<>();
    for (InputField input : inputs) {
      if (input.onMissing() == InputField.OnMissing.IMPUTE) {
        flags.add(input.imputedFlag());
      }
      if (input.category() && input.onUnknown() != InputField.OnUnknown.REJECT) {
        flags.add(input.unknownFlag());
      }
    }
    return flags;
  }

  /**
   * What stands in the way of scoring rows of these columns: absent ones and types that cannot be
   * converted. Empty when all is well. Columns that the contract does not name are left alone.
   */
  public List<String> mismatches(Schema rows) {
    List<String> found = new ArrayList<>();
    for (InputField input : inputs) {
      OptionalInt position = rows.find(input.name());
      if (position.isEmpty()) {
        found.add(
            "the bundle's input '"
                + input.name()
                + "' ("
                + input.typeWord()
                + ") is no column of the joined rows"
                + Suggestion.text(input.name(), rows.names()));
      } else {
        Field column = rows.field(position.getAsInt());
        if (!Conversion.isPossible(column.type(), input.type())) {
          found.add(
              String.format(
                  "the bundle's input '%s' is a %s and the column of that name a %s, which cannot"
                      + " be converted; cast it in the input, for example with sql:",
                  input.name(), input.typeWord(), column.type().word()));
        }
      }
    }
    List<String> added = outputSchema().names();
    for (String name : rows.names()) {
      if (added.contains(name)) {
        found.add(
            "the bundle's output '"
                + name
                + "' has the name of a column of the joined rows; rename that column");
      }
    }
    for (String name : ReservedColumns.reservedAmong(added)) {
      found.add("the bundle's output '" + name + "' has a name that Nightjar keeps for itself");
    }
    return found;
  }
}
