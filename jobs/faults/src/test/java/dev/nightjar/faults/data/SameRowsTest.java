package dev.nightjar.faults.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.faults.check.Checker.Fate;
import dev.nightjar.run.RunResult;
import dev.nightjar.run.Step;
import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs that are sound and unpleasant: what comes out does not depend on how they lie there. */
class SameRowsTest {
  @TempDir static Path shared;
  @TempDir Path folder;

  @BeforeAll
  static void oneBundleForAll() {
    TestProject.in(shared);
  }

  /** The day on which New York's clocks go back has 25 hours, two of them called one o'clock. */
  @ParameterizedTest
  @ValueSource(strings = {"UTC", "America/New_York", "Asia/Kathmandu"})
  void a_day_of_25_hours_is_the_same_in_every_zone_of_the_machine(String zone) throws IOException {
    BadProject project = project();
    project
        .files()
        .replace("conf/jobs/readings.yaml", "zone: UTC", "zone: America/New_York")
        .replace(
            "conf/jobs/readings.yaml", "format: csv\n", "format: csv\n  zone: America/New_York\n");
    StringBuilder csv = new StringBuilder(BadProject.HEADER);
    Map<String, Fate> fates = new LinkedHashMap<>();
    String[] within = {
      "2024-11-03", "2024-11-03T01:30:00", "2024-11-03T01:30:00-05:00", "2024-11-03T23:59:59.999999"
    };
    for (String time : within) {
      csv.append(fates.size()).append(',').append(time).append(",10,red,z\n");
      fates.put(String.valueOf(fates.size()), Fate.scored(BadProject.score(10, true, 11.5)));
    }
    csv.append("before,2024-11-02T23:59:59.999999,10,red,z\nafter,2024-11-04T00:00:00,10,red,z\n");
    csv.append("utc,2024-11-04T04:59:59.999999Z,10,red,z\nlate,2024-11-04T05:00:00Z,10,red,z\n");
    fates.put("utc", Fate.scored(BadProject.score(10, true, 11.5)));
    project.csv(csv.toString());
    TimeZone before = TimeZone.getDefault();
    SparkSession spark = BadProject.spark();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone(zone));
      spark.conf().unset("spark.sql.session.timeZone");

      project.assertRight(project.run("2024-11-03"), "2024-11-03", fates);
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @Test
  void many_tiny_files_come_out_as_few() throws IOException {
    tinyFiles(200);
  }

  @Test
  @Tag("soak")
  void ten_thousand_tiny_files_come_out_as_few() throws IOException {
    tinyFiles(10_000);
  }

  private void tinyFiles(int files) throws IOException {
    BadProject project = project().input("path: data/in\n  format: csv");
    Map<String, Fate> fates = new LinkedHashMap<>();
    for (int i = 0; i < files; i++) {
      String row = String.format(Locale.ROOT, "k%d,2024-03-05T08:00:00Z,%d,red,a%n", i, i % 80);
      project.bytes(
          "data/in/" + i + ".csv", (BadProject.HEADER + row).getBytes(StandardCharsets.UTF_8));
      fates.put("k" + i, Fate.scored(BadProject.score(i % 80, true, 10)));
    }

    RunResult result = project.run();

    project.assertRight(result, TestProject.DAY, fates);
    assertThat(result.manifest().orElseThrow().files()).hasSizeLessThanOrEqualTo(4);
  }

  /** Half of all rows of one station, with a feature row for every hour. */
  @Test
  @Tag("soak")
  void half_of_the_rows_on_one_key_are_all_there() throws IOException {
    BadProject project = project();
    StringBuilder csv = new StringBuilder(BadProject.HEADER);
    Map<String, Fate> fates = new LinkedHashMap<>();
    for (int i = 0; i < 200_000; i++) {
      String station = i % 2 == 0 ? "a" : "z" + i;
      csv.append(
          String.format(Locale.ROOT, "k%d,2024-03-05T08:00:00Z,%d,red,%s%n", i, i % 80, station));
      double temp = i % 2 == 0 ? 10 : 11.5;
      fates.put("k" + i, Fate.scored(BadProject.score(i % 80, true, temp)));
    }
    project.csv(csv.toString());

    project.assertRight(project.run(), TestProject.DAY, fates);
  }

  /** The text of one row is as large as a batch of others; it is no category that anybody knows. */
  @Test
  @Tag("soak")
  void a_cell_of_200_megabytes_rejects_its_row_and_no_other() throws IOException {
    Map<String, Fate> fates = BadProject.sound();
    fates.put("1", Fate.of("rejected"));

    BadProject project =
        parquet(Map.of("colour", "if(id = 1, repeat('red ', 50 * 1000 * 1000), colour)"));

    project.assertRight(project.run(), TestProject.DAY, fates);
  }

  @Test
  @Tag("soak")
  void ten_thousand_columns_beside_those_that_are_read_change_nothing() throws IOException {
    Map<String, String> wide = new LinkedHashMap<>();
    for (int i = 0; i < 10_000; i++) {
      wide.put("c" + i, "1");
    }

    BadProject project = parquet(wide);
    project.assertRight(project.run(), TestProject.DAY, BadProject.sound());
  }

  private BadProject parquet(Map<String, String> columnsOfTheFirstFile) {
    return project()
        .input("path: data/in")
        .parquet("a.parquet", BadProject.FIRST_ROWS, columnsOfTheFirstFile)
        .parquet("b.parquet", BadProject.LAST_ROWS, Map.of());
  }

  @Test
  void a_bundle_that_is_replaced_meanwhile_scores_no_row() throws IOException {
    Path own = folder.resolve("own");
    copy(shared.resolve("bundles/readings"), own);
    BadProject project = BadProject.in(folder.resolve("p"), own);
    // Another bundle lies there when the rows are scored: of the same name, with another network.
    project.when(
        Step.SCORE,
        () -> {
          try {
            Path model = own.resolve("source/model.zip");
            byte[] bytes = Files.readAllBytes(model);
            bytes[bytes.length / 2] ^= 1;
            Files.write(model, bytes);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });

    RunResult result = project.run();

    // Loaded and proven before: the driver's digest is on every row, whatever lies there now.
    project.assertRight(result, TestProject.DAY, BadProject.sound());
    String pinned = result.record().digests().bundle();
    for (Map<String, Object> row : project.rows(TestProject.DAY)) {
      assertThat(String.valueOf(row.get("_nightjar_bundle"))).isEqualTo(pinned);
    }
  }

  private BadProject project() {
    return BadProject.in(folder, shared.resolve("bundles/readings"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    }
  }
}
