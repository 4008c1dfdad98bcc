package dev.nightjar.submit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.data.KeyDigest;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.RunRecord;
import dev.nightjar.result.RunRecord.Ending;
import dev.nightjar.result.RunRecord.Status;
import dev.nightjar.run.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmitOutcomeTest {
  private static final String DAY = "2024-03-05";
  private static final Instant NOW = Instant.parse("2024-03-06T04:30:00Z");
  private static final int KILLED = 137;

  @TempDir Path root;
  private ResultStore store;

  @BeforeEach
  void open() {
    store = ResultStore.at(new Configuration(), root.toString());
  }

  @Test
  void a_driver_that_claimed_nothing_has_published_nothing() {
    claim("another");

    assertThat(read(KILLED))
        .isEqualTo(
            new SubmitOutcome(
                ExitCode.FAILED,
                "the driver ended with code 137 before it claimed the interval; nothing is"
                    + " published",
                Optional.empty()));
    assertThat(read(2).exit()).isEqualTo(ExitCode.USAGE);
    // What the process says of itself proves nothing.
    assertThat(read(0).exit()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void a_driver_that_died_after_its_claim_has_failed() {
    claim("mine");
    publish(claim("another"));

    assertThat(read(KILLED).exit()).isEqualTo(ExitCode.SUPERSEDED);

    long token = claim("mine");
    SubmitOutcome outcome = read(0);
    assertThat(outcome.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(outcome.token()).hasValue(token);
    assertThat(outcome.message())
        .isEqualTo("the driver of attempt 3 died; nothing is published, run the interval again");
  }

  @Test
  void a_driver_that_died_after_publishing_has_published() {
    publish(claim("mine"));

    SubmitOutcome outcome = read(KILLED);

    assertThat(outcome.exit()).isEqualTo(ExitCode.PUBLISHED);
    assertThat(outcome.message())
        .isEqualTo("published as attempt 1; the driver died before it recorded that");
  }

  @Test
  void half_a_manifest_is_not_published() throws IOException {
    publish(claim("mine"));
    Path manifest = root.resolve("_nightjar/published/" + DAY + "/1.json");
    byte[] whole = Files.readAllBytes(manifest);
    Files.write(manifest, java.util.Arrays.copyOf(whole, whole.length / 2));

    assertThat(read(0).exit()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void a_record_tells_how_its_attempt_ended_whatever_the_process_says() {
    record(claim("mine"), Status.REFUSED, "1 of 6 rows are rejected");
    assertThat(read(1))
        .isEqualTo(
            new SubmitOutcome(ExitCode.REFUSED, "1 of 6 rows are rejected", Optional.of(1L)));

    long published = claim("mine");
    publish(published);
    record(published, Status.PUBLISHED, "published");
    publish(claim("a newer one"));
    // It was what readers saw when it ended.
    assertThat(read(1).exit()).isEqualTo(ExitCode.PUBLISHED);
  }

  @Test
  void an_outcome_that_the_driver_could_not_tell_is_resolved_by_reading() {
    long token = claim("mine");
    record(token, Status.UNKNOWN, "whether it is published cannot be told");
    assertThat(read(5).exit()).isEqualTo(ExitCode.FAILED);

    publish(token);
    assertThat(read(5).exit()).isEqualTo(ExitCode.PUBLISHED);
  }

  @Test
  void what_cannot_be_read_is_unknown() throws IOException {
    claim("mine");
    Path claims = root.resolve("_nightjar/claims/" + DAY + "/2");
    Files.createDirectories(claims);

    SubmitOutcome outcome = read(0);

    assertThat(outcome.exit()).isEqualTo(ExitCode.UNKNOWN);
    assertThat(outcome.message())
        .startsWith("whether the result is published cannot be told: ")
        .contains("claims/" + DAY + "/2")
        .endsWith("ask 'nightjar runs' before running the interval again");
  }

  @Test
  void half_a_claim_belongs_to_nobody() throws IOException {
    Path claims = root.resolve("_nightjar/claims/" + DAY);
    Files.createDirectories(claims);
    Files.write(
        claims.resolve("1"),
        "{\"owner\": \"pid 1 of x, submission mine".getBytes(StandardCharsets.UTF_8));

    assertThat(read(KILLED).token()).isEmpty();
  }

  private SubmitOutcome read(int ended) {
    return SubmitOutcome.read(store, DAY, "mine", ended);
  }

  private long claim(String submission) {
    return store.claim(DAY, "pid 1 of someone, submission " + submission);
  }

  private void publish(long token) {
    StructType schema = new StructType().add("id", "long");
    store.publish(
        new Manifest(
            "readings",
            DAY,
            NOW,
            NOW.plusSeconds(86_400),
            token,
            NOW,
            new Manifest.BundleName("c0ffee", "readings@1", "onnx", "cpu"),
            new KeyDigest(0, 0, 0),
            new Manifest.Schemas(schema, schema),
            List.of()));
  }

  private void record(long token, Status status, String reason) {
    store.record(RunRecord.of("readings", DAY, token, NOW).ended(NOW, Ending.of(status, reason)));
  }
}
