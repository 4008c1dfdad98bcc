package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A model of PyTorch by the command line alone, with what PyTorch gives for twelve rows. */
@ExtendWith(SharedSpark.class)
class OnnxPackageTest {
  private static final Path RESOURCES =
      Path.of(System.getProperty("nightjar.root", "."))
          .resolve("scoring/onnx/src/test/resources/foreign");

  @TempDir private Path folder;
  private final Shell shell = new Shell();
  private final Path golden = RESOURCES.resolve("torch-dense.csv");

  @BeforeEach
  void write() throws IOException {
    String inputs =
        IntStream.range(0, 6)
            .mapToObj(i -> "  x" + i + ": {type: double}\n")
            .collect(Collectors.joining());
    Files.writeString(
        folder.resolve("contract.yaml"),
        "inputs:\n" + inputs + "outputs:\n  risk: {of: probability, threshold: 0.5}\n");
  }

  @Test
  void it_becomes_a_bundle_that_says_whose_outputs_it_is_held_against() {
    Shell.Ended packaged = pack("--golden=" + golden);
    assertThat(packaged.exit()).as(packaged.all()).isZero();
    assertThat(packaged.out())
        .contains(
            "dense 1",
            "proven on its golden rows",
            "network ONNX as it came, held against the outputs that came with it");

    Shell.Ended inspected = shell.run("inspect", folder.resolve("dense").toString(), "--prove");
    assertThat(inspected.exit()).as(inspected.all()).isZero();
    assertThat(inspected.out())
        .contains(
            "source/model.onnx",
            "scored=12",
            "what the network gives came with the model: given, not computed by a reference",
            "more rows only the way to the network is known",
            "transform-given: none: the contract's inputs are the network's columns",
            "the golden rows hold on this machine")
        .doesNotContain(" model.onnx");
  }

  /** Nothing but the model itself knows what it should give: its certificate says so. */
  @Test
  void a_run_of_it_is_compared_on_request_alone_and_says_why() throws IOException {
    assertThat(pack("--golden=" + golden).exit()).isZero();
    List<String> rows = Files.readAllLines(golden);
    List<String> input = new ArrayList<>(List.of("id,at," + rows.get(0)));
    for (int i = 1; i < rows.size(); i++) {
      input.add(i + ",2024-03-05T08:00:00Z," + rows.get(i));
    }
    Files.write(folder.resolve("rows.csv"), input);
    Files.createDirectories(folder.resolve("conf/jobs"));
    Files.writeString(
        folder.resolve("conf/jobs/risks.yaml"),
        """
        job: risks
        interval: 1d
        zone: UTC
        input: {path: rows.csv, format: csv, time: at, key: [id]}
        bundle: ./dense
        output: {path: out/risks}
        """);

    String project = folder.toString();
    Shell.Ended ended = shell.run("run", "risks", "--interval=2024-03-05", "--project", project);

    assertThat(ended.exit()).as(ended.all()).isZero();
    assertThat(ended.out())
        .containsPattern(
            "parity +12 rows \\(12 scored, 0 filtered, 0 rejected\\) = online \\(0\\.0 % of"
                + " tolerance\\); no reference: the model came as ONNX from elsewhere and has none")
        .doesNotContain("warning");
    assertThat(shell.run("runs", "risks", "--project", project).out())
        .contains("parity", "12 (online)");
  }

  @Test
  void what_belongs_together_is_asked_for_and_what_does_not_is_refused() {
    assertUsage(pack(), "no library here can judge a model of ONNX; give --golden");
    Path zip = folder.resolve("network.zip");
    assertUsage(
        run("--model=" + zip, "--golden=" + golden),
        "--golden is for models of ONNX (.onnx); DL4J itself computes the golden rows of " + zip);
    assertUsage(run("--model=" + zip, "--model-output=y"), "--model-output is for models of ONNX");
    assertUsage(run("--model=" + zip), "--transform is needed: only a model of ONNX");
  }

  @Test
  void golden_rows_that_do_not_hold_are_told_by_row_and_unit() throws IOException {
    List<String> lines = Files.readAllLines(golden);
    assertFailed(
        pack("--golden=" + written(lines.subList(0, 5))),
        "has 4 different rows with outputs, and 8 are the least");
    assertFailed(
        pack("--golden=" + written(changed(lines, 3, ",nan"))),
        "row 3 of 12 has 'nan' for unit_0, and only finite numbers can be compared");
    assertFailed(
        pack("--golden=" + written(changed(lines, 3, ",0.9"))),
        "in 1 of 12 rows: row 3, unit_0: expected 0.9, got 0.");
    assertFailed(
        pack("--golden=" + written(changed(lines, 0, ",unit_1"))),
        "lacks the column 'unit_0'",
        "has the column 'unit_1'");
    assertFailed(
        pack("--golden=" + written(changed(lines, 12, ",0.5,7"))),
        "has a line that does not fit its header: ");
    assertFailed(pack("--golden=" + folder.resolve("none.csv")), "none.csv");
    assertThat(folder.resolve("dense")).doesNotExist();
  }

  /** The lines with another last value in one. */
  private static List<String> changed(List<String> lines, int line, String last) {
    List<String> changed = new ArrayList<>(lines);
    changed.set(line, lines.get(line).substring(0, lines.get(line).lastIndexOf(',')) + last);
    return changed;
  }

  private Path written(List<String> lines) throws IOException {
    return Files.write(folder.resolve("golden.csv"), lines);
  }

  private static void assertUsage(Shell.Ended ended, String... words) {
    assertThat(ended.exit()).as(ended.all()).isEqualTo(2);
    assertThat(ended.err()).contains(words);
    UsageTest.assertReadable(ended);
  }

  private static void assertFailed(Shell.Ended ended, String... words) {
    assertThat(ended.exit()).as(ended.all()).isEqualTo(1);
    assertThat(ended.err()).contains(words);
    UsageTest.assertReadable(ended);
  }

  private Shell.Ended pack(String... more) {
    List<String> words = new ArrayList<>(List.of(more));
    words.add("--model=" + RESOURCES.resolve("torch-dense.onnx"));
    return run(words.toArray(String[]::new));
  }

  private Shell.Ended run(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "package",
                "--name=dense",
                "--model-version=1",
                "--contract=" + folder.resolve("contract.yaml"),
                "--training=" + golden,
                "--output=" + folder.resolve("dense")));
    words.addAll(List.of(more));
    return shell.run(words.toArray(String[]::new));
  }
}
