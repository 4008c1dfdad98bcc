package dev.nightjar.dl4j.compile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightjar.transform.Condition;
import dev.nightjar.transform.Kind;
import dev.nightjar.transform.Operand;
import dev.nightjar.transform.Step;
import dev.nightjar.transform.Step.Calendar;
import dev.nightjar.transform.Step.Operation;
import dev.nightjar.transform.Step.Pair;
import dev.nightjar.transform.Step.Scaling;
import dev.nightjar.transform.Step.TextOperation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.metadata.CategoricalMetaData;
import org.datavec.api.transform.metadata.TimeMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.column.AddConstantColumnTransform;
import org.datavec.api.transform.transform.condition.ConditionalReplaceValueTransform;
import org.datavec.api.transform.transform.condition.ConditionalReplaceValueTransformWithDefault;
import org.datavec.api.writable.BooleanWritable;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.FloatWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/** Compiles one transform of a process. */
final class StepCompiler {
  private static final Map<String, Calendar> CALENDAR =
      Map.ofEntries(
          Map.entry("year", Calendar.YEAR),
          Map.entry("monthOfYear", Calendar.MONTH_OF_YEAR),
          Map.entry("dayOfMonth", Calendar.DAY_OF_MONTH),
          Map.entry("dayOfYear", Calendar.DAY_OF_YEAR),
          Map.entry("dayOfWeek", Calendar.DAY_OF_WEEK),
          Map.entry("hourOfDay", Calendar.HOUR_OF_DAY),
          Map.entry("minuteOfHour", Calendar.MINUTE_OF_HOUR),
          Map.entry("minuteOfDay", Calendar.MINUTE_OF_DAY),
          Map.entry("secondOfMinute", Calendar.SECOND_OF_MINUTE),
          Map.entry("secondOfDay", Calendar.SECOND_OF_DAY),
          Map.entry("millisOfSecond", Calendar.MILLI_OF_SECOND));

  private final Columns columns;
  private final JsonNode json;
  private final String field;
  private final Schema after;

  /**
   * @param field the column that a row is rejected for
   * @param after the schema behind the transform
   */
  StepCompiler(Columns columns, JsonNode json, String field, Schema after) {
    this.columns = columns;
    this.json = json;
    this.field = field;
    this.after = after;
  }

  void compile(Transform transform, String name) {
    switch (name) {
      case "RenameColumnsTransform", "StringToCategoricalTransform" -> same();
      case "ReorderColumnsTransform",
          "RemoveColumnsTransform",
          "RemoveAllColumnsExceptForTransform" ->
          select();
      case "DuplicateColumnsTransform" -> duplicate();
      case "AddConstantColumnTransform" ->
          constant(((AddConstantColumnTransform) transform).getFixedValue());
      case "ConditionalReplaceValueTransform" ->
          choose(
              replacement(((ConditionalReplaceValueTransform) transform).getNewValue()),
              Operand.of(columns.slot(replaced())));
      case "ConditionalReplaceValueTransformWithDefault" -> {
        var both = (ConditionalReplaceValueTransformWithDefault) transform;
        choose(replacement(both.getYesVal()), replacement(both.getNoVal()));
      }
      case "ConditionalCopyValueTransform" ->
          choose(source(json.path("sourceColumn").asText()), Operand.of(columns.slot(replaced())));
      default -> compileNumbers(name);
    }
  }

  private void compileNumbers(String name) {
    switch (name) {
      case "ConvertToDouble" -> convert(Kind.DOUBLE);
      case "ConvertToFloat" -> convertToFloat();
      case "ConvertToInteger" -> convert(Kind.INT);
      case "ConvertToString" -> convert(Kind.TEXT);
      case "ParseDoubleTransform" -> parseTexts();
      case "DoubleMathOpTransform" -> real(Kind.DOUBLE);
      case "FloatMathOpTransform" -> real(Kind.FLOAT);
      case "IntegerMathOpTransform" -> whole(Kind.INT, json.path("scalar").asLong());
      case "LongMathOpTransform" -> whole(Kind.LONG, json.path("scalar").asLong());
      case "TimeMathOpTransform" ->
          whole(
              Kind.LONG,
              TimeUnit.valueOf(json.path("timeUnit").asText())
                  .toMillis(json.path("timeQuantity").asLong()));
      case "DoubleMathFunctionTransform" -> function(Kind.DOUBLE);
      case "FloatMathFunctionTransform" -> function(Kind.FLOAT);
      case "DoubleColumnsMathOpTransform" -> combine(Kind.DOUBLE);
      case "FloatColumnsMathOpTransform" -> combine(Kind.FLOAT);
      case "IntegerColumnsMathOpTransform" -> combine(Kind.INT);
      case "LongColumnsMathOpTransform" -> combine(Kind.LONG);
      case "StandardizeNormalizer" ->
          scale(Scaling.STANDARDIZE, number("mean"), number("stdev"), 0, 0);
      case "SubtractMeanNormalizer" -> subtractMean();
      case "MinMaxNormalizer" -> minMax();
      case "Log2Normalizer" ->
          scale(
              Scaling.LOG2, number("columnMin"), number("columnMean"), number("scalingFactor"), 0);
      case "DeriveColumnsFromTimeTransform" -> derive();
      default -> compileTexts(name);
    }
  }

