package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.StageValues;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.engine.ReferencePipeline;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.Pointer;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.Writable;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ScoringTest {
  private static Bundle bundle;
  private static LoadedBundle loaded;

  @BeforeAll
  static void package_the_model(@TempDir Path folder) {
    bundle = Flights.bundle().write(folder.resolve("flight-delay.zip"));
    loaded = LoadedBundle.load(bundle);
  }

  @AfterAll
  static void free() {
    loaded.close();
  }

  @Test
  void each_stage_gives_what_the_library_gives_when_it_is_called_directly() {
    TransformProcess process = Flights.transform();
    MultiLayerNetwork network = Flights.network();
    List<Object[]> rows = Flights.rows(40);
    List<StageValues> stages;
    try (ReferencePipeline pipeline = new Dl4jReference().load(bundle)) {
      stages = pipeline.run(Flights.batch(rows));
    }

    assertThat(stages).hasSize(40);
    for (int row = 0; row < rows.size(); row++) {
      StageValues values = stages.get(row);
      List<Writable> transformed = process.execute(Flights.writables(rows.get(row)));
      if (transformed == null) {
        assertThat(values.outcome()).isEqualTo(Outcome.FILTERED);
        continue;
      }
      double[] expected = transformed.stream().mapToDouble(Writable::toDouble).toArray();
      assertThat(values.transformed()).containsExactly(expected);
      INDArray matrix =
          Nd4j.create(new double[][] {expected}).castTo(Nd4j.defaultFloatingPointType());
      Flights.normalizer().transform(matrix);
      assertThat(values.normalized()).containsExactly(matrix.toFloatVector());
      assertThat(values.activations())
          .containsExactly(network.output(matrix).toFloatVector(), within(1e-6f));
    }
  }

  @Test
  void every_outcome_names_stage_field_and_reason() {
    ScoredBatch scored =
        score(
            Flights.batch(
                Flights.good(),
                Flights.with("cancelled", 1),
                Flights.with("distance", null),
                Flights.with("distance", 20_001.0),
                Flights.with("carrier", "ZZ"),
                Flights.with("wind", null),
                Flights.with("distance", 0.0)));

    assertThat(scored.outcome(0)).isEqualTo(Outcome.SCORED);
    assertThat(scored.outcome(1)).isEqualTo(Outcome.FILTERED);
    assertRejected(scored, 2, Stage.CONTRACT, "distance", "is missing");
    assertRejected(scored, 3, Stage.CONTRACT, "distance", "'20001.0' is outside the range");
    assertRejected(scored, 4, Stage.CONTRACT, "carrier", "'ZZ' is not a known category");
    assertRejected(scored, 5, Stage.TRANSFORM, "wind", "");
    assertRejected(scored, 6, Stage.NORMALIZE, "distance", "is -Infinity as the network's input");
    assertThat(scored.outputs().column("delayed").isNull(0)).isFalse();
    assertThat(scored.outputs().column("delayed_label").get(0)).isInstanceOf(Boolean.class);
    for (int row = 1; row < scored.rows(); row++) {
      assertThat(scored.outputs().column("delayed").isNull(row)).isTrue();
    }
  }

  @Test
  void a_bad_row_leaves_the_others_bit_equal() {
    List<Object[]> good = Flights.rows(9);
    List<Object[]> mixed = new ArrayList<>();
    for (Object[] row : good) {
      mixed.add(row);
      mixed.add(Flights.with("wind", null));
      mixed.add(Flights.with("distance", 0.0));
      mixed.add(Flights.with("wind", 1e300));
      mixed.add(Flights.with("cancelled", 1));
    }
    ScoredBatch alone = score(Flights.batch(good));
    ScoredBatch together = score(Flights.batch(mixed));
    for (int row = 0; row < good.size(); row++) {
      assertThat(together.outputs().column(0).get(row * 5))
          .isEqualTo(alone.outputs().column(0).get(row));
    }
    assertRejected(together, 3, Stage.NORMALIZE, "wind", "is Infinity as the network's input");
  }

  @Test
  void no_row_is_a_batch_too() {
    assertThat(score(Flights.batch(List.of())).rows()).isZero();
    assertThat(score(Flights.batch(List.<Object[]>of(Flights.with("cancelled", 1)))).rows())
        .isOne();
  }

  @Test
  void scores_do_not_depend_on_the_size_of_the_batch() {
    List<Object[]> rows = Flights.rows(257);
    ScoredBatch whole = score(Flights.batch(rows));
    for (int size : new int[] {1, 7, 64}) {
      for (int from = 0; from < rows.size(); from += size) {
        List<Object[]> part = rows.subList(from, Math.min(from + size, rows.size()));
        ScoredBatch scored = score(Flights.batch(part));
        for (int row = 0; row < part.size(); row++) {
          assertThat(scored.outcome(row)).isEqualTo(whole.outcome(from + row));
          if (scored.outcome(row) == Outcome.SCORED) {
            float expected = (Float) whole.outputs().column(0).get(from + row);
            assertThat((Float) scored.outputs().column(0).get(row))
                .isCloseTo(expected, within(1e-6f + 1e-5f * expected));
          }
        }
      }
    }
  }

  @Test
  void threads_with_scorers_of_their_own_do_not_disturb_each_other() throws Exception {
    ColumnBatch rows = Flights.batch(Flights.rows(64));
    List<Object> expected = outputs(score(rows));
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Boolean>> answers = new ArrayList<>();
      for (int thread = 0; thread < 2; thread++) {
        answers.add(
            threads.submit(
                () -> {
                  try (Scorer scorer = loaded.scorer()) {
                    for (int i = 0; i < 50; i++) {
                      if (!outputs(scorer.score(rows)).equals(expected)) {
                        return false;
                      }
                    }
                    return true;
                  }
                }));
      }
      for (Future<Boolean> answer : answers) {
        assertThat(answer.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void memory_outside_the_heap_does_not_grow_with_the_batches() {
    ColumnBatch rows = Flights.batch(Flights.rows(4_096));
    try (Scorer scorer = loaded.scorer()) {
      for (int i = 0; i < 20; i++) {
        scorer.score(rows);
      }
      long before = Pointer.totalBytes();
      for (int i = 0; i < 100; i++) {
        scorer.score(rows);
      }
      // The matrices of 100 batches are some 30 MB.
      assertThat(Pointer.totalBytes() - before).isLessThan(1L << 20);
    }
  }

  @Test
  void what_is_closed_says_so() {
    ReferencePipeline pipeline = new Dl4jReference().load(bundle);
    pipeline.close();
    pipeline.close();
    assertThatThrownBy(() -> pipeline.run(Flights.batch(Flights.rows(1))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    LoadedBundle other = LoadedBundle.load(bundle);
    Scorer out = other.scorer();
    other.close();
    assertThat(out.score(Flights.batch(Flights.rows(3))).rows()).isEqualTo(3);
    out.close();
    assertThatThrownBy(other::scorer)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("flight-delay 2013-10");
  }

  @Test
  void a_graph_scores_like_a_network_of_the_same_layers(@TempDir Path folder) {
    Bundle graph =
        Bundles.from(Flights.graph())
            .name("flight-delay")
            .version("graph")
            .created(Flights.TRAINED)
            .transform(Flights.transform())
            .normalizer(Flights.normalizer())
            .contract(Flights.contract())
            .sample(Flights.batch(Flights.rows(200)))
            .write(folder.resolve("graph"));
    try (ReferencePipeline pipeline = new Dl4jReference().load(graph)) {
      StageValues values = pipeline.run(Flights.batch(Flights.good())).get(0);
      INDArray input = Nd4j.create(new float[][] {values.normalized()});
      assertThat(values.activations())
          .containsExactly(Flights.graph().outputSingle(input).toFloatVector(), within(1e-6f));
    }
  }

  private static ScoredBatch score(ColumnBatch rows) {
    try (Scorer scorer = loaded.scorer()) {
      return scorer.score(rows);
    }
  }

  private static List<Object> outputs(ScoredBatch scored) {
    List<Object> values = new ArrayList<>();
    for (int row = 0; row < scored.rows(); row++) {
      values.add(scored.outputs().column(0).get(row));
    }
    return values;
  }

  private static void assertRejected(
      ScoredBatch scored, int row, Stage stage, String field, String reason) {
    assertThat(scored.outcome(row)).isEqualTo(Outcome.REJECTED);
    Rejection rejection = scored.rejection(row).orElseThrow();
    assertThat(rejection.stage()).isEqualTo(stage);
    assertThat(rejection.field()).isEqualTo(field);
    assertThat(rejection.reason()).isNotBlank().contains(reason).doesNotContain("\n");
  }
}
