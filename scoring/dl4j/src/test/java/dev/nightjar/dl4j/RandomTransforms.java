package dev.nightjar.dl4j;

import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.BooleanCondition;
import org.datavec.api.transform.condition.Condition;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.CategoricalColumnCondition;
import org.datavec.api.transform.condition.column.DoubleColumnCondition;
import org.datavec.api.transform.condition.column.FloatColumnCondition;
import org.datavec.api.transform.condition.column.IntegerColumnCondition;
import org.datavec.api.transform.condition.column.LongColumnCondition;
import org.datavec.api.transform.condition.column.NullWritableColumnCondition;
import org.datavec.api.transform.condition.column.StringColumnCondition;
import org.datavec.api.transform.condition.column.TimeColumnCondition;
import org.datavec.api.transform.condition.column.TrivialColumnCondition;
import org.datavec.api.transform.condition.string.StringRegexColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.transform.filter.FilterInvalidValues;
import org.datavec.api.transform.transform.categorical.FirstDigitTransform;
import org.datavec.api.transform.transform.categorical.IntegerToCategoricalTransform;
import org.datavec.api.transform.transform.condition.ConditionalReplaceValueTransformWithDefault;
import org.datavec.api.transform.transform.doubletransform.ConvertToDouble;
import org.datavec.api.transform.transform.doubletransform.Log2Normalizer;
import org.datavec.api.transform.transform.doubletransform.MinMaxNormalizer;
import org.datavec.api.transform.transform.doubletransform.StandardizeNormalizer;
import org.datavec.api.transform.transform.doubletransform.SubtractMeanNormalizer;
import org.datavec.api.transform.transform.floattransform.ConvertToFloat;
import org.datavec.api.transform.transform.floattransform.FloatColumnsMathOpTransform;
import org.datavec.api.transform.transform.floattransform.FloatMathFunctionTransform;
import org.datavec.api.transform.transform.floattransform.FloatMathOpTransform;
import org.datavec.api.transform.transform.integer.ConvertToInteger;
import org.datavec.api.transform.transform.integer.ReplaceEmptyIntegerWithValueTransform;
import org.datavec.api.transform.transform.integer.ReplaceInvalidWithIntegerTransform;
import org.datavec.api.transform.transform.parse.ParseDoubleTransform;
import org.datavec.api.transform.transform.string.AppendStringColumnTransform;
import org.datavec.api.transform.transform.string.ChangeCaseStringTransform;
import org.datavec.api.transform.transform.string.ConcatenateStringColumns;
import org.datavec.api.transform.transform.string.ConvertToString;
import org.datavec.api.transform.transform.string.MapAllStringsExceptListTransform;
import org.datavec.api.transform.transform.string.RemoveWhiteSpaceTransform;
import org.datavec.api.transform.transform.string.ReplaceEmptyStringTransform;
import org.datavec.api.transform.transform.string.ReplaceStringTransform;
import org.datavec.api.transform.transform.string.StringMapTransform;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;

/** Transforms of random steps, each valid for the columns that the steps before have left. */
final class RandomTransforms {
  static final Schema COLUMNS =
      Schema.of(
          List.of(
              new Field("d", DataType.DOUBLE),
              new Field("e", DataType.DOUBLE),
              new Field("f", DataType.FLOAT),
              new Field("i", DataType.INTEGER),
              new Field("j", DataType.INTEGER),
              new Field("l", DataType.LONG),
              new Field("c", DataType.STRING),
              new Field("s", DataType.STRING),
              new Field("t", DataType.TIMESTAMP)));