  private void compileTexts(String name) {
    switch (name) {
      case "CategoricalToIntegerTransform" -> {
        int index = index(column());
        columns.move(column(), index);
        same();
      }
      case "CategoricalToOneHotTransform" -> oneHot(index(column()), states(column()).size(), 0);
      case "IntegerToOneHotTransform" -> {
        int least = json.path("minValue").asInt();
        oneHot(
            columns.in(column(), Kind.INT, false, field),
            json.path("maxValue").asInt() - least + 1,
            least);
      }
      case "IntegerToCategoricalTransform" -> names();
      case "FirstDigitTransform" -> firstDigit();
      case "StringMapTransform" -> text(TextOperation.MAP, pairs(), List.of(), "");
      case "ReplaceStringTransform" -> text(TextOperation.REPLACE, pairs(), List.of(), "");
      case "MapAllStringsExceptListTransform" ->
          text(
              TextOperation.MAP_EXCEPT,
              List.of(),
              strings("exceptions").stream().sorted().toList(),
              json.path("newValue").asText());
      case "ReplaceEmptyStringTransform" ->
          text(TextOperation.IF_EMPTY, List.of(), List.of(), json.path("value").asText());
      case "AppendStringColumnTransform" ->
          text(TextOperation.APPEND, List.of(), List.of(), json.path("toAppend").asText());
      case "RemoveWhiteSpaceTransform" -> text(TextOperation.STRIP, List.of(), List.of(), "");
      case "ConcatenateStringColumns" -> concatenate();
      case "ReplaceEmptyIntegerWithValueTransform" -> {
        if (columns.kind(column()) == Kind.TEXT) {
          throw new Uncompilable("it leaves texts beside numbers in '" + column() + "'");
        }
        same(); // only a text can be empty
      }
      case "ReplaceInvalidWithIntegerTransform" -> replaceInvalid();
      default -> throw new Uncompilable("this step is not compiled");
    }
  }

  private String column() {
    return json.path("columnName").asText();
  }

  private String replaced() {
    return json.path("columnToReplace").asText();
  }

  private double number(String name) {
    return json.path(name).asDouble();
  }

  private List<String> strings(String name) {
    return DatavecJson.texts(json.path(name));
  }

  /** The columns stay in their slots. */
  private void same() {
    columns.become(columns.all(), after);
  }

  private void append(int slot) {
    List<Integer> next = new ArrayList<>(columns.all());
    next.add(slot);
    columns.become(next, after);
  }

  private void select() {
    columns.become(after.getColumnNames().stream().map(columns::slot).toList(), after);
  }

  private void duplicate() {
    Set<String> duplicated = new HashSet<>(strings("columnsToDuplicate"));
    List<Integer> next = new ArrayList<>();
    for (String name : columns.schema().getColumnNames()) {
      next.add(columns.slot(name));
      if (duplicated.contains(name)) {
        next.add(columns.slot(name));
      }
    }
    columns.become(next, after);
  }

  private void constant(Writable value) {
    int out =
        columns.fresh(
            value instanceof NullWritable
                ? kind(after.getType(after.numColumns() - 1))
                : kind(value));
    columns.add(new Step.Constant(operand(value), out, field));
    append(out);
  }

  private static Kind kind(ColumnType type) {
    return switch (type) {
      case String, Categorical -> Kind.TEXT;
      case Integer -> Kind.INT;
      case Long, Time -> Kind.LONG;
      case Float -> Kind.FLOAT;
      case Double -> Kind.DOUBLE;
      case Boolean -> Kind.BOOLEAN;
      default -> throw new Uncompilable("columns of the type " + type + " are not compiled");
    };
  }

