package dev.nightjar.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureStore.Answer;
import dev.nightjar.feature.FeatureStore.Query;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import dev.nightjar.feature.Timeline.Entry;
import dev.nightjar.feature.VisibleRows;
import dev.nightjar.feature.VisibleRows.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whatever is stored in whatever order, a look-up is the rule over all rows that are visible, and
 * unknown exactly where the store cannot tell.
 */
record Fillings(Random random, OnTie onTie, NullPolicy nulls, Keeping keeping) {
  private static final int KEYS = 3;
  private static final int LAST = 60;

  /** Fills a store by chance, and compares what it answers with all rows. */
  void check(Function<List<FeatureView>, OnlineStore> write) {
    FeatureView view =
        Views.weather(
            random.nextBoolean()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(1_000L * random.nextInt(30))),
            onTie,
            nulls);
    List<List<Entry<FeatureRow>>> rows = new ArrayList<>();
    for (int key = 0; key < KEYS; key++) {
      rows.add(rows(random));
    }
    try (OnlineStore store = write.apply(List.of(view))) {
      long reach = new Filling(store, view, rows, keeping, random).fill();
      for (int key = 0; key < KEYS; key++) {
        compare(store, view, key, rows.get(key), reach);
      }
    }
  }

  private void compare(
      OnlineStore store, FeatureView view, long key, List<Entry<FeatureRow>> rows, long reach) {
    List<Query> queries = new ArrayList<>();
    for (long asOf = 0; asOf <= LAST + 5; asOf++) {
      queries.add(new Query("weather", List.of(key), asOf));
    }
    List<Answer> answers = store.lookUp(queries);
    for (int asOf = 0; asOf <= LAST + 5; asOf++) {
      Answer answer = answers.get(asOf);
      if (isUnknown(rows, asOf, reach, keeping)) {
        assertThat(answer).as("at %d", asOf).isInstanceOf(Answer.Unknown.class);
      } else {
        assertThat(answer).as("at %d", asOf).isInstanceOf(Answer.Known.class);
        compare(view, ((Answer.Known) answer).rows(), rows, asOf);
      }
    }
  }

  /**
   * Of a history, before it begins. Of the newest alone, before the store was begun, and of each
   * key before the last time at which something of it became visible: what was there is gone.
   */
  private static boolean isUnknown(
      List<Entry<FeatureRow>> rows, long asOf, long reach, Keeping keeping) {
    return asOf < reach
        || (keeping == Keeping.NEWEST && rows.stream().anyMatch(row -> row.from() > asOf));
  }

  private static List<Entry<FeatureRow>> rows(Random random) {
    List<Entry<FeatureRow>> rows = new ArrayList<>();
    for (int i = random.nextInt(12); i > 0; i--) {
      long time = random.nextInt(LAST);
      long from = Math.min(LAST, time + (random.nextBoolean() ? 0 : random.nextInt(20)));
      @Nullable Double temp = random.nextInt(4) == 0 ? null : (double) random.nextInt(3);
      @Nullable String sky = random.nextInt(4) == 0 ? null : "s" + random.nextInt(2);
      rows.add(Views.seen(from, time, random.nextInt(2), temp, sky));
    }
    return rows;
  }

  /** Stores all rows, span by span. */
  private record Filling(
      OnlineStore store,
      FeatureView view,
      List<List<Entry<FeatureRow>>> rows,
      Keeping keeping,
      Random random) {

    /** Gives the least time for which the store was filled. */
    long fill() {
      long reach = random.nextInt(LAST);
      long until = reach + random.nextInt((int) (LAST + 1 - reach));
      put(new Window(reach, until), Long.MIN_VALUE);
      while (until < LAST || random.nextBoolean()) {
        long from = random.nextInt((int) until + 1);
        until += random.nextInt((int) (LAST + 1 - until));
        boolean reachesBack = keeping == Keeping.HISTORY && from < reach;
        put(new Window(from, until), reachesBack ? Long.MIN_VALUE : from);
        reach = reachesBack ? from : reach;
      }
      return reach;
    }

    private void put(Window window, long since) {
      try (StoreBatch batch = store.begin("weather", window, keeping)) {
        for (int key = 0; key < rows.size(); key++) {
          List<Entry<FeatureRow>> ofWindow = new ArrayList<>();
          for (Entry<FeatureRow> row : rows.get(key)) {
            if (row.from() >= since && row.from() <= window.until()) {
              ofWindow.add(isTooOld(row, window) && random.nextBoolean() ? withoutRow(row) : row);
            }
          }
          Collections.shuffle(ofWindow, random);
          int half = random.nextInt(ofWindow.size() + 1);
          batch.add(List.of((long) key), ofWindow.subList(0, half));
          batch.add(List.of((long) key), ofWindow.subList(half, ofWindow.size()));
        }
        batch.commit();
      }
    }

    /** For every time that can be asked of the window. */
    private boolean isTooOld(Entry<FeatureRow> row, Window window) {
      return view.maxAge().isPresent()
          && Objects.requireNonNull(row.row()).eventTime() < window.from() - view.maxAgeMicros();
    }

    private static Entry<FeatureRow> withoutRow(Entry<FeatureRow> row) {
      return new Entry<>(row.from(), null);
    }
  }

  private static void compare(
      FeatureView view, VisibleRows<FeatureRow> found, List<Entry<FeatureRow>> rows, long asOf) {
    VisibleRows<FeatureRow> expected = VisibleRows.of(view);
    for (Entry<FeatureRow> row : rows) {
      if (row.from() <= asOf) {
        row.showTo(expected);
      }
    }
    assertThat(found.outcome(asOf)).as("at %d", asOf).isEqualTo(expected.outcome(asOf));
    if (expected.outcome(asOf) == Outcome.MATCHED) {
      for (int value = 0; value < view.features().size(); value++) {
        assertThat(value(found, asOf, value)).isEqualTo(value(expected, asOf, value));
      }
    }
  }

  private static @Nullable Object value(VisibleRows<FeatureRow> rows, long asOf, int value) {
    FeatureRow row = rows.answering(asOf, value);
    return row == null ? null : row.value(value);
  }
}
