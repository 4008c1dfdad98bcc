package dev.nightjar.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.feature.FeatureStore.Answer;
import dev.nightjar.feature.FeatureStore.Query;
import dev.nightjar.feature.FeatureView.Boundary;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import dev.nightjar.feature.ViewAnswer.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Features that rows bring along, and what is told of where the others came from. */
class ProvidedFeaturesTest {
  private static final Field STATION = new Field("station", DataType.STRING);
  private static final Field AT = new Field("at", DataType.TIMESTAMP);

  /** Static: height, by default 7. */
  private static final FeatureView STATIONS =
      view("stations", Optional.empty(), NullPolicy.LATEST_ROW, feature("height", 7.0));

  /** Of at most 30 µs: temp, by default 12.5, and wind, by default 1.5. */
  private static final FeatureView WEATHER =
      view(
          "weather",
          Optional.of("time"),
          NullPolicy.LATEST_ROW,
          feature("temp", 12.5),
          feature("wind", 1.5));

  private static final FeatureView LAST_KNOWN =
      view(
          "weather",
          Optional.of("time"),
          NullPolicy.LAST_KNOWN,
          feature("temp", 12.5),
          feature("wind", 1.5));

  private final Rows store = new Rows();

  private static Feature feature(String name, double constant) {
    return new Feature(name, name, DataType.DOUBLE, new DefaultValue.Constant(constant));
  }

  private static FeatureView view(
      String name, Optional<String> eventTime, NullPolicy nulls, Feature... features) {
    return new FeatureView(
        name,
        Optional.empty(),
        Map.of("station", "station"),
        eventTime,
        new Availability.AtEventTime(),
        eventTime.map(time -> Duration.ofNanos(30_000)),
        Boundary.INCLUSIVE,
        List.of(),
        OnTie.REJECT,
        nulls,
        List.of(features));
  }

  /**
   * The rows of one station, LGA, each visible from its event time on; remembers what it is asked.
   */
  private static final class Rows implements FeatureStore {
    private final List<String> asked = new ArrayList<>();
    private final List<FeatureRow> weather = new ArrayList<>();
    private final List<FeatureRow> stations = new ArrayList<>();
    private FeatureView weatherView = WEATHER;
    private boolean isUnknown;

    Rows weather(long time, @Nullable Double temp, @Nullable Double wind) {
      weather.add(new FeatureRow(time, new Object[0], new @Nullable Object[] {temp, wind}));
      return this;
    }

    Rows station(double height) {
      stations.add(new FeatureRow(0, new Object[0], new Object[] {height}));
      return this;
    }

    @Override
    public List<Answer> lookUp(List<Query> queries) {
      queries.forEach(query -> asked.add(query.view() + query.key() + "@" + query.asOf()));
      return queries.stream().map(this::answer).toList();
    }

    private Answer answer(Query query) {
      if (isUnknown) {
        return new Answer.Unknown("nobody knows");
      }
      boolean isWeather = query.view().equals("weather");
      VisibleRows<FeatureRow> visible = VisibleRows.of(isWeather ? weatherView : STATIONS);
      for (FeatureRow row : isWeather ? weather : stations) {
        if (query.key().equals(List.of("LGA")) && row.eventTime() <= query.asOf()) {
          visible.see(row);
        }
      }
      return new Answer.Known(visible);
    }

    @Override
    public void close() {}
  }

  private JoinedBatch join(ColumnBatch rows) {
    return new FeatureLookUp(List.of(STATIONS, store.weatherView), store)
        .join(rows, Optional.of("at"));
  }

  private static ColumnBatch row(List<Field> more, @Nullable Object... values) {
    List<Field> fields = new ArrayList<>(List.of(STATION, AT));
    fields.addAll(more);
    return ColumnBatch.builder(Schema.of(fields)).row(values).build();
  }

  private static Field number(String name) {
    return new Field(name, DataType.DOUBLE);
  }

