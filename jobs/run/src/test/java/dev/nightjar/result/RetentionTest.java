package dev.nightjar.result;

import static dev.nightjar.result.Fixtures.DAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.fault.Failpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
  private static final Duration KEEP = Duration.ofDays(7);

  @TempDir Path root;

  @Test
  void what_was_superseded_long_enough_ago_is_taken_away_and_what_readers_see_stays()
      throws IOException {
    ResultStore store = Fixtures.store(root);
    Manifest old = published(store);
    Manifest current = published(store);

    assertThat(at(store, current.created().plus(KEEP).minusSeconds(1)).collect(DAY)).isEmpty();
    assertThat(at(store, current.created().plus(KEEP)).collect(DAY)).containsExactly(DAY + "/1");

    assertThat(store.current(DAY)).contains(current);
    assertThat(root.resolve("data/" + DAY + "/1")).doesNotExist();
    assertThat(root.resolve(current.files().get(0).path())).exists();
    assertThat(Fixtures.published(root, DAY, old.token())).doesNotExist();
    assertThat(store.claim(DAY, "next")).isEqualTo(3); // its token is not given again
  }

  @Test
  void an_attempt_without_a_record_is_left_alone_for_a_day_longer() throws IOException {
    ResultStore store = Fixtures.store(root);
    Manifest current = published(store);
    long running = store.claim(DAY, "somebody");
    write(root.resolve("data/" + DAY + "/" + running + "/part.parquet"));
    Instant claimed = store.claimed(DAY, running).orElseThrow();

    Instant dead = claimed.plus(Retention.LONGEST_RUN).plus(KEEP);
    assertThat(at(store, dead.minusSeconds(1)).collect(DAY)).isEmpty();
    assertThat(at(store, dead).collect()).containsExactly(DAY + "/" + running);
    assertThat(at(store, dead).collect()).isEmpty();
    assertThat(store.current(DAY)).contains(current);
  }

  @Test
  void a_failed_attempt_is_taken_away_when_nothing_was_ever_published() throws IOException {
    ResultStore store = Fixtures.store(root);
    long failed = store.claim(DAY, "somebody");
    store.record(Fixtures.record(DAY, failed));
    write(root.resolve("data/" + DAY + "/" + failed + "/part.parquet"));
    Instant ended = Fixtures.START.plusSeconds(9);

    assertThat(at(store, ended.plus(KEEP)).collect(DAY)).containsExactly(DAY + "/" + failed);
    assertThat(store.records(DAY)).hasSize(1);
  }

  @Test
  void a_collection_that_dies_half_way_is_finished_by_the_next() throws IOException {
    ResultStore store = Fixtures.store(root);
    published(store);
    Manifest current = published(store);
    Retention retention = at(store, current.created().plus(KEEP));

    assertThatThrownBy(
            () ->
                Failpoint.during(
                    () -> retention.collect(DAY),
                    point -> {
                      throw new Failpoint.Injected("at " + point.word());
                    }))
        .isInstanceOf(Failpoint.Injected.class);
    assertThat(store.current(DAY)).contains(current);
    assertThat(root.resolve("data/" + DAY + "/1")).exists();

    assertThat(retention.collect(DAY)).containsExactly(DAY + "/1");
    assertThat(root.resolve("data/" + DAY + "/1")).doesNotExist();
  }

  @Test
  void the_probe_of_a_run_that_died_is_taken_away_a_day_later() throws IOException {
    ResultStore store = Fixtures.store(root);
    store.checkWritable();
    long token = store.claim(DAY, "somebody");
    Path claims = root.resolve("_nightjar/claims");
    Path probe = Files.writeString(claims.resolve(".probe-of-a-run-that-was-killed"), "\n");
    Path foreign = Files.writeString(claims.resolve(".nfs0001"), "");
    for (Path file : List.of(probe, foreign)) {
      Files.setLastModifiedTime(file, FileTime.from(Fixtures.START));
    }
    Instant dead = Fixtures.START.plus(Retention.LONGEST_RUN);

    assertThat(at(store, dead.minusMillis(1)).collect()).isEmpty();
    assertThat(at(store, dead).collect()).containsExactly(".probe-of-a-run-that-was-killed");

    assertThat(probe).doesNotExist();
    assertThat(foreign).exists();
    assertThat(root.resolve("_nightjar/claims/" + DAY + "/" + token)).exists();
    assertThat(at(store, dead).collect()).isEmpty();
  }

  /** An attempt with one file and a record. */
  private Manifest published(ResultStore store) throws IOException {
    long token = store.claim(DAY, "test");
    Manifest.DataFile file = Fixtures.file(DAY, token, 1);
    Path path = root.resolve(file.path());
    Files.createDirectories(path.getParent());
    Files.write(path, new byte[(int) file.bytes()]);
    Manifest manifest = Fixtures.manifest(DAY, token, Fixtures.SCORED, List.of(file));
    store.publish(manifest);
    store.record(
        RunRecord.of("flight-delay", DAY, token, Fixtures.START)
            .ended(
                manifest.created(), RunRecord.Ending.of(RunRecord.Status.PUBLISHED, "published")));
    return manifest;
  }

  private static Retention at(ResultStore store, Instant now) {
    return new Retention(store, KEEP, Clock.fixed(now, ZoneOffset.UTC));
  }

  private static void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "rows");
  }
}
