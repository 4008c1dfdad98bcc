package dev.nightjar.dl4j;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.config.Suggestion;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Conversion;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.engine.GivenOutputs;
import dev.nightjar.pipeline.GoldenProof;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows with what a foreign model gives for them, taken apart.
 *
 * @param place what messages call them
 * @param inputs the contract's columns, in its order, in the types in which they came
 * @param units of each row, all finite
 */
record GivenRows(String place, ColumnBatch inputs, List<float[]> units) {
  /** More would make a bundle large and its loading slow, and show nothing new. */
  static final int MOST = 10_000;

  private static final int MOST_NAMED = 16;

  /**
   * The rows as they were given.
   *
   * @param width how many numbers the network gives for a row
   * @throws BundleException when columns lack or are too many, rows are too few or alike, or a unit
   *     is no finite number
   */
  static GivenRows of(GivenOutputs given, Contract contract, int width) {
    ColumnBatch rows = given.rows();
    List<String> inputs = contract.inputSchema().names();
    List<String> units = IntStream.range(0, width).mapToObj(i -> GivenOutputs.UNIT + i).toList();
    checkColumns(given.place(), rows.schema().names(), inputs, units);
    List<Field> fields = new ArrayList<>();
    inputs.forEach(name -> fields.add(rows.schema().field(rows.schema().position(name))));
    List<String> problems = contract.mismatches(Schema.of(fields));
    if (!problems.isEmpty()) {
      throw new BundleException(
          given.place() + " does not fit the contract:\n  " + String.join("\n  ", problems));
    }
    ColumnBatch chosen =
        new ColumnBatch(Schema.of(fields), inputs.stream().map(rows::column).toList(), rows.rows());
    checkCount(given.place(), chosen);
    List<float[]> numbers = new ArrayList<>();
    for (int row = 0; row < rows.rows(); row++) {
      float[] all = new float[width];
      for (int unit = 0; unit < width; unit++) {
        all[unit] = number(given.place(), units.get(unit), rows, row);
      }
      numbers.add(all);
    }
    return new GivenRows(given.place(), chosen, numbers);
  }

  private static void checkColumns(
      String place, List<String> there, List<String> inputs, List<String> units) {
    for (String input : inputs) {
      if (units.contains(input)) {
        throw new BundleException(
            String.format(
                "the contract's input '%s' has the name by which the rows that come with a model call"
                    + " its outputs; rename the input",
                input));
      }
    }
    List<String> known = new ArrayList<>(inputs);
    known.addAll(units);
    List<String> problems = new ArrayList<>();
    for (String name : known) {
      if (!there.contains(name)) {
        problems.add(
            units.contains(name)
                ? String.format(
                    "lacks the column '%s'; the network gives %d numbers for a row, and each is a"
                        + " column",
                    name, units.size())
                : "lacks the column '" + name + "', an input of the contract");
      }
    }
    for (String name : there) {
      if (!known.contains(name)) {
        problems.add(
            String.format(
                "has the column '%s', which is neither an input of the contract nor %s; leave it"
                    + " out%s",
                name, words(units), known.size() > MOST_NAMED ? "" : Suggestion.text(name, known)));
      }
    }
    if (!problems.isEmpty()) {
      int more = problems.size() - MOST_NAMED;
      throw new BundleException(
          problems.stream()
              .limit(MOST_NAMED)
              .map(problem -> place + " " + problem)
              .collect(Collectors.joining("\n", "", more > 0 ? "\n… and " + more + " more" : "")));
    }
  }

  private static String words(List<String> units) {
    return units.size() == 1
        ? "the network's " + units.get(0)
        : units.get(0) + " to " + units.get(units.size() - 1) + " of the network";
  }

  private static void checkCount(String place, ColumnBatch inputs) {
    Set<List<@Nullable Object>> different = new HashSet<>();
    for (int row = 0; row < inputs.rows(); row++) {
      List<@Nullable Object> values = new ArrayList<>();
      for (int column = 0; column < inputs.schema().size(); column++) {
        values.add(inputs.column(column).get(row));
      }
      different.add(values);
    }
    if (different.size() < GoldenProof.LEAST_GIVEN) {
      throw new BundleException(
          String.format(
              "%s has %d different rows with outputs, and %d are the least with which a model that"
                  + " no library here can judge is believed; let the library that it comes from"
                  + " compute more",
              place, different.size(), GoldenProof.LEAST_GIVEN));
    }
    if (inputs.rows() > MOST) {
      throw new BundleException(
          String.format(
              "%s has more than %d rows, the most that are compared; some hundred are enough",
              place, MOST));
    }
  }

  private static float number(String place, String unit, ColumnBatch rows, int row) {
    Column column = rows.column(unit);
    Object value =
        Conversion.isPossible(column.type(), DataType.DOUBLE)
            ? Conversion.convert(column, row, DataType.DOUBLE)
            : Conversion.INVALID;
    float number = value instanceof Double given ? given.floatValue() : Float.NaN;
    if (!Float.isFinite(number)) {
      throw new BundleException(
          String.format(
              "%s: row %d of %d has %s for %s, and only finite numbers can be compared; leave out"
                  + " rows for which the model gives none",
              place,
              row + 1,
              rows.rows(),
              column.get(row) == null ? "nothing" : "'" + column.get(row) + "'",
              unit));
    }
    return number;
  }
}
