package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedSpark.class)
class RunCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private final Shell shell = new Shell();
  private TestProject project;

  @BeforeEach
  void write() {
    project = TestProject.in(folder);
  }

  @Test
  void a_run_a_second_run_and_what_is_told_of_them() throws IOException {
    Shell.Ended first = ends(0, run("--interval", TestProject.DAY));
    assertThat(first.out())
        .contains(
            "readings · 2024-03-05",
            "published as attempt 1",
            "6 in = 4 scored + 1 filtered + 1 rejected",
            "every key of the input is in the result once",
            "1 at contract, x: '-5.0' is outside the range [0.0, 100.0]",
            "no-row:weather 1",
            "1 rows of the input have no at");
    assertThat(first.err()).contains("readings 2024-03-05: counting the rows");

    Shell.Ended second = ends(0, run("--interval", TestProject.DAY, "--json"));
    JsonNode record = JSON.readTree(second.out());
    assertThat(record.findValue("status").asText()).isEqualTo("published");
    assertThat(record.findValue("run").asText()).isEqualTo("readings/2024-03-05/2");
    assertThat(record.findValue("scored").asLong()).isEqualTo(4);

    Shell.Ended results = ends(0, shell.run(words("results", "readings", "--show", "10")));
    assertThat(results.out()).contains("2024-03-05", "readings 1", "alarm", "no-row:weather");
    assertThat(ends(0, shell.run(words("results", "readings", "--files"))).out())
        .contains("data/2024-03-05/2/");
    assertThat(
            ends(0, shell.run(words("results", "readings", "--content", "quarantine", "--show=5")))
                .out())
        .contains("'-5.0' is outside the range");
    assertThat(
            JSON.readTree(ends(0, shell.run(words("results", "readings", "--json"))).out())
                .findValue("token")
                .asLong())
        .isEqualTo(2);

    List<String> runs =
        ends(0, shell.run(words("runs", "readings"))).out().lines().map(String::trim).toList();
    assertThat(runs).hasSize(3);
    assertThat(runs.get(0)).startsWith("interval");
    assertThat(runs.get(1)).contains("published").doesNotContain("yes");
    assertThat(runs.get(2)).contains("published", "yes");
  }

  @Test
  void trying_out_writes_nothing_and_tells_what_would_come() {
    Shell.Ended dry = ends(0, run("--interval", TestProject.DAY, "--dry-run"));
    assertThat(dry.out())
        .contains("nothing was written", "4 scored + 1 filtered + 1 rejected", "alarm");
    Shell.Ended limited = ends(0, run("--interval", TestProject.DAY, "--limit", "2"));
    assertThat(limited.out()).contains("6 rows in the interval", "of the rows that were tried");
    Shell.Ended refused = ends(3, run("--interval", "2024-03-09", "--dry-run"));
    assertThat(refused.out()).contains("a run would be refused", "limits.min-rows");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void several_intervals_run_in_turn_and_the_first_that_is_not_0_is_the_exit_code() {
    Shell.Ended ended = ends(3, run("--from", "2024-03-05", "--to", "2024-03-07"));

    assertThat(ended.out().lines().filter(line -> line.contains("2024-03-0")))
        .hasSize(3)
        .element(1)
        .asString()
        .contains("1 in = 1 scored");
    assertThat(ended.err())
        .contains("the interval 2024-03-07 has 0 rows in the input", "limits.min-rows: 0");
    assertThat(ends(0, shell.run(words("results", "readings"))).out())
        .contains("2024-03-05", "2024-03-06")
        .doesNotContain("2024-03-07");
  }

  @Test
  void what_goes_wrong_has_its_exit_code_and_one_message() {
    project.replace("conf/jobs/readings.yaml", "rejected-rows: 2", "rejected-rows: 0");
    Shell.Ended refused = ends(3, run("--interval", TestProject.DAY));
    assertThat(refused.out()).contains("refused, nothing published");
    assertThat(refused.err()).contains("1 of 6 rows are rejected", "nightjar: ");

    project.replace("conf/jobs/readings.yaml", "key: [id]", "key: [idd]");
    assertThat(ends(2, run("--interval", TestProject.DAY)).err())
        .contains("the input has no column 'idd' (input.key idd); did you mean 'id'?");
    project.replace("conf/jobs/readings.yaml", "key: [idd]", "key: [id]");

    project.replace("conf/jobs/readings.yaml", "data/readings.csv", "data/absent.csv");
    Shell.Ended missing = ends(1, run("--interval", TestProject.DAY));
    assertThat(missing.err()).contains("absent.csv", "holds no data file");
    assertThat(missing.out()).contains("failed, nothing published");

    assertThat(ends(0, shell.run(words("runs", "readings"))).out())
        .contains("refused", "failed", "absent.csv");
    Shell.Ended none = ends(1, shell.run(words("results", "readings")));
    assertThat(none.err()).contains("has no published result", "nightjar runs readings");
  }

  @Test
  void a_value_of_the_environment_is_in_nothing_that_is_printed_or_written() throws IOException {
    String secret = "s3cr3t t0ken";
    Files.createDirectories(folder.resolve(secret));
    for (String name : new String[] {"data", "bundles"}) {
      Files.move(folder.resolve(name), folder.resolve(secret).resolve(name));
    }
    project
        .replace("conf/jobs/readings.yaml", "path: data/", "path: ${env:PLACE}/data/")
        .replace("conf/jobs/readings.yaml", "bundle: ", "bundle: ${env:PLACE}/")
        .replace("conf/jobs/readings.yaml", "path: out/", "path: ${env:PLACE}/out/")
        .replace(
            "conf/views/weather.yaml", "data/weather.csv", "\"${env:PLACE}/data/weather.csv\"");
    Shell with = new Shell(Map.of("PLACE", folder.resolve(secret).toString()));
    StringBuilder printed = new StringBuilder();
    List<String[]> commands =
        List.of(
            words("run", "readings", "--interval", TestProject.DAY),
            words("run", "readings", "--interval", TestProject.DAY, "--json"),
            words("results", "readings", "--files", "--show", "10"),
            words("results", "readings", "--json"),
            words("results", "readings", "--interval", "2024-03-09"),
            words("run", "readings", "--interval", "2024-03-09"),
            words("runs", "readings"),
            words("runs", "readings", "--json"));
    for (String[] command : commands) {
      printed.append(with.run(command).all());
    }
    Files.delete(folder.resolve(secret).resolve("data/readings.csv"));
    printed.append(ends(1, with.run(commands.get(0))).all());
    Path model = folder.resolve(secret).resolve("bundles/readings/source/model.zip");
    Files.write(model, new byte[] {1});
    printed.append(ends(1, with.run(commands.get(0))).all());
    printed.append(ends(0, with.run(words("runs", "readings"))).all());

    assertThat(printed.toString())
        .contains("${env:PLACE}/out/readings", "published as attempt 1", "is damaged")
        .doesNotContainPattern(Pattern.compile("s3cr3t|t0ken"));
    List<Path> written = project.files(secret + "/out");
    assertThat(written).hasSizeGreaterThan(8);
    for (Path file : written) {
      assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
          .as(file.toString())
          .doesNotContainPattern(Pattern.compile("s3cr3t|t0ken"));
    }
  }

  @Test
  void a_sound_bundle_is_shown_and_proven_and_a_damaged_one_refused() throws IOException {
    Path bundle = folder.resolve("bundles/readings");

    Shell.Ended sound = ends(0, shell.run("inspect", bundle.toString(), "--prove"));
    assertThat(sound.out())
        .contains("readings 1", "digest", "colour", "2 values", "weather", "golden")
        .endsWith("the golden rows hold on this machine" + System.lineSeparator());
    assertThat(ends(0, shell.run("inspect", bundle.toString(), "--yaml")).out())
        .isEqualTo(Files.readString(bundle.resolve("bundle.yaml")));

    Path model = bundle.resolve("source/model.zip");
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length / 2] ^= 1;
    Files.write(model, bytes);
    Shell.Ended damaged = ends(1, shell.run("inspect", bundle.toString()));
    assertThat(damaged.out()).isEmpty();
    assertThat(damaged.err()).contains("is damaged: source/model.zip", "fetch or package it again");
  }

  private Shell.Ended run(String... words) {
    List<String> all = new ArrayList<>(List.of("run", "readings"));
    all.addAll(Arrays.asList(words));
    return shell.run(words(all.toArray(String[]::new)));
  }

  private String[] words(String... words) {
    List<String> all = new ArrayList<>(Arrays.asList(words));
    all.add("--project");
    all.add(folder.toString());
    return all.toArray(String[]::new);
  }

  private static Shell.Ended ends(int exit, Shell.Ended ended) {
    assertThat(ended.exit()).as(ended.all()).isEqualTo(exit);
    UsageTest.assertReadable(ended);
    return ended;
  }
}
