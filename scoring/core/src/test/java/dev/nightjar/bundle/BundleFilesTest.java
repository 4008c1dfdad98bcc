package dev.nightjar.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleFilesTest {
  private static final BundleFiles FILES =
      BundleFiles.of(
          "flights",
          Map.of(BundleFiles.MANIFEST, bytes("format: 1"), BundleFiles.MODEL, bytes("model")));

  @TempDir Path folder;

  @Test
  void a_folder_and_a_zip_hold_the_same_bytes() {
    for (String name : new String[] {"bundle", "bundle.zip"}) {
      Path path = folder.resolve(name);
      BundleWriter.write(FILES, path);
      BundleFiles read = BundleFiles.read(path);
      assertThat(read.names()).containsExactly("bundle.yaml", "source/model.zip");
      assertThat(read.get(BundleFiles.MODEL)).isEqualTo(bytes("model"));
      assertThat(read.origin()).isEqualTo(path.toString());
      assertThat(read.bytes()).isEqualTo(14);
    }
  }

  @Test
  void the_same_files_give_the_same_zip() throws IOException {
    BundleWriter.write(FILES, folder.resolve("a.zip"));
    BundleWriter.write(FILES, folder.resolve("b.zip"));
    assertThat(folder.resolve("b.zip")).hasSameBinaryContentAs(folder.resolve("a.zip"));
    try (var left = Files.list(folder)) {
      assertThat(left).hasSize(2); // no draft is left behind
    }
  }

  @Test
  void a_bundle_is_never_overwritten() {
    BundleWriter.write(FILES, folder.resolve("bundle"));
    assertThatThrownBy(() -> BundleWriter.write(FILES, folder.resolve("bundle")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("is there already");
  }

  @Test
  void files_that_no_bundle_has_are_refused() throws IOException {
    Path strange = Files.createDirectories(folder.resolve("strange/source"));
    Files.writeString(strange.resolve("preprocessor.bin"), "x");
    assertThatThrownBy(() -> BundleFiles.read(folder.resolve("strange")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("strange is no bundle: it holds no bundle.yaml");
    Files.writeString(folder.resolve("strange/bundle.yaml"), "x");
    assertThatThrownBy(() -> BundleFiles.read(folder.resolve("strange")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("'source/preprocessor.bin', which no bundle has");
    byte[] climbing = zip("../bundle.yaml", "x");
    assertThatThrownBy(() -> BundleFiles.readZip("z", new ByteArrayInputStream(climbing)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("'../bundle.yaml'");
  }

  @Test
  void files_that_are_too_much_together_are_refused() {
    byte[] large = new byte[700 << 20];
    Map<String, byte[]> files =
        Map.of("source/model.onnx", large, "model.onnx", large, BundleFiles.MODEL, large);
    assertThatThrownBy(() -> BundleFiles.of("large", files))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("the files of the bundle large have more than 2147483648 bytes");
    assertThatThrownBy(() -> BundleFiles.of("large", Map.of(BundleFiles.TRANSFORM, large)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("holds the file 'source/transform.json' of more than 8388608 bytes");
  }

  @Test
  void what_is_no_bundle_says_so() throws IOException {
    assertThatThrownBy(() -> BundleFiles.read(folder.resolve("none")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("there is no bundle at " + folder.resolve("none"))
        .hasMessageContaining("nightjar package");
    Path text = Files.writeString(folder.resolve("text.zip"), "hello");
    assertThatThrownBy(() -> BundleFiles.read(text))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("neither a folder nor a zip");
    assertThatThrownBy(() -> FILES.get(BundleFiles.GOLDEN))
        .isInstanceOf(BundleException.class)
        .hasMessage("the bundle flights lacks the file golden.json");
  }

  @Test
  void files_travel_to_executors() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(FILES);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      BundleFiles read = (BundleFiles) in.readObject();
      assertThat(read.get(BundleFiles.MODEL)).isEqualTo(bytes("model"));
    }
  }

  private static byte[] zip(String name, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.putNextEntry(new ZipEntry(name));
      out.write(bytes(text));
    }
    return bytes.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
