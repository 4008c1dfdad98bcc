package dev.nightjar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nightjar.feature.FeatureStore;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.NullPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is looked up here while another process writes, and is killed, is one whole batch. */
@Timeout(300)
class WriterProcessTest {
  @TempDir Path folder;

  @BeforeEach
  void writeTheFirst() {
    folder = folder.resolve("store");
  }

  private EmbeddedStore withOneBatch(Keeping keeping) {
    try (EmbeddedStore store = EmbeddedStore.write(folder, List.of(Views.weather()))) {
      Batches.writeNext(store, keeping);
    }
    return EmbeddedStore.read(folder, List.of(Views.weather()));
  }

  @ParameterizedTest
  @EnumSource(Keeping.class)
  void look_ups_see_one_whole_batch_after_the_other_while_another_process_writes(Keeping keeping) {
    try (EmbeddedStore store = withOneBatch(keeping);
        Writer writer = Writer.start(folder, keeping)) {
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
                  assertThat(Batches.at(store, batch - 1 + batch % 2))
                      .isEqualTo(batch - 1 + batch % 2);
                }
                seen.add(batch);
                return seen.size() > 20;
              });
      writer.stop();
      long written = store.window("weather").orElseThrow().until();
      assertThat(Batches.newest(store)).isEqualTo(written);
    }
  }

  @Test
  void what_a_writer_says_to_be_stored_is_seen_at_once() {
    try (EmbeddedStore store = withOneBatch(Keeping.NEWEST);
        Writer writer = Writer.start(folder, Keeping.NEWEST)) {
      for (int i = 0; i < 20; i++) {
        long stored = writer.await(Writer.Step.STORED);
        assertThat(Batches.newest(store)).isGreaterThanOrEqualTo(stored);
      }
      writer.stop();
    }
  }

  @ParameterizedTest
  @EnumSource(Writer.Step.class)
  void a_writer_that_is_killed_leaves_the_last_whole_batch_and_the_next_goes_on(Writer.Step step) {
    try (EmbeddedStore store = withOneBatch(Keeping.HISTORY)) {
      long expected = step == Writer.Step.STORED ? 2 : 1;
      try (Writer writer = Writer.pausingAt(step, folder, Keeping.HISTORY)) {
        assertThat(writer.await(step)).isEqualTo(2);
        assertThat(Batches.newest(store)).isEqualTo(expected);
        assertThatThrownBy(store::lockForWriting)
            .isInstanceOfSatisfying(
                FeatureStoreException.class,
                e -> assertThat(e.kind()).isEqualTo(FeatureStoreException.Kind.BUSY))
            .hasMessage(
                "another materialization writes to the feature store in "
                    + folder
                    + "; wait until it has ended");
        writer.kill();
      }
      assertThat(Batches.newest(store)).isEqualTo(expected);
      assertThat(store.window("weather")).contains(new Window(0, expected));

      try (Writer next = Writer.start(folder, Keeping.HISTORY)) {
        assertThat(next.await(Writer.Step.STORED)).isEqualTo(expected + 1);
        next.stop();
      }
      assertThat(Batches.newest(store)).isGreaterThan(expected);
      assertThat(Batches.at(store, expected)).isEqualTo(expected);
    }
  }

  @Test
  void writers_that_are_killed_at_any_moment_leave_the_batch_before_or_the_new_one() {
    try (EmbeddedStore store = withOneBatch(Keeping.NEWEST)) {
      for (int kill = 1; kill <= 8; kill++) {
        long before = Batches.newest(store);
        long said;
        try (Writer writer = Writer.start(folder, Keeping.NEWEST)) {
          // At the third batch in the midst of the rows, or just as it is committed.
          Writer.Step step = kill % 2 == 0 ? Writer.Step.HALF : Writer.Step.ADDED;
          for (int batch = 0; batch < 2; batch++) {
            writer.await(step);
          }
          assertThat(writer.await(step)).isEqualTo(before + 3);
          said = Math.max(writer.kill(), before + 2);
        }
        long found = Batches.newest(store);
        assertThat(found).isBetween(said, said + 1);
        assertThat(store.window("weather").orElseThrow().until()).isEqualTo(found);
      }
    }
  }

  @Test
  void a_view_of_another_rule_is_stored_while_the_old_one_is_served() {
    Writer.Step step = Writer.Step.ADDED;
    try (EmbeddedStore store = withOneBatch(Keeping.NEWEST);
        Writer first = Writer.start(folder, Keeping.NEWEST)) {
      first.await(Writer.Step.STORED);
      first.stop();
      long old = Batches.newest(store);
      assertThat(old).isGreaterThan(1);
      FeatureView changed = Batches.view(NullPolicy.LAST_KNOWN);
      FeatureStore ofChanged = store.reading(List.of(changed));
      assertThat(store.missing(List.of(changed)).orElseThrow())
          .contains("holds the feature view 'weather' by another rule");
      try (Writer other = Writer.ofAnotherRulePausingAt(step, folder, Keeping.HISTORY)) {
        assertThat(other.await(step)).isEqualTo(1);
        assertThat(Batches.newest(store)).isEqualTo(old);
        other.stop();
      }
      // Though both were opened long before.
      assertThat(store.missing(List.of(changed))).isEmpty();
      assertThat(Batches.newest(ofChanged)).isEqualTo(1);
      assertThat(Batches.newest(store)).isEqualTo(old);
      assertThat(store.window("weather")).contains(new Window(0, old));
    }
    FeatureView other = Batches.view(NullPolicy.LAST_KNOWN);
    try (EmbeddedStore store = EmbeddedStore.read(folder, List.of(other))) {
      assertThat(Batches.newest(store)).isEqualTo(1);
    }
  }
}
