package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A model of Keras by the command line alone; one convolution over 16 steps of 3 features. */
@ExtendWith(SharedSpark.class)
class KerasPackageTest {
  private static final int COLUMNS = 48;

  @TempDir Path folder;
  private final Shell shell = new Shell();
  private Path model;

  @BeforeEach
  void write() throws IOException {
    model = cases().resolve("models/keras/conv1d/conv1d_k2_s1_d1_cl_same_model.h5");
    List<String> names = IntStream.range(0, COLUMNS).mapToObj(i -> "x" + i).toList();
    Schema.Builder schema = new Schema.Builder();
    names.forEach(schema::addColumnDouble);
    Files.writeString(
        folder.resolve("transform.json"),
        new TransformProcess.Builder(schema.build()).build().toJson());
    Random random = new Random(4);
    StringBuilder rows = new StringBuilder(String.join(",", names)).append('\n');
    for (int row = 0; row < 70; row++) {
      rows.append(
          names.stream()
              .map(name -> Double.toString(random.nextDouble()))
              .collect(Collectors.joining(",", "", "\n")));
    }
    Files.writeString(folder.resolve("rows.csv"), rows);
  }

  @Test
  void a_model_of_keras_becomes_a_bundle_that_shows_its_layout() throws IOException {
    contract("{kind: sequence, steps: 16, features: 3, output: last-step}");

    Shell.Ended packaged = pack(model);
    assertThat(packaged.exit()).as(packaged.all()).isZero();
    assertThat(packaged.out()).contains("waves 1", "proven on its golden rows");

    Shell.Ended inspected = shell.run("inspect", folder.resolve("waves.zip").toString(), "--prove");
    assertThat(inspected.exit()).as(inspected.all()).isZero();
    assertThat(inspected.out())
        .contains(
            "layout   sequence of 16 steps × 3 features, steps first; the last step of the output",
            "source/model.h5",
            "source/model.zip",
            "keras: 2.3.1",
            "keras-backend: tensorflow",
            "the golden rows hold on this machine");
  }

  @Test
  void what_cannot_be_imported_is_told_in_one_message() throws IOException {
    contract("{kind: sequence, steps: 16, features: 3, output: last-step}");
    Path cut = folder.resolve("cut.h5");
    Files.write(cut, java.util.Arrays.copyOf(Files.readAllBytes(model), 4000));
    Shell.Ended damaged = pack(cut);
    assertThat(damaged.exit()).as(damaged.all()).isEqualTo(1);
    assertThat(damaged.err())
        .contains("cut.h5 cannot be imported: it is no HDF5 file, or a damaged");
    UsageTest.assertReadable(damaged);

    Shell.Ended late = pack(model, "--import-deadline=0");
    assertThat(late.exit()).as(late.all()).isEqualTo(2);
    assertThat(late.err()).contains("--import-deadline 0: give 1 or more seconds");
    UsageTest.assertReadable(late);

    contract("{kind: sequence, steps: 12, features: 4}");
    Shell.Ended misfit = pack(model);
    assertThat(misfit.exit()).as(misfit.all()).isEqualTo(1);
    assertThat(misfit.err())
        .contains("which takes sequences, [rows, steps, 3 features]", "12 steps × 4 features");
    UsageTest.assertReadable(misfit);
    assertThat(folder.resolve("waves.zip")).doesNotExist();
  }

  private void contract(String layout) throws IOException {
    String inputs =
        IntStream.range(0, COLUMNS)
            .mapToObj(i -> "  x" + i + ": {type: double}\n")
            .collect(Collectors.joining());
    Files.writeString(
        folder.resolve("contract.yaml"),
        "inputs:\n" + inputs + "outputs:\n  y: {of: value, unit: 3}\nlayout: " + layout + "\n");
  }

  private Shell.Ended pack(Path file, String... more) {
    List<String> words =
        new java.util.ArrayList<>(
            List.of(
                "package",
                "--name=waves",
                "--model-version=1",
                "--model=" + file,
                "--transform=" + folder.resolve("transform.json"),
                "--contract=" + folder.resolve("contract.yaml"),
                "--training=" + folder.resolve("rows.csv"),
                "--output=" + folder.resolve("waves.zip")));
    words.addAll(List.of(more));
    return shell.run(words.toArray(String[]::new));
  }

  /** Cases of others lie beside a checkout, or are absent. */
  private static Path cases() {
    for (Path at = Path.of(System.getProperty("nightjar.root", ".")).toAbsolutePath();
        at != null;
        at = at.getParent()) {
      if (Files.isDirectory(at.resolve("shared/cases"))) {
        return at.resolve("shared/cases");
      }
    }
    Assumptions.abort("shared/cases is not beside this checkout");
    throw new AssertionError();
  }
}
