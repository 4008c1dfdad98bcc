package dev.nightjar.store;

import static dev.nightjar.store.OnlineStoreBehaviour.LGA;
import static dev.nightjar.store.OnlineStoreBehaviour.temp;
import static dev.nightjar.store.Views.seen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.feature.FeatureStore;
import dev.nightjar.feature.FeatureStore.Answer;
import dev.nightjar.feature.FeatureStore.Query;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureView;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One store that is open once, and looked up for several models; of either kind. */
class SharedLookUpTest {
  /** Two versions of a view: the later one lacks the sky. */
  private static final FeatureView FIRST = Views.weather();

  private static final FeatureView SECOND = FIRST.withFeatures(List.of(FIRST.features().get(0)));

  @TempDir Path folder;

  private enum Kind {
    EMBEDDED,
    REDIS
  }

  /** Where the test's own store lies; skips by name without a Redis. */
  private StorePlace place(Kind kind) {
    return kind == Kind.EMBEDDED
        ? new StorePlace.Folder(folder)
        : new StorePlace.Redis(RedisServer.shared().place());
  }

  private static void store(StorePlace place, FeatureView view, double temp) {
    try (OnlineStore store = place.write(List.of(view));
        StoreBatch batch = store.begin("weather", new Window(0, 50), Keeping.NEWEST)) {
      batch.add(
          LGA,
          view.features().size() == 2
              ? List.of(seen(10, 1, temp, "clear"))
              : List.of(Views.withTemp(10, temp)));
      batch.commit();
    }
  }

  private static Answer weather(FeatureStore store) {
    return store.lookUp(List.of(new Query("weather", LGA, 50))).get(0);
  }

  @ParameterizedTest
  @EnumSource
  void two_rules_of_one_name_are_looked_up_side_by_side(Kind kind) {
    StorePlace place = place(kind);
    store(place, FIRST, 1.5);
    store(place, SECOND, 2.5);

    OnlineStore store = place.read(List.of());
    FeatureStore first = store.reading(List.of(FIRST));
    FeatureStore second = store.reading(List.of(SECOND));
    assertThat(temp(weather(first), 50)).isEqualTo(1.5);
    assertThat(temp(weather(second), 50)).isEqualTo(2.5);

    first.close();
    assertThat(temp(weather(second), 50)).isEqualTo(2.5);
    assertThat(temp(weather(store.reading(List.of(FIRST))), 50)).isEqualTo(1.5);

    store.close();
    String closed = "the feature store in " + store.place() + " has been closed; open it again";
    assertThatThrownBy(() -> weather(second))
        .isInstanceOf(FeatureStoreException.class)
        .hasMessage(closed);
    assertThatThrownBy(() -> store.missing(List.of(FIRST))).hasMessage(closed);
  }

  @ParameterizedTest
  @EnumSource
  void a_look_up_knows_the_views_that_it_was_asked_for_alone(Kind kind) {
    StorePlace place = place(kind);
    store(place, FIRST, 1.5);
    try (OnlineStore store = place.read(List.of(FIRST))) {
      FeatureStore stations = store.reading(List.of(Views.stations()));

      assertThat(temp(weather(store), 50)).isEqualTo(1.5);
      assertThatThrownBy(() -> weather(stations))
          .hasMessage(
              "the store " + store.place() + " was not opened for the feature view 'weather'");
      assertThatThrownBy(() -> stations.lookUp(List.of(new Query("stations", LGA, 50))))
          .isInstanceOf(FeatureStoreException.class)
          .hasMessage(store.missing(List.of(Views.stations())).orElseThrow());
    }
  }

  @ParameterizedTest
  @EnumSource
  void what_is_missing_is_said_of_every_view_before_anything_is_asked(Kind kind) {
    StorePlace place = place(kind);
    store(place, FIRST, 1.5);
    try (OnlineStore store = place.read(List.of())) {
      assertThat(store.missing(List.of())).isEmpty();
      assertThat(store.missing(List.of(FIRST))).isEmpty();
      assertThat(store.missing(List.of(SECOND, Views.stations())))
          .contains(
              "the store "
                  + store.place()
                  + " holds the feature view 'weather' by another rule (keys, times, ages, features"
                  + " or their types differ); store it by this one too, beside the other, with"
                  + " 'nightjar features materialize weather'; the store "
                  + store.place()
                  + " does not hold the feature view 'stations'; store it with 'nightjar features"
                  + " materialize stations'");
    }
  }
}
