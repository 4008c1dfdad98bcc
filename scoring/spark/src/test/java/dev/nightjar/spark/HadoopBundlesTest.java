package dev.nightjar.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.bundle.BundleException;
import dev.nightjar.bundle.BundleFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HadoopBundlesTest {
  private final Configuration hadoop = new Configuration();
  @TempDir Path folder;
  private Path bundle;

  @BeforeEach
  void write_a_folder() throws IOException {
    // Files of this machine by a scheme that is not file:, as a cluster's would be.
    hadoop.set("fs.viewfs.mounttable.cluster.link./data", folder.toUri().toString());
    bundle = Files.createDirectories(folder.resolve("a bundle"));
    Files.createDirectory(bundle.resolve("source"));
    Files.writeString(bundle.resolve(BundleFiles.MANIFEST), "manifest");
    Files.writeString(bundle.resolve(BundleFiles.MODEL), "model");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s", "file:%s", "viewfs://cluster/data/a bundle"})
  void a_folder_is_read_within_bounds_wherever_it_lies(String place) throws IOException {
    String location = String.format(place, bundle);
    BundleFiles files = HadoopBundles.read(hadoop, location);
    assertThat(files.names()).containsExactly("bundle.yaml", "source/model.zip");
    assertThat(files.get(BundleFiles.MODEL)).asString().isEqualTo("model");
    assertThat(files.origin()).isEqualTo(location);

    Path golden = bundle.resolve(BundleFiles.GOLDEN);
    try (RandomAccessFile sparse = new RandomAccessFile(golden.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }
    assertThatThrownBy(() -> HadoopBundles.read(hadoop, location))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(
            "the bundle " + location + " holds the file 'golden.json' of more than 67108864 bytes");
    Files.delete(golden);
    Files.writeString(bundle.resolve("source/evil.sh"), "x");
    assertThatThrownBy(() -> HadoopBundles.read(hadoop, location))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("the file 'source/evil.sh', which no bundle has");
    Files.delete(bundle.resolve(BundleFiles.MANIFEST));
    assertThatThrownBy(() -> HadoopBundles.read(hadoop, location))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(location + " is no bundle: it holds no bundle.yaml");
  }

  @Test
  void a_link_in_a_local_folder_is_not_followed_and_one_to_it_is() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("champion"), bundle);
    assertThat(HadoopBundles.read(hadoop, link.toString()).names()).hasSize(2);
    Path secret = Files.writeString(folder.resolve("secret"), "secret");
    Files.createSymbolicLink(bundle.resolve(BundleFiles.TRANSFORM), secret);
    assertThatThrownBy(() -> HadoopBundles.read(hadoop, bundle.toString()))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("holds the symbolic link 'source/transform.json'");
  }
}
