package dev.nightjar.dl4j;

import dev.nightjar.config.Suggestion;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.NetworkOutput;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.DataType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.metadata.CategoricalMetaData;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.schema.Schema;
import org.jspecify.annotations.Nullable;

/** Whether a contract, a transform and a network speak of the same columns and units. */
final class ContractFit {
  /** The contract's type for each of DataVec's; what is not here no contract has. */
  private static final Map<ColumnType, DataType> TYPES =
      Map.of(
          ColumnType.String, DataType.STRING,
          ColumnType.Categorical, DataType.STRING,
          ColumnType.Integer, DataType.INTEGER,
          ColumnType.Long, DataType.LONG,
          ColumnType.Float, DataType.FLOAT,
          ColumnType.Double, DataType.DOUBLE,
          ColumnType.Boolean, DataType.BOOLEAN,
          ColumnType.Time, DataType.TIMESTAMP);

  private ContractFit() {}

  /** What does not fit, one sentence each; empty when all is well. */
  static List<String> problems(Contract contract, Schema columns, List<NetworkOutput> given) {
    List<String> problems = new ArrayList<>();
    List<String> names = contract.inputs().stream().map(InputField::name).toList();
    for (InputField input : contract.inputs()) {
      if (columns.hasColumn(input.name())) {
        String problem = misfit(input, columns.getMetaData(input.name()));
        if (problem != null) {
          problems.add(problem);
        }
      } else {
        problems.add(
            "the contract's input '"
                + input.name()
                + "' is no column of the transform's initial schema"
                + Suggestion.text(input.name(), columns.getColumnNames()));
      }
    }
    for (String name : columns.getColumnNames()) {
      if (!names.contains(name)) {
        problems.add(
            "the transform's column '" + name + "' is no input of the contract; add it there");
      }
    }
    contract.outputs().forEach(output -> addMisfit(output, given, problems));
    return problems;
  }

  private static @Nullable String misfit(InputField input, ColumnMetaData column) {
    ColumnType type = column.getColumnType();
    DataType expected = TYPES.get(type);
    if (expected == null) {
      return String.format(
          "the transform's column '%s' is of the type %s, which no contract has",
          input.name(), type);
    }
    if (type == ColumnType.Categorical) {
      return categoryMisfit(input, ((CategoricalMetaData) column).getStateNames());
    }
    return input.type() == expected
        ? null
        : String.format(
            "the contract's input '%s' is a %s and the transform's column of that name a %s; write"
                + " 'type: %s'",
            input.name(), input.typeWord(), type, expected.word());
  }

  private static @Nullable String categoryMisfit(InputField input, List<String> states) {
    Set<String> known = new HashSet<>(states);
    return input.category() && known.equals(new HashSet<>(input.values()))
        ? null
        : String.format(
            "the contract's input '%s' is a %s%s and the transform's column a category with the"
                + " values %s; write 'type: category' with the same values",
            input.name(),
            input.typeWord(),
            input.category() ? " with the values " + input.values() : "",
            states);
  }

  /** An output and what the network gives for it to be made of. */
  private static void addMisfit(
      OutputField output, List<NetworkOutput> given, List<String> problems) {
    List<String> names = given.stream().map(NetworkOutput::name).toList();
    if (output.from().isPresent() && !names.contains(output.from().get())) {
      problems.add(
          names.equals(List.of(Network.UNNAMED))
              ? String.format(
                  "the contract's output '%s' is made from '%s', and the network has one output"
                      + " without a name; leave out 'from'",
                  output.name(), output.from().get())
              : String.format(
                  "the contract's output '%s' is made from '%s', which is no output of the"
                      + " network%s; it has %s",
                  output.name(),
                  output.from().get(),
                  Suggestion.text(output.from().get(), names),
                  names));
    } else if (output.from().isEmpty() && given.size() > 1) {
      problems.add(
          String.format(
              "the contract's output '%s' does not say from which of the network's outputs %s it is"
                  + " made; write 'from: %s', or another of them",
              output.name(), names, names.get(0)));
    } else {
      NetworkOutput one = given.get(Math.max(0, names.indexOf(output.from().orElse(""))));
      if (!output.fits(one.units())) {
        problems.add(misfit(output, one.units(), given.size() > 1 ? one.name() : ""));
      }
    }
  }

  /**
   * Why an output cannot be made of so many units.
   *
   * @param from of the network's outputs the one that has them; empty where it has one
   */
  private static String misfit(OutputField output, int units, String from) {
    String owner =
        from.isEmpty()
            ? "the network has " + units + " outputs"
            : "the network's output '" + from + "' has " + units + " units";
    return output.of() == OutputField.Kind.CLASS
        ? String.format(
            "the contract's output '%s' names %d classes and %s; name each, in order",
            output.name(), output.classes().size(), owner)
        : String.format(
            "the contract's output '%s' takes unit %d and %s, counted from 0",
            output.name(), output.unit(), owner);
  }
}
