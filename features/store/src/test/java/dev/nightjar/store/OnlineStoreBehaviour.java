package dev.nightjar.store;

import static dev.nightjar.store.Views.seen;
import static dev.nightjar.store.Views.station;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.data.DataType;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureStore.Answer;
import dev.nightjar.feature.FeatureStore.Query;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import dev.nightjar.feature.Timeline.Entry;
import dev.nightjar.feature.VisibleRows;
import dev.nightjar.feature.VisibleRows.Outcome;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every online store does, whatever it lies in. */
abstract class OnlineStoreBehaviour {
  static final List<Object> LGA = List.of("LGA");

  /** Opens the one store of the test to be written; makes it at the first time. */
  abstract OnlineStore write(List<FeatureView> views);

  /** Opens it to be read. */
  abstract OnlineStore read(List<FeatureView> views);

  /** What messages call it. */
  abstract String place();

  /** How a second writer is told that there is another one, without its remedy. */
  abstract String busyWords();

  final OnlineStore store() {
    return write(List.of(Views.weather(), Views.stations()));
  }

  @SafeVarargs
  static void put(OnlineStore store, Window window, Keeping keeping, Entry<FeatureRow>... entries) {
    try (StoreBatch batch = store.begin("weather", window, keeping)) {
      batch.add(LGA, Views.rows(entries));
      batch.commit();
    }
  }

  static Answer weather(OnlineStore store, long asOf) {
    return store.lookUp(List.of(new Query("weather", LGA, asOf))).get(0);
  }

  static @Nullable Object temp(Answer answer, long asOf) {
    VisibleRows<FeatureRow> rows = ((Answer.Known) answer).rows();
    assertThat(rows.outcome(asOf)).isEqualTo(Outcome.MATCHED);
    return Objects.requireNonNull(rows.answering(asOf, 0)).value(0);
  }

  @Test
  void the_newest_row_that_is_visible_answers() {
    try (OnlineStore store = store()) {
      put(
          store,
          new Window(0, 100),
          Keeping.HISTORY,
          seen(10, 1, 1.5, "clear"),
          seen(30, 20, 1, 2.5, "rain"));

      assertThat(temp(weather(store, 29), 29)).isEqualTo(1.5);
      assertThat(temp(weather(store, 30), 30)).isEqualTo(2.5);
      assertThat(temp(weather(store, 5_000), 5_000)).isEqualTo(2.5);
      assertThat(((Answer.Known) weather(store, 9)).rows().outcome(9)).isEqualTo(Outcome.NO_ROW);
    }
  }

  @Test
  void a_key_that_is_not_there_has_no_row() {
    try (OnlineStore store = store()) {
      put(store, new Window(0, 100), Keeping.NEWEST, seen(10, 1, 1.5, "clear"));

      Answer answer = store.lookUp(List.of(new Query("weather", List.of("JFK"), 50))).get(0);

      assertThat(((Answer.Known) answer).rows().outcome(50)).isEqualTo(Outcome.NO_ROW);
    }
  }

  @Test
  void a_time_before_what_is_kept_is_unknown_and_never_a_missing_row() {
    try (OnlineStore store = store()) {
      put(store, new Window(5, 50), Keeping.NEWEST, seen(10, 1, 1.5, null), seen(40, 1, 2.5, null));

      assertThat(weather(store, 20))
          .isEqualTo(
              new Answer.Unknown(
                  "the store reaches back to 1970-01-01T00:00:00.000050Z for the view 'weather'"
                      + " and was asked for 1970-01-01T00:00:00.000020Z"));
      assertThat(weather(store, 4)).isInstanceOf(Answer.Unknown.class);
      assertThat(temp(weather(store, 45), 45)).isEqualTo(2.5);
    }
  }

  @Test
  void an_older_row_that_comes_late_does_not_take_the_place_of_a_newer_one() {
    try (OnlineStore store = store()) {
      put(store, new Window(0, 100), Keeping.NEWEST, seen(60, 1, 6.0, null));
      put(store, new Window(0, 100), Keeping.NEWEST, seen(40, 1, 4.0, null));

      assertThat(temp(weather(store, 100), 100)).isEqualTo(6.0);
      assertThat(weather(store, 50)).isInstanceOf(Answer.Unknown.class);
    }
  }

  @Test
  void the_same_rows_again_are_no_tie_and_other_values_are() {
    try (OnlineStore store = store()) {
      Window window = new Window(0, 100);
      put(store, window, Keeping.HISTORY, seen(10, 1, 1.5, "clear"));
      put(store, window, Keeping.HISTORY, seen(10, 1, 1.5, "clear"));
      assertThat(temp(weather(store, 20), 20)).isEqualTo(1.5);

      put(store, window, Keeping.HISTORY, seen(10, 1, 9.5, "clear"));
      assertThat(((Answer.Known) weather(store, 20)).rows().outcome(20)).isEqualTo(Outcome.TIED);
    }
  }