  private static List<@Nullable Object> values(JoinedBatch joined, String... names) {
    List<@Nullable Object> values = new ArrayList<>();
    for (String name : names) {
      values.add(joined.rows().column(name).get(0));
    }
    return values;
  }

  @Test
  void a_provided_value_wins_over_the_stores_and_stands_once() {
    store.station(21.0).weather(10, 3.5, 4.5);

    JoinedBatch joined = join(row(List.of(number("temp")), "LGA", 20L, -8.0));

    assertThat(joined.rows().schema().names())
        .containsExactly("station", "at", "temp", "height", "wind");
    assertThat(values(joined, "height", "temp", "wind")).containsExactly(21.0, -8.0, 4.5);
    assertThat(joined.flags()).containsExactly(List.of());
    assertThat(joined.views())
        .containsExactly(
            List.of(
                new ViewAnswer("stations", Standing.MATCHED, OptionalLong.empty(), List.of()),
                new ViewAnswer("weather", Standing.MATCHED, OptionalLong.of(10), List.of("temp"))));
  }

  @Test
  void a_provided_null_stays_null_without_a_default_or_a_flag() {
    store.station(21.0).weather(10, 3.5, null);

    JoinedBatch joined = join(row(List.of(number("temp")), "LGA", 20L, null));

    assertThat(values(joined, "temp", "wind")).containsExactly(null, 1.5);
    assertThat(joined.flags()).containsExactly(List.of("imputed:wind"));
  }

  @Test
  void a_provided_column_of_another_type_is_left_as_it_is() {
    store.station(21.0).weather(10, 3.5, 4.5);

    JoinedBatch joined = join(row(List.of(new Field("temp", DataType.STRING)), "LGA", 20L, "3,5"));

    assertThat(joined.rows().column("temp").type()).isEqualTo(DataType.STRING);
    assertThat(values(joined, "temp", "wind")).containsExactly("3,5", 4.5);
  }

  @Test
  void a_view_all_of_whose_features_are_provided_is_not_asked() {
    store.station(21.0);

    JoinedBatch joined = join(row(List.of(number("wind"), number("temp")), "JFK", 20L, 2.0, null));

    assertThat(store.asked).containsExactly("stations[JFK]@0");
    assertThat(joined.flags()).containsExactly(List.of("no-row:stations"));
    assertThat(values(joined, "height", "temp", "wind")).containsExactly(7.0, null, 2.0);
    assertThat(joined.views().get(0).get(1))
        .isEqualTo(
            new ViewAnswer(
                "weather", Standing.NOT_ASKED, OptionalLong.empty(), List.of("temp", "wind")));
  }

  @Test
  void neither_keys_nor_a_time_are_needed_of_rows_that_bring_everything() {
    Schema schema = Schema.of(number("temp"), number("wind"), number("height"));
    ColumnBatch rows = ColumnBatch.builder(schema).row(1.0, 2.0, 3.0).row(null, 5.0, 6.0).build();

    JoinedBatch joined = join(rows);

    assertThat(store.asked).isEmpty();
    assertThat(joined.rows().schema()).isEqualTo(schema);
    assertThat(joined.rows().rows()).isEqualTo(2);
    assertThat(joined.flags()).containsExactly(List.of(), List.of());
    assertThat(joined.views())
        .allSatisfy(
            views ->
                assertThat(views)
                    .extracting(ViewAnswer::standing)
                    .containsExactly(Standing.NOT_ASKED, Standing.NOT_ASKED));
  }

