package dev.nightjar.store;

import static dev.nightjar.store.Views.seen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureLookUp;
import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import dev.nightjar.feature.JoinedBatch;
import dev.nightjar.feature.Timeline.Entry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureLookUpTest {
  private static final Schema INPUT =
      Schema.of(new Field("station", DataType.STRING), new Field("at", DataType.TIMESTAMP));

  private static final FeatureView STATIONS =
      Views.stations().withFeatures(List.of(feature("height", "temp", DataType.DOUBLE, 7.0)));

  /** Of at most 30 µs. */
  private static final FeatureView WEATHER =
      Views.weather(Optional.of(Duration.ofNanos(30_000)), OnTie.REJECT, NullPolicy.LATEST_ROW)
          .withFeatures(
              List.of(
                  feature("temp", "temp", DataType.DOUBLE, 12.5),
                  new Feature("sky", "sky", DataType.STRING, new DefaultValue.None())));

  @TempDir Path folder;
  private EmbeddedStore store;
  private FeatureLookUp lookUp;

  private static Feature feature(String name, String column, DataType type, Object constant) {
    return new Feature(name, column, type, new DefaultValue.Constant(constant));
  }

  @BeforeEach
  void store() {
    store = EmbeddedStore.write(folder, List.of(STATIONS, WEATHER));
    try (StoreBatch batch = store.begin("stations", new Window(0, 0), Keeping.NEWEST)) {
      batch.add(
          List.of("LGA"),
          List.of(new Entry<>(0, new FeatureRow(0, new Object[0], new Object[] {21.0}))));
      batch.commit();
    }
    lookUp = new FeatureLookUp(List.of(STATIONS, WEATHER), store);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @SafeVarargs
  private void weather(long from, Entry<FeatureRow>... entries) {
    try (StoreBatch batch = store.begin("weather", new Window(from, 100), Keeping.HISTORY)) {
      batch.add(List.of("LGA"), Views.rows(entries));
      batch.commit();
    }
  }

  private JoinedBatch row(@Nullable String station, @Nullable Long at) {
    return lookUp.join(ColumnBatch.builder(INPUT).row(station, at).build(), Optional.of("at"));
  }

  private static List<@Nullable Object> features(JoinedBatch joined) {
    java.util.ArrayList<@Nullable Object> values = new java.util.ArrayList<>();
    for (String name : List.of("height", "temp", "sky")) {
      values.add(joined.rows().column(name).get(0));
    }
    return values;
  }

  @Test
  void features_stand_behind_the_input() {
    weather(0, seen(10, 1, 3.5, "rain"));

    JoinedBatch joined = row("LGA", 20L);

    assertThat(joined.rows().schema().names())
        .containsExactly("station", "at", "height", "temp", "sky");
    assertThat(features(joined)).containsExactly(21.0, 3.5, "rain");
    assertThat(joined.flags()).containsExactly(List.of());
    assertThat(joined.ties()).containsExactly(Optional.empty());
  }

  @Test
  void a_null_of_the_row_that_answers_takes_the_default_and_the_flag() {
    weather(0, seen(10, 1, null, null));

    assertThat(features(row("LGA", 20L))).containsExactly(21.0, 12.5, null);
    assertThat(row("LGA", 20L).flags()).containsExactly(List.of("imputed:temp"));
  }

  @Test
  void a_row_without_an_answer_takes_the_defaults_and_one_flag_for_each_view() {
    weather(0, seen(10, 1, 3.5, "rain"));

    assertThat(features(row("LGA", 41L))).containsExactly(21.0, 12.5, null);
    assertThat(row("LGA", 41L).flags()).containsExactly(List.of("stale:weather"));
    assertThat(features(row("JFK", 41L))).containsExactly(7.0, 12.5, null);
    assertThat(row("JFK", 41L).flags())
        .containsExactly(List.of("no-row:stations", "no-row:weather"));
    assertThat(row(null, 20L).flags())
        .containsExactly(List.of("no-row:stations", "no-row:weather"));
    assertThat(row("LGA", null).flags()).containsExactly(List.of("no-row:weather"));
  }

  @Test
  void a_time_that_the_store_does_not_reach_is_unknown_and_takes_no_default() {
    weather(50, seen(60, 1, 3.5, "rain"));

    assertThat(features(row("LGA", 20L))).containsExactly(21.0, null, null);
    assertThat(row("LGA", 20L).flags()).containsExactly(List.of("unknown:weather"));
  }

  @Test
  void tied_rows_reject_the_input_row_which_takes_no_defaults() {
    weather(0, seen(10, 1, 3.5, "rain"), seen(10, 1, 4.5, "rain"));

    JoinedBatch joined = row("LGA", 20L);

    assertThat(joined.ties())
        .containsExactly(
            Optional.of(
                new JoinedBatch.Tie(
                    "weather",
                    "view 'weather' has several rows of different values for station='LGA' at"
                        + " 1970-01-01T00:00:00.000010Z and nothing that decides; name a"
                        + " 'tie-break' column, or take one with 'on-tie: any'")));
    assertThat(features(joined)).containsExactly(21.0, null, null);
  }

  @Test
  void rows_are_answered_in_their_order() {
    weather(0, seen(10, 1, 3.5, "rain"));
    ColumnBatch rows =
        ColumnBatch.builder(INPUT).row("JFK", 5L).row("LGA", 15L).row("LGA", 5L).build();

    JoinedBatch joined = lookUp.join(rows, Optional.of("at"));

    assertThat(joined.rows().column("temp").get(0)).isEqualTo(12.5);
    assertThat(joined.rows().column("temp").get(1)).isEqualTo(3.5);
    assertThat(joined.flags())
        .containsExactly(
            List.of("no-row:stations", "no-row:weather"), List.of(), List.of("no-row:weather"));
  }

  @Test
  void keys_and_times_of_wrong_types_are_refused() {
    Schema floating =
        Schema.of(new Field("station", DataType.DOUBLE), new Field("at", DataType.TIMESTAMP));
    assertThatThrownBy(
            () ->
                lookUp.join(ColumnBatch.builder(floating).row(1.5, 5L).build(), Optional.of("at")))
        .hasMessage(
            "the key 'station' is a double; floating-point keys match nothing reliably, use a whole"
                + " number or a text");
    assertThatThrownBy(
            () ->
                lookUp.join(
                    ColumnBatch.builder(INPUT).row("LGA", 5L).build(), Optional.of("station")))
        .hasMessage("the as-of column 'station' is a string and must be a timestamp");
    assertThatThrownBy(
            () -> lookUp.join(ColumnBatch.builder(INPUT).row("LGA", 5L).build(), Optional.empty()))
        .hasMessage("view 'weather' has event times and no as-of column was named");
  }
}
