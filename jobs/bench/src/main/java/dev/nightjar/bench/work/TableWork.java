package dev.nightjar.bench.work;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.InputField.OnInvalid;
import dev.nightjar.contract.InputField.OnMissing;
import dev.nightjar.contract.InputField.OnUnknown;
import dev.nightjar.contract.InputField.Range;
import dev.nightjar.data.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * J2: 20 numbers and 2 categories, a tenth of them null, through multiplications, logarithms, clips
 * and one-hots and a standardizer into a perceptron 30-128-64-1.
 */
public final class TableWork implements Workload {
  static final int NUMBERS = 20;
  static final int MULTIPLIED = 5;

  /** The columns from here on are logarithms, … */
  static final int FIRST_LOGARITHM = 5;

  /** … those from here on are clipped, … */
  static final int FIRST_CLIPPED = 8;

  /** … and those from here on are taken as they are. */
  static final int FIRST_PLAIN = 10;

  static final double LEAST = -2;
  static final double GREATEST = 2;
  static final List<String> COLOURS = List.of("red", "green", "blue", "white", "black");
  static final List<String> CITIES = List.of("Lima", "Oslo", "Rome", "Pune", "Bonn");
  static final String COLOUR = "colour";
  static final String CITY = "city";

  private static final double NULLS = 0.1;
  private static final int NULL_SALT = 1000;
  private static final int WIDTH = NUMBERS + 10;

  /** What a column is multiplied by. */
  static double factor(int column) {
    return 0.5 + 0.25 * column;
  }

  /** What stands in for a null in a column of numbers. */
  static double defaultOf(int column) {
    return isLogarithm(column) ? 10.0 : 0.125 * column;
  }

  private static boolean isLogarithm(int column) {
    return column >= FIRST_LOGARITHM && column < FIRST_CLIPPED;
  }

  @Override
  public String name() {
    return "j2";
  }

  @Override
  public List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < NUMBERS; i++) {
      columns.add(number(i));
    }
    columns.add(text(COLOUR, COLOURS, NUMBERS));
    columns.add(text(CITY, CITIES, NUMBERS + 1));
    return columns;
  }

  /** The column of numbers of that position. */
  static Column number(int column) {
    Column values =
        isLogarithm(column) ? Formulas.between(0.5, 100, column) : Formulas.between(-5, 5, column);
    return Formulas.withNulls(values, NULLS, NULL_SALT + column).as("x" + column);
  }

  /** A column of categories. */
  static Column text(String name, List<String> values, int salt) {
    return Formulas.withNulls(Formulas.oneOf(values, salt), NULLS, NULL_SALT + salt).as(name);
  }

  @Override
  public Contract contract() {
    List<InputField> inputs = new ArrayList<>();
    for (int i = 0; i < NUMBERS; i++) {
      inputs.add(
          field(
              "x" + i,
              DataType.DOUBLE,
              List.of(),
              defaultOf(i),
              Optional.of(isLogarithm(i) ? new Range(0.01, 1000) : new Range(-1000, 1000)),
              i == FIRST_PLAIN ? OnInvalid.MISSING : OnInvalid.REJECT,
              OnUnknown.REJECT));
    }
    inputs.add(
        field(
            COLOUR,
            DataType.STRING,
            COLOURS,
            COLOURS.get(0),
            Optional.empty(),
            OnInvalid.REJECT,
            OnUnknown.REJECT));
    // A flagged one reaches the transform, which does not take it.
    inputs.add(
        field(
            CITY,
            DataType.STRING,
            CITIES,
            CITIES.get(1),
            Optional.empty(),
            OnInvalid.REJECT,
            OnUnknown.FLAG));
    return new Contract(inputs, FloatWork.OUTPUTS);
  }

  private static InputField field(
      String name,
      DataType type,
      List<String> values,
      Object defaultValue,
      Optional<Range> range,
      OnInvalid onInvalid,
      OnUnknown onUnknown) {
    return new InputField(
        name,
        type,
        !values.isEmpty(),
        values,
        OnMissing.IMPUTE,
        Optional.of(defaultValue),
        range,
        onInvalid,
        onUnknown,
        Optional.empty());
  }

  @Override
  public TransformProcess transform() {
    Schema.Builder schema = new Schema.Builder();
    for (int i = 0; i < NUMBERS; i++) {
      schema.addColumnDouble("x" + i);
    }
    schema.addColumnCategorical(COLOUR, COLOURS);
    schema.addColumnCategorical(CITY, CITIES);
    TransformProcess.Builder steps = new TransformProcess.Builder(schema.build());
    for (int i = 0; i < MULTIPLIED; i++) {
      steps.doubleMathOp("x" + i, MathOp.Multiply, factor(i));
    }
    for (int i = FIRST_LOGARITHM; i < FIRST_CLIPPED; i++) {
      steps.doubleMathFunction("x" + i, MathFunction.LOG);
    }
    for (int i = FIRST_CLIPPED; i < FIRST_PLAIN; i++) {
      steps.doubleMathOp("x" + i, MathOp.ScalarMax, LEAST);
      steps.doubleMathOp("x" + i, MathOp.ScalarMin, GREATEST);
    }
    return steps.categoricalToOneHot(COLOUR, CITY).build();
  }

  @Override
  public boolean isNormalized() {
    return true;
  }

  @Override
  public MultiLayerNetwork network() {
    return Networks.perceptron(WIDTH);
  }

  @Override
  public long[] shape() {
    return new long[] {WIDTH};
  }

  @Override
  public RowEncoder encoder() {
    return new TableEncoder();
  }
}