  @Test
  void a_view_that_is_asked_needs_its_key_and_its_time() {
    Schema withoutTime = Schema.of(STATION, number("height"));
    assertThatThrownBy(() -> join(ColumnBatch.builder(withoutTime).row("LGA", 3.0).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no column 'at' among [station, height]");
    Schema withoutKey = Schema.of(AT, number("height"), number("temp"));
    assertThatThrownBy(() -> join(ColumnBatch.builder(withoutKey).row(20L, 3.0, 1.0).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no column 'station' among [at, height, temp]");
  }

  @Test
  void what_a_view_says_of_itself_stays_when_some_of_its_features_are_provided() {
    store.station(21.0).weather(10, 3.5, 4.5);
    List<Field> temp = List.of(number("temp"));

    JoinedBatch stale = join(row(temp, "LGA", 41L, -8.0));
    assertThat(stale.flags()).containsExactly(List.of("stale:weather"));
    assertThat(values(stale, "temp", "wind")).containsExactly(-8.0, 1.5);
    assertThat(stale.views().get(0).get(1))
        .isEqualTo(
            new ViewAnswer("weather", Standing.STALE, OptionalLong.empty(), List.of("temp")));

    JoinedBatch none = join(row(temp, "LGA", null, null));
    assertThat(none.flags()).containsExactly(List.of("no-row:weather"));
    assertThat(values(none, "temp", "wind")).containsExactly(null, 1.5);
    assertThat(none.views().get(0).get(1).standing()).isEqualTo(Standing.NO_ROW);

    store.isUnknown = true;
    JoinedBatch unknown = join(row(temp, "LGA", 20L, -8.0));
    assertThat(unknown.flags()).containsExactly(List.of("unknown:stations", "unknown:weather"));
    assertThat(values(unknown, "height", "temp", "wind")).containsExactly(null, -8.0, null);
    assertThat(unknown.views().get(0))
        .extracting(ViewAnswer::standing)
        .containsExactly(Standing.UNKNOWN, Standing.UNKNOWN);
  }

  @Test
  void a_tie_rejects_the_row_also_when_a_feature_is_provided() {
    store.station(21.0).weather(10, 3.5, 4.5).weather(10, 9.5, 4.5);

    JoinedBatch joined = join(row(List.of(number("temp")), "LGA", 20L, -8.0));

    assertThat(joined.ties().get(0).map(JoinedBatch.Tie::view)).contains("weather");
    assertThat(values(joined, "height", "temp", "wind")).containsExactly(21.0, -8.0, null);
    assertThat(joined.views().get(0))
        .extracting(ViewAnswer::standing)
        .containsExactly(Standing.MATCHED, Standing.TIED);
  }

  @Test
  void views_behind_a_tied_one_say_where_they_stand_and_add_nothing() {
    store.station(21.0).station(22.0);

    JoinedBatch joined = join(row(List.of(), "LGA", 20L));

    assertThat(joined.ties().get(0).map(JoinedBatch.Tie::view)).contains("stations");
    assertThat(joined.flags()).containsExactly(List.of());
    assertThat(values(joined, "height", "temp", "wind")).containsExactly(null, null, null);
    assertThat(joined.views().get(0))
        .extracting(ViewAnswer::standing)
        .containsExactly(Standing.TIED, Standing.NO_ROW);
  }

  @Test
  void the_event_time_is_that_of_the_oldest_value_that_answers() {
    store.weatherView = LAST_KNOWN;
    store.station(21.0).weather(10, 3.5, null).weather(15, null, 4.5).weather(18, null, 5.5);

    JoinedBatch both = join(row(List.of(), "LGA", 20L));
    assertThat(values(both, "temp", "wind")).containsExactly(3.5, 5.5);
    assertThat(both.views().get(0).get(1).eventTime()).hasValue(10);

    // What the row brought along did not answer, and what is too old does not.
    assertThat(join(row(List.of(number("temp")), "LGA", 20L, 1.0)).views().get(0).get(1))
        .isEqualTo(
            new ViewAnswer("weather", Standing.MATCHED, OptionalLong.of(18), List.of("temp")));
    JoinedBatch later = join(row(List.of(), "LGA", 45L));
    assertThat(later.views().get(0).get(1).eventTime()).hasValue(18);
    assertThat(later.flags()).containsExactly(List.of("imputed:temp"));
  }
}
