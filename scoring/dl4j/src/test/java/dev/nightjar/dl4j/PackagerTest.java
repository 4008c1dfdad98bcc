package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import dev.nightjar.contract.Contract;
import dev.nightjar.contract.InputField;
import dev.nightjar.contract.OutputField;
import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.engine.Engines;
import dev.nightjar.engine.PackageRequest;
import dev.nightjar.feature.FeatureStatistics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.datavec.api.transform.TransformProcess;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;

class PackagerTest {
  @TempDir Path folder;

  @Test
  void widths_that_do_not_fit_are_named_together() throws IOException {
    NormalizerStandardize five =
        new NormalizerStandardize(Nd4j.zeros(1, 5).addi(1), Nd4j.ones(1, 5));
    assertThatThrownBy(
            () ->
                pack(
                    zip(Flights.network(7, 1, Activation.SIGMOID)),
                    Optional.of(Normalizer.write(five)),
                    Flights.contract()))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("its transform gives 6 columns")
        .hasMessageContaining("its normalizer takes 5 and its network 7");
  }

  @Test
  void a_contract_that_does_not_fit_is_told_each_misfit() throws IOException {
    List<InputField> inputs = new ArrayList<>(Flights.contract().inputs());
    inputs.set(1, InputField.category("carrier", List.of("UA", "AA", "B6")));
    inputs.set(2, InputField.required("hour", DataType.DOUBLE));
    inputs.remove(3);
    Contract contract =
        new Contract(
            inputs,
            List.of(
                OutputField.value("second", 1), OutputField.ofClass("kind", List.of("a", "b"))));
    assertThatThrownBy(
            () ->
                pack(
                    zip(Flights.network()),
                    Optional.of(Normalizer.write(Flights.normalizer())),
                    contract))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("category with the values [UA, AA, B6]")
        .hasMessageContaining("category with the values [UA, AA, DL]")
        .hasMessageContaining(
            "'hour' is a double and the transform's column of that name a Integer")
        .hasMessageContaining("'wind' is no input of the contract")
        .hasMessageContaining("'second' takes unit 1 and the network has 1 outputs")
        .hasMessageContaining("'kind' names 2 classes and the network has 1 outputs");
  }

  @Test
  void the_normalizer_inside_the_zip_is_used() throws IOException {
    Path model = folder.resolve("model.zip");
    Files.write(model, zip(Flights.network()));
    ModelSerializer.addNormalizerToModel(model.toFile(), Flights.normalizer());
    byte[] zip = Files.readAllBytes(model);

    BundleFiles files = pack(zip, Optional.empty(), Flights.contract());
    assertThat(files.get(BundleFiles.NORMALIZER)).isEqualTo(Normalizer.write(Flights.normalizer()));
    NormalizerStandardize other =
        new NormalizerStandardize(Nd4j.zeros(1, 6).addi(1), Nd4j.ones(1, 6));
    assertThatThrownBy(() -> pack(zip, Optional.of(Normalizer.write(other)), Flights.contract()))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("another normalizer");
  }

  @Test
  void an_empty_sample_and_a_bad_name_are_refused() throws IOException {
    byte[] zip = zip(Flights.network());
    Optional<byte[]> normalizer = Optional.of(Normalizer.write(Flights.normalizer()));
    assertThatThrownBy(
            () ->
                Engines.packager()
                    .pack(
                        request(
                            "flights",
                            zip,
                            normalizer,
                            Flights.contract(),
                            Flights.batch(List.of()))))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("the sample has no rows");
    assertThatThrownBy(
            () ->
                Engines.packager()
                    .pack(
                        request(
                            "../flights",
                            zip,
                            normalizer,
                            Flights.contract(),
                            Flights.batch(Flights.rows(9)))))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("'../flights' cannot name a bundle");
  }

  @Test
  void networks_of_sequences_are_refused_without_a_layout() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new LSTM.Builder().nIn(Flights.WIDTH).nOut(3).build())
                .layer(
                    new RnnOutputLayer.Builder()
                        .nIn(3)
                        .nOut(1)
                        .activation(Activation.SIGMOID)
                        .lossFunction(org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction.XENT)
                        .build())
                .build());
    network.init();
    assertThatThrownBy(
            () ->
                pack(
                    zip(network),
                    Optional.of(Normalizer.write(Flights.normalizer())),
                    Flights.contract()))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(
            "source/model.zip begins with a LSTM, which takes sequences, [rows, 6 features, steps],"
                + " and the contract declares rows of 6 columns")
        .hasMessageContaining("write 'layout: {kind: sequence, steps: …, features: 6}'");
  }

  @Test
  void transforms_that_leave_text_or_need_more_rows_are_refused() {
    TransformProcess text =
        new TransformProcess.Builder(Flights.schema()).removeColumns("cancelled").build();
    assertThatThrownBy(() -> new RowTransform("transform.json", text))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("transform.json leaves the column 'carrier' as a Categorical");
    TransformProcess sequence =
        new TransformProcess.Builder(Flights.schema())
            .removeColumns("carrier")
            .convertToSequence()
            .build();
    assertThatThrownBy(() -> new RowTransform("transform.json", sequence))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("needs more than one row");
  }

  private static BundleFiles pack(byte[] model, Optional<byte[]> normalizer, Contract contract) {
    return Engines.packager()
        .pack(request("flights", model, normalizer, contract, Flights.batch(Flights.rows(100))));
  }

  private static PackageRequest request(
      String name,
      byte[] model,
      Optional<byte[]> normalizer,
      Contract contract,
      ColumnBatch sample) {
    return new PackageRequest(
        name,
        "1",
        Flights.TRAINED,
        model,
        Flights.transform().toJson().getBytes(StandardCharsets.UTF_8),
        normalizer,
        contract,
        List.of(),
        FeatureStatistics.NONE,
        sample,
        Map.of());
  }

  private static byte[] zip(MultiLayerNetwork network) throws IOException {
    java.io.ByteArrayOutputStream zip = new java.io.ByteArrayOutputStream();
    ModelSerializer.writeModel(network, zip, true);
    return zip.toByteArray();
  }
}