  private static final List<String> STATES = List.of("red", "green", "7");
  private static final List<String> TEXTS =
      List.of("red", "green", "7", "-3.5", "", " a b", "0x1f", "blue", "NullWritable", "９");
  private static final List<Double> NUMBERS =
      List.of(
          0.0,
          -0.0,
          1.5,
          -2.25,
          1e300,
          Double.MIN_VALUE,
          Double.NaN,
          Double.NEGATIVE_INFINITY,
          3.0);
  private static final List<DateTimeZone> ZONES =
      List.of(
          DateTimeZone.UTC,
          DateTimeZone.forID("America/New_York"),
          DateTimeZone.forID("Asia/Kathmandu"),
          DateTimeZone.forOffsetHours(-7));
  private static final List<DateTimeFieldType> FIELDS =
      List.of(
          DateTimeFieldType.hourOfDay(),
          DateTimeFieldType.minuteOfHour(),
          DateTimeFieldType.secondOfMinute(),
          DateTimeFieldType.minuteOfDay(),
          DateTimeFieldType.secondOfDay(),
          DateTimeFieldType.dayOfMonth(),
          DateTimeFieldType.dayOfWeek(),
          DateTimeFieldType.dayOfYear(),
          DateTimeFieldType.year(),
          DateTimeFieldType.millisOfSecond());

  private final Random random;
  private final TransformProcess.Builder process;
  private org.datavec.api.transform.schema.Schema now;
  private int named;

  private RandomTransforms(Random random) {
    this.random = random;
    this.now =
        new org.datavec.api.transform.schema.Schema.Builder()
            .addColumnDouble("d", -5.0, 100.0)
            .addColumnDouble("e", null, 7.0, true, true)
            .addColumnFloat("f")
            .addColumnInteger("i", 0, 9)
            .addColumnsInteger("j")
            .addColumnLong("l", -4L, null)
            .addColumnCategorical("c", STATES)
            .addColumnString("s")
            .addColumnTime("t", pick(ZONES))
            .build();
    this.process = new TransformProcess.Builder(now);
  }

  /** A transform of up to ten steps that ends in numbers. */
  static TransformProcess next(Random random) {
    Optional<TransformProcess> made = Optional.empty();
    while (made.isEmpty()) {
      made = attempt(random);
    }
    return made.get();
  }

