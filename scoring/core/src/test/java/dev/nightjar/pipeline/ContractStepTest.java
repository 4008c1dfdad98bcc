package dev.nightjar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.Environment;
import dev.nightjar.config.Problems;
import dev.nightjar.config.YamlFile;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.Contracts;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.RowFates;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContractStepTest {

  @ParameterizedTest(name = "{0} given {1} is {2}")
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // the field's rules                                    | value  | seen, or what is said
        "type: double                                             | 1.5    | 1.5",
        "type: double                                             | -      | rejected: is missing",
        "type: double                                             | ''     | rejected: is missing",
        "type: double                                             | x      | rejected: 'x' is not a finite double",
        "type: double, on-missing: pass                           | -      | null",
        "type: double, default: 2                                 | -      | 2.0 flagged imputed:f",
        "type: double, default: 2                                 | x      | rejected: 'x' is not a finite double",
        "type: double, default: 2, on-invalid: missing            | x      | 2.0 flagged imputed:f",
        "type: double, on-invalid: missing                        | x      | rejected: is missing",
        "type: double, on-invalid: missing, on-missing: pass      | NaN    | null",
        "'type: double, range: [0, 5]'                            | 5      | 5.0",
        "'type: double, range: [0, 5]'                            | 5.1    | rejected: '5.1' is outside the range [0.0, 5.0]",
        "'type: double, range: [0, 5], default: 1, on-invalid: missing' | -1 | 1.0 flagged imputed:f",
        "type: integer                                            | 7      | 7",
        "type: integer                                            | 7.5    | rejected: '7.5' is not a finite integer",
        "type: string                                             | ''     | ",
        "'type: category, values: [UA, AA]'                       | AA     | AA",
        "'type: category, values: [UA, AA]'                       | ZZ     | rejected: 'ZZ' is not a known category",
        "'type: category, values: [UA, AA], on-unknown: flag'     | ZZ     | ZZ flagged unknown-category:f",
        "'type: category, values: [UA, AA], on-unknown: other, other: AA' | ZZ | AA flagged unknown-category:f",
        "'type: category, values: [UA, AA], default: UA'          | -      | UA flagged imputed:f",
        "'type: category, values: [UA, AA]'                       | ua     | rejected: 'ua' is not a known category",
      })
  void each_rule_does_what_the_table_says(String rules, String value, String expected) {
    Contract contract = contract("{" + rules + "}");
    ColumnBatch rows =
        ColumnBatch.builder(Schema.of(new Field("f", DataType.STRING))).row(value).build();
    RowFates fates = new RowFates(1);
    ColumnBatch checked = new ContractStep(contract).apply(rows, fates);

    String seen =
        fates
            .rejection(0)
            .map(rejection -> "rejected: " + rejection.reason())
            .orElseGet(() -> checked.column(0).get(0) + flagged(fates));
    assertThat(seen).isEqualTo(expected == null ? "" : expected);
    fates
        .rejection(0)
        .map(Rejection::stage)
        .ifPresent(s -> assertThat(s).isEqualTo(Stage.CONTRACT));
    fates.rejection(0).map(Rejection::field).ifPresent(f -> assertThat(f).isEqualTo("f"));
  }

  @Test
  void a_default_outside_the_known_categories_is_no_unknown_value() {
    Contract contract = contract("{type: category, values: [UA], default: none}");
    ColumnBatch rows =
        ColumnBatch.builder(Schema.of(new Field("f", DataType.STRING))).row((Object) null).build();
    RowFates fates = new RowFates(1);
    assertThat(new ContractStep(contract).apply(rows, fates).column(0).get(0)).isEqualTo("none");
    assertThat(fates.outcome(0)).isEqualTo(Outcome.SCORED);
  }

  @Test
  void the_first_rule_that_a_row_breaks_is_its_reason() {
    Problems problems = new Problems();
    Contract contract =
        YamlFile.parse(
                "c",
                "{inputs: {a: {type: double}, b: {type: double}}, outputs: {y: {of: value}}}",
                Environment.empty(),
                problems)
            .flatMap(Contracts::read)
            .orElseThrow();
    Schema schema = Schema.of(new Field("b", DataType.DOUBLE), new Field("a", DataType.DOUBLE));
    ColumnBatch rows = ColumnBatch.builder(schema).row(Double.NaN, null).row(1.0, 2.0).build();
    RowFates fates = new RowFates(2);
    ColumnBatch checked = new ContractStep(contract).apply(rows, fates);
    assertThat(fates.rejection(0).orElseThrow().field()).isEqualTo("a");
    assertThat(checked.schema().names()).containsExactly("a", "b");
    assertThat(checked.column("a").get(1)).isEqualTo(2.0);
  }

  @Test
  void a_long_value_is_quoted_in_part() {
    String text = "x".repeat(300);
    ColumnBatch rows =
        ColumnBatch.builder(Schema.of(new Field("f", DataType.STRING))).row(text).build();
    RowFates fates = new RowFates(1);
    new ContractStep(contract("{type: double}")).apply(rows, fates);
    assertThat(fates.rejection(0).orElseThrow().reason()).hasSizeLessThan(120).contains("…'");
  }

  @Test
  void a_column_that_is_absent_or_of_another_kind_is_no_matter_of_rows() {
    ColumnBatch other = ColumnBatch.builder(Schema.of(new Field("g", DataType.DOUBLE))).build();
    assertThatThrownBy(
            () -> new ContractStep(contract("{type: double}")).apply(other, new RowFates(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no column 'f'");
    ColumnBatch times = ColumnBatch.builder(Schema.of(new Field("f", DataType.TIMESTAMP))).build();
    assertThatThrownBy(
            () -> new ContractStep(contract("{type: double}")).apply(times, new RowFates(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the column 'f' is a timestamp, which cannot be converted to a double");
  }

  private static String flagged(RowFates fates) {
    return fates.flags(0).isEmpty() ? "" : " flagged " + String.join(" ", fates.flags(0));
  }

  private static Contract contract(String rules) {
    Problems problems = new Problems();
    String yaml = "{inputs: {f: " + rules + "}, outputs: {y: {of: value}}}";
    Contract contract =
        YamlFile.parse("contract.yaml", yaml, Environment.empty(), problems)
            .flatMap(Contracts::read)
            .orElseThrow(() -> new AssertionError(problems.found()));
    assertThat(problems.found()).isEmpty();
    return contract;
  }
}
