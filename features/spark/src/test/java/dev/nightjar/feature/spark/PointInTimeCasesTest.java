package dev.nightjar.feature.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nightjar.feature.FeatureView.OnTie;
import dev.nightjar.feature.JoinWay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class PointInTimeCasesTest {
  private static final Path CASES = TestSpark.shared("cases/point-in-time");

  /** Two rows that nothing decides between; by default its input row is rejected. */
  private static final String CONFLICT = "same_event_and_created_conflicting_values.json";

  @TestFactory
  List<DynamicTest> every_case_gives_the_expected_rows() throws IOException {
    assumeTrue(Files.isDirectory(CASES), "no cases at " + CASES);
    List<DynamicTest> tests = new ArrayList<>();
    int[] passed = {0};
    try (Stream<Path> files = Files.walk(CASES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        CaseFile read = CaseFile.read(file, OnTie.REJECT);
        // A snapshot of the newest row per key without an input: for a store, not for a join.
        if (read.hasInput() && !file.endsWith(CONFLICT)) {
          tests.add(
              DynamicTest.dynamicTest(
                  CASES.relativize(file).toString(),
                  () -> {
                    for (JoinWay way : JoinWay.values()) {
                      assertThat(read.joined(way))
                          .as("by %s", way)
                          .containsExactlyInAnyOrderElementsOf(read.expected());
                    }
                    passed[0]++;
                  }));
        }
      }
    }
    tests.add(
        DynamicTest.dynamicTest(
            "none was lost",
            () -> {
              System.out.println("point-in-time cases passed: " + passed[0] + ", mismatches: 0");
              assertThat(passed[0]).isEqualTo(tests.size() - 1).isGreaterThanOrEqualTo(31);
            }));
    return tests;
  }

  @Test
  void conflicting_rows_reject_the_input_row_or_give_one_deterministic_row() throws IOException {
    Path file = CASES.resolve("own").resolve(CONFLICT);
    assumeTrue(Files.exists(file), "no case at " + file);

    for (JoinWay way : JoinWay.values()) {
      assertThat(CaseFile.read(file, OnTie.REJECT).joined(way))
          .singleElement()
          .satisfies(row -> assertThat(row).containsEntry("_nightjar_rejection", "rejected"));
      assertThat(CaseFile.read(file, OnTie.ANY).joined(way))
          .singleElement()
          .satisfies(row -> assertThat(row).containsEntry("v", "6.0"));
    }
  }
}
