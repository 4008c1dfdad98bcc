package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.bundle.GoldenRow;
import dev.nightjar.bundle.GoldenRows;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.Outcome;
import dev.nightjar.contract.OutputField;
import dev.nightjar.contract.Rejection;
import dev.nightjar.contract.Stage;
import dev.nightjar.data.DataType;
import dev.nightjar.feature.FeatureStatistics;
import dev.nightjar.feature.TrainingRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.datavec.api.transform.TransformProcess;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;

class BundlesTest {
  @TempDir Path folder;

  @Test
  void a_bundle_is_written_proven_and_read_back_as_folder_and_as_zip() {
    Bundle inFolder = Flights.bundle().write(folder.resolve("a"));
    Bundle inZip = Flights.bundle().write(folder.resolve("a.zip"));

    assertThat(inFolder.files().names())
        .containsExactly(
            "bundle.yaml",
            "golden.json",
            "pipeline.json",
            "source/model.zip",
            "source/normalizer.bin",
            "source/transform.json");
    assertThat(inZip.digest()).isEqualTo(inFolder.digest());
    assertThat(inFolder.manifest().transformed())
        .containsExactly("distance", "carrier[UA]", "carrier[AA]", "carrier[DL]", "hour", "wind");
    assertThat(inFolder.manifest().provenance())
        .containsEntry("dl4j", "1.0.0-M2.1")
        .containsEntry("training-set", "every 97th flight")
        .containsEntry("transform", "compiled")
        .containsKeys("java", "os", "arch");
  }

  @Test
  void the_same_request_gives_the_same_bytes() throws IOException {
    Path first = folder.resolve("first.zip");
    Path second = folder.resolve("second.zip");
    Flights.bundle().write(first);
    Flights.bundle().write(second);
    assertThat(Files.readAllBytes(second)).isEqualTo(Files.readAllBytes(first));
  }

  @Test
  void golden_rows_cover_every_rule_and_every_outcome() {
    Bundle bundle = Flights.bundle().write(folder.resolve("golden"));
    GoldenRows golden =
        GoldenRows.parse(
            "golden", bundle.files().get(BundleFiles.GOLDEN), bundle.manifest().contract());

    assertThat(golden.rows()).hasSizeGreaterThanOrEqualTo(64);
    assertThat(golden.rows())
        .extracting(row -> row.values().outcome())
        .contains(Outcome.SCORED, Outcome.FILTERED, Outcome.REJECTED);
    assertThat(golden.rows())
        .extracting(BundlesTest::place)
        .contains("contract/distance", "contract/carrier", "contract/hour", "transform/wind");
    assertThat(golden.rows()).extracting(row -> row.input().get("distance")).contains(40_000.0);
  }

  @Test
  void rows_as_maps_give_the_bundle_that_columns_give() {
    Bundle columns = Flights.bundle().write(folder.resolve("columns"));
    Bundle maps = Flights.bundle().sample(Flights.sampleRows()).write(folder.resolve("maps"));
    assertThat(maps.digest()).isEqualTo(columns.digest());
  }

  @Test
  void a_small_sample_is_filled_up() {
    Bundle bundle =
        Flights.bundle().sample(Flights.batch(Flights.rows(3))).write(folder.resolve("few"));
    GoldenRows golden =
        GoldenRows.parse(
            "few", bundle.files().get(BundleFiles.GOLDEN), bundle.manifest().contract());
    assertThat(golden.rows()).hasSizeGreaterThanOrEqualTo(64);
  }

