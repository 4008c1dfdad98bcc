package dev.nightjar.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.data.KeyDigest;
import dev.nightjar.ledger.FiledRuns;
import dev.nightjar.ledger.IndexedRun;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.RunRecord;
import dev.nightjar.result.RunRecord.Ending;
import dev.nightjar.result.RunRecord.Status;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiledRunsReaderTest {
  private static final String DAY = "2024-03-05";
  private static final Instant START = Instant.parse("2024-03-05T00:00:00Z");
  private static final Instant END = Instant.parse("2024-03-06T00:00:00Z");
  private static final Instant NOW = Instant.parse("2024-03-06T04:30:00Z");

  @TempDir Path root;

  @Test
  void nothing_is_told_of_an_output_path_that_is_not_there() {
    assertThat(read())
        .isEqualTo(new FiledRuns("readings", List.of(), List.of(), java.util.Set.of()));
  }

  @Test
  void attempts_results_and_what_is_undecided_come_from_the_files() {
    ResultStore store = store();
    record(store, store.claim(DAY, "test"), Status.REFUSED, "1 of 6 rows are rejected");
    publish(store, store.claim(DAY, "test"));
    store.claim(DAY, "pid 7 of nina");
    store.claim("x".repeat(FiledRuns.LONGEST_INTERVAL + 1), "a foreign hand");

    FiledRuns files = read();

    assertThat(files.results()).containsExactly(new FiledRuns.Result(DAY, START, END, 2, NOW));
    assertThat(files.undecided()).containsExactly(DAY);
    assertThat(files.attempts()).hasSize(3);
    assertThat(files.attempts().get(0))
        .isEqualTo(
            new IndexedRun(
                DAY,
                1,
                "refused",
                false,
                NOW,
                NOW.plusSeconds(9),
                6,
                4,
                1,
                1,
                "1 of 6 rows are rejected"));
    assertThat(files.attempts().get(1))
        .satisfies(
            run -> {
              assertThat(run.status()).isEqualTo("published");
              assertThat(run.isVisible()).isTrue();
              assertThat(run.reason()).isEqualTo("its manifest is complete, and none is higher");
              assertThat(run.started()).isEqualTo(run.ended()).isAfter(END);
            });
    assertThat(files.attempts().get(2).status()).isEqualTo("running");
    assertThat(files.attempts().get(2).isVisible()).isFalse();
  }

  @Test
  void an_outcome_that_its_driver_could_not_tell_is_told_by_the_manifest() {
    ResultStore store = store();
    long token = store.claim(DAY, "test");
    record(store, token, Status.UNKNOWN, "whether it is published cannot be told");
    assertThat(read().attempts().get(0).status()).isEqualTo("not-published");
    assertThat(read().undecided()).isEmpty();

    publish(store, token);
    assertThat(read().attempts().get(0).status()).isEqualTo("published");
    assertThat(read().results()).hasSize(1);
  }

  private FiledRuns read() {
    return FiledRunsReader.read("readings", store(), Clock.systemUTC());
  }

  private ResultStore store() {
    return ResultStore.at(new Configuration(), root.resolve("out").toString());
  }

  private static void record(ResultStore store, long token, Status status, String reason) {
    store.record(
        RunRecord.of("readings", DAY, token, NOW)
            .counts(new RunRecord.Counts(6, 4, 1, 1, 0))
            .ended(NOW.plusSeconds(9), Ending.of(status, reason)));
  }

  private static void publish(ResultStore store, long token) {
    store.publish(
        new Manifest(
            "readings",
            DAY,
            START,
            END,
            token,
            NOW,
            new Manifest.BundleName("c0ffee", "readings 1", "onnx", "cpu"),
            KeyDigest.EMPTY,
            new Manifest.Schemas(new StructType(), new StructType()),
            List.of()));
  }
}
