package dev.nightjar.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.RowFates;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What single steps do where the property tests hardly ever come. */
class KernelsTest {
  private static final double[] SOME = {0.0, -0.0, Double.NaN, 2.5, 7, 1, 2, 3, 4, 5};

  private static CompiledTransform ofDoubles(List<Kind> slots, List<Step> steps, int output) {
    return new CompiledTransform(
        new Program(
            List.of(new Program.Input("x", DataType.DOUBLE, 0)),
            slots,
            steps,
            List.of(new Program.Output("y", output))));
  }

  private static RowFates run(CompiledTransform transform, Column column, DataType type) {
    RowFates fates = new RowFates(column.size());
    transform.run(
        new ColumnBatch(Schema.of(new Field("x", type)), List.of(column), column.size()), fates);
    return fates;
  }

  @Test
  void null_bits_behind_the_last_row_are_no_rows() {
    CompiledTransform transform =
        ofDoubles(
            List.of(Kind.DOUBLE, Kind.DOUBLE),
            List.of(new Step.Real(0, 1, Step.Operation.ADD, 1, "x")),
            1);
    BitSet nulls = new BitSet();
    nulls.set(1);
    nulls.set(7);

    RowFates fates = run(transform, new Column.Doubles(SOME, nulls, 5), DataType.DOUBLE);

    assertThat(fates.outcome(1)).isEqualTo(Outcome.REJECTED);
    assertThat(fates.isAlive(3)).isTrue();
    assertThat(transform.values(3)).containsExactly(3.5);
  }

  @Test
  void nan_is_among_numbers_that_hold_it_and_negative_zero_is_not_zero() {
    CompiledTransform transform =
        ofDoubles(
            List.of(Kind.DOUBLE),
            List.of(
                new Step.Filter(
                    new Condition.Not(new Condition.Among(0, List.of("2.5", "NaN", "0.0"))), "x")),
            0);

    RowFates fates = run(transform, new Column.Doubles(SOME, new BitSet(), 5), DataType.DOUBLE);

    assertThat(IntStream.range(0, 5).filter(fates::isAlive)).containsExactly(0, 2, 3);
  }

  @Test
  void a_replacement_that_java_refuses_rejects_the_rows_that_it_would_change() {
    CompiledTransform transform =
        new CompiledTransform(
            new Program(
                List.of(new Program.Input("x", DataType.STRING, 0)),
                List.of(Kind.TEXT, Kind.TEXT, Kind.INT),
                List.of(
                    new Step.Text(
                        0,
                        1,
                        Step.TextOperation.REPLACE,
                        List.of(new Step.Pair("usd", "$")),
                        List.of(),
                        "",
                        "x"),
                    new Step.Index(1, 2, List.of("eur", "gbp"), "x")),
                List.of(new Program.Output("y", 2))));

    RowFates fates =
        run(transform, new Column.Strings(new String[] {"eur", "usd", "gbp"}, 3), DataType.STRING);

    assertThat(transform.values(0)).containsExactly(0);
    assertThat(transform.values(2)).containsExactly(1);
    assertThat(fates.rejection(1).orElseThrow().reason())
        .isEqualTo(
            "'usd' cannot be replaced: the replacement refers to a group that its pattern does not"
                + " have");
  }

  @Test
  void numbers_get_their_names_and_texts_are_put_together() {
    CompiledTransform transform =
        new CompiledTransform(
            new Program(
                List.of(new Program.Input("x", DataType.INTEGER, 0)),
                List.of(Kind.INT, Kind.TEXT, Kind.TEXT, Kind.INT),
                List.of(
                    new Step.Name(0, 1, Map.of(7, "b", -3, "a"), "x"),
                    new Step.Concatenate(List.of(1, 0, 1), 2, "-", "x"),
                    new Step.Index(2, 3, List.of("a--3-a", "b-7-b"), "x")),
                List.of(new Program.Output("y", 3))));

    RowFates fates =
        run(
            transform,
            new Column.Integers(new int[] {7, -3, 5}, new BitSet(), 3),
            DataType.INTEGER);

    assertThat(transform.values(0)).containsExactly(1);
    assertThat(transform.values(1)).containsExactly(0);
    assertThat(fates.rejection(2).orElseThrow().reason()).isEqualTo("5 has no category");
  }
}
