package dev.nightjar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureStore;
import dev.nightjar.feature.FeatureStore.Answer;
import dev.nightjar.feature.FeatureStore.Query;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Batches that can be told from one another: batch n holds a row of every key, visible from the
 * time n on, with the temperature n. Whoever looks all keys up must find one number.
 */
final class Batches {
  static final int KEYS = 400;

  private static final long FAR = 1_000_000_000L;

  /** So that a batch takes many pages. */
  private static final String SKY = "clouds ".repeat(20);

  private Batches() {}

  /** The view that they are of, by one rule or another. */
  static FeatureView view(NullPolicy nulls) {
    return Views.weather(Optional.empty(), OnTie.REJECT, nulls);
  }

  /** Writes the batch after the last one. */
  static void writeNext(
      OnlineStore store, Keeping keeping, BiConsumer<Writer.Step, Long> listener) {
    long last = store.window("weather").map(Window::until).orElse(0L);
    long next = last + 1;
    try (StoreBatch batch = store.begin("weather", new Window(last, next), keeping)) {
      for (int key = 0; key < KEYS; key++) {
        if (key == KEYS / 2) {
          listener.accept(Writer.Step.HALF, next);
        }
        batch.add(List.of((long) key), List.of(Views.seen(next, 1, (double) next, SKY)));
      }
      listener.accept(Writer.Step.ADDED, next);
      batch.commit();
    }
    listener.accept(Writer.Step.STORED, next);
  }

  static void writeNext(OnlineStore store, Keeping keeping) {
    writeNext(store, keeping, (step, batch) -> {});
  }

  /** The one batch that all keys are answered from now. */
  static long newest(FeatureStore store) {
    return at(store, FAR);
  }

  /** The one batch that all keys are answered from as of a time. */
  static long at(FeatureStore store, long time) {
    List<Query> queries = new ArrayList<>();
    for (int key = 0; key < KEYS; key++) {
      queries.add(new Query("weather", List.of((long) key), time));
    }
    Set<Object> found = new HashSet<>();
    for (Answer answer : store.lookUp(queries)) {
      FeatureRow row =
          Objects.requireNonNull(((Answer.Known) answer).rows().answering(time, 0), "no row");
      found.add(Objects.requireNonNull(row.value(0)));
    }
    assertThat(found).as("batches in one look-up").hasSize(1);
    return ((Double) found.iterator().next()).longValue();
  }
}
