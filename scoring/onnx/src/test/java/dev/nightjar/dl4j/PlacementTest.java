package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.contract.Outcome;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.engine.Device;
import dev.nightjar.engine.DeviceChoice;
import dev.nightjar.engine.EngineChoice;
import dev.nightjar.engine.Placement;
import dev.nightjar.engine.PlacementException;
import dev.nightjar.pipeline.LoadedBundle;
import dev.nightjar.pipeline.ScoredBatch;
import dev.nightjar.pipeline.Scorer;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of an engine and a device that are asked for, with both engines at hand. */
class PlacementTest {
  private static final Optional<String> NO_GPU = Optional.of("there is none");

  @TempDir private static Path folder;
  private static Bundle converted;
  private static Bundle asked;
  private static Bundle foreign;

  @BeforeAll
  static void write() {
    converted = Flights.bundle().write(folder.resolve("converted"));
    asked = Flights.bundle().engine(EngineChoice.DL4J).write(folder.resolve("asked"));
    foreign = Foreign.bundle("torch-dense", Foreign.ROWS).write(folder.resolve("foreign"));
  }

  @Test
  void auto_is_the_engine_of_the_packaging() {
    assertThat(Placement.engine(converted, EngineChoice.AUTO)).isEqualTo("onnx");
    assertThat(Placement.engine(asked, EngineChoice.AUTO)).isEqualTo("dl4j");
    assertThat(Placement.engine(foreign, EngineChoice.AUTO)).isEqualTo("onnx");
    assertThat(Placement.engine(foreign, EngineChoice.ONNX)).isEqualTo("onnx");
  }

  @Test
  void a_bundle_that_was_packaged_without_onnx_says_why_it_has_none() {
    assertThatThrownBy(() -> Placement.engine(asked, EngineChoice.ONNX))
        .isInstanceOf(PlacementException.class)
        .hasMessage(
            "the engine 'onnx' was asked for, and "
                + asked.label()
                + " was packaged without it: its network is run by DL4J, as asked. Package the"
                + " model again with the engine 'onnx', or ask for 'dl4j' or 'auto'");
  }

  @Test
  void a_model_from_elsewhere_is_nothing_for_dl4j() {
    assertThatThrownBy(() -> Placement.engine(foreign, EngineChoice.DL4J))
        .isInstanceOf(PlacementException.class)
        .hasMessage(
            "the engine 'dl4j' was asked for, and "
                + foreign.label()
                + " is a model of ONNX from elsewhere, which DL4J cannot run; ask for the engine"
                + " 'onnx', or 'auto'");
  }

  @Test
  void dl4j_runs_the_network_of_a_converted_bundle_and_scores_the_same() {
    ColumnBatch rows = Flights.batch(Flights.rows(500));
    try (LoadedBundle onnx = LoadedBundle.load(converted);
        LoadedBundle dl4j = LoadedBundle.load(converted, "dl4j", Device.cpu());
        Scorer fast = onnx.scorer();
        Scorer reference = dl4j.scorer()) {
      ScoredBatch one = fast.score(rows);
      ScoredBatch other = reference.score(rows);
      int scored = 0;
      for (int row = 0; row < rows.rows(); row++) {
        assertThat(one.outcome(row)).isEqualTo(other.outcome(row));
        if (one.outcome(row) == Outcome.SCORED) {
          scored++;
          assertThat(number(one, row)).isCloseTo(number(other, row), within(1e-6));
        }
      }
      assertThat(scored).isPositive();
    }
    assertThat(converted.files().find(BundleFiles.ONNX)).isPresent();
  }

  private static double number(ScoredBatch scored, int row) {
    return ((Number) scored.outputs().column("delayed").get(row)).doubleValue();
  }

  @Test
  void a_gpu_is_refused_with_everything_that_is_missing() {
    assertThatThrownBy(
            () -> Placement.decide(converted, EngineChoice.DL4J, DeviceChoice.GPU, NO_GPU))
        .isInstanceOfSatisfying(
            PlacementException.class,
            e -> assertThat(e.asked()).isEqualTo(PlacementException.Asked.DEVICE))
        .hasMessage(
            "the device 'gpu' was asked for, and "
                + converted.label()
                + ", run by the engine 'dl4j', cannot have one: DL4J runs on the CPU alone here; a"
                + " network that was packaged for ONNX can run on a GPU by the engine 'onnx'. there"
                + " is none. Or ask for the device 'cpu', or 'auto'");
  }

  @ParameterizedTest
  @EnumSource(
      value = DeviceChoice.class,
      names = {"AUTO", "CPU"})
  void without_a_gpu_it_is_the_cpu_unless_a_gpu_is_asked_for(DeviceChoice choice) {
    assertThat(Placement.decide(converted, EngineChoice.AUTO, choice, NO_GPU))
        .isEqualTo(new Placement("onnx", Device.Kind.CPU));
    assertThat(Placement.decide(converted, EngineChoice.DL4J, choice, Optional.empty()))
        .isEqualTo(new Placement("dl4j", Device.Kind.CPU));
  }
}
