package dev.nightjar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.Layout;
import dev.nightjar.contract.NetworkOutput;
import dev.nightjar.contract.OutputField;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PostStepTest {
  private static final List<InputField> INPUTS = List.of(InputField.required("x", DataType.DOUBLE));

  @Test
  void outputs_are_made_of_the_units_that_the_contract_names() {
    ColumnBatch outputs =
        apply(
            new RowFates(2),
            List.of(
                OutputField.probability("late", 1, 0.5),
                OutputField.value("raw", 0),
                OutputField.ofClass("kind", List.of("a", "b", "c"))),
            new float[] {-2f, 0.5f, 0.25f},
            new float[] {0.125f, 0.49f, 0.125f});
    assertThat(outputs.schema().names()).containsExactly("late", "late_label", "raw", "kind");
    assertThat(row(outputs, 0)).containsExactly(0.5f, true, -2f, "b");
    assertThat(row(outputs, 1)).containsExactly(0.49f, false, 0.125f, "b");
  }

  @Test
  void of_several_outputs_of_the_network_each_counts_its_own_units() {
    List<OutputField> outputs =
        List.of(
            OutputField.ofClass("kind", List.of("a", "b")).madeFrom("middle"),
            OutputField.probability("late", 1, 0.5).madeFrom("last"),
            OutputField.value("raw", 0).madeFrom("first"));
    Layout layout =
        new Layout(
            Layout.ROWS.input(),
            Layout.Output.UNITS,
            List.of(
                new NetworkOutput("first", Layout.Output.UNITS, 1),
                new NetworkOutput("middle", Layout.Output.UNITS, 2),
                new NetworkOutput("last", Layout.Output.UNITS, 2)));
    ColumnBatch scored =
        new PostStep(new Contract(INPUTS, outputs, layout))
            .apply(inOne(new float[] {9f, 0.25f, 0.75f, 3f, 0.5f}), new RowFates(1));
    assertThat(row(scored, 0)).containsExactly("b", 0.5f, true, 9f);
  }

  @Test
  void of_equally_strong_units_the_first_is_the_class() {
    ColumnBatch outputs =
        apply(
            new RowFates(1),
            List.of(OutputField.ofClass("kind", List.of("a", "b", "c"))),
            new float[] {0.1f, 0.45f, 0.45f});
    assertThat(row(outputs, 0)).containsExactly("b");
  }

  @Test
  void what_is_no_probability_is_rejected_and_what_is_not_finite_too() {
    RowFates fates = new RowFates(4);
    ColumnBatch outputs =
        apply(
            fates,
            List.of(OutputField.probability("late", 0, 0.5)),
            new float[] {1.0001f},
            new float[] {-0.1f},
            new float[] {Float.NaN},
            new float[] {1f});
    assertThat(fates.rejection(0))
        .contains(new Rejection(Stage.POST, "late", "1.0001 is not a probability"));
    assertThat(fates.rejection(1)).map(Rejection::stage).contains(Stage.POST);
    assertThat(fates.rejection(2))
        .contains(new Rejection(Stage.MODEL, "late", "the network's output is not finite"));
    assertThat(row(outputs, 3)).containsExactly(1f, true);
    assertThat(row(outputs, 0)).containsExactly(null, null);
  }

  @Test
  void rows_that_were_stopped_before_are_null_and_not_looked_at() {
    RowFates fates = new RowFates(2);
    fates.filter(0);
    ColumnBatch outputs =
        apply(fates, List.of(OutputField.value("raw", 0)), null, new float[] {3f});
    assertThat(row(outputs, 0)).containsExactly((Object) null);
    assertThat(row(outputs, 1)).containsExactly(3f);
  }

  private static ColumnBatch apply(
      RowFates fates, List<OutputField> outputs, float[]... activations) {
    return new PostStep(new Contract(INPUTS, outputs)).apply(inOne(activations), fates);
  }

  /** A row that is null did not reach the network. */
  private static Activations inOne(float[]... rows) {
    int units =
        Arrays.stream(rows).filter(Objects::nonNull).mapToInt(r -> r.length).max().orElse(0);
    float[] values = new float[rows.length * units];
    int[] places = new int[rows.length];
    for (int row = 0; row < rows.length; row++) {
      places[row] = rows[row] == null ? -1 : row;
      if (rows[row] != null) {
        System.arraycopy(rows[row], 0, values, row * units, units);
      }
    }
    return new Activations(values, units, places);
  }

  private static List<Object> row(ColumnBatch batch, int row) {
    return java.util.stream.IntStream.range(0, batch.schema().size())
        .mapToObj(column -> batch.column(column).get(row))
        .collect(java.util.stream.Collectors.toList());
  }
}
