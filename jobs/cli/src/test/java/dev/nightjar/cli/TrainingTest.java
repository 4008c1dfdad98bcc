package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** From raw rows to a bundle by the command line alone. */
@ExtendWith(SharedSpark.class)
class TrainingTest {
  @TempDir Path folder;
  private final Shell shell = new Shell();
  private TestProject project;
  private String training;

  @BeforeEach
  void write() {
    project = TestProject.in(folder);
    training = folder.resolve("training.parquet").toString();
    StringBuilder rows = new StringBuilder("id,at,x,colour,station\n");
    for (int i = 0; i < 80; i++) {
      rows.append(i)
          .append(",2024-03-05T0")
          .append(6 + i % 4)
          .append(":30:00Z,")
          .append(i)
          .append(i % 3 == 0 ? ",red," : ",green,")
          .append(i % 5 == 0 ? "b\n" : "a\n");
    }
    project.write("history.csv", rows.toString());
    project.write(
        "conf/contracts/readings.yaml",
        """
        inputs:
          x: {type: double, range: [0, 100]}
          colour: {type: category, values: [red, green]}
          temp: {type: double}
        outputs:
          alarm: {of: probability, threshold: 0.5}
        """);
  }

  @Test
  void a_training_set_and_the_files_of_training_become_a_bundle_that_runs() throws IOException {
    Shell.Ended joined = join("--views", "weather", "--key", "id");
    assertThat(joined.exit()).as(joined.all()).isZero();
    assertThat(joined.out()).contains("80 rows in " + training + ", 0 rejected");

    Path key = folder.resolve("team");
    shell.run("keys", "new", key.toString());
    Shell.Ended packaged = pack("bundles/new", "readings.yaml", "--sign-with=" + key);
    assertThat(packaged.exit()).as(packaged.all()).isZero();
    assertThat(packaged.out()).contains("readings 7", "proven on its golden rows", "signed by ");
    String bundle = folder.resolve("bundles/new").toString();
    Shell.Ended inspected = shell.run("inspect", bundle, "--prove", "--trust", key + ".pub");
    assertThat(inspected.exit()).as(inspected.all()).isZero();
    assertThat(inspected.out())
        .contains("readings 7", "weather", "training-rows: 80", "source/normalizer.bin");

    project.replace("conf/jobs/readings.yaml", "bundles/readings", "bundles/new");
    Shell.Ended run =
        shell.run("run", "readings", "--interval", TestProject.DAY, "--project", folder.toString());
    assertThat(run.exit()).as(run.all()).isZero();

    Shell.Ended again = join("--views", "weather", "--key", "id");
    assertThat(again.exit()).as(again.all()).isNotZero();
    assertThat(again.err()).contains("--overwrite");
    UsageTest.assertReadable(again);
    assertThat(join("--views", "weather", "--key", "id", "--overwrite").exit()).isZero();
  }

  @Test
  void rejected_training_rows_above_the_limit_are_exit_3_and_an_unknown_view_exit_2()
      throws IOException {
    Files.writeString(
        folder.resolve("history.csv"),
        Files.readString(folder.resolve("history.csv")).replace("\n7,", "\n,"));

    Shell.Ended refused = join("--views", "weather", "--key", "id");
    assertThat(refused.exit()).as(refused.all()).isEqualTo(3);
    assertThat(refused.out())
        .contains("refused: 1 rows are rejected and --rejected-rows allows 0", "rejected");

    Shell.Ended unknown = join("--views", "wether");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err()).contains("no feature view 'wether'; did you mean 'weather'?");
    UsageTest.assertReadable(unknown);
  }

  @Test
  void files_that_do_not_belong_together_are_told_and_leave_no_bundle() {
    project.write(
        "conf/contracts/narrow.yaml",
        """
        inputs:
          x: {type: double, range: [0, 100]}
          temp: {type: double}
        outputs:
          alarm: {of: probability}
        """);
    project.write("rows.csv", "x,colour,temp\n1,red,2\n2,green,3\n");
    training = folder.resolve("rows.csv").toString();

    Shell.Ended narrow = pack("bundles/new", "narrow.yaml");
    assertThat(narrow.exit()).as(narrow.all()).isNotZero();
    assertThat(narrow.err()).contains("colour");
    UsageTest.assertReadable(narrow);
    Shell.Ended absent = pack("bundles/new", "absent.yaml");
    assertThat(absent.exit()).isEqualTo(2);
    assertThat(absent.err()).contains("absent.yaml");
    UsageTest.assertReadable(absent);
    assertThat(folder.resolve("bundles/new")).doesNotExist();
  }

  private Shell.Ended join(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "features",
                "join",
                "--project",
                folder.toString(),
                "--input",
                folder.resolve("history.csv").toString(),
                "--as-of",
                "at",
                "--output",
                training));
    words.addAll(Arrays.asList(more));
    return shell.run(words.toArray(String[]::new));
  }

  private Shell.Ended pack(String output, String contract, String... more) {
    project.writeNormalizer("normalizer.bin");
    Path source = folder.resolve("bundles/readings/source");
    List<String> words =
        new ArrayList<>(
            List.of(
                "package",
                "--name=readings",
                "--model-version=7",
                "--model=" + source.resolve("model.zip"),
                "--transform=" + source.resolve("transform.json"),
                "--normalizer=" + folder.resolve("normalizer.bin"),
                "--contract=" + folder.resolve("conf/contracts").resolve(contract),
                "--training=" + training,
                "--output=" + folder.resolve(output)));
    words.addAll(Arrays.asList(more));
    return shell.run(words.toArray(String[]::new));
  }
}
