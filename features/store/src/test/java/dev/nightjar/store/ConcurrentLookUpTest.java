package dev.nightjar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nightjar.feature.FeatureStoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Threads that look up, one that writes, and one that closes the store under them. */
@Timeout(300)
class ConcurrentLookUpTest {
  private static final int THREADS = 6;

  @TempDir Path folder;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);

  @AfterEach
  void end() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
  }

  /** Looks up until the store is closed; keeps which batches it saw, and gives what it was told. */
  private static String lookUpUntilClosed(EmbeddedStore store, Set<Long> seen) {
    long last = 0;
    while (true) {
      long batch;
      try {
        batch = Batches.newest(store);
      } catch (FeatureStoreException e) {
        return String.valueOf(e.getMessage());
      }
      assertThat(batch).isGreaterThanOrEqualTo(last);
      last = batch;
      seen.add(batch);
    }
  }

  @Test
  void threads_see_whole_batches_until_the_store_is_closed_and_then_words() throws Exception {
    EmbeddedStore store = EmbeddedStore.write(folder, List.of(Views.weather()));
    List<Set<Long>> seen = new ArrayList<>();
    List<Future<String>> ends = new ArrayList<>();
    try {
      Batches.writeNext(store, Keeping.NEWEST);
      for (int i = 0; i < THREADS; i++) {
        Set<Long> own = ConcurrentHashMap.newKeySet();
        seen.add(own);
        ends.add(threads.submit(() -> lookUpUntilClosed(store, own)));
      }
      await()
          .atMost(Duration.ofMinutes(2))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                Batches.writeNext(store, Keeping.NEWEST);
                return seen.stream().allMatch(own -> own.size() > 10);
              });
    } finally {
      store.close();
    }

    for (Future<String> end : ends) {
      assertThat(end.get(1, TimeUnit.MINUTES))
          .isEqualTo("the feature store in " + folder + " has been closed; open it again");
    }
    store.close(); // once more does nothing
    try (EmbeddedStore again = EmbeddedStore.read(folder, List.of(Views.weather()))) {
      assertThat(Batches.newest(again)).isEqualTo(again.window("weather").orElseThrow().until());
    }
  }

  @Test
  void a_store_is_not_closed_under_a_batch_and_two_batches_are_not_written_at_once() {
    try (EmbeddedStore store = EmbeddedStore.write(folder, List.of(Views.weather()))) {
      try (StoreBatch batch = store.begin("weather", new Window(0, 10), Keeping.NEWEST)) {
        assertThatThrownBy(store::close)
            .hasMessage(
                "a batch is being written to the feature store in "
                    + folder
                    + "; commit it or close it first");
        assertThatThrownBy(() -> store.begin("weather", new Window(0, 10), Keeping.NEWEST))
            .hasMessage(
                "a batch is being written to the feature store in "
                    + folder
                    + "; commit it or close it first");
        batch.add(List.of(1L), List.of(Views.seen(5, 1, 1.0, "clear")));
        batch.commit();
      }
      assertThat(store.window("weather")).contains(new Window(0, 10));
    }
    EmbeddedStore closed = EmbeddedStore.read(folder, List.of(Views.weather()));
    closed.close();
    assertThatThrownBy(() -> closed.window("weather")).hasMessageContaining("has been closed");
  }
}
