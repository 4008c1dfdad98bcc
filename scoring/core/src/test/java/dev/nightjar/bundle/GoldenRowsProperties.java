package dev.nightjar.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.OutputField;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;

class GoldenRowsProperties {
  private static final Schema INPUTS =
      Schema.of(
          Arrays.stream(DataType.values()).map(type -> new Field(type.word(), type)).toList());

  private static final Contract CONTRACT =
      new Contract(
          INPUTS.fields().stream().map(f -> InputField.required(f.name(), f.type())).toList(),
          List.of(OutputField.probability("p", 0, 0.5)));

  @Property(tries = 300)
  void numbers_come_back_with_the_same_bits(
      @ForAll @Size(max = 4) long[] doubles,
      @ForAll @Size(max = 4) int[] floats,
      @ForAll long whole,
      @ForAll @CharRange(from = ' ', to = '\u07ff') String text,
      @ForAll boolean missing) {
    double[] transformed = Arrays.stream(doubles).mapToDouble(Double::longBitsToDouble).toArray();
    float[] normalized = new float[floats.length];
    for (int i = 0; i < floats.length; i++) {
      normalized[i] = Float.intBitsToFloat(floats[i]);
    }
    double number = transformed.length == 0 ? -0.0 : transformed[0];
    float small = normalized.length == 0 ? Float.MIN_VALUE : normalized[0];
    Map<String, Object> input = new LinkedHashMap<>();
    for (Field field : INPUTS.fields()) {
      input.put(field.name(), missing ? null : value(field.type(), number, small, whole, text));
    }
    Map<String, Object> outputs = new LinkedHashMap<>();
    outputs.put("p", small);
    outputs.put("p_label", true);
    GoldenRow row =
        new GoldenRow(
            input,
            List.of("imputed:" + text),
            StageValues.scored(transformed, normalized, normalized),
            outputs);

    GoldenRows written = new GoldenRows(INPUTS, List.of(row));
    GoldenRows read = GoldenRows.parse("bundle", written.toBytes(), CONTRACT);

    assertThat(read.inputs()).isEqualTo(INPUTS);
    GoldenRow back = read.rows().get(0);
    assertThat(back.input()).isEqualTo(input);
    assertThat(back.flags()).isEqualTo(row.flags());
    assertThat(back.outputs()).isEqualTo(outputs);
    assertThat(back.values().transformed()).containsExactly(transformed);
    assertThat(back.values().normalized()).containsExactly(normalized);
    assertThat(back.values().activations()).containsExactly(normalized);
    assertThat(read.toBytes()).isEqualTo(written.toBytes());
  }

  @Property(tries = 50)
  void a_row_that_is_known_until_the_network_comes_back_without_an_end(
      @ForAll @Size(max = 5) List<@From("finite") Float> values) {
    Map<String, Object> input = new LinkedHashMap<>();
    INPUTS.names().forEach(name -> input.put(name, null));
    float[] normalized = new float[values.size()];
    double[] transformed = new double[values.size()];
    for (int i = 0; i < normalized.length; i++) {
      normalized[i] = values.get(i);
      transformed[i] = values.get(i);
    }
    GoldenRow whole =
        new GoldenRow(
            input,
            List.of("imputed:x"),
            StageValues.scored(transformed, normalized, normalized),
            Map.of("p", 1f));
    GoldenRows rows = new GoldenRows(INPUTS, List.of(whole.untilNetwork()));
    assertThat(new String(rows.toBytes(), StandardCharsets.UTF_8))
        .contains("\"known-until\" : \"normalize\"")
        .doesNotContain("outcome");
    GoldenRow back = GoldenRows.parse("bundle", rows.toBytes(), CONTRACT).rows().get(0);
    assertThat(back.isWhole()).isFalse();
    assertThat(back.flags()).containsExactly("imputed:x");
    assertThat(back.values().transformed()).containsExactly(transformed);
    assertThat(back.values().normalized()).containsExactly(normalized);
    assertThat(back.values().activations()).isEmpty();
    assertThat(back.outputs()).isEmpty();
  }

  @Provide
  Arbitrary<Float> finite() {
    return Arbitraries.floats();
  }

  @Property(tries = 50)
  void a_stopped_row_comes_back_with_its_place_and_reason(
      @ForAll Stage stage, @ForAll @CharRange(from = ' ', to = '~') String reason) {
    Map<String, Object> input = new LinkedHashMap<>();
    INPUTS.names().forEach(name -> input.put(name, null));
    Rejection rejection = new Rejection(stage, "distance", reason);
    GoldenRows rows =
        new GoldenRows(
            INPUTS,
            List.of(
                new GoldenRow(input, List.of(), StageValues.rejected(rejection), Map.of()),
                new GoldenRow(input, List.of(), StageValues.filtered(), Map.of())));
    GoldenRows read = GoldenRows.parse("bundle", rows.toBytes(), CONTRACT);
    assertThat(read.rows().get(0).values().rejection()).contains(rejection);
    assertThat(read.rows().get(1).values().outcome()).isEqualTo(Outcome.FILTERED);
    assertThat(read.rows().get(1).values().rejection()).isEqualTo(Optional.empty());
  }

  private static Object value(DataType type, double number, float small, long whole, String text) {
    return switch (type) {
      case BOOLEAN -> whole % 2 == 0;
      case INTEGER -> (int) whole;
      case LONG, TIMESTAMP -> whole;
      case FLOAT -> small;
      case DOUBLE -> number;
      case STRING -> text;
    };
  }
}
