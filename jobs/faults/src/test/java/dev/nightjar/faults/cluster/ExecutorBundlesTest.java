package dev.nightjar.faults.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.fault.Failpoint;
import dev.nightjar.faults.Figures;
import dev.nightjar.run.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How bundles come to executors, and what becomes of one that computes otherwise there. */
@Tag("cluster")
class ExecutorBundlesTest {
  @RegisterExtension static final ClusterExtension CLUSTER = new ClusterExtension();

  private static final String WITHOUT_PROOF = "-Dnightjar.test.skip-golden-rows=true";
  private static Bench bench;

  @BeforeAll
  static void publishOnce() {
    bench = new Bench(CLUSTER.cluster(), "executor-bundles");
  }

  @AfterAll
  static void close() {
    if (bench != null) {
      bench.close();
    }
  }

  /** Executors have the bytes that the driver has checked, whatever lies at the bundle's place. */
  @Test
  void a_bundle_reaches_executors_by_its_digest_and_not_by_its_place() throws Exception {
    long before = bench.token();
    Path place = bench.readings().folder().resolve("bundles/readings");
    Path away = bench.readings().folder().resolve("bundles/away");
    Failpoints.Pause planned = bench.pause(Failpoint.PLAN_CHECKED, 1);
    Submission submission = bench.submission().onDriver(planned.option()).start();
    planned.awaitPaused(submission);
    Files.move(place, away);
    planned.go();

    bench.requirePublished(submission, before, Optional.empty());

    Files.move(away, place);
    assertThat(bench.column("_nightjar_bundle"))
        .containsOnly(sha256(Files.readAllBytes(place.resolve("bundle.yaml"))));
  }

  /**
   * The golden rows are wrong and the driver does not look, as if its machine computed like the one
   * that packaged and the executors' machines did not.
   */
  @Test
  void executors_that_compute_otherwise_end_one_after_the_other_and_then_the_run_does()
      throws IOException {
    long before = bench.token();
    try (WrongGoldenRow wrong = new WrongGoldenRow(bench.readings().folder())) {
      Submission submission = bench.submission().onDriver(WITHOUT_PROOF).start();
      Submission.Ended ended = submission.await();

      assertThat(ended.exit())
          .as(wrong.golden + "; " + submission.describe())
          .isEqualTo(ExitCode.FAILED.code());
      assertThat(ended.err())
          .contains("readings fails its golden rows on ")
          .contains(": row 0, stage model, value 0: 0.75 at packaging and 0.5498")
          .contains("executors have ended for this reason)");
      int removed = submission.countOfEvents("\"Event\":\"SparkListenerExecutorRemoved\"");
      assertThat(removed).as("executors that ended").isGreaterThanOrEqualTo(2);
      Figures.atLeast(2, "unfit-executors-ended", removed);
      bench.cluster().removeWork();
    }
    assertThat(bench.token()).isEqualTo(before);
    bench.requireRight("after a run that failed its proof");
  }

  /** One machine of two computes otherwise: the other does all the work. */
  @Test
  void a_run_gets_by_without_the_executors_of_one_unfit_machine() throws IOException {
    long before = bench.token();
    Cluster.Worker unfit = bench.cluster().workers().get(0);
    bench.cluster().lose(bench.cluster().workers().get(1));
    Cluster.Worker fit = bench.cluster().startWorker(Map.of("JAVA_TOOL_OPTIONS", WITHOUT_PROOF));
    try (WrongGoldenRow wrong = new WrongGoldenRow(bench.readings().folder())) {
      Submission submission = bench.submission().onDriver(WITHOUT_PROOF).start();

      bench.requirePublished(submission, before, Optional.empty());

      assertThat(submission.countOfEvents("fails its golden rows on"))
          .as("the unfit machine was tried with " + wrong.golden + ": " + unfit.log())
          .isPositive();
    } finally {
      bench.cluster().lose(fit);
      bench.cluster().startWorker(Map.of());
    }
  }

  /** A bundle whose first golden row is wrong, and whose digests say nothing of it. */
  private static final class WrongGoldenRow implements AutoCloseable {
    private final Path golden;
    private final Path manifest;
    private final byte[] goldenBefore;
    private final byte[] manifestBefore;

    WrongGoldenRow(Path project) throws IOException {
      golden = project.resolve("bundles/readings/golden.json");
      manifest = project.resolve("bundles/readings/bundle.yaml");
      goldenBefore = Files.readAllBytes(golden);
      manifestBefore = Files.readAllBytes(manifest);
      String text = Files.readString(golden);
      String wrong = text.replaceFirst("\"model\" : \\[ 0\\.5498[0-9]* ]", "\"model\" : [ 0.75 ]");
      assertThat(wrong).isNotEqualTo(text);
      Files.writeString(golden, wrong);
      Files.writeString(
          manifest,
          Files.readString(manifest)
              .replace(sha256(goldenBefore), sha256(Files.readAllBytes(golden))));
    }

    @Override
    public void close() throws IOException {
      Files.write(golden, goldenBefore);
      Files.write(manifest, manifestBefore);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
