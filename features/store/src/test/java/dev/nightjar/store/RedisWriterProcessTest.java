package dev.nightjar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureStoreException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is looked up in a Redis while another process writes to it, dies, or sleeps, or while the
 * server itself dies, is one whole batch. Skipped by name where no Redis can be started.
 */
@Timeout(300)
class RedisWriterProcessTest {
  private RedisServer server;
  private RedisPlace place;

  @BeforeEach
  void start() {
    server = RedisServer.shared();
    place = server.place();
  }

  private OnlineStore write() {
    return RedisStore.write(place, Writer.LEASE, List.of(Views.weather()));
  }

  private OnlineStore withOneBatch(Keeping keeping) {
    try (OnlineStore store = write()) {
      Batches.writeNext(store, keeping);
    }
    return RedisStore.read(place, List.of(Views.weather()));
  }

  /** Takes the writer's place as soon as the store lets it, and writes a batch. */
  private void writeNextWhenItMay(Keeping keeping) {
    try (OnlineStore store = write()) {
      await()
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                try (WriterLock lock = store.lockForWriting()) {
                  assertThat(lock).isNotNull();
                  Batches.writeNext(store, keeping);
                  return true;
                } catch (FeatureStoreException e) {
                  assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.BUSY);
                  return false;
                }
              });
    }
  }

  @ParameterizedTest
  @EnumSource(Keeping.class)
  void look_ups_see_one_whole_batch_after_the_other_while_another_process_writes(Keeping keeping) {
    try (OnlineStore store = withOneBatch(keeping);
        Writer writer = Writer.start(place, keeping)) {
      Set<Long> seen = new HashSet<>();
      long[] last = {1};
      await()
          .atMost(Duration.ofMinutes(2))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                long batch = Batches.newest(store);
                assertThat(batch).isGreaterThanOrEqualTo(last[0]);
                last[0] = batch;
                if (keeping == Keeping.HISTORY) {
                  assertThat(Batches.at(store, 1)).isEqualTo(1);
                  assertThat(Batches.at(store, batch)).isEqualTo(batch);
                }
                seen.add(batch);
                return seen.size() > 10;
              });
      writer.stop();
      assertThat(Batches.newest(store)).isEqualTo(store.window("weather").orElseThrow().until());
    }
  }

  @ParameterizedTest
  @EnumSource(Writer.Step.class)
  void a_writer_that_is_killed_leaves_the_last_whole_batch_and_the_next_goes_on(Writer.Step step) {
    try (OnlineStore store = withOneBatch(Keeping.HISTORY)) {
      long expected = step == Writer.Step.STORED ? 2 : 1;
      try (Writer writer = Writer.pausingAt(step, place, Keeping.HISTORY)) {
        assertThat(writer.await(step)).isEqualTo(2);
        assertThat(Batches.newest(store)).isEqualTo(expected);
        assertThatThrownBy(store::lockForWriting)
            .hasMessageStartingWith("another materialization (process " + writer.pid() + " on ")
            .hasMessageContaining(
                "; wait until it has ended, or, where that process has died, for");
        writer.kill();
      }
      assertThat(Batches.newest(store)).isEqualTo(expected);
      assertThat(store.window("weather")).contains(new Window(0, expected));

      writeNextWhenItMay(Keeping.HISTORY);

      assertThat(Batches.newest(store)).isEqualTo(expected + 1);
      assertThat(Batches.at(store, expected)).isEqualTo(expected);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_writer_that_sleeps_through_its_lease_and_wakes_cannot_write_any_more()
      throws IOException, InterruptedException {
    try (OnlineStore store = withOneBatch(Keeping.NEWEST);
        Writer writer = Writer.pausingAt(Writer.Step.ADDED, place, Keeping.NEWEST)) {
      assertThat(writer.await(Writer.Step.ADDED)).isEqualTo(2);
      signal("-STOP", writer.pid());
      try {
        writeNextWhenItMay(Keeping.NEWEST);
        writeNextWhenItMay(Keeping.NEWEST);
        assertThat(Batches.newest(store)).isEqualTo(3);
      } finally {
        signal("-CONT", writer.pid());
      }
      assertThat(writer.goOnUntilItEnds()).as("how the one that woke has ended").isNotZero();

      assertThat(Batches.newest(store)).isEqualTo(3);
      assertThat(store.window("weather")).contains(new Window(0, 3));
    }
  }

  private static void signal(String signal, long pid) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", signal, Long.toString(pid)).start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Keeping.class)
  void a_server_that_is_killed_in_the_midst_of_a_batch_comes_back_with_the_last_whole_one(
      Keeping keeping) {
    try (RedisServer own = RedisServer.start("--appendonly", "yes", "--appendfsync", "always")) {
      server = own;
      place = own.place();
      try (OnlineStore reader = withOneBatch(keeping);
          OnlineStore writer = write()) {
        assertThatThrownBy(
                () ->
                    Batches.writeNext(
                        writer,
                        keeping,
                        (step, batch) -> {
                          if (step == Writer.Step.HALF) {
                            own.kill();
                          }
                        }))
            .isInstanceOfSatisfying(
                FeatureStoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DOWN));
        assertThatThrownBy(() -> Batches.newest(reader)).hasMessageContaining("cannot be reached");
        own.startAgain();
        await()
            .atMost(Duration.ofMinutes(1))
            .ignoreExceptionsMatching(
                e -> e instanceof FeatureStoreException store && store.kind() == Kind.DOWN)
            .until(() -> Batches.newest(reader) == 1);

        writeNextWhenItMay(keeping);

        assertThat(Batches.newest(reader)).isEqualTo(2);
        assertThat(reader.window("weather")).contains(new Window(0, 2));
        assertThat(reader.someKeys("weather", 1_000, 1)).hasSize(Batches.KEYS);
      }
    }
  }
}
