package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.engine.Device;
import dev.nightjar.engine.DeviceChoice;
import dev.nightjar.engine.EngineChoice;
import dev.nightjar.engine.Placement;
import dev.nightjar.engine.PlacementException;
import dev.nightjar.pipeline.LoadedBundle;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which engine and which device score, where the caller asks for some. */
class DemandsTest {
  @TempDir static Path folder;
  private static SparkSession spark;
  private static String bundle;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("scoring/spark tests")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
    bundle = folder.resolve("readings").toString();
    TestBundle.write(Path.of(bundle), "1");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Dataset<Row> rows() {
    return spark
        .range(0, 200, 1, 4)
        .selectExpr("cast(id % 90 as double) as x", "if(id % 3 = 0, 'red', 'green') as colour");
  }

  private static void assertScores(Scoring scoring) {
    List<Row> scored = scoring.score(rows()).collectAsList();
    assertThat(scored).hasSize(200);
    for (Row row : scored) {
      assertThat((double) row.<Float>getAs("alarm"))
          .isCloseTo(
              TestBundle.score(row.getAs("x"), row.<String>getAs("colour").equals("red")),
              within(1e-6));
    }
  }

  @Test
  void nothing_asked_is_as_packaged_and_on_the_cpu() {
    Scoring scoring = Scoring.of(spark, bundle);

    assertThat(scoring.placement()).isEqualTo(new Placement("onnx", Device.Kind.CPU));
    assertScores(scoring);
  }

  @Test
  void the_engine_that_is_asked_for_scores_and_needs_its_own_memory() {
    Scoring onnx = Scoring.of(spark, bundle);
    Scoring dl4j = onnx.withEngine(EngineChoice.DL4J);

    assertThat(dl4j.placement()).isEqualTo(new Placement("dl4j", Device.Kind.CPU));
    assertThat(dl4j.withEngine(EngineChoice.ONNX).placement().engine()).isEqualTo("onnx");
    assertScores(dl4j);
    // A network of DL4J is one for each thread, one of ONNX Runtime is shared.
    assertThat(onnx.memory().nativeOfReplica()).isZero();
    assertThat(dl4j.memory().nativeOfReplica()).isPositive();
    assertThat(dl4j.memory().nativeShared()).isGreaterThan(onnx.memory().nativeShared());
  }

  @Test
  void engines_of_one_bundle_are_kept_apart_in_an_executor() {
    Scoring onnx = Scoring.of(spark, bundle);
    String digest = onnx.withEngine(EngineChoice.DL4J).bundle().digest();
    BundleFiles unread = BundleFiles.of("not looked at", Map.of());

    LoadedBundle one =
        ExecutorBundles.get(new ExecutorBundles.Key(digest, "onnx", Device.cpu()), unread);
    LoadedBundle other =
        ExecutorBundles.get(new ExecutorBundles.Key(digest, "dl4j", Device.cpu()), unread);

    assertThat(one).isNotSameAs(other);
  }

  @Test
  void a_loaded_bundle_is_not_used_on_for_somebody_who_asks_for_another_engine() {
    Scoring onnx = Scoring.of(spark, bundle);
    Demands dl4j = Demands.NONE.withEngine(EngineChoice.DL4J);

    Scoring other = Scoring.of(spark, bundle, dl4j, Optional.of(onnx));

    assertThat(other.placement().engine()).isEqualTo("dl4j");
    assertThat(Scoring.of(spark, bundle, dl4j, Optional.of(other))).isSameAs(other);
  }

  @Test
  void a_gpu_is_refused_by_what_stands_in_its_way() {
    Scoring scoring = Scoring.of(spark, bundle);

    assertThatThrownBy(() -> scoring.withDevice(DeviceChoice.GPU))
        .isInstanceOf(PlacementException.class)
        .hasMessageStartingWith("the device 'gpu' was asked for, and readings 1 (")
        .hasMessageContaining(
            ", run by the engine 'onnx', cannot have one: the ONNX Runtime on the")
        .hasMessageEndingWith("Or ask for the device 'cpu', or 'auto'");
    assertThatThrownBy(() -> scoring.withEngine(EngineChoice.DL4J).withDevice(DeviceChoice.GPU))
        .isInstanceOf(PlacementException.class)
        .hasMessageContaining(
            ", run by the engine 'dl4j', cannot have one: DL4J runs on the CPU alone");
    assertThat(scoring.withDevice(DeviceChoice.AUTO).placement().device())
        .isEqualTo(Device.Kind.CPU);
  }
}