  @Test
  void age_is_counted_at_the_time_of_the_request() {
    FeatureView aging =
        Views.weather(Optional.of(Duration.ofNanos(30_000)), OnTie.REJECT, NullPolicy.LATEST_ROW);
    try (OnlineStore store = write(List.of(aging))) {
      put(store, new Window(0, 100), Keeping.NEWEST, seen(90, 1, 1.5, "clear"));

      assertThat(temp(weather(store, 120), 120)).isEqualTo(1.5);
      assertThat(((Answer.Known) weather(store, 121)).rows().outcome(121)).isEqualTo(Outcome.STALE);
    }
  }

  @Test
  void a_batch_is_seen_when_it_is_committed_by_readers_that_are_open() {
    try (OnlineStore store = store()) {
      put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));
      try (StoreBatch batch = store.begin("weather", new Window(50, 100), Keeping.NEWEST)) {
        batch.add(LGA, List.of(seen(60, 1, 6.0, null)));
        assertThat(temp(weather(store, 100), 100)).isEqualTo(1.5);
        batch.commit();
      }
      assertThat(temp(weather(store, 100), 100)).isEqualTo(6.0);
      assertThat(store.window("weather")).contains(new Window(0, 100));
    }
  }

  @Test
  void a_batch_that_is_not_committed_leaves_nothing() {
    try (OnlineStore store = store()) {
      put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));
      try (StoreBatch batch = store.begin("weather", new Window(50, 100), Keeping.NEWEST)) {
        batch.add(LGA, List.of(seen(60, 1, 6.0, null)));
      }
      assertThat(temp(weather(store, 100), 100)).isEqualTo(1.5);
      assertThat(store.window("weather")).contains(new Window(0, 50));
    }
  }

  @Test
  void a_static_view_is_stored_anew_and_keys_that_are_gone_are_gone() {
    try (OnlineStore store = store()) {
      stations(store, "LGA", "JFK");
      stations(store, "LGA");

      assertThat(outcomeOfStation(store, "LGA")).isEqualTo(Outcome.MATCHED);
      assertThat(outcomeOfStation(store, "JFK")).isEqualTo(Outcome.NO_ROW);
    }
  }

  private static void stations(OnlineStore store, String... names) {
    try (StoreBatch batch = store.begin("stations", new Window(0, 0), Keeping.NEWEST)) {
      for (String name : names) {
        batch.add(List.of(name), List.of(station((double) names.length, name)));
      }
      batch.commit();
    }
  }

  private static Outcome outcomeOfStation(OnlineStore store, String name) {
    Answer answer = store.lookUp(List.of(new Query("stations", List.of(name), 77))).get(0);
    return ((Answer.Known) answer).rows().outcome(0);
  }

  @Test
  void a_view_that_grows_is_stored_beside_what_it_was_until_that_is_dropped() {
    FeatureView grown =
        Views.weather()
            .withFeatures(
                List.of(
                    Views.weather().features().get(0),
                    Views.weather().features().get(1),
                    new Feature("wind", "wind", DataType.DOUBLE, new DefaultValue.None())));
    try (OnlineStore store = store()) {
      put(store, new Window(0, 50), Keeping.HISTORY, seen(10, 1, 1.5, null));
    }
    try (OnlineStore store = write(List.of(grown))) {
      assertThatThrownBy(() -> weather(store, 20))
          .isInstanceOf(FeatureStoreException.class)
          .hasMessage(
              "the store "
                  + place()
                  + " holds the feature view 'weather' by another rule (keys, times, ages, features"
                  + " or their types differ); store it by this one too, beside the other, with"
                  + " 'nightjar features materialize weather'");
      assertThat(store.held("weather")).isEmpty();
      assertThat(store.heldByOtherRules("weather"))
          .containsExactly(new Held(new Window(0, 50), Keeping.HISTORY));
      assertThat(store.dropOtherRules("weather")).isZero();

      try (StoreBatch batch = store.begin("weather", new Window(40, 60), Keeping.NEWEST)) {
        batch.add(
            LGA,
            List.of(
                new Entry<>(
                    20L,
                    new FeatureRow(
                        20,
                        new @Nullable Object[] {1},
                        new @Nullable Object[] {2.5, "rain", 7.0}))));
        batch.commit();
      }
      VisibleRows<FeatureRow> rows = ((Answer.Known) weather(store, 60)).rows();
      assertThat(Objects.requireNonNull(rows.answering(60, 2)).value(2)).isEqualTo(7.0);
    }
    try (OnlineStore store = store()) {
      assertThat(temp(weather(store, 20), 20)).isEqualTo(1.5);
      put(store, new Window(50, 70), Keeping.HISTORY, seen(55, 1, 5.5, null));
      assertThat(temp(weather(store, 70), 70)).isEqualTo(5.5);
      assertThat(store.window("weather")).contains(new Window(0, 70));
    }
    try (OnlineStore store = write(List.of(grown))) {
      assertThat(temp(weather(store, 60), 60)).isEqualTo(2.5);
      assertThat(store.window("weather")).contains(new Window(40, 60));
      assertThat(store.dropOtherRules("weather")).isEqualTo(1);
      assertThat(temp(weather(store, 60), 60)).isEqualTo(2.5);
    }
    try (OnlineStore store = store()) {
      assertThatThrownBy(() -> weather(store, 20)).hasMessageContaining("by another rule");
      assertThat(store.heldByOtherRules("weather")).hasSize(1);
    }
  }

  @Test
  void a_view_whose_name_begins_as_another_ones_is_another_view() {
    FeatureView longer = named(Views.weather(), "weather-2");
    try (OnlineStore store = write(List.of(Views.weather(), longer))) {
      put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));

      assertThat(store.heldByOtherRules("weather-2")).isEmpty();
      assertThatThrownBy(() -> store.lookUp(List.of(new Query("weather-2", LGA, 50))))
          .hasMessage(
              "the store "
                  + place()
                  + " does not hold the feature view 'weather-2'; store it with 'nightjar features"
                  + " materialize weather-2'");
    }
  }

  private static FeatureView named(FeatureView view, String name) {
    return new FeatureView(
        name,
        view.source(),
        view.keys(),
        view.eventTime(),
        view.availability(),
        view.maxAge(),
        view.boundary(),
        view.tieBreak(),
        view.onTie(),
        view.nulls(),
        view.features());
  }

  @Test
  void stored_anew_all_that_was_there_by_the_rule_is_gone() {
    try (OnlineStore store = store()) {
      put(store, new Window(0, 50), Keeping.HISTORY, seen(10, 1, 1.5, null));
      try (StoreBatch batch = store.beginAnew("weather", new Window(30, 60), Keeping.NEWEST)) {
        batch.add(List.of("JFK"), List.of(seen(20, 1, 7.0, null)));
        batch.commit();
      }
      assertThat(((Answer.Known) weather(store, 60)).rows().outcome(60)).isEqualTo(Outcome.NO_ROW);
      assertThat(store.window("weather")).contains(new Window(30, 60));
      assertThat(store.keeping("weather")).contains(Keeping.NEWEST);
    }
  }

  @Test
  void a_window_that_leaves_a_gap_is_refused() {
    try (OnlineStore store = store()) {
      put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));

      assertThatThrownBy(() -> store.begin("weather", new Window(51, 60), Keeping.NEWEST))
          .hasMessage(
              "the store "
                  + place()
                  + " holds the feature view 'weather' from 1970-01-01T00:00:00Z until"
                  + " 1970-01-01T00:00:00.000050Z, and what became visible between that and"
                  + " 1970-01-01T00:00:00.000051Z until 1970-01-01T00:00:00.000060Z would be"
                  + " missing; let the window begin where the store ends");
      assertThatThrownBy(() -> store.begin("weather", new Window(50, 60), Keeping.HISTORY))
          .hasMessageContaining("'weather' without its history, and with its history was asked");
    }
  }

  @Test
  void what_is_not_there_is_said() {
    assertThatThrownBy(() -> read(List.of()))
        .isInstanceOf(FeatureStoreException.class)
        .hasMessage(
            "there is no feature store in "
                + place()
                + "; make one with 'nightjar features materialize'");
    try (OnlineStore store = store()) {
      assertThatThrownBy(() -> weather(store, 1))
          .hasMessage(
              "the store "
                  + place()
                  + " does not hold the feature view 'weather'; store it with 'nightjar features"
                  + " materialize weather'");
    }
  }

  @Test
  void keys_that_share_a_long_beginning_or_run_into_each_other_are_told_apart() {
    String longText = "x".repeat(2_000);
    assertToldApart(List.of(longText + "a"), List.of(longText + "b"));
    assertToldApart(List.of("1", "23"), List.of("12", "3"));
    assertToldApart(List.of(-1L), List.of(1L), List.of(Long.MIN_VALUE));
  }

  private void assertToldApart(List<?>... keys) {
    try (OnlineStore store = store()) {
      try (StoreBatch batch = store.beginAnew("weather", new Window(0, 50), Keeping.NEWEST)) {
        for (int i = 0; i < keys.length; i++) {
          batch.add(List.copyOf(keys[i]), List.of(seen(1, 1, (double) i, null)));
        }
        batch.commit();
      }
      for (int i = 0; i < keys.length; i++) {
        Query query = new Query("weather", List.copyOf(keys[i]), 9);
        assertThat(temp(store.lookUp(List.of(query)).get(0), 9)).isEqualTo((double) i);
      }
    }
  }

  @Test
  void keys_of_other_types_than_those_of_the_table_are_refused() {
    try (OnlineStore store = store()) {
      put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));

      assertThatThrownBy(() -> store.lookUp(List.of(new Query("weather", List.of(7L), 50))))
          .isInstanceOf(FeatureStoreException.class)
          .hasMessage(
              "the keys of the feature view 'weather' are (text) in the store "
                  + place()
                  + " and (whole number) in the request; give the keys in the types of the view's"
                  + " table");
      try (StoreBatch batch = store.begin("weather", new Window(50, 60), Keeping.NEWEST)) {
        assertThatThrownBy(() -> batch.add(List.of(7L), List.of(seen(55, 1, 1.5, null))))
            .isInstanceOf(FeatureStoreException.class)
            .hasMessage(
                "the keys of a feature view are (text) in the store and (whole number) in its table"
                    + " now; store the view anew (nightjar features materialize --anew)");
      }
    }
  }

  @Test
  void some_keys_are_drawn_by_a_seed_and_come_out_as_they_went_in() {
    try (OnlineStore store = store()) {
      assertThat(store.someKeys("weather", 5, 1)).isEmpty();
      try (StoreBatch batch = store.begin("weather", new Window(0, 50), Keeping.HISTORY)) {
        for (long key = 0; key < 100; key++) {
          batch.add(List.of(key - 50, "k" + key), List.of(seen(1, 1, 1.0, null)));
          batch.add(List.of(key - 50, "k" + key), List.of(seen(40, 1, 2.0, null)));
        }
        batch.commit();
      }
      List<List<Object>> five = store.someKeys("weather", 5, 1);
      assertThat(five)
          .hasSize(5)
          .doesNotHaveDuplicates()
          .isEqualTo(store.someKeys("weather", 5, 1));
      assertThat(store.someKeys("weather", 5, 2)).isNotEqualTo(five);
      assertThat(store.someKeys("weather", 200, 1))
          .hasSize(100)
          .startsWith(five.get(0))
          .contains(List.of(-50L, "k0"), List.of(49L, "k99"));

      List<Object> ofAllTypes =
          List.of(
              true,
              7L,
              "ş",
              LocalDate.of(1969, 12, 31),
              Instant.parse("1969-12-31T23:59:59.999999Z"),
              new BigDecimal("1.5"));
      try (StoreBatch batch = store.beginAnew("weather", new Window(0, 50), Keeping.NEWEST)) {
        batch.add(ofAllTypes, List.of(seen(1, 1, 1.0, null)));
        batch.commit();
      }
      assertThat(store.someKeys("weather", 5, 1)).containsExactly(ofAllTypes);
    }
  }

  @Test
  void a_key_that_is_given_twice_in_a_batch_goes_on_from_what_it_was() {
    try (OnlineStore store = store()) {
      for (int batch = 0; batch < 2; batch++) {
        try (StoreBatch open = store.begin("weather", new Window(0, 100), Keeping.HISTORY)) {
          open.add(LGA, List.of(seen(10, 1, 1.5, null), seen(50, 1, 5.5, null)));
          open.add(List.of("JFK"), List.of(seen(20, 1, 2.5, null)));
          open.add(LGA, List.of(seen(30, 1, 3.5, null)));
          open.commit();
        }
      }
      assertThat(temp(weather(store, 29), 29)).isEqualTo(1.5);
      assertThat(temp(weather(store, 30), 30)).isEqualTo(3.5);
      assertThat(temp(weather(store, 50), 50)).isEqualTo(5.5);
    }
  }

  @Test
  void times_before_1970_stand_in_their_order() {
    try (OnlineStore store = store()) {
      put(
          store,
          new Window(-100, 100),
          Keeping.HISTORY,
          seen(-50, 1, -5.0, null),
          seen(-1, 1, -1.0, null),
          seen(0, 1, 0.5, null),
          seen(70, 1, 7.0, null));

      assertThat(((Answer.Known) weather(store, -51)).rows().outcome(-51))
          .isEqualTo(Outcome.NO_ROW);
      assertThat(temp(weather(store, -2), -2)).isEqualTo(-5.0);
      assertThat(temp(weather(store, -1), -1)).isEqualTo(-1.0);
      assertThat(temp(weather(store, 69), 69)).isEqualTo(0.5);
      assertThat(temp(weather(store, Long.MAX_VALUE), Long.MAX_VALUE)).isEqualTo(7.0);
    }
  }

  @Test
  void a_batch_of_a_windowed_view_takes_the_place_of_all_behind_its_beginning() {
    FeatureView counts = Views.counts();
    try (OnlineStore store = write(List.of(counts))) {
      counts(store, new Window(10, 20), 12, 2, 15, 3, 70, 2, 90, 0);
      assertThat(countsAt(store, 14, 15, 69, 70, 90)).containsExactly(2L, 3L, 3L, 2L, 0L);

      // Of the times behind 20 that were there one comes again, as it was.
      counts(store, new Window(20, 40), 30, 4, 70, 2, 80, 1);

      assertThat(countsAt(store, 14, 15, 29, 30, 69, 70, 80, 95))
          .containsExactly(2L, 3L, 3L, 4L, 4L, 2L, 1L, 1L);
      try (StoreBatch open = store.begin("counts", new Window(40, 60), Keeping.HISTORY)) {
        open.add(LGA, List.of(Views.counted(50, 9)));
      }
      assertThat(countsAt(store, 50, 70, 80)).containsExactly(4L, 2L, 1L);
    }
  }

  private static void counts(OnlineStore store, Window window, long... timesAndCounts) {
    List<Entry<FeatureRow>> rows = new ArrayList<>();
    for (int i = 0; i < timesAndCounts.length; i += 2) {
      rows.add(Views.counted(timesAndCounts[i], timesAndCounts[i + 1]));
    }
    try (StoreBatch batch = store.begin("counts", window, Keeping.HISTORY)) {
      batch.add(LGA, rows);
      batch.commit();
    }
  }

  private static List<Object> countsAt(OnlineStore store, long... times) {
    List<Object> counts = new ArrayList<>();
    for (long time : times) {
      counts.add(temp(store.lookUp(List.of(new Query("counts", LGA, time))).get(0), time));
    }
    return counts;
  }

  @Test
  void views_and_keys_are_answered_in_the_order_in_which_they_are_asked() {
    try (OnlineStore store = store()) {
      put(store, new Window(0, 100), Keeping.HISTORY, seen(10, 1, 1.5, null));
      stations(store, "LGA");
      List<Answer> answers =
          store.lookUp(
              List.of(
                  new Query("weather", LGA, 20),
                  new Query("stations", LGA, 20),
                  new Query("weather", List.of("JFK"), 20),
                  new Query("weather", LGA, 5)));

      assertThat(answers)
          .extracting(answer -> ((Answer.Known) answer).rows().outcome(20))
          .containsExactly(Outcome.MATCHED, Outcome.MATCHED, Outcome.NO_ROW, Outcome.NO_ROW);
      assertThat(store.lookUp(List.of())).isEmpty();
    }
  }

  @Test
  void one_writes_at_a_time_and_two_batches_are_not_open_at_once() {
    try (OnlineStore store = store()) {
      WriterLock lock = store.lockForWriting();
      assertThatThrownBy(store::lockForWriting)
          .isInstanceOfSatisfying(
              FeatureStoreException.class,
              e -> assertThat(e.kind()).isEqualTo(FeatureStoreException.Kind.BUSY))
          .hasMessageStartingWith(busyWords() + "; wait until it has ended");
      try (StoreBatch batch = store.begin("weather", new Window(0, 10), Keeping.NEWEST)) {
        String words =
            "a batch is being written to the feature store in "
                + place()
                + "; commit it or close it first";
        assertThatThrownBy(store::close).hasMessage(words);
        assertThatThrownBy(() -> store.begin("weather", new Window(0, 10), Keeping.NEWEST))
            .hasMessage(words);
        batch.add(LGA, List.of(seen(5, 1, 1.0, null)));
        batch.commit();
      }
      lock.close();
      lock.close();
      store.lockForWriting().close();
    }
    OnlineStore store = read(List.of(Views.weather()));
    assertThat(store.window("weather")).contains(new Window(0, 10));
    assertThatThrownBy(() -> store.begin("weather", new Window(0, 10), Keeping.NEWEST))
        .hasMessage("the store in " + place() + " was opened to be read");
    store.close();
    assertThatThrownBy(() -> weather(store, 5))
        .hasMessage("the feature store in " + place() + " has been closed; open it again");
  }
}
