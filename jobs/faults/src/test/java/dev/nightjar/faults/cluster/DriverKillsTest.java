package dev.nightjar.faults.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.faults.Figures;
import dev.nightjar.run.ExitCode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The driver dies at every place between two of its steps. */
@Tag("cluster")
class DriverKillsTest {
  @RegisterExtension static final ClusterExtension CLUSTER = new ClusterExtension();

  /** The places of a driver, in the order in which a run passes them. */
  private static final List<Failpoint> PLACES =
      List.of(
          Failpoint.RUN_CLAIMED,
          Failpoint.PLAN_CHECKED,
          Failpoint.INPUT_SNAPSHOT,
          Failpoint.JOB_BEFORE_COMMIT,
          Failpoint.JOB_MID_COMMIT,
          Failpoint.JOB_AFTER_COMMIT,
          Failpoint.VERIFY_DONE,
          Failpoint.PUBLISH_BEFORE,
          Failpoint.CREATE_HALF_WRITTEN,
          Failpoint.PUBLISH_AFTER_WRITE,
          Failpoint.RECORD_BEFORE,
          Failpoint.RECORD_AFTER);

  /** Files that one alone may create, of a run, up to its manifest: the probe, the claim, it. */
  private static final int MANIFEST = 3;

  private static Bench bench;

  @AfterAll
  static void close() {
    if (bench != null) {
      bench.close();
    }
  }

  @Test
  void a_driver_killed_at_any_place_leaves_the_old_result_or_the_new_one_and_the_next_publishes() {
    bench = new Bench(CLUSTER.cluster(), "driver-kills");
    int trials = Math.max(PLACES.size(), Figures.trials(PLACES.size()));
    for (int trial = 0; trial < trials; trial++) {
      kill(PLACES.get(trial % PLACES.size()));
    }
  }

  private static void kill(Failpoint place) {
    long before = bench.token();
    int nth = place == Failpoint.CREATE_HALF_WRITTEN ? MANIFEST : 1;

    Submission killed = bench.submission().onDriver(Failpoints.halt(place, nth)).start();
    Submission.Ended ended = killed.await();
    Instant struck = Instant.now();

    assertThat(ended.err())
        .as("the driver died at " + place.word() + "; " + killed.describe())
        .contains("spark-submit ended with code " + Failpoint.HALTED);
    Figures.atLeast(Figures.trials(10), "driver-kills-struck", 1);
    Figures.struck(1);
    boolean published = place.compareTo(Failpoint.PUBLISH_AFTER_WRITE) >= 0;
    assertThat(ended.exit())
        .as("the exit code is read from the output path; " + killed.describe())
        .isEqualTo((published ? ExitCode.PUBLISHED : ExitCode.FAILED).code());
    assertThat(bench.token() > before)
        .as("a new result after " + place.word())
        .isEqualTo(published);
    bench.requireRight("after the driver died at " + place.word());

    long afterKill = bench.token();
    bench.requirePublished(bench.submission().start(), afterKill, Optional.of(struck));
  }
}
