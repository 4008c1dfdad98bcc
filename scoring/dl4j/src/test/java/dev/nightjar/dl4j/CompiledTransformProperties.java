package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.OutputField;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.dl4j.compile.Compilation;
import dev.nightjar.transform.CompiledTransform;
import dev.nightjar.transform.Pipeline;
import dev.nightjar.transform.PipelineFormat;
import dev.nightjar.transform.Program;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import org.datavec.api.transform.TransformProcess;

/**
 * The law of the compiler: a compiled transform gives what DataVec gives, to the bit, for every row
 * whatever it holds: the same numbers, the same rows filtered, and rows rejected for the same
 * field.
 */
class CompiledTransformProperties {
  private static final int ROWS = 40;

  /** Some random transforms leave values of two kinds in a column; most must not. */
  private static int compiled;

  /** Those with steps that run by reference among the others. */
  private static int mixed;

  @Property(tries = 500)
  void compiled_is_datavec(@ForAll long seed) {
    Random random = new Random(seed);
    TransformProcess process = RandomTransforms.next(random);
    byte[] json = process.toJson().getBytes(StandardCharsets.UTF_8);
    RowTransform reference = RowTransform.read("the transform of seed " + seed, json);
    Schema schema = RandomTransforms.COLUMNS;
    Contract contract =
        new Contract(
            schema.fields().stream().map(f -> InputField.required(f.name(), f.type())).toList(),
            List.of(OutputField.value("y", 0)));
    if (!(reference.compile(contract) instanceof Compilation.Compiled done)) {
      return;
    }
    compiled++;
    Program program =
        PipelineFormat.read(
                "pipeline.json", PipelineFormat.write(new Pipeline(done.program(), null, 0, "")))
            .transform();
    assertThat(program).isEqualTo(done.program());
    CompiledTransform transform = new CompiledTransform(program, reference.steps());
    mixed += program.byReference().isEmpty() ? 0 : 1;
    for (int batch = 0; batch < 3; batch++) {
      ColumnBatch rows = RandomTransforms.rows(random, 1 + random.nextInt(ROWS));
      assertSame(reference.run(rows), transform, rows, process.toJson());
    }
  }

  static void assertSame(
      List<StageValues> expected, CompiledTransform transform, ColumnBatch rows, String process) {
    RowFates fates = new RowFates(rows.rows());
    transform.run(rows, fates);
    for (int row = 0; row < rows.rows(); row++) {
      StageValues then = expected.get(row);
      String what = "row " + row + " " + text(rows, row) + " of " + process;
      assertThat(fates.outcome(row)).as(what).isEqualTo(then.outcome());
      assertThat(fates.rejection(row).map(Rejection::field))
          .as(what)
          .isEqualTo(then.rejection().map(Rejection::field));
      if (then.outcome() == Outcome.SCORED) {
        assertThat(transform.values(row)).as(what).isEqualTo(then.transformed());
      }
    }
  }

  private static String text(ColumnBatch rows, int row) {
    StringBuilder text = new StringBuilder();
    for (Field field : rows.schema().fields()) {
      text.append(field.name())
          .append('=')
          .append(rows.column(field.name()).get(row))
          .append(field.type() == DataType.STRING ? "' " : " ");
    }
    return text.toString();
  }

  @AfterContainer
  static void most_were_compiled() {
    assertThat(compiled).isGreaterThan(300);
    assertThat(mixed).isGreaterThan(50);
  }
}
