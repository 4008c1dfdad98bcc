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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;

/** Whatever is stored in whatever order, a look-up is the rule over all rows that are visible. */
class EmbeddedStoreProperties {
  private static final int KEYS = 3;
  private static final int LAST = 60;

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void a_look_up_is_the_rule_over_all_visible_rows(
      @ForAll Random random, @ForAll OnTie onTie, @ForAll NullPolicy nulls, @ForAll Keeping keeping)
      throws IOException {
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
    Path folder = Files.createTempDirectory("nightjar-store");
    try (EmbeddedStore store = EmbeddedStore.write(folder, List.of(view))) {
      store(store, rows, keeping, random);
      for (int key = 0; key < KEYS; key++) {
        for (long asOf = 0; asOf <= LAST + 5; asOf++) {
          compare(store, view, key, rows.get(key), asOf, keeping);
        }
      }
    } finally {
      delete(folder);
    }
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

  /** In windows one after the other, some rows twice, some late. */
  private static void store(
      EmbeddedStore store, List<List<Entry<FeatureRow>>> rows, Keeping keeping, Random random) {
    int middle = random.nextInt(LAST);
    List<Window> windows =
        new ArrayList<>(
            List.of(new Window(0, middle), new Window(middle, LAST), new Window(0, LAST)));
    if (random.nextBoolean()) {
      windows.remove(random.nextInt(2));
    }
    if (windows.get(0).from() > 0) {
      windows.remove(0);
    }
    for (Window window : windows) {
      try (StoreBatch batch = store.begin("weather", window, keeping)) {
        for (int key = 0; key < rows.size(); key++) {
          List<Entry<FeatureRow>> ofWindow = new ArrayList<>();
          for (Entry<FeatureRow> row : rows.get(key)) {
            if (row.from() <= window.until()) {
              ofWindow.add(row);
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
  }

  private static void compare(
      EmbeddedStore store,
      FeatureView view,
      int key,
      List<Entry<FeatureRow>> rows,
      long asOf,
      Keeping keeping) {
    Answer answer = store.lookUp(List.of(new Query("weather", List.of((long) key), asOf))).get(0);
    if (answer instanceof Answer.Unknown) {
      assertThat(keeping).isEqualTo(Keeping.NEWEST);
      assertThat(asOf).isLessThan(LAST);
      return;
    }
    VisibleRows<FeatureRow> expected = VisibleRows.of(view);
    for (Entry<FeatureRow> row : rows) {
      if (row.from() <= asOf) {
        row.showTo(expected);
      }
    }
    VisibleRows<FeatureRow> found = ((Answer.Known) answer).rows();
    assertThat(found.outcome(asOf)).isEqualTo(expected.outcome(asOf));
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

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
