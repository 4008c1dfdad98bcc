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
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.Env;
import org.lmdbjava.PutFlags;
import org.lmdbjava.Txn;

class EmbeddedStoreTest {
  private static final List<Object> LGA = List.of("LGA");

  @TempDir Path folder;

  private EmbeddedStore store() {
    return EmbeddedStore.write(folder, List.of(Views.weather(), Views.stations()));
  }

  @SafeVarargs
  private static void put(
      EmbeddedStore store, Window window, Keeping keeping, Entry<FeatureRow>... entries) {
    try (StoreBatch batch = store.begin("weather", window, keeping)) {
      batch.add(LGA, Views.rows(entries));
      batch.commit();
    }
  }

  private static Answer weather(EmbeddedStore store, long asOf) {
    return store.lookUp(List.of(new Query("weather", LGA, asOf))).get(0);
  }

  private static @Nullable Object temp(Answer answer, long asOf) {
    VisibleRows<FeatureRow> rows = ((Answer.Known) answer).rows();
    assertThat(rows.outcome(asOf)).isEqualTo(Outcome.MATCHED);
    return Objects.requireNonNull(rows.answering(asOf, 0)).value(0);
  }

  @Test
  void the_newest_row_that_is_visible_answers() {
    try (EmbeddedStore store = store()) {
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
    try (EmbeddedStore store = store()) {
      put(store, new Window(0, 100), Keeping.NEWEST, seen(10, 1, 1.5, "clear"));

      Answer answer = store.lookUp(List.of(new Query("weather", List.of("JFK"), 50))).get(0);

      assertThat(((Answer.Known) answer).rows().outcome(50)).isEqualTo(Outcome.NO_ROW);
    }
  }

  @Test
  void a_time_before_what_is_kept_is_unknown_and_never_a_missing_row() {
    try (EmbeddedStore store = store()) {
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
    try (EmbeddedStore store = store()) {
      put(store, new Window(0, 100), Keeping.NEWEST, seen(60, 1, 6.0, null));
      put(store, new Window(0, 100), Keeping.NEWEST, seen(40, 1, 4.0, null));

      assertThat(temp(weather(store, 100), 100)).isEqualTo(6.0);
      assertThat(weather(store, 50)).isInstanceOf(Answer.Unknown.class);
    }
  }

  @Test
  void the_same_rows_again_are_no_tie_and_other_values_are() {
    try (EmbeddedStore store = store()) {
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
    try (EmbeddedStore store = EmbeddedStore.write(folder, List.of(aging))) {
      put(store, new Window(0, 100), Keeping.NEWEST, seen(90, 1, 1.5, "clear"));

      assertThat(temp(weather(store, 120), 120)).isEqualTo(1.5);
      assertThat(((Answer.Known) weather(store, 121)).rows().outcome(121)).isEqualTo(Outcome.STALE);
    }
  }

  @Test
  void a_batch_is_seen_when_it_is_committed_by_readers_that_are_open() {
    try (EmbeddedStore store = store()) {
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
    try (EmbeddedStore store = store()) {
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
    try (EmbeddedStore store = store()) {
      stations(store, "LGA", "JFK");
      stations(store, "LGA");

      assertThat(outcomeOfStation(store, "LGA")).isEqualTo(Outcome.MATCHED);
      assertThat(outcomeOfStation(store, "JFK")).isEqualTo(Outcome.NO_ROW);
    }
  }

  private static void stations(EmbeddedStore store, String... names) {
    try (StoreBatch batch = store.begin("stations", new Window(0, 0), Keeping.NEWEST)) {
      for (String name : names) {
        batch.add(List.of(name), List.of(station((double) names.length, name)));
      }
      batch.commit();
    }
  }

  private static Outcome outcomeOfStation(EmbeddedStore store, String name) {
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
    try (EmbeddedStore store = store()) {
      put(store, new Window(0, 50), Keeping.HISTORY, seen(10, 1, 1.5, null));
    }
    try (EmbeddedStore store = EmbeddedStore.write(folder, List.of(grown))) {
      assertThatThrownBy(() -> weather(store, 20))
          .isInstanceOf(FeatureStoreException.class)
          .hasMessage(
              "the store "
                  + folder
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
    try (EmbeddedStore store = store()) {
      assertThat(temp(weather(store, 20), 20)).isEqualTo(1.5);
      put(store, new Window(50, 70), Keeping.HISTORY, seen(55, 1, 5.5, null));
      assertThat(temp(weather(store, 70), 70)).isEqualTo(5.5);
      assertThat(store.window("weather")).contains(new Window(0, 70));
    }
    try (EmbeddedStore store = EmbeddedStore.write(folder, List.of(grown))) {
      assertThat(temp(weather(store, 60), 60)).isEqualTo(2.5);
      assertThat(store.window("weather")).contains(new Window(40, 60));
      assertThat(store.dropOtherRules("weather")).isEqualTo(1);
      assertThat(temp(weather(store, 60), 60)).isEqualTo(2.5);
    }
    try (EmbeddedStore store = store()) {
      assertThatThrownBy(() -> weather(store, 20)).hasMessageContaining("by another rule");
      assertThat(store.heldByOtherRules("weather")).hasSize(1);
    }
  }

  @Test
  void a_view_whose_name_begins_as_another_ones_is_another_view() {
    FeatureView longer = named(Views.weather(), "weather-2");
    try (EmbeddedStore store = EmbeddedStore.write(folder, List.of(Views.weather(), longer))) {
      put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));

      assertThat(store.heldByOtherRules("weather-2")).isEmpty();
      assertThatThrownBy(() -> store.lookUp(List.of(new Query("weather-2", LGA, 50))))
          .hasMessage(
              "the store "
                  + folder
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
    try (EmbeddedStore store = store()) {
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
    try (EmbeddedStore store = store()) {
      put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));

      assertThatThrownBy(() -> store.begin("weather", new Window(51, 60), Keeping.NEWEST))
          .hasMessage(
              "the store "
                  + folder
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
    assertThatThrownBy(() -> EmbeddedStore.read(folder.resolve("no"), List.of()))
        .hasMessage(
            "there is no feature store in "
                + folder.resolve("no")
                + "; make one with 'nightjar features materialize'");
    try (EmbeddedStore store = store()) {
      assertThatThrownBy(() -> weather(store, 1))
          .hasMessage(
              "the store "
                  + folder
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
    try (EmbeddedStore store = store()) {
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
    try (EmbeddedStore store = store()) {
      put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));

      assertThatThrownBy(() -> store.lookUp(List.of(new Query("weather", List.of(7L), 50))))
          .isInstanceOf(FeatureStoreException.class)
          .hasMessage(
              "the keys of the feature view 'weather' are (text) in the store "
                  + folder
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
    try (EmbeddedStore store = store()) {
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
  void a_store_of_another_format_is_refused_by_look_ups_and_batches() {
    try (EmbeddedStore store = store()) {
      put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));
    }
    overwrite(
        EmbeddedStore.VIEWS,
        old -> ByteBuffer.allocateDirect(old.remaining()).put(old).putInt(0, 99).flip());
    String words =
        "the store "
            + folder
            + " is of format 99 and this Nightjar reads format 2; use the Nightjar that wrote it,"
            + " or materialize into a new store";
    try (EmbeddedStore store = store()) {
      assertThatThrownBy(() -> weather(store, 50))
          .isInstanceOf(FeatureStoreException.class)
          .hasMessage(words);
      assertThatThrownBy(() -> store.begin("weather", new Window(50, 60), Keeping.NEWEST))
          .hasMessage(words);
      // Nor is it said that there is no such view: who knows what the other format means.
      assertThatThrownBy(() -> store.lookUp(List.of(new Query("stations", LGA, 50))))
          .hasMessage(words);
    }
  }

  /** Puts other bytes into the first record of a tree, past all that looks after it. */
  private void overwrite(String tree, UnaryOperator<ByteBuffer> change) {
    try (Env<ByteBuffer> env = Env.create().setMaxDbs(2).open(folder.toFile())) {
      Dbi<ByteBuffer> dbi = env.openDbi(tree);
      try (Txn<ByteBuffer> txn = env.txnWrite()) {
        try (Cursor<ByteBuffer> cursor = dbi.openCursor(txn)) {
          assertThat(cursor.first()).isTrue();
          cursor.put(cursor.key(), change.apply(cursor.val()), PutFlags.MDB_CURRENT);
        }
        txn.commit();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 9, 12, 30})
  void a_record_that_makes_no_sense_is_told_with_the_remedy(int left) {
    try (EmbeddedStore store = store()) {
      put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, "clear"));
    }
    overwrite(
        EmbeddedStore.ROWS, old -> ByteBuffer.allocateDirect(left).put(old.slice(0, left)).flip());
    try (EmbeddedStore store = store()) {
      assertThatThrownBy(() -> weather(store, 50))
          .isInstanceOf(FeatureStoreException.class)
          .hasMessageStartingWith(
              "the feature store in " + folder + " cannot be read: a record makes no sense (")
          .hasMessageEndingWith(
              "; where it is damaged, take the folder away and materialize again");
    }
  }
}
