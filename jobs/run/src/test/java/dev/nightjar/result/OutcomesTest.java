package dev.nightjar.result;

import static dev.nightjar.result.Fixtures.DAY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.result.AttemptOutcome.Fate;
import dev.nightjar.result.RunRecord.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomesTest {
  @TempDir Path root;
  private ResultStore store;
  private Outcomes outcomes;

  @BeforeEach
  void open() {
    store = Fixtures.store(root);
    outcomes = new Outcomes(store, Clock.systemUTC());
  }

  @Test
  void the_manifests_say_what_readers_see_whatever_the_records_say() {
    Fixtures.publishEmpty(store, DAY);
    record(1, Status.PUBLISHED);
    Fixtures.publishEmpty(store, DAY);
    record(2, Status.UNKNOWN);
    claimAndRecord(3, Status.UNKNOWN);
    claimAndRecord(4, Status.FAILED);

    List<AttemptOutcome> all = outcomes.of(DAY);

    assertThat(all)
        .extracting(AttemptOutcome::fate)
        .containsExactly(Fate.SUPERSEDED, Fate.PUBLISHED, Fate.NOT_PUBLISHED, Fate.NOT_PUBLISHED);
    assertThat(all)
        .extracting(AttemptOutcome::because)
        .containsExactly(
            "readers see attempt 2",
            "its manifest is complete, and none is higher",
            "it has ended and left no complete manifest; readers see attempt 2",
            "it has ended and left no complete manifest; readers see attempt 2");
    assertThat(all)
        .extracting(AttemptOutcome::isOpenByRecord)
        .containsExactly(false, true, true, false);
    assertThat(all).noneMatch(AttemptOutcome::isUndecided);
    assertThat(outcomes.all()).isEqualTo(all);
    assertThat(outcomes.of("2013-11-06")).isEmpty();
  }

  @Test
  void half_a_manifest_is_none() throws IOException {
    Fixtures.publishEmpty(store, DAY);
    record(1, Status.UNKNOWN);
    Path manifest = Fixtures.published(root, DAY, 1);
    byte[] whole = Files.readAllBytes(manifest);
    Files.write(manifest, java.util.Arrays.copyOf(whole, whole.length - 3));

    assertThat(outcomes.of(DAY))
        .singleElement()
        .extracting(AttemptOutcome::fate)
        .isEqualTo(Fate.NOT_PUBLISHED);
  }

  @Test
  void a_driver_of_this_machine_is_looked_for() throws Exception {
    store.claim(DAY, "pid 1 of nina");

    AttemptOutcome running = outcomes.of(DAY).get(0);
    assertThat(running.fate()).isEqualTo(Fate.RUNNING);
    assertThat(running.because())
        .startsWith("its driver, pid 1 of nina on ")
        .endsWith(" is at work");
    assertThat(running.isUndecided()).isTrue();
    assertThat(running.claimed()).isPresent();

    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    rewriteClaim("\"pid\" : " + ended.pid());
    AttemptOutcome dead = outcomes.of(DAY).get(0);
    assertThat(dead.fate()).isEqualTo(Fate.NOT_PUBLISHED);
    assertThat(dead.because()).startsWith("its driver, pid 1 of nina on ").endsWith(" has died");
    assertThat(dead.isOpenByRecord()).isTrue();
    assertThat(dead.isUndecided()).isFalse();
  }

  @Test
  void a_process_that_got_the_driver_s_number_since_is_not_the_driver() throws IOException {
    store.claim(DAY, "test");
    replaceInClaim(
        "\"claimed\" : \"[^\"]*\"",
        "\"claimed\" : \"" + Instant.now().minus(Duration.ofHours(20)) + "\"");

    assertThat(outcomes.of(DAY).get(0).because()).endsWith(" has died");
  }

  @Test
  void a_driver_of_another_machine_is_not_known_until_no_run_would_last_so_long()
      throws IOException {
    store.claim(DAY, "pid 7 of nina");
    replaceInClaim("\"host\" : \"[^\"]*\"", "\"host\" : \"far-away\"");

    AttemptOutcome unknown = outcomes.of(DAY).get(0);
    assertThat(unknown.fate()).isEqualTo(Fate.UNKNOWN);
    assertThat(unknown.isUndecided()).isTrue();
    assertThat(unknown.because())
        .isEqualTo(
            "its driver, pid 7 of nina on far-away, cannot be looked for from here; look there, or"
                + " run the interval again, which fences it off");
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofHours(25));
    AttemptOutcome dead = new Outcomes(store, later).of(DAY).get(0);
    assertThat(dead.fate()).isEqualTo(Fate.NOT_PUBLISHED);
    assertThat(dead.because()).isEqualTo("it has left no word for longer than a run may take");

    Fixtures.publishEmpty(store, DAY);
    assertThat(outcomes.of(DAY).get(0).fate()).isEqualTo(Fate.SUPERSEDED);
  }

  @Test
  void claims_that_say_little_and_records_that_cannot_be_read_are_borne() throws IOException {
    store.claim(DAY, "test");
    Files.writeString(
        claim(), "{\"format\": 1, \"owner\": \"pid 7 of nina\", \"claimed\": \"then\"}");
    assertThat(outcomes.of(DAY).get(0).because()).startsWith("its driver, pid 7 of nina, cannot");
    Files.writeString(claim(), "{\"form");
    assertThat(outcomes.of(DAY).get(0).because())
        .startsWith("its driver, of which nothing is known, cannot be looked for");

    Files.createDirectories(root.resolve("_nightjar/runs/" + DAY));
    Files.writeString(root.resolve("_nightjar/runs/" + DAY + "/1.json"), "{\"form");
    AttemptOutcome ended = outcomes.of(DAY).get(0);
    assertThat(ended.fate()).isEqualTo(Fate.NOT_PUBLISHED);
    assertThat(ended.isOpenByRecord()).isTrue();
  }

  private void claimAndRecord(long token, Status status) {
    assertThat(store.claim(DAY, "test")).isEqualTo(token);
    record(token, status);
  }

  private void record(long token, Status status) {
    store.record(
        RunRecord.of("flight-delay", DAY, token, Fixtures.START)
            .ended(Fixtures.START.plusSeconds(9), RunRecord.Ending.of(status, "so it ended")));
  }

  private Path claim() {
    return root.resolve("_nightjar/claims/" + DAY + "/1");
  }

  private void rewriteClaim(String pid) throws IOException {
    replaceInClaim("\"pid\" : [0-9]+", pid);
  }

  private void replaceInClaim(String pattern, String by) throws IOException {
    String text = Files.readString(claim());
    assertThat(text).containsPattern(pattern);
    Files.writeString(claim(), text.replaceAll(pattern, by));
  }
}
