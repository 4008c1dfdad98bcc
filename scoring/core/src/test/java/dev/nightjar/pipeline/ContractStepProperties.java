package dev.nightjar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Conversion;
import dev.nightjar.contract.FlagSets;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.Column;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * The law of the columnar contract: every row ends as it does value by value, whatever the batch
 * before was, and the columns that came in stay as they are.
 */
class ContractStepProperties {
  private static final int ROWS = 90;

  /** More fields than a word has bits. */
  private static final int MANY = 70;

  private static final Set<String> conversions = new HashSet<>();
  private static final Set<String> verdicts = new HashSet<>();

  @Property(tries = 1_500)
  void by_columns_is_value_by_value(@ForAll long seed) {
    Random random = new Random(seed);
    AnyRows any = new AnyRows(random);
    Contract contract = any.contract(random.nextInt(20) == 0 ? MANY : 1 + random.nextInt(5));
    ContractStep step = new ContractStep(contract);
    FlagSets flags = new FlagSets(contract.flags());
    ColumnBatch rows = any.batch(contract, random.nextInt(ROWS));
    for (int batch = 0; batch < 4; batch++) {
      assertSame(contract, step, flags, rows, random);
      rows =
          random.nextInt(3) == 0
              ? any.batch(contract, random.nextInt(ROWS))
              : any.next(rows, random.nextInt(ROWS));
    }
  }

  private static void assertSame(
      Contract contract, ContractStep step, FlagSets flags, ColumnBatch rows, Random random) {
    RowFates fates = new RowFates(rows.rows(), flags);
    NaiveContract naive = new NaiveContract(contract, rows, new NaiveContract.Fate[rows.rows()]);
    for (int row = 0; row < rows.rows(); row++) {
      naive.fates[row] = new NaiveContract.Fate();
      if (random.nextInt(10) == 0) {
        fates.filter(row);
        naive.fates[row].filtered = true;
      } else if (random.nextInt(10) == 0) {
        fates.reject(row, new Rejection(Stage.JOIN, "view", "is tied"));
        naive.fates[row].reject(Stage.JOIN, "view", "is tied");
      }
    }
    List<List<Object>> before = values(rows);
    naive.run();
    ColumnBatch checked = step.apply(rows, fates);

    assertThat(checked.schema()).isEqualTo(contract.inputSchema());
    assertThat(checked.rows()).isEqualTo(rows.rows());
    assertThat(values(rows)).isEqualTo(before);
    ScoredBatch scored = new ScoredBatch(checked, fates);
    for (int row = 0; row < rows.rows(); row++) {
      NaiveContract.Fate fate = naive.fates[row];
      assertThat(scored.rejection(row)).isEqualTo(fate.rejection);
      assertThat(scored.outcome(row) == Outcome.FILTERED).isEqualTo(fate.filtered);
      assertThat(scored.outcome(row) == Outcome.SCORED).isEqualTo(fate.isAlive());
      assertThat(scored.flags(row)).isEqualTo(fate.flags);
      for (int i = 0; i < contract.inputs().size() && fate.isAlive(); i++) {
        Column column = checked.column(i);
        assertThat(column.get(row))
            .as(contract.inputs().get(i) + "")
            .isEqualTo(naive.values[row][i]);
        assertThat(column.isNull(row)).isEqualTo(naive.values[row][i] == null);
      }
      remember(scored, row);
    }
    contract
        .inputs()
        .forEach(
            input -> conversions.add(rows.column(input.name()).type() + " to " + input.type()));
  }

  private static List<List<Object>> values(ColumnBatch rows) {
    List<List<Object>> all = new ArrayList<>();
    for (int i = 0; i < rows.schema().size(); i++) {
      List<Object> values = new ArrayList<>();
      for (int row = 0; row < rows.rows(); row++) {
        values.add(rows.column(i).get(row));
      }
      all.add(values);
    }
    return all;
  }

  private static void remember(ScoredBatch scored, int row) {
    scored
        .rejection(row)
        .map(rejection -> rejection.reason().replaceAll("(?s)'.*'|a finite.*|range.*", ""))
        .ifPresent(verdicts::add);
    scored.flags(row).forEach(flag -> verdicts.add(flag.substring(0, flag.indexOf(':'))));
  }

  @AfterContainer
  static void every_conversion_and_every_verdict_was_seen() {
    for (DataType from : DataType.values()) {
      for (DataType to : DataType.values()) {
        if (Conversion.isPossible(from, to)) {
          assertThat(conversions).contains(from + " to " + to);
        }
      }
    }
    assertThat(verdicts)
        .containsExactlyInAnyOrder(
            "is missing",
            " is not ",
            " is outside the ",
            " is not a known category",
            "is tied",
            "imputed",
            "unknown-category");
  }
}
