package dev.nightjar.faults.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.faults.Figures;
import dev.nightjar.faults.Figures.Better;
import dev.nightjar.faults.check.Checker;
import dev.nightjar.faults.check.Checker.Verdict;
import dev.nightjar.faults.check.PublishedResult;
import dev.nightjar.run.RunResult;
import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every known way in which data is bad, through a whole run, looked at by the witness. */
class BadDataTest {
  @TempDir static Path shared;
  @TempDir Path folder;

  @BeforeAll
  static void oneBundleForAll() {
    TestProject.in(shared);
  }

  static Stream<BadDataCase> cases() {
    return Stream.of(ParquetCases.all(), CsvCases.all(), ChangeCases.all()).flatMap(c -> c);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void no_row_is_lost_or_changed_in_silence(BadDataCase bad) throws IOException {
    BadProject project = BadProject.in(folder, shared.resolve("bundles/readings"));
    bad.breaks().accept(project);
    SparkSession spark = BadProject.spark();
    RunResult result;
    try {
      bad.settings().forEach((key, value) -> spark.conf().set(key, value));
      result = project.run();
    } finally {
      bad.settings().keySet().forEach(key -> spark.conf().unset(key));
    }

    Optional<PublishedResult> seen =
        PublishedResult.read(folder.resolve("out/readings"), TestProject.DAY);
    Figures.report("bad-data-cases", 1, Better.HIGHER);
    Figures.atMost(0, "rows-silently-lost-or-changed", (double) wrong(bad, seen));
    String told = result.record().ending().reason() + " " + result.record().warnings();
    bad.words().forEach(word -> assertThat(told).contains(word));
    assertThat(told).doesNotContain("Exception", "\tat ");
    assertThat(result.exit()).isEqualTo(bad.exit());
    assertThat(seen.isPresent()).isEqualTo(bad.published().isPresent());
    assertThat(wrong(bad, seen)).isZero();
  }

  /** Rows that are seen and are not as they must be; what is not published deceives nobody. */
  private static long wrong(BadDataCase bad, Optional<PublishedResult> seen) {
    if (seen.isEmpty()) {
      return 0;
    }
    if (bad.published().isEmpty()) {
      return seen.get().rows().size();
    }
    Verdict verdict = new Checker("id", "alarm", bad.published().get()).check(seen.get().rows());
    return verdict.lost() + verdict.duplicated() + verdict.unexpected() + verdict.wrong();
  }
}
