package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import dev.nightjar.transform.Affine;
import dev.nightjar.transform.Pipeline;
import dev.nightjar.transform.PipelineFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles with compiled stages: as the reference scores, and refused when a stage is wrong. */
class CompiledBundleTest {
  private static Bundle compiled;

  @BeforeAll
  static void package_the_model(@TempDir Path folder) {
    compiled = Flights.bundle().write(folder.resolve("bundle"));
  }

  @Test
  void every_row_ends_as_by_the_reference() {
    List<Object[]> some = new ArrayList<>(Flights.rows(2_000));
    some.add(Flights.with("carrier", "??"));
    some.add(Flights.with("wind", null));
    some.add(Flights.with("distance", Double.NaN));
    ColumnBatch rows = Flights.batch(some);
    try (LoadedBundle here = LoadedBundle.load(compiled);
        LoadedBundle reference = LoadedBundle.load(SoundBundle.byReference(compiled));
        Scorer scorer = here.scorer();
        Scorer judge = reference.scorer()) {
      ScoredBatch scored = scorer.score(rows);
      ScoredBatch expected = judge.score(rows);
      for (int row = 0; row < rows.rows(); row++) {
        assertThat(scored.outcome(row)).isEqualTo(expected.outcome(row));
        assertThat(scored.rejection(row).map(r -> r.stage() + r.field()))
            .isEqualTo(expected.rejection(row).map(r -> r.stage() + r.field()));
        assertThat(scored.flags(row)).isEqualTo(expected.flags(row));
        Object score = scored.outputs().column(0).get(row);
        Object judged = expected.outputs().column(0).get(row);
        if (judged == null) {
          assertThat(score).isNull();
        } else {
          assertThat(((Number) score).doubleValue())
              .isCloseTo(((Number) judged).doubleValue(), within(1e-6));
        }
      }
    }
  }

  @Test
  void a_wrong_kernel_in_any_step_fails_the_golden_rows() {
    assertThat(WrongKernels.requireNoticed(compiled))
        .isGreaterThanOrEqualTo(pipeline().transform().steps().size());
  }

  @Test
  void a_wrong_normalizer_fails_at_that_stage() {
    Pipeline pipeline = pipeline();
    Affine right = Objects.requireNonNull(pipeline.normalize());
    float[] divide = right.divide().clone();
    divide[0] *= 1.01f;
    Affine wrong = new Affine(right.subtract(), divide, right.multiply(), right.add());
    Bundle bundle = with(PipelineFormat.write(new Pipeline(pipeline.transform(), wrong, 0, "")));
    assertThatThrownBy(() -> LoadedBundle.load(bundle))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("stage normalize");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"format\": 3}",
        "{\"format\": 2, \"pipeline\": null}",
        "{\"format\": 2, \"pipeline\": {\"@class\": \"java.net.URL\"}}",
        "{\"format\": 2, \"pipeline\": {\"transform\": {\"inputs\": [], \"slots\": [\"DOUBLE\"],"
            + " \"steps\": [{\"do\": \"apply\", \"in\": 0, \"out\": 0, \"function\": \"LOG\","
            + " \"field\": \"x\"}], \"outputs\": []}, \"normalize\": null, \"categories\": 0,"
            + " \"layer\": \"\", \"activations\": 0}}",
        "{\"format\": 2, \"pipeline\": {\"transform\": {\"inputs\": [], \"slots\": [],"
            + " \"steps\": [], \"outputs\": [{\"name\": \"x\", \"slot\": 7}]}, \"normalize\":"
            + " null, \"categories\": 0, \"layer\": \"\", \"activations\": 0}}",
        "{\"format\": 2, \"pipeline\": {\"transform\": {\"inputs\": [], \"slots\": [],"
            + " \"steps\": [{\"do\": \"filter\", \"when\": null, \"field\": \"x\"}],"
            + " \"outputs\": []}, \"normalize\": null, \"categories\": 0, \"layer\": \"\","
            + " \"activations\": 0}}",
        "{\"format\": 2, \"pipeline\": {\"transform\": {\"inputs\": [], \"slots\": [],"
            + " \"steps\": [{\"do\": \"exec\"}], \"outputs\": []}, \"normalize\": null,"
            + " \"categories\": 0, \"layer\": \"\", \"activations\": 0}}"
      })
  void a_pipeline_that_makes_no_sense_is_refused_in_words(String json) {
    Bundle bundle = with(json.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> LoadedBundle.load(bundle))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("flights/pipeline.json")
        .hasMessageContaining("package the model again");
  }

  private static Pipeline pipeline() {
    return WrongKernels.pipeline(compiled);
  }

  private static Bundle with(byte[] pipeline) {
    return WrongKernels.with(compiled, pipeline);
  }
}