  private static Kind kind(Writable value) {
    if (value instanceof DoubleWritable) {
      return Kind.DOUBLE;
    } else if (value instanceof FloatWritable) {
      return Kind.FLOAT;
    } else if (value instanceof IntWritable) {
      return Kind.INT;
    } else if (value instanceof LongWritable) {
      return Kind.LONG;
    } else if (value instanceof BooleanWritable) {
      return Kind.BOOLEAN;
    } else if (value instanceof Text) {
      return Kind.TEXT;
    }
    throw new Uncompilable("a " + value.getClass().getSimpleName() + " is not compiled");
  }

  /** The kind of a constant; the other where it is null, which is of every kind. */
  static Kind kindOr(Writable value, Kind other) {
    return value instanceof NullWritable ? other : kind(value);
  }

  private static Operand operand(Writable value) {
    return Operand.constant(value instanceof NullWritable ? null : value.toString());
  }

  private Operand source(String column) {
    if (columns.kind(column) != columns.kind(replaced())) {
      throw new Uncompilable(mixed());
    }
    return Operand.of(columns.slot(column));
  }

  private String mixed() {
    return "it leaves values of two kinds in '" + replaced() + "'";
  }

  /** A constant for the column that is replaced; null is of every kind. */
  private Operand replacement(Writable value) {
    Kind column = columns.kind(replaced());
    if (kindOr(value, column) != column) {
      throw new Uncompilable(mixed());
    }
    return operand(value);
  }

  private void choose(Operand then, Operand otherwise) {
    String column = replaced();
    Condition when = new ConditionCompiler(columns).compile(json.path("condition"));
    int out = columns.out(column, columns.kind(column));
    columns.add(new Step.Choose(when, then, otherwise, out, field));
    columns.move(column, out);
    same();
  }

  private void convert(Kind kind) {
    String column = column();
    if (columns.kind(column) != kind) {
      columns.move(column, columns.in(column, kind, false, field));
    }
    same();
  }

  private void convertToFloat() {
    if (columns.kind(column()) == Kind.DOUBLE) {
      throw new Uncompilable("DataVec cannot convert doubles to floats");
    }
    convert(Kind.FLOAT);
  }

  private void parseTexts() {
    for (String name : columns.schema().getColumnNames()) {
      if (columns.kind(name) == Kind.TEXT) {
        columns.move(name, columns.in(name, Kind.DOUBLE, true, field));
      }
    }
    same();
  }

  /** A step from a slot to a slot. */
  private interface Made {
    Step of(int in, int out);
  }

  /** A step that makes a column's values of its values. */
  private void inPlace(Kind kind, Made step) {
    int own = columns.slot(column());
    int in = columns.in(column(), kind, false, field);
    // A slot that was only just made for the conversion is free.
    int out = in == own ? columns.out(column(), kind) : in;
    columns.add(step.of(in, out));
    moved(out);
  }

  private void moved(int out) {
    columns.move(column(), out);
    same();
  }

  private static Operation operation(String mathOp) {
    return switch (mathOp) {
      case "Add" -> Operation.ADD;
      case "Subtract" -> Operation.SUBTRACT;
      case "Multiply" -> Operation.MULTIPLY;
      case "Divide" -> Operation.DIVIDE;
      case "Modulus" -> Operation.MODULUS;
      case "ReverseSubtract" -> Operation.SUBTRACT_FROM;
      case "ReverseDivide" -> Operation.DIVIDE_INTO;
      case "ScalarMin" -> Operation.MIN;
      case "ScalarMax" -> Operation.MAX;
      default -> throw new Uncompilable("the operation " + mathOp + " is not compiled");
    };
  }

  private Operation operation() {
    return operation(json.path("mathOp").asText());
  }

  private void real(Kind kind) {
    double scalar =
        kind == Kind.FLOAT ? Float.parseFloat(json.path("scalar").asText()) : number("scalar");
    inPlace(kind, (in, out) -> new Step.Real(in, out, operation(), scalar, field));
  }

  private void whole(Kind kind, long scalar) {
    inPlace(kind, (in, out) -> new Step.Whole(in, out, operation(), scalar, field));
  }

  private void function(Kind kind) {
    Step.Function function = Step.Function.valueOf(json.path("mathFunction").asText());
    inPlace(kind, (in, out) -> new Step.Apply(in, out, function, field));
  }

  private void combine(Kind kind) {
    List<Integer> in =
        strings("columns").stream().map(name -> columns.in(name, kind, false, field)).toList();
    int out = columns.fresh(kind);
    columns.add(new Step.Combine(in, out, operation(), field));
    append(out);
  }

  private void scale(Scaling scaling, double a, double b, double c, double d) {
    inPlace(Kind.DOUBLE, (in, out) -> new Step.Scale(in, out, scaling, a, b, c, d, field));
  }

