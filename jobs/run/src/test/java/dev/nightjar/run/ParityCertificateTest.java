package dev.nightjar.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.result.ParityCertificate;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sample of a run's rows is scored again on request and by the reference, and must be equal. */
class ParityCertificateTest {
  @TempDir Path folder;

  @Test
  void scored_filtered_and_rejected_rows_are_compared_and_the_record_has_the_figures() {
    TestProject project = project("100");

    RunResult result = project.run();

    assertThat(result.exit()).as(result.record().ending().reason()).isEqualTo(ExitCode.PUBLISHED);
    ParityCertificate parity = result.record().parity();
    assertThat(parity.rows()).isEqualTo(new ParityCertificate.Rows(4, 1, 1));
    assertThat(parity.withoutReference()).isNull();
    assertThat(parity.comparisons())
        .extracting(ParityCertificate.Comparison::path)
        .containsExactly("online", "reference");
    assertThat(parity.comparisons())
        .allSatisfy(
            comparison -> {
              assertThat(comparison.rows()).isEqualTo(6);
              assertThat(comparison.differing()).isZero();
              assertThat(comparison.largest())
                  .containsOnlyKeys("transform", "normalize", "model", "post");
              assertThat(comparison.largestOfAll()).isLessThanOrEqualTo(1);
            });
    assertThat(result.record().warnings()).isEmpty();
  }

  private TestProject project(String sample) {
    return TestProject.in(folder)
        .replace("conf/jobs/readings.yaml", "sample: 0", "sample: " + sample);
  }
}
