package dev.nightjar.store;

import static dev.nightjar.store.Views.seen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nightjar.data.ColumnBatch;
import dev.nightjar.data.DataType;
import dev.nightjar.data.Field;
import dev.nightjar.data.Schema;
import dev.nightjar.feature.DefaultValue;
import dev.nightjar.feature.Feature;
import dev.nightjar.feature.FeatureLookUp;
import dev.nightjar.feature.FeatureRow;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.feature.FeatureView.NullPolicy;
import dev.nightjar.feature.FeatureView.OnTie;
import dev.nightjar.feature.JoinedBatch;
import dev.nightjar.feature.Timeline.Entry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/** A store in a real Redis; skipped by name where none can be started. */
class RedisStoreTest extends OnlineStoreBehaviour {
  private RedisServer server;
  private RedisPlace place;

  @BeforeEach
  void start() {
    server = RedisServer.shared();
    place = server.place();
  }

  @Override
  OnlineStore write(List<FeatureView> views) {
    return RedisStore.write(place, views);
  }

  @Override
  OnlineStore read(List<FeatureView> views) {
    return RedisStore.read(place, views);
  }

  @Override
  String place() {
    return place.toString();
  }

  @Override
  String busyWords() {
    try {
      return "another materialization (process "
          + ProcessHandle.current().pid()
          + " on "
          + InetAddress.getLocalHost().getHostName()
          + ") writes to the feature store in "
          + place;
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void several_views_of_several_rows_are_one_round_trip() throws IOException {
    List<FeatureView> views =
        List.of(
            Views.stations()
                .withFeatures(
                    List.of(
                        new Feature("height", "temp", DataType.DOUBLE, new DefaultValue.None()),
                        new Feature("name", "sky", DataType.STRING, new DefaultValue.None()))),
            Views.weather());
    try (OnlineStore store = write(views)) {
      put(store, new Window(0, 100), Keeping.HISTORY, seen(10, 1, 3.5, "rain"));
      try (StoreBatch batch = store.begin("stations", new Window(0, 0), Keeping.NEWEST)) {
        batch.add(LGA, List.of(Views.station(21.0, "x")));
        batch.commit();
      }
    }
    Schema input =
        Schema.of(new Field("station", DataType.STRING), new Field("at", DataType.TIMESTAMP));
    try (RoundTrips trips = new RoundTrips(server.port());
        OnlineStore store =
            RedisStore.read(RedisServer.place(trips.port(), place.prefix()), views)) {
      FeatureLookUp lookUp = new FeatureLookUp(views, store);
      lookUp.join(ColumnBatch.builder(input).row("LGA", 20L).build(), Optional.of("at"));
      int before = trips.count();

      JoinedBatch one =
          lookUp.join(ColumnBatch.builder(input).row("LGA", 20L).build(), Optional.of("at"));
      assertThat(trips.count() - before).as("round trips for one row of two views").isEqualTo(1);
      assertThat(one.rows().column("height").get(0)).isEqualTo(21.0);
      assertThat(one.rows().column("temp").get(0)).isEqualTo(3.5);

      ColumnBatch.Builder many = ColumnBatch.builder(input);
      for (int row = 0; row < 500; row++) {
        many.row(row % 2 == 0 ? "LGA" : "JFK", (long) row);
      }
      before = trips.count();
      JoinedBatch all = lookUp.join(many.build(), Optional.of("at"));
      assertThat(trips.count() - before).as("round trips for 500 rows").isEqualTo(1);
      assertThat(all.flags().get(0)).containsExactly("no-row:weather");
      assertThat(all.flags().get(10)).isEmpty();
      assertThat(all.flags().get(11)).containsExactly("no-row:stations", "no-row:weather");
    }
  }

  /** The keys of the store in Redis, without its rows and what it counts by. */
  private List<String> leftovers() {
    List<String> keys = new ArrayList<>();
    for (Object key : (List<?>) server.send(Command.KEYS, place.prefix() + ":*")) {
      String name = new String((byte[]) key, StandardCharsets.ISO_8859_1);
      if (name.matches(".*:(touched|gone|writing|written|lease)")) {
        keys.add(name);
      }
    }
    return keys;
  }

  private long rows() {
    return ((List<?>) server.send(Command.KEYS, place.prefix() + ":rows:*")).size();
  }

  @Test
  void a_batch_leaves_nothing_beside_what_is_visible() {
    try (OnlineStore store = store()) {
      put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));
      put(store, new Window(50, 100), Keeping.NEWEST, seen(60, 1, 6.0, null));
      assertThat(rows()).isEqualTo(1);
      assertThat(leftovers()).isEmpty();

      try (StoreBatch batch = store.begin("weather", new Window(100, 150), Keeping.NEWEST)) {
        fill(batch, 300, 120);
      }
      assertThat(rows()).as("of a batch that was given up").isEqualTo(1);
      assertThat(leftovers()).isEmpty();

      try (StoreBatch batch = store.beginAnew("weather", new Window(0, 150), Keeping.NEWEST)) {
        fill(batch, 300, 120);
        batch.commit();
      }
      assertThat(rows()).isEqualTo(300);
      assertThat(leftovers()).isEmpty();
      try (StoreBatch batch = store.beginAnew("weather", new Window(0, 150), Keeping.NEWEST)) {
        fill(batch, 300, 120);
      }
      assertThat(rows()).isEqualTo(300);
    }
  }