  /** Empty when DataVec takes no such transform: it divides the bounds of a schema by zero, say. */
  private static Optional<TransformProcess> attempt(Random random) {
    RandomTransforms made = new RandomTransforms(random);
    try {
      int steps = 1 + random.nextInt(10);
      for (int i = 0; i < steps; i++) {
        made.addStep();
      }
      return Optional.of(made.numbersOnly());
    } catch (ArithmeticException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  /** Rows of ordinary values, nulls and extremes. */
  static ColumnBatch rows(Random random, int count) {
    ColumnBatch.Builder rows = ColumnBatch.builder(COLUMNS);
    for (int row = 0; row < count; row++) {
      Object[] values = COLUMNS.fields().stream().map(f -> value(random, f)).toArray();
      rows.row(values);
    }
    return rows.build();
  }

  private static Object value(Random random, Field field) {
    if (random.nextInt(12) == 0) {
      return null;
    }
    boolean extreme = random.nextInt(6) == 0;
    double number =
        extreme
            ? NUMBERS.get(random.nextInt(NUMBERS.size()))
            : Math.rint(random.nextGaussian() * 80) / 8;
    return switch (field.type()) {
      case DOUBLE -> number;
      case FLOAT -> (float) number;
      case INTEGER -> extreme ? random.nextInt() : random.nextInt(12) - 1;
      case LONG -> extreme ? random.nextLong() : (long) random.nextInt(12) - 5;
      case TIMESTAMP ->
          // From 1905 to 2034: older local times differ between the time zones of Joda and Java.
          -2_051_222_400_000_000L + (long) (random.nextDouble() * 4_070_908_800_000_000L);
      default ->
          field.name().equals("c") && !extreme
              ? STATES.get(random.nextInt(STATES.size()))
              : TEXTS.get(random.nextInt(TEXTS.size()));
    };
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private String column() {
    return pick(now.getColumnNames());
  }

  /** A column of one of these types; any when there is none. */
  private String column(ColumnType... types) {
    Set<ColumnType> wanted = new HashSet<>(Arrays.asList(types));
    List<String> fitting =
        now.getColumnNames().stream().filter(n -> wanted.contains(now.getType(n))).toList();
    return fitting.isEmpty() ? "" : pick(fitting);
  }

  private double number() {
    return random.nextInt(5) == 0 ? pick(NUMBERS) : random.nextInt(9) - 2;
  }

  private String fresh() {
    return "new" + named++;
  }

  private void addStep() {
    switch (random.nextInt(6)) {
      case 0 -> addDoubles();
      case 1 -> addWholes();
      case 2 -> addTexts();
      case 3 -> addColumns();
      case 4 -> addChoice();
      default -> addFilterOrTime();
    }
    now = process.build().getFinalSchema();
  }

  private void with(BiFunction<String, Random, Transform> made, ColumnType... types) {
    String column = column(types);
    if (!column.isEmpty()) {
      process.transform(made.apply(column, random));
    }
  }

  private void addDoubles() {
    switch (random.nextInt(9)) {
      case 0, 1 -> {
        String column = column(ColumnType.Double);
        if (!column.isEmpty()) {
          process.doubleMathOp(column, pick(List.of(MathOp.values())), number());
        }
      }
      case 2 -> {
        String column = column(ColumnType.Double, ColumnType.Integer, ColumnType.Float);
        if (!column.isEmpty()) {
          process.doubleMathFunction(column, pick(List.of(MathFunction.values())));
        }
      }
      case 3 -> {
        MathOp op = pick(List.of(MathOp.Add, MathOp.Subtract, MathOp.Multiply, MathOp.Divide));
        process.doubleColumnsMathOp(fresh(), op, column(), column());
      }
      case 4 -> with((c, r) -> new MinMaxNormalizer(c, -1, r.nextInt(9), 0, 2));
      case 5 -> with((c, r) -> new StandardizeNormalizer(c, 1.25, r.nextInt(3)));
      case 6 -> with((c, r) -> new Log2Normalizer(c, 3, -2, 0.5));
      case 7 -> with((c, r) -> new SubtractMeanNormalizer(c, 0.1));
      default -> with((c, r) -> new ConvertToDouble(c));
    }
  }

  private void addWholes() {
    switch (random.nextInt(12)) {
      case 0, 1 -> {
        String column = column(ColumnType.Integer);
        if (!column.isEmpty()) {
          process.integerMathOp(column, pick(List.of(MathOp.values())), random.nextInt(4) - 1);
        }
      }
      case 2 -> {
        String column = column(ColumnType.Long);
        if (!column.isEmpty()) {
          process.longMathOp(column, pick(List.of(MathOp.values())), random.nextInt(4) - 1);
        }
      }
      case 3 -> {
        MathOp op = pick(List.of(MathOp.Add, MathOp.Multiply, MathOp.Divide, MathOp.Modulus));
        process.integerColumnsMathOp(fresh(), op, column(), column());
      }
      case 4 -> {
        MathOp op = pick(List.of(MathOp.Subtract, MathOp.Divide, MathOp.Modulus));
        process.longColumnsMathOp(fresh(), op, column(), column());
      }
      case 5 -> with((c, r) -> new ConvertToInteger(c));
      case 6 ->
          with(
              (c, r) -> new FloatMathOpTransform(c, pick(List.of(MathOp.values())), 1.3f),
              ColumnType.Float);
      case 7 ->
          with(
              (c, r) -> new FloatMathFunctionTransform(c, pick(List.of(MathFunction.values()))),
              ColumnType.Float);
      case 8 -> {
        MathOp op = pick(List.of(MathOp.Add, MathOp.Subtract, MathOp.Multiply, MathOp.Divide));
        process.transform(new FloatColumnsMathOpTransform(fresh(), op, column(), column()));
      }
      case 9 ->
          with(
              (c, r) -> new IntegerToCategoricalTransform(c, Map.of(0, "red", 1, "7", 3, "x")),
              ColumnType.Integer);
      case 10 -> {
        if (random.nextBoolean()) {
          process.transform(new ParseDoubleTransform());
        } else {
          with((c, r) -> new ConvertToFloat(c), ColumnType.Integer, ColumnType.Long);
        }
      }
      default -> {
        String column = column(ColumnType.Integer);
        if (!column.isEmpty()) {
          process.integerToOneHot(column, 0, 1 + random.nextInt(8));
        }
      }
    }
  }

  private void addTexts() {
    Map<String, String> map = new TreeMap<>(Map.of("red", "7", "", "green", "blue", "1"));
    switch (random.nextInt(12)) {
      case 0 -> with((c, r) -> new StringMapTransform(c, map));
      // "$" is no replacement; that shows on a text that the pattern finds.
      case 1 ->
          with((c, r) -> new ReplaceStringTransform(c, Map.of("[re]+", pick(List.of("1", "$")))));
      case 2 -> with((c, r) -> new MapAllStringsExceptListTransform(c, "7", STATES));
      case 3 -> with((c, r) -> new ReplaceEmptyStringTransform(c, "7"));
      case 4 -> with((c, r) -> new AppendStringColumnTransform(c, "0"));
      case 5 -> with((c, r) -> new RemoveWhiteSpaceTransform(c));
      case 6 -> with((c, r) -> new ConvertToString(c));
      case 7 -> with((c, r) -> new ReplaceEmptyIntegerWithValueTransform(c, 4));
      case 8 ->
          with(
              (c, r) -> new ReplaceInvalidWithIntegerTransform(c, 3),
              ColumnType.Integer,
              ColumnType.Long);
      case 9 ->
          with(
              (c, r) ->
                  new FirstDigitTransform(
                      c, fresh(), pick(List.of(FirstDigitTransform.Mode.values()))));
      case 10 -> {
        String column = column(ColumnType.String);
        if (!column.isEmpty()) {
          process.stringToCategorical(column, TEXTS);
        }
      }
      default -> {
        String column = column(ColumnType.Categorical);
        if (!column.isEmpty() && random.nextBoolean()) {
          process.categoricalToOneHot(column);
        } else if (!column.isEmpty()) {
          process.categoricalToInteger(column);
        } else {
          process.transform(new ConcatenateStringColumns(fresh(), "-", column(), column()));
        }
      }
    }
  }

  private void addColumns() {
    List<String> names = now.getColumnNames();
    switch (random.nextInt(7)) {
      case 0 -> process.renameColumn(column(), fresh());
      case 1 -> process.reorderColumns(column());
      case 2 -> process.duplicateColumn(column(), fresh());
      case 3 -> {
        if (names.size() > 4) {
          process.removeColumns(column());
        }
      }
      case 4 -> process.addConstantDoubleColumn(fresh(), number());
      case 5 -> process.addConstantIntegerColumn(fresh(), random.nextInt(5));
      default -> process.addConstantColumn(fresh(), ColumnType.String, new Text(pick(TEXTS)));
    }
  }

  private Condition condition() {
    ConditionOp op =
        pick(
            List.of(
                ConditionOp.LessThan,
                ConditionOp.LessOrEqual,
                ConditionOp.GreaterThan,
                ConditionOp.GreaterOrEqual,
                ConditionOp.Equal,
                ConditionOp.NotEqual));
    return switch (random.nextInt(15)) {
      case 0 -> new DoubleColumnCondition(column(), op, random.nextInt(5));
      case 1 -> new IntegerColumnCondition(column(), op, random.nextInt(5));
      case 2 -> new LongColumnCondition(column(), op, random.nextInt(5));
      case 3 -> new DoubleColumnCondition(column(), ConditionOp.InSet, Set.of(1.5, 0.0, 2.0));
      case 4 -> new CategoricalColumnCondition(column(), ConditionOp.NotInSet, Set.of("7", "1"));
      case 5 -> new StringColumnCondition(column(), ConditionOp.Equal, pick(TEXTS));
      case 6 -> new StringRegexColumnCondition(column(), "[0-9.]*|red");
      case 7 -> new NullWritableColumnCondition(column());
      case 8 -> new NullWritableColumnCondition(column());
      case 9 -> BooleanCondition.NOT(condition());
      case 10 -> BooleanCondition.XOR(condition(), condition());
      case 11 -> new FloatColumnCondition(column(), op, random.nextInt(5));
      case 12 -> new TimeColumnCondition(column(), op, random.nextInt(5));
      case 13 -> new TrivialColumnCondition(column());
      default ->
          random.nextBoolean()
              ? BooleanCondition.AND(condition(), condition())
              : BooleanCondition.OR(condition(), condition());
    };
  }

  private void addChoice() {
    String column = column();
    switch (random.nextInt(3)) {
      case 0 -> process.conditionalReplaceValueTransform(column, writable(column), condition());
      case 1 ->
          process.transform(
              new ConditionalReplaceValueTransformWithDefault(
                  column, writable(column), writable(column), condition()));
      default ->
          process.conditionalCopyValueTransform(column, column(now.getType(column)), condition());
    }
  }

  private Writable writable(String column) {
    if (random.nextInt(8) == 0) {
      return NullWritable.INSTANCE;
    }
    return switch (now.getType(column)) {
      case Double -> new DoubleWritable(number());
      case Integer -> new IntWritable(random.nextInt(9));
      case Long, Time -> new LongWritable(random.nextInt(9));
      default -> new Text(pick(TEXTS));
    };
  }

  private void addFilterOrTime() {
    switch (random.nextInt(8)) {
      case 5 -> with((c, r) -> new ChangeCaseStringTransform(c), ColumnType.String);
      case 6 -> {
        String time = column(ColumnType.Time);
        if (!time.isEmpty()) {
          process.transform(
              new DeriveColumnsFromTimeTransform.Builder(time)
                  .addStringDerivedColumn(fresh(), "HH:mm EEE", DateTimeZone.UTC)
                  .addIntegerDerivedColumn(fresh(), DateTimeFieldType.weekOfWeekyear())
                  .insertAfter(column())
                  .build());
        }
      }
      case 7 -> {
        String text = column(ColumnType.String);
        if (!text.isEmpty()) {
          process.stringToTimeTransform(text, "mm", pick(ZONES));
        }
      }
      case 0 -> process.filter(new ConditionFilter(condition()));
      case 1 -> process.filter(new FilterInvalidValues(column(), column()));
      case 2 -> {
        String time = column(ColumnType.Time);
        if (!time.isEmpty()) {
          process.timeMathOp(time, MathOp.Subtract, random.nextInt(90), TimeUnit.MINUTES);
        }
      }
      default -> {
        String time = column(ColumnType.Time);
        if (!time.isEmpty()) {
          process.transform(
              new DeriveColumnsFromTimeTransform.Builder(time)
                  .addIntegerDerivedColumn(fresh(), pick(FIELDS))
                  .insertAfter(column())
                  .build());
        }
      }
    }
  }

  private TransformProcess numbersOnly() {
    List<String> texts = new ArrayList<>();
    for (String name : now.getColumnNames()) {
      ColumnType type = now.getType(name);
      if (type == ColumnType.Categorical || type == ColumnType.String) {
        texts.add(name);
      }
    }
    if (texts.size() == now.numColumns()) {
      process.addConstantDoubleColumn(fresh(), 1);
    }
    if (!texts.isEmpty()) {
      process.removeColumns(texts);
    }
    return process.build();
  }
}
