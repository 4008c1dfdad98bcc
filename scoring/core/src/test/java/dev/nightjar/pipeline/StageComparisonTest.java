package dev.nightjar.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.bundle.Tolerance;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.OutputField;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.DataType;
import dev.nightjar.pipeline.StageComparison.Difference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two computations of a row, held against each other. */
class StageComparisonTest {
  private static final Contract CONTRACT =
      new Contract(
          List.of(InputField.required("x", DataType.DOUBLE)),
          List.of(
              OutputField.probability("alarm", 0, 0.5),
              OutputField.ofClass("kind", List.of("small", "large"))));

  private final StageComparison comparison =
      new StageComparison(CONTRACT, List.of("x_scaled"), new Tolerance(0.01, 0));

  @Test
  void equal_rows_have_no_difference_and_the_largest_distances_are_kept() {
    assertThat(compare(scored(1.0, 0.7f, 0.3f), scored(1.005, 0.7f, 0.302f))).isEmpty();
    assertThat(compare(scored(1.0, 0.7f, 0.3f), scored(1.001, 0.7f, 0.3f))).isEmpty();

    assertThat(comparison.largest())
        .containsOnlyKeys(Stage.TRANSFORM, Stage.NORMALIZE, Stage.MODEL, Stage.POST);
    assertThat(comparison.largest().get(Stage.TRANSFORM)).isCloseTo(0.5, within(1e-6));
    assertThat(comparison.largest().get(Stage.POST)).isZero();
    assertThat(comparison.flips()).isZero();
  }

  @Test
  void the_first_stage_that_differs_is_named_with_its_column_and_both_values() {
    assertThat(compare(scored(1.0, 0.7f, 0.3f), scored(1.5, 0.9f, 0.3f)))
        .contains(new Difference(Stage.TRANSFORM, "x_scaled", 1.0, 1.5));
    assertThat(compare(scored(1.0, 0.7f, 0.3f), scored(1.0, 0.75f, 0.3f)))
        .contains(new Difference(Stage.MODEL, "value 0", (double) 0.7f, 0.75));
  }

  @Test
  void an_output_that_is_not_what_the_network_gave_is_a_difference() {
    GoldenRow right = scored(1.0, 0.7f, 0.3f);

    assertThat(compare(right, with(right, outputs(0.6f, true, "small"))))
        .contains(new Difference(Stage.POST, "alarm", 0.7f, 0.6f));
    assertThat(compare(right, with(right, outputs(null, true, "small"))))
        .contains(new Difference(Stage.POST, "alarm", 0.7f, null));
  }

  @Test
  void a_label_that_flips_within_tolerance_is_counted_and_no_difference() {
    assertThat(compare(scored(1.0, 0.5f, 0.4f), scored(1.0, 0.499f, 0.4f))).isEmpty();

    assertThat(comparison.flips()).isEqualTo(1);
  }

  @Test
  void a_label_that_does_not_follow_from_its_own_number_is_a_difference() {
    GoldenRow right = scored(1.0, 0.7f, 0.3f);

    assertThat(compare(right, with(right, outputs(0.7f, false, "small"))))
        .contains(new Difference(Stage.POST, "alarm_label", true, false));
    assertThat(compare(right, with(right, outputs(0.7f, true, "large"))))
        .contains(new Difference(Stage.POST, "kind", "small", "large"));
    assertThat(comparison.flips()).isZero();
  }

  @Test
  void a_class_that_flips_between_units_that_are_as_good_as_equal_is_counted() {
    assertThat(compare(scored(1.0, 0.6f, 0.599f), scored(1.0, 0.599f, 0.6f))).isEmpty();

    assertThat(comparison.flips()).isEqualTo(1);
  }

  @Test
  void what_became_of_the_row_and_why_must_be_the_same() {
    GoldenRow rejected = rejected("x");

    assertThat(compare(scored(1.0, 0.7f, 0.3f), rejected))
        .contains(
            new Difference(
                Stage.CONTRACT, "outcome", "scored", "rejected at contract (x is missing)"));
    assertThat(compare(rejected("y"), rejected))
        .contains(
            new Difference(
                Stage.CONTRACT,
                "rejection",
                "rejected at contract (y is missing)",
                "rejected at contract (x is missing)"));
    assertThat(compare(rejected, rejected)).isEmpty();
  }

  @Test
  void outputs_of_a_row_that_was_not_scored_are_a_difference() {
    assertThat(compare(rejected("x"), with(rejected("x"), outputs(0.7f, true, "small"))))
        .contains(new Difference(Stage.POST, "alarm", null, 0.7f));
  }

  @Test
  void flags_must_be_the_same() {
    GoldenRow plain = scored(1.0, 0.7f, 0.3f);
    GoldenRow flagged =
        new GoldenRow(plain.input(), List.of("imputed:x"), plain.values(), plain.outputs());

    assertThat(compare(flagged, plain))
        .contains(new Difference(Stage.CONTRACT, "flags", List.of("imputed:x"), List.of()));
  }

  private Optional<Difference> compare(GoldenRow expected, GoldenRow actual) {
    return comparison.compare(expected, actual);
  }

  private static GoldenRow scored(double transformed, float alarm, float other) {
    return new GoldenRow(
        Map.of(),
        List.of(),
        StageValues.scored(new double[] {transformed}, new float[] {1}, new float[] {alarm, other}),
        outputs(alarm, alarm >= 0.5, alarm >= other ? "small" : "large"));
  }

  private static GoldenRow rejected(String field) {
    return new GoldenRow(
        Map.of(),
        List.of(),
        StageValues.rejected(new Rejection(Stage.CONTRACT, field, "is missing")),
        Map.of());
  }

  private static GoldenRow with(GoldenRow row, Map<String, @Nullable Object> outputs) {
    return new GoldenRow(row.input(), row.flags(), row.values(), outputs);
  }

  private static Map<String, @Nullable Object> outputs(
      @Nullable Float alarm, boolean label, String kind) {
    Map<String, @Nullable Object> outputs = new LinkedHashMap<>();
    outputs.put("alarm", alarm);
    outputs.put("alarm_label", label);
    outputs.put("kind", kind);
    return outputs;
  }
}