  private void minMax() {
    double min = number("min");
    double newMin = number("newMin");
    double ratio = (number("newMax") - newMin) / (number("max") - min);
    scale(Scaling.MIN_MAX, min, 0, newMin, ratio);
  }

  private void subtractMean() {
    inPlace(
        Kind.DOUBLE,
        (in, out) -> new Step.Real(in, out, Operation.SUBTRACT, number("mean"), field));
  }

  private void derive() {
    String column = column();
    if (columns.kind(column) != Kind.LONG) {
      throw new Uncompilable("the times of '" + column + "' are no longs");
    }
    String zone = ((TimeMetaData) columns.metadata(column)).getTimeZone().getID();
    if (!ZoneHistory.isOne(zone)) {
      throw new Uncompilable("Java tells the history of the time zone '" + zone + "' otherwise");
    }
    List<Integer> derived = new ArrayList<>();
    for (JsonNode one : json.path("derivedColumns")) {
      Calendar calendar = CALENDAR.get(one.path("fieldType").path("fieldType").asText());
      if (!one.path("columnType").asText().equals("Integer") || calendar == null) {
        throw new Uncompilable(
            "the derived column '" + one.path("columnName").asText() + "' is not compiled");
      }
      int out = columns.fresh(Kind.INT);
      columns.add(new Step.TimeField(columns.slot(column), out, calendar, zone, field));
      derived.add(out);
    }
    List<Integer> next = new ArrayList<>(columns.all());
    next.addAll(columns.place(json.path("insertAfter").asText()) + 1, derived);
    columns.become(next, after);
  }

  private List<String> states(String column) {
    if (columns.metadata(column) instanceof CategoricalMetaData categories) {
      return categories.getStateNames();
    }
    throw new Uncompilable("'" + column + "' is no category");
  }

  private int index(String column) {
    int in = columns.in(column, Kind.TEXT, false, field);
    int out = columns.fresh(Kind.INT);
    columns.add(new Step.Index(in, out, states(column), field));
    return out;
  }

  private void oneHot(int in, int width, int least) {
    List<Integer> out = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      out.add(columns.fresh(Kind.INT));
    }
    columns.add(new Step.OneHot(in, out, least, field));
    List<Integer> next = new ArrayList<>(columns.all());
    int place = columns.place(column());
    next.remove(place);
    next.addAll(place, out);
    columns.become(next, after);
  }

  private void names() {
    Map<Integer, String> names = new TreeMap<>();
    json.path("map")
        .properties()
        .forEach(e -> names.put(Integer.valueOf(e.getKey()), e.getValue().asText()));
    int in = columns.in(column(), Kind.INT, false, field);
    int out = columns.fresh(Kind.TEXT);
    columns.add(new Step.Name(in, out, names, field));
    moved(out);
  }

  private void firstDigit() {
    String input = json.path("inputColumn").asText();
    String output = json.path("outputColumn").asText();
    boolean other = json.path("mode").asText().equals("INCLUDE_OTHER_CATEGORY");
    int in = columns.in(input, Kind.TEXT, false, field);
    int out = columns.fresh(Kind.TEXT);
    columns.add(
        new Step.Text(
            in, out, TextOperation.FIRST_DIGIT, List.of(), List.of(), other ? "Other" : "", field));
    List<Integer> next = new ArrayList<>(columns.all());
    int place = columns.place(input);
    if (input.equals(output)) {
      next.set(place, out);
    } else {
      next.add(place + 1, out);
    }
    columns.become(next, after);
  }

  private List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    json.path("map")
        .properties()
        .forEach(e -> pairs.add(new Pair(e.getKey(), e.getValue().asText())));
    return pairs;
  }

  private void text(TextOperation operation, List<Pair> pairs, List<String> list, String value) {
    inPlace(Kind.TEXT, (in, out) -> new Step.Text(in, out, operation, pairs, list, value, field));
  }

  private void concatenate() {
    List<Integer> in = strings("columnsToConcatenate").stream().map(columns::slot).toList();
    int out = columns.fresh(Kind.TEXT);
    columns.add(new Step.Concatenate(in, out, json.path("delimiter").asText(), field));
    append(out);
  }

  private void replaceInvalid() {
    String column = column();
    if (columns.kind(column) != Kind.INT) {
      throw new Uncompilable("it leaves values of two kinds in '" + column + "'");
    }
    Condition when = new ConditionCompiler(columns).invalid(column);
    int out = columns.out(column, Kind.INT);
    columns.add(
        new Step.Choose(
            when,
            Operand.constant(json.path("value").asText()),
            Operand.of(columns.slot(column)),
            out,
            field));
    moved(out);
  }
}
