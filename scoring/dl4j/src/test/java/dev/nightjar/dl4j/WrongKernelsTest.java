package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.transform.Step;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.DoubleColumnCondition;
import org.datavec.api.transform.condition.column.IntegerColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.transform.transform.categorical.IntegerToCategoricalTransform;
import org.datavec.api.transform.transform.condition.ConditionalReplaceValueTransformWithDefault;
import org.datavec.api.transform.transform.doubletransform.Log2Normalizer;
import org.datavec.api.transform.transform.doubletransform.MinMaxNormalizer;
import org.datavec.api.transform.transform.doubletransform.StandardizeNormalizer;
import org.datavec.api.transform.transform.string.AppendStringColumnTransform;
import org.datavec.api.transform.transform.string.ConcatenateStringColumns;
import org.datavec.api.transform.transform.string.RemoveWhiteSpaceTransform;
import org.datavec.api.transform.transform.string.StringMapTransform;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform;
import org.datavec.api.writable.DoubleWritable;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;

/** Golden rows notice a kernel that is wrong, whichever it is. */
class WrongKernelsTest {
  private static final List<String> COLOURS = List.of("red", "green", "blue");
  private static final List<String> SIZES = List.of("s", "m", "l");
  private static final Schema COLUMNS =
      Schema.of(
          new Field("a", DataType.DOUBLE),
          new Field("b", DataType.DOUBLE),
          new Field("c", DataType.DOUBLE),
          new Field("d", DataType.DOUBLE),
          new Field("e", DataType.DOUBLE),
          new Field("gone", DataType.INTEGER),
          new Field("level", DataType.INTEGER),
          new Field("count", DataType.LONG),
          new Field("colour", DataType.STRING),
          new Field("size", DataType.STRING),
          new Field("text", DataType.STRING),
          new Field("time", DataType.TIMESTAMP));

  private static Bundle bundle;

  @BeforeAll
  static void package_a_model_with_every_kind_of_step(@TempDir Path folder) {
    TransformProcess transform = transform();
    bundle =
        Bundles.from(
                Flights.network(transform.getFinalSchema().numColumns(), 1, Activation.SIGMOID))
            .name("every-step")
            .version("1")
            .created(Flights.TRAINED)
            .transform(transform)
            .withoutNormalizer()
            .contract(contract())
            .sample(rows(500))
            .write(folder.resolve("bundle"));
  }

  @Test
  void the_transform_has_every_kind_of_step_but_those_that_datavec_runs() {
    Set<Class<?>> kinds = new HashSet<>(Arrays.asList(Step.class.getPermittedSubclasses()));
    kinds.remove(Step.ByReference.class);
    assertThat(new HashSet<>(WrongKernels.kinds(bundle).toList())).isEqualTo(kinds);
  }

  @Test
  void a_wrong_kernel_in_any_step_fails_the_golden_rows() {
    assertThat(WrongKernels.requireNoticed(bundle))
        .isGreaterThan((int) WrongKernels.kinds(bundle).count());
  }

  private static TransformProcess transform() {
    return new TransformProcess.Builder(schema())
        .filter(new ConditionFilter(new IntegerColumnCondition("gone", ConditionOp.Equal, 1)))
        .removeColumns("gone")
        .addConstantDoubleColumn("bias", 2.5)
        .doubleMathOp("a", MathOp.Multiply, 1.5)
        .doubleMathFunction("a", MathFunction.SQRT)
        .doubleColumnsMathOp("sum", MathOp.Add, "a", "b")
        .transform(new MinMaxNormalizer("b", 0, 10, -1, 1))
        .transform(new StandardizeNormalizer("c", 4, 2))
        .transform(new Log2Normalizer("d", 5, -1, 0.5))
        .transform(
            new ConditionalReplaceValueTransformWithDefault(
                "e",
                new DoubleWritable(1),
                new DoubleWritable(3),
                new DoubleColumnCondition("e", ConditionOp.LessThan, 4)))
        .longMathOp("count", MathOp.Modulus, 7)
        .transform(
            new IntegerToCategoricalTransform("level", Map.of(0, "low", 1, "middle", 2, "high")))
        .categoricalToInteger("level")
        .doubleColumnsMathOp("more", MathOp.Multiply, "b", "level")
        .transform(new ConcatenateStringColumns("both", "-", "colour", "size"))
        .stringToCategorical(
            "both", COLOURS.stream().flatMap(c -> SIZES.stream().map(s -> c + "-" + s)).toList())
        .categoricalToInteger("both")
        .categoricalToOneHot("colour")
        .categoricalToInteger("size")
        .transform(new RemoveWhiteSpaceTransform("text"))
        .transform(new StringMapTransform("text", Map.of("one", "1", "two", "2")))
        .transform(new AppendStringColumnTransform("text", "x"))
        .stringToCategorical("text", List.of("1x", "2x", "threex"))
        .categoricalToInteger("text")
        .transform(
            new DeriveColumnsFromTimeTransform.Builder("time")
                .addIntegerDerivedColumn("hour", DateTimeFieldType.hourOfDay())
                .addIntegerDerivedColumn("day", DateTimeFieldType.dayOfMonth())
                .build())
        .removeColumns("time")
        .build();
  }

  private static org.datavec.api.transform.schema.Schema schema() {
    return new org.datavec.api.transform.schema.Schema.Builder()
        .addColumnsDouble("a", "b", "c", "d", "e")
        .addColumnsInteger("gone", "level")
        .addColumnLong("count")
        .addColumnCategorical("colour", COLOURS)
        .addColumnCategorical("size", SIZES)
        .addColumnString("text")
        .addColumnTime("time", DateTimeZone.forID("America/New_York"))
        .build();
  }

  private static Contract contract() {
    return new Contract(
        COLUMNS.fields().stream().map(WrongKernelsTest::input).toList(),
        List.of(OutputField.probability("score", 0, 0.5)));
  }

  private static InputField input(Field field) {
    List<String> values =
        switch (field.name()) {
          case "colour" -> COLOURS;
          case "size" -> SIZES;
          default -> List.of();
        };
    return values.isEmpty()
        ? InputField.required(field.name(), field.type())
        : new InputField(
            field.name(),
            field.type(),
            true,
            values,
            InputField.OnMissing.REJECT,
            Optional.empty(),
            Optional.empty(),
            InputField.OnInvalid.REJECT,
            InputField.OnUnknown.REJECT,
            Optional.empty());
  }

  private static ColumnBatch rows(int count) {
    Random random = new Random(17);
    List<String> texts = List.of("one", " two", "three");
    ColumnBatch.Builder rows = ColumnBatch.builder(COLUMNS);
    for (int i = 0; i < count; i++) {
      rows.row(
          random.nextDouble() * 10,
          random.nextDouble() * 10,
          random.nextDouble() * 10,
          random.nextDouble() * 10,
          random.nextDouble() * 10,
          i % 10 == 9 ? 1 : 0,
          random.nextInt(3),
          (long) random.nextInt(1_000),
          COLOURS.get(random.nextInt(3)),
          SIZES.get(random.nextInt(3)),
          texts.get(random.nextInt(3)),
          1_383_264_000_000_000L + (long) (random.nextDouble() * 2_592_000_000_000L));
    }
    return rows.build();
  }
}
