package dev.nightjar.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.contract.Layout;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.dataset.api.preprocessor.VGG16ImagePreProcessor;
import org.nd4j.linalg.factory.Nd4j;

class ModelZipTest {
  private static final byte[] JSON = "{\"confs\":[]}".getBytes(StandardCharsets.UTF_8);

  @Test
  void a_saved_network_is_read_whatever_training_left_in_it(@TempDir Path folder)
      throws IOException {
    Path file = folder.resolve("model.zip");
    MultiLayerNetwork network = Flights.network();
    ModelSerializer.writeModel(network, file.toFile(), true);
    ModelSerializer.addNormalizerToModel(file.toFile(), Flights.normalizer());

    ModelZip zip = ModelZip.read("model.zip", Files.readAllBytes(file));
    assertThat(zip.normalizer()).isPresent();
    try (RowNetwork read =
        RowNetwork.of("model.zip", Networks.read("model.zip", zip), Layout.ROWS, Flights.WIDTH)) {
      assertThat(read.units()).isOne();
      float[] ones = {1, 1, 1, 1, 1, 1};
      assertThat(read.output(ones, 1))
          .containsExactly(network.output(Nd4j.ones(1, 6)).toFloatVector());
    }
  }

  @Test
  void networks_of_doubles_are_read_too() throws IOException {
    MultiLayerNetwork network = Flights.network().convertDataType(DataType.DOUBLE);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, bytes, false);
    ModelZip zip = ModelZip.read("model.zip", bytes.toByteArray());
    try (RowNetwork read =
        RowNetwork.of("model.zip", Networks.read("model.zip", zip), Layout.ROWS, Flights.WIDTH)) {
      float[] activations = read.output(new float[] {1, 1, 1, 1, 1, 1}, 1);
      double expected = network.output(Nd4j.ones(DataType.DOUBLE, 1, 6)).getDouble(0);
      assertThat(activations).containsExactly((float) expected);
    }
  }

  @Test
  void an_entry_that_runs_code_when_it_is_read_is_refused_by_name() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("configuration.json", JSON);
    entries.put("preprocessor.bin", new byte[] {(byte) 0xac, (byte) 0xed});
    assertThatThrownBy(() -> ModelZip.read("model.zip", zip(entries)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("model.zip holds the entry 'preprocessor.bin', which is refused")
        .hasMessageContaining("configuration.json");
  }

  @Test
  void what_is_no_saved_network_is_refused() throws IOException {
    assertThatThrownBy(() -> ModelZip.read("model.zip", new byte[] {1, 2, 3}))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("model.zip lacks the entry configuration.json");
    assertThatThrownBy(() -> ModelZip.read("model.zip", zip(Map.of("configuration.json", JSON))))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("lacks the entry coefficients.bin");
    byte[] samediff = "{\"graph\":1}".getBytes(StandardCharsets.UTF_8);
    ModelZip other =
        ModelZip.read(
            "model.zip",
            zip(Map.of("configuration.json", samediff, "noParams.marker", new byte[0])));
    assertThatThrownBy(() -> Networks.read("model.zip", other))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("neither a MultiLayerNetwork nor a ComputationGraph");
  }

  @Test
  void an_entry_that_inflates_beyond_its_limit_is_refused() {
    byte[] zeros = new byte[17 << 20];
    assertThatThrownBy(() -> ModelZip.read("model.zip", zip(Map.of("configuration.json", zeros))))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("'configuration.json' of more than 8388608 bytes");
  }

  @Test
  void an_array_that_declares_more_than_it_holds_is_refused_before_memory_is_reserved()
      throws IOException {
    byte[] coefficients = array("MIXED_DATA_TYPES", Long.MAX_VALUE / 8, "FLOAT");
    assertThatThrownBy(
            () ->
                ModelZip.read(
                    "model.zip",
                    zip(Map.of("configuration.json", JSON, "coefficients.bin", coefficients))))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("declares 1152921504606846975 values of the type FLOAT")
        .hasMessageContaining("holds only 0 more bytes");
    byte[] compressed = array("MIXED_DATA_TYPES", 1, "COMPRESSED");
    assertThatThrownBy(
            () ->
                ModelZip.read(
                    "model.zip",
                    zip(Map.of("configuration.json", JSON, "coefficients.bin", compressed))))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("an array of the type COMPRESSED");
  }

  @Test
  void a_normalizer_that_names_a_class_is_refused_before_it_is_loaded() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF("NORMALIZER");
    out.writeInt(1);
    out.writeUTF("CUSTOM");
    out.writeUTF("com.example.Evil");
    assertThatThrownBy(() -> Normalizer.read("normalizer.bin", bytes.toByteArray()))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("normalizer.bin is a normalizer of the type CUSTOM");
    assertThatThrownBy(() -> Normalizer.read("normalizer.bin", new byte[] {0, 1, 65}))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("normalizer.bin cannot be read as a normalizer");
  }

  @Test
  void a_normalizer_of_images_is_refused_by_its_type() {
    assertThatThrownBy(() -> Normalizer.read("normalizer.bin", vgg()))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("of the type IMAGE_VGG16");
  }

  @Test
  void a_normalizer_leaves_its_input_alone() {
    NormalizerMinMaxScaler scaler = new NormalizerMinMaxScaler();
    scaler.setFeatureStats(Nd4j.zeros(1, 2), Nd4j.ones(1, 2).muli(4));
    Normalizer normalizer = Normalizer.read("normalizer.bin", Normalizer.write(scaler));
    float[] values = {1, 2, 3, 4};
    assertThat(normalizer.width()).hasValue(2);
    assertThat(normalizer.apply(values, 2)).containsExactly(0.25f, 0.5f, 0.75f, 1f);
    assertThat(values).containsExactly(1, 2, 3, 4);
  }

  @Test
  void what_normalizers_make_of_nan_and_infinity() {
    NormalizerMinMaxScaler scaler = new NormalizerMinMaxScaler(-1, 1);
    scaler.setFeatureStats(Nd4j.zeros(1, 2), Nd4j.ones(1, 2).muli(4));
    for (byte[] bytes :
        new byte[][] {
          Normalizer.write(scaler),
          Normalizer.write(new NormalizerStandardize(Nd4j.ones(1, 2), Nd4j.ones(1, 2).muli(2))),
        }) {
      float[] rows =
          Normalizer.read("normalizer.bin", bytes)
              .apply(new float[] {Float.NaN, 1, 2, Float.POSITIVE_INFINITY}, 2);
      assertThat(rows[0]).isNaN();
      assertThat(rows[1]).isFinite();
      assertThat(rows[2]).isFinite();
      assertThat(rows[3]).isInfinite();
    }
  }

  private static byte[] vgg() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF("NORMALIZER");
    out.writeInt(1);
    out.writeUTF(new VGG16ImagePreProcessor().getType().name());
    return bytes.toByteArray();
  }

  private static byte[] array(String mode, long length, String type) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF(mode);
    out.writeLong(length);
    out.writeUTF(type);
    return bytes.toByteArray();
  }

  private static byte[] zip(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
        out.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