  private static void fill(StoreBatch batch, int keys, long time) {
    for (int key = 0; key < keys; key++) {
      batch.add(List.of("k" + key), List.of(seen(time, 1, (double) key, null)));
    }
  }

  @Test
  void a_long_history_of_one_key_is_stored_by_several_scripts() {
    try (OnlineStore store = store()) {
      List<Entry<FeatureRow>> rows = new ArrayList<>();
      for (int time = 1; time <= 5_000; time++) {
        rows.add(seen(time, 1, (double) time, null));
      }
      try (StoreBatch batch = store.begin("weather", new Window(0, 5_000), Keeping.HISTORY)) {
        batch.add(LGA, rows);
        batch.commit();
      }
      // One that comes late, and is the newest of its key for a while.
      put(store, new Window(0, 5_000), Keeping.HISTORY, seen(500, 600, 9, -1.0, null));
      for (long time : new long[] {1, 499, 601, 999, 1_000, 1_001, 4_999, 5_000}) {
        assertThat(temp(weather(store, time), time)).isEqualTo((double) time);
      }
      assertThat(temp(weather(store, 500), 500)).isEqualTo(-1.0);
      assertThat(temp(weather(store, 600), 600)).isEqualTo(-1.0);
    }
  }

  @Test
  void a_writer_after_whom_another_one_has_come_can_write_no_more() {
    try (OnlineStore first = store();
        OnlineStore second = store()) {
      put(first, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));
      StoreBatch slept = first.begin("weather", new Window(50, 100), Keeping.NEWEST);
      fill(slept, 200, 60);
      slept.add(LGA, List.of(seen(60, 1, 6.0, null)));
      assertThatThrownBy(() -> second.begin("weather", new Window(50, 70), Keeping.NEWEST))
          .hasMessageStartingWith(busyWords());

      server.send(Command.DEL, place.prefix() + ":lease"); // as if its time had run out
      put(second, new Window(50, 70), Keeping.NEWEST, seen(65, 1, 6.5, null));

      assertThatThrownBy(slept::commit)
          .isInstanceOfSatisfying(
              FeatureStoreException.class,
              e -> assertThat(e.kind()).isEqualTo(FeatureStoreException.Kind.BUSY))
          .hasMessage(
              "another materialization has come after this one in the feature store in "
                  + place
                  + ", since nothing had been heard of this one for longer than its lease; what it"
                  + " has not committed is gone, run it again when the other one has ended");
      assertThat(temp(weather(second, 100), 100)).isEqualTo(6.5);
      assertThat(second.window("weather")).contains(new Window(0, 70));
      assertThat(rows()).isEqualTo(1);
      // And neither can it by a new batch while another one writes.
      try (WriterLock lock = second.lockForWriting()) {
        assertThat(lock).isNotNull();
        assertThatThrownBy(() -> first.begin("weather", new Window(70, 80), Keeping.NEWEST))
            .hasMessageStartingWith(busyWords());
      }
      put(first, new Window(70, 80), Keeping.NEWEST, seen(75, 1, 7.5, null));
      assertThat(temp(weather(second, 100), 100)).isEqualTo(7.5);
    }
  }

  @Test
  void a_batch_whose_lease_has_run_out_goes_on_when_nobody_has_come_after_it() {
    try (OnlineStore store = store()) {
      try (StoreBatch batch = store.begin("weather", new Window(0, 50), Keeping.NEWEST)) {
        server.send(Command.DEL, place.prefix() + ":lease");
        batch.add(LGA, List.of(seen(10, 1, 1.5, null)));
        batch.commit();
      }
      assertThat(temp(weather(store, 50), 50)).isEqualTo(1.5);
    }
  }

  @Test
  void a_lease_is_held_as_long_as_its_writer_lives() {
    try (OnlineStore store =
            RedisStore.write(place, Duration.ofMillis(300), List.of(Views.weather()));
        WriterLock lock = store.lockForWriting()) {
      assertThat(lock).isNotNull();
      long begun = System.nanoTime();
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                assertThatThrownBy(store::lockForWriting).hasMessageStartingWith(busyWords());
                return System.nanoTime() - begun > Duration.ofSeconds(1).toNanos();
              });
    }
  }

  @Test
  void a_server_that_has_forgotten_the_scripts_is_given_them_again() {
    try (OnlineStore store = store()) {
      put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));
      server.send(Command.SCRIPT, "FLUSH");
      assertThat(temp(weather(store, 50), 50)).isEqualTo(1.5);
    }
  }

  @Test
  void a_store_of_a_newer_format_is_refused_by_look_ups_and_batches() {
    String words =
        "the store "
            + place
            + " is of format 99 and this Nightjar reads format 1; use the Nightjar that wrote it,"
            + " or materialize into a new store";
    try (OnlineStore store = store()) {
      put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));
      server.send(Command.SET, place.prefix() + ":format", "99");

      assertThatThrownBy(() -> weather(store, 50))
          .isInstanceOf(FeatureStoreException.class)
          .hasMessage(words);
      assertThatThrownBy(() -> store.begin("weather", new Window(50, 60), Keeping.NEWEST))
          .hasMessage(words);
      assertThatThrownBy(store::lockForWriting).hasMessage(words);
    }
    assertThatThrownBy(() -> read(List.of(Views.weather()))).hasMessage(words);
    assertThatThrownBy(this::store).hasMessage(words);
  }

  @Test
  void a_record_that_makes_no_sense_is_told_with_the_remedy() {
    try (OnlineStore store = store()) {
      put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, "clear"));
      byte[] key =
          (byte[]) ((List<?>) server.send(Command.KEYS, place.prefix() + ":rows:*")).get(0);
      try (Connection connection = new Connection("127.0.0.1", server.port())) {
        connection.executeCommand(
            new CommandArguments(Command.ZADD)
                .add(key)
                .add("0")
                .add(
                    RedisBytes.joined(
                        RedisBytes.time(20), new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 3, 9})));
      }
      assertThatThrownBy(() -> weather(store, 50))
          .isInstanceOf(FeatureStoreException.class)
          .hasMessageStartingWith(
              "the feature store in " + place + " cannot be read: a record makes no sense (")
          .hasMessageEndingWith("; where it is damaged, materialize the view anew (--anew)");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void a_look_up_is_the_rule_over_all_visible_rows_or_unknown_where_it_must_be(long seed) {
    Random random = new Random(seed);
    for (OnTie onTie : OnTie.values()) {
      for (NullPolicy nulls : NullPolicy.values()) {
        for (Keeping keeping : Keeping.values()) {
          place = server.place();
          new Fillings(random, onTie, nulls, keeping).check(this::write);
        }
      }
    }
  }
}