  @Test
  void missing_parts_are_reported_together() {
    assertThatThrownBy(() -> Bundles.from(Flights.network()).write(folder.resolve("none")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("a bundle is refused without\n  a contract")
        .hasMessageContaining(".name(")
        .hasMessageContaining(".version(")
        .hasMessageContaining(".created(")
        .hasMessageContaining(".transform(")
        .hasMessageContaining(".normalizer(")
        .hasMessageContaining(".sample(");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void a_normalizer_is_given_or_said_not_to_be_there() {
    Bundle raw =
        Bundles.from(Flights.network())
            .name("raw")
            .version("1")
            .created(Flights.TRAINED)
            .transform(Flights.transform())
            .withoutNormalizer()
            .contract(Flights.contract())
            .sample(Flights.batch(Flights.rows(100)))
            .write(folder.resolve("raw"));
    assertThat(raw.files().find(BundleFiles.NORMALIZER)).isEmpty();
    assertThatThrownBy(() -> Flights.bundle().withoutNormalizer().write(folder.resolve("both")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("keep the one that is true");
  }

  @Test
  void a_normalizer_that_was_never_fitted_is_refused() {
    assertThatThrownBy(
            () ->
                Flights.bundle()
                    .normalizer(new NormalizerStandardize())
                    .write(folder.resolve("unfitted")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("NormalizerStandardize cannot be stored: it was never fitted");
  }

  @Test
  void a_network_whose_training_diverged_is_refused() {
    MultiLayerNetwork network = Flights.network();
    network.params().putScalar(0, 3, Double.NaN);
    assertThatThrownBy(
            () -> Flights.bundle(network, Flights.normalizer()).write(folder.resolve("nan")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("source/model.zip has parameters that are NaN or infinite");
  }

  @Test
  void a_normalizer_that_gives_nan_for_every_row_is_refused() {
    NormalizerStandardize fitted = Flights.normalizer();
    INDArray mean = fitted.getMean().dup();
    mean.putScalar(4, Double.NaN);
    assertThatThrownBy(
            () ->
                Flights.bundle(
                        Flights.network(), new NormalizerStandardize(mean, fitted.getStd().dup()))
                    .write(folder.resolve("nan")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(
            "none of the 200 rows of the sample of flight-delay 2013-10 is scored")
        .hasMessageContaining("rejected at normalize: hour is NaN as the network's input")
        .hasMessageContaining("never fitted");
  }

  @Test
  void an_unknown_category_that_the_transform_cannot_take_is_not_only_flagged() {
    assertThatThrownBy(
            () ->
                Flights.bundle()
                    .contract(Flights.contract(InputField.OnUnknown.FLAG))
                    .write(folder.resolve("flag")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("the contract's input 'carrier' has 'on-unknown: flag'")
        .hasMessageContaining("'on-unknown: other'")
        .hasMessageContaining("'on-unknown: reject'");
    Bundle other =
        Flights.bundle()
            .contract(Flights.contract(InputField.OnUnknown.OTHER))
            .write(folder.resolve("other"));
    GoldenRows golden =
        GoldenRows.parse(
            "other", other.files().get(BundleFiles.GOLDEN), other.manifest().contract());
    assertThat(golden.rows())
        .anySatisfy(
            row -> {
              assertThat(row.flags()).containsExactly("unknown-category:carrier");
              assertThat(row.values().outcome()).isEqualTo(Outcome.SCORED);
            });
  }

  @Test
  void a_transform_that_its_own_json_changes_is_refused() {
    org.datavec.api.transform.schema.Schema schema =
        new org.datavec.api.transform.schema.Schema.Builder()
            .addColumnTime("at", DateTimeZone.UTC)
            .addColumnDouble("distance")
            .build();
    TransformProcess months =
        new TransformProcess.Builder(schema)
            .transform(
                new org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform.Builder(
                        "at")
                    .addIntegerDerivedColumn("month", DateTimeFieldType.monthOfYear())
                    .build())
            .removeColumns("at")
            .build();
    Contract contract =
        new Contract(
            List.of(
                InputField.required("at", DataType.TIMESTAMP),
                InputField.required("distance", DataType.DOUBLE)),
            List.of(OutputField.value("delay", 0)));
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      rows.add(Map.of("at", Flights.TRAINED.plusSeconds(i * 3_000_000L), "distance", 10.0 * i));
    }
    assertThatThrownBy(
            () ->
                Bundles.from(Flights.network(2, 1, Activation.IDENTITY))
                    .name("months")
                    .version("1")
                    .created(Flights.TRAINED)
                    .transform(months)
                    .withoutNormalizer()
                    .contract(contract)
                    .sample(rows)
                    .write(folder.resolve("months")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("the transform does not survive being stored as JSON");
  }

  @Test
  void the_record_of_the_training_set_goes_into_the_bundle() {
    TrainingRecord record = new TrainingRecord(List.of(), FeatureStatistics.NONE, "ab12", 3472, 4);
    Bundle bundle = Flights.bundle().training(record).write(folder.resolve("record"));
    assertThat(bundle.manifest().provenance())
        .containsEntry("training-input", "ab12")
        .containsEntry("training-rows", "3472");
  }

  @Test
  void a_value_of_the_wrong_type_in_the_sample_is_named() {
    List<Map<String, Object>> rows = new ArrayList<>(Flights.sampleRows());
    rows.set(2, Map.of("distance", 1.0, "carrier", "UA", "hour", 2.5, "wind", 1.0, "cancelled", 0));
    assertThatThrownBy(() -> Flights.bundle().sample(rows).write(folder.resolve("wrong")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("row 2 of the sample has Double '2.5' for the input 'hour'");
  }

  @Test
  void nothing_is_overwritten() throws IOException {
    Path there = Files.createDirectory(folder.resolve("there"));
    assertThatThrownBy(() -> Flights.bundle().write(there))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("is there already");
  }

  @Test
  void a_probability_beyond_one_is_rejected_at_post_and_a_value_is_not() {
    Contract probability =
        new Contract(
            Flights.contract().inputs(), List.of(OutputField.probability("delayed", 0, 0.5)));
    MultiLayerNetwork network = Flights.network(Flights.WIDTH, 1, Activation.IDENTITY);
    network.getLayer(1).getParam("W").muli(10);
    Bundle bundle =
        Bundles.from(network)
            .name("post")
            .version("1")
            .created(Flights.TRAINED)
            .transform(Flights.transform())
            .normalizer(Flights.normalizer())
            .contract(probability)
            .sample(Flights.batch(Flights.rows(200)))
            .write(folder.resolve("post"));
    GoldenRows golden =
        GoldenRows.parse("post", bundle.files().get(BundleFiles.GOLDEN), probability);
    Optional<Rejection> post =
        golden.rows().stream()
            .flatMap(row -> row.values().rejection().stream())
            .filter(rejection -> rejection.stage() == Stage.POST)
            .findFirst();
    assertThat(post).isPresent();
    assertThat(post.get().reason()).contains("is not a probability");
  }

  private static String place(GoldenRow row) {
    return row.values().rejection().map(r -> r.stage().word() + "/" + r.field()).orElse("");
  }
}
