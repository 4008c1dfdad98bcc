package dev.nightjar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GoldenSelectionTest {
  private static final Contract CONTRACT =
      new Contract(
          List.of(
              new InputField(
                  "distance",
                  DataType.DOUBLE,
                  false,
                  List.of(),
                  InputField.OnMissing.REJECT,
                  Optional.empty(),
                  Optional.of(new InputField.Range(0, 100)),
                  InputField.OnInvalid.REJECT,
                  InputField.OnUnknown.REJECT,
                  Optional.empty()),
              InputField.category("carrier", List.of("UA", "AA", "?"))),
          List.of(OutputField.value("y", 0)));

  @Test
  void the_edges_of_the_sample_are_among_the_rows() {
    ColumnBatch chosen = GoldenSelection.choose(CONTRACT, typed(1000), 0);
    assertThat(values(chosen, "distance")).contains(-7.0, 5000.0, null);
    assertThat(values(chosen, "carrier")).contains("UA", "AA", "?", null);
    assertThat(chosen.rows()).isBetween(64, 128);
  }

  @Test
  void each_rule_of_the_contract_has_a_row_that_breaks_it_alone() {
    ColumnBatch chosen = GoldenSelection.choose(CONTRACT, typed(1000), 1);
    Object[] typical = {typed(1000).column(0).get(1), typed(1000).column(1).get(1)};
    assertThat(rows(chosen))
        .contains(
            row(null, typical[1]),
            row(Double.NaN, typical[1]),
            row(-1.0, typical[1]),
            row(200.0, typical[1]),
            row(typical[0], null),
            row(typical[0], "??"));
  }

  @Test
  void a_category_of_whole_numbers_is_tried_with_one_that_is_unknown() {
    Contract hours =
        new Contract(
            List.of(InputField.category("hour", List.of("0", "1", "-1"))),
            List.of(OutputField.value("y", 0)));
    ColumnBatch.Builder sample =
        ColumnBatch.builder(Schema.of(new Field("hour", DataType.INTEGER)));
    sample.row(0).row(1);
    assertThat(values(GoldenSelection.choose(hours, sample.build(), 0), "hour"))
        .contains(0, 1, null, -2);
  }

  @Test
  void rows_of_text_are_broken_in_text() {
    ColumnBatch.Builder sample =
        ColumnBatch.builder(
            Schema.of(
                new Field("label", DataType.STRING),
                new Field("distance", DataType.STRING),
                new Field("carrier", DataType.STRING)));
    sample.row("x", "10", "UA").row("x", "9", "AA").row("x", "", "UA");
    ColumnBatch chosen = GoldenSelection.choose(CONTRACT, sample.build(), 0);
    assertThat(chosen.schema().names()).containsExactly("distance", "carrier");
    assertThat(rows(chosen))
        .contains(row("10", "UA"), row("9", "AA"), row("", "UA"))
        .contains(row("?", "UA"), row("200.0", "UA"), row("-1.0", "UA"), row("10", "??"));
    assertThat(chosen.rows()).isGreaterThanOrEqualTo(GoldenSelection.LEAST);
  }

  @Test
  void one_row_is_enough_and_the_same_sample_gives_the_same_rows() {
    ColumnBatch one = ColumnBatch.builder(typed(1).schema()).row(5.0, "UA").build();
    ColumnBatch chosen = GoldenSelection.choose(CONTRACT, one, 0);
    assertThat(chosen.rows()).isEqualTo(GoldenSelection.LEAST);
    assertThat(rows(GoldenSelection.choose(CONTRACT, one, 0))).isEqualTo(rows(chosen));
  }

  @Test
  void a_contract_of_pixels_has_fewer_rows_and_not_too_few() {
    List<InputField> pixels =
        IntStream.range(0, 3000)
            .mapToObj(i -> InputField.required("x" + i, DataType.DOUBLE))
            .toList();
    ColumnBatch.Builder sample =
        ColumnBatch.builder(
            Schema.of(pixels.stream().map(p -> new Field(p.name(), DataType.DOUBLE)).toList()));
    for (int row = 0; row < 600; row++) {
      int seed = row;
      sample.row(IntStream.range(0, 3000).mapToObj(i -> (double) (i * 31 + seed) % 97).toArray());
    }
    ColumnBatch chosen =
        GoldenSelection.choose(
            new Contract(pixels, List.of(OutputField.value("y", 0))), sample.build(), 0);
    assertThat(chosen.rows()).isBetween(2 * GoldenSelection.LEAST, 4 * GoldenSelection.LEAST);
  }

  private static ColumnBatch typed(int rows) {
    ColumnBatch.Builder sample =
        ColumnBatch.builder(
            Schema.of(
                new Field("distance", DataType.DOUBLE), new Field("carrier", DataType.STRING)));
    for (int i = 0; i < rows; i++) {
      Double distance =
          i == 333 ? null : i == 501 ? Double.valueOf(-7) : i == 777 ? 5000.0 : i % 90;
      String carrier = i == 334 ? null : i == 444 ? "?" : i % 2 == 0 ? "UA" : "AA";
      sample.row(distance, carrier);
    }
    return sample.build();
  }

  private static List<Object> values(ColumnBatch batch, String name) {
    Column column = batch.column(name);
    List<Object> values = new ArrayList<>();
    for (int row = 0; row < column.size(); row++) {
      values.add(column.get(row));
    }
    return values;
  }

  private static List<List<Object>> rows(ColumnBatch batch) {
    List<List<Object>> rows = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      rows.add(row(batch.column(0).get(row), batch.column(1).get(row)));
    }
    return rows;
  }

  private static List<Object> row(Object... values) {
    return new ArrayList<>(java.util.Arrays.asList(values));
  }
}
