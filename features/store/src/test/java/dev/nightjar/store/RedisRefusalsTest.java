package dev.nightjar.store;

import static dev.nightjar.store.OnlineStoreBehaviour.put;
import static dev.nightjar.store.OnlineStoreBehaviour.temp;
import static dev.nightjar.store.OnlineStoreBehaviour.weather;
import static dev.nightjar.store.Views.seen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.config.Template;
import dev.nightjar.feature.FeatureStore.Answer;
import dev.nightjar.feature.FeatureStoreException;
import dev.nightjar.feature.FeatureStoreException.Kind;
import dev.nightjar.feature.FeatureView;
import dev.nightjar.store.RedisPlace.WhenDown;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Protocol.Command;

/** What a Redis that cannot be a store, or not now, is told in. */
@Timeout(120)
class RedisRefusalsTest {
  private static final String SECRET = "pa55-w0rd-that-nobody-may-see";

  private static RedisPlace at(int port, Duration deadline, WhenDown whenDown) {
    return new RedisPlace(
        "127.0.0.1",
        port,
        0,
        false,
        "nightjar",
        Optional.empty(),
        Optional.empty(),
        deadline,
        whenDown);
  }

  private static void assertTold(ThrowingCallable call, Kind kind, String... words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FeatureStoreException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .message()
        .contains(words)
        .doesNotContain(SECRET)
        .doesNotContain("\n");
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void a_server_that_is_not_there_is_told_with_its_address() throws IOException {
    RedisPlace place = at(unusedPort(), Duration.ofSeconds(2), WhenDown.FAIL);

    assertTold(
        () -> RedisStore.read(place, List.of(Views.weather())),
        Kind.DOWN,
        "the feature store in " + place + " cannot be reached: Connection refused",
        "see that a Redis runs there, and that it lets this machine connect");
    assertTold(() -> RedisStore.write(place, List.of(Views.weather())), Kind.DOWN, "cannot be");
  }

  @Test
  void a_host_that_there_is_not_is_told_by_its_name() {
    RedisPlace place = RedisPlace.at("no-such-host.invalid", 6379, 0);

    assertTold(
        () -> RedisStore.read(place, List.of(Views.weather())),
        Kind.DOWN,
        "cannot be reached: there is no host",
        "no-such-host.invalid");
  }

  @Test
  void a_server_that_does_not_answer_is_waited_for_no_longer_than_the_deadline()
      throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      RedisPlace place = at(silent.getLocalPort(), Duration.ofMillis(120), WhenDown.FAIL);
      long begun = System.nanoTime();

      assertTold(
          () -> RedisStore.read(place, List.of(Views.weather())),
          Kind.DOWN,
          "the feature store in " + place + " has not answered within 120ms",
          "allow more time ('deadline')");

      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void where_it_is_declared_a_look_up_answers_unknown_while_the_server_is_away() {
    try (RedisServer server = RedisServer.start("--appendonly", "yes")) {
      RedisPlace place = at(server.port(), Duration.ofSeconds(2), WhenDown.UNKNOWN);
      try (OnlineStore writer = RedisStore.write(place, List.of(Views.weather()))) {
        put(writer, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));
      }
      try (OnlineStore store = RedisStore.read(place, List.of(Views.weather()))) {
        assertThat(temp(weather(store, 50), 50)).isEqualTo(1.5);

        server.kill();
        assertThat(weather(store, 50))
            .isInstanceOfSatisfying(
                Answer.Unknown.class,
                unknown -> assertThat(unknown.reason()).contains("cannot be reached"));
        // An endpoint that is started meanwhile answers so too, until the server is there again.
        try (OnlineStore late = RedisStore.read(place, List.of(Views.weather()))) {
          assertThat(weather(late, 50)).isInstanceOf(Answer.Unknown.class);
          server.startAgain();
          assertThat(temp(weather(late, 50), 50)).isEqualTo(1.5);
        }
        assertThat(temp(weather(store, 50), 50)).isEqualTo(1.5);
        // What is wrong with the store itself is told all the same.
        server.send(Command.SET, "nightjar:format", "99");
        assertTold(() -> weather(store, 50), Kind.REFUSED, "is of format 99");
      }
      server.kill();
      assertTold(
          () -> RedisStore.write(place, List.of(Views.weather())), Kind.DOWN, "cannot be reached");
    }
  }

  @Test
  void a_server_that_throws_keys_away_is_refused() {
    try (RedisServer server = RedisServer.start("--maxmemory-policy", "allkeys-lru")) {
      RedisPlace place = server.place();
      assertTold(
          () -> RedisStore.write(place, List.of(Views.weather())),
          Kind.REFUSED,
          "the feature store in "
              + place
              + " throws keys away when its memory is full"
              + " (maxmemory-policy allkeys-lru)",
          "set maxmemory-policy noeviction");
      server.send(Command.CONFIG, "SET", "maxmemory-policy", "noeviction");
      RedisStore.write(place, List.of(Views.weather())).close();
    }
  }

  @Test
  void a_cluster_is_refused() {
    try (RedisServer server = RedisServer.start("--cluster-enabled", "yes")) {
      assertTold(
          () -> RedisStore.write(server.place(), List.of(Views.weather())),
          Kind.REFUSED,
          "is a Redis cluster, whose nodes cannot show a batch all at once; name a single Redis");
    }
  }

  @Test
  void a_replica_can_be_looked_up_and_not_written() {
    try (RedisServer server = RedisServer.start()) {
      RedisPlace place = server.place();
      try (OnlineStore store = RedisStore.write(place, List.of(Views.weather()))) {
        put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));
        server.send(Command.REPLICAOF, "127.0.0.1", "1");

        assertThat(temp(weather(store, 50), 50)).isEqualTo(1.5);
        assertTold(
            () -> store.begin("weather", new Window(50, 60), Keeping.NEWEST),
            Kind.REFUSED,
            "the feature store in " + place + " is a replica, which cannot be written",
            "give the address of its primary");
      }
      server.send(Command.CONFIG, "SET", "replica-serve-stale-data", "no");
      assertTold(
          () -> RedisStore.read(place, List.of(Views.weather())),
          Kind.DOWN,
          "does not answer now: MASTERDOWN");
    }
  }

  @Test
  void a_server_without_room_is_told_and_what_was_stored_before_is_whole() {
    try (RedisServer server = RedisServer.start()) {
      RedisPlace place = server.place();
      try (OnlineStore store = RedisStore.write(place, List.of(Views.weather()))) {
        put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));
        StoreBatch batch = store.begin("weather", new Window(50, 60), Keeping.NEWEST);
        batch.add(OnlineStoreBehaviour.LGA, List.of(seen(55, 1, 5.5, null)));
        server.send(Command.CONFIG, "SET", "maxmemory", "1");

        assertTold(
            batch::commit,
            Kind.FAILED,
            "the feature store in " + place + " has no memory left",
            "give it more (maxmemory) and materialize again, what was stored before is whole");
        assertThat(temp(weather(store, 60), 60)).isEqualTo(1.5);

        server.send(Command.CONFIG, "SET", "maxmemory", "0");
        put(store, new Window(50, 60), Keeping.NEWEST, seen(55, 1, 5.5, null));
        assertThat(temp(weather(store, 60), 60)).isEqualTo(5.5);
      }
    }
  }

  @Test
  void a_batch_of_which_the_server_has_lost_something_does_not_become_visible() {
    try (RedisServer server = RedisServer.start()) {
      RedisPlace place = server.place();
      try (OnlineStore store = RedisStore.write(place, List.of(Views.weather()))) {
        StoreBatch batch = store.begin("weather", new Window(0, 60), Keeping.NEWEST);
        for (long key = 0; key < 200; key++) {
          batch.add(List.of("k" + key), List.of(seen(5, 1, 5.5, null)));
        }
        // As after a restart with a log that lags behind.
        server.send(Command.SET, place.prefix() + ":written", "0");

        assertTold(
            batch::commit,
            Kind.FAILED,
            "has lost some of what was just written to it",
            "nothing of this batch is visible, materialize again");
        assertThat(store.window("weather")).isEmpty();
      }
    }
  }

  @Test
  void users_need_a_password_and_rights_and_no_more_rights_than_the_page_names()
      throws IOException {
    try (RedisServer server = RedisServer.start()) {
      RedisPlace place = server.place();
      String keys = "~" + place.prefix() + ":*";
      List<String> reader = new ArrayList<>(List.of("SETUSER", "reader", "on", ">" + SECRET, keys));
      reader.addAll(rights().get(0));
      server.send(Command.ACL, reader.toArray(String[]::new));
      List<String> writer = new ArrayList<>(List.of("SETUSER", "writer", "on", ">" + SECRET, keys));
      rights().forEach(writer::addAll);
      server.send(Command.ACL, writer.toArray(String[]::new));

      try (OnlineStore store = RedisStore.write(as(place, "writer", SECRET), views())) {
        put(store, new Window(0, 50), Keeping.NEWEST, seen(10, 1, 1.5, null));
        put(store, new Window(50, 90), Keeping.NEWEST, seen(60, 1, 6.5, null));
        store.beginAnew("weather", new Window(0, 90), Keeping.NEWEST).close();
        assertThat(store.someKeys("weather", 5, 1)).hasSize(1);
      }
      try (OnlineStore store = RedisStore.read(as(place, "reader", SECRET), views())) {
        assertThat(temp(weather(store, 90), 90)).isEqualTo(6.5);
      }
      try (OnlineStore store = RedisStore.write(as(place, "reader", SECRET), views())) {
        assertTold(
            () -> store.begin("weather", new Window(50, 90), Keeping.NEWEST),
            Kind.REFUSED,
            "does not let the user 'reader' do what is needed (",
            "give the rights that features/README.md names (ACL SETUSER)");
      }
      assertTold(
          () -> RedisStore.read(as(place, "reader", SECRET + "!"), views()),
          Kind.REFUSED,
          "the feature store in " + place + " does not let the user 'reader' in (WRONGPASS",
          "give 'user' and 'password' under feature-store");
      server.send(Command.CONFIG, "SET", "requirepass", SECRET);
      assertTold(
          () -> RedisStore.read(place, views()),
          Kind.REFUSED,
          "does not let the default user in (NOAUTH");
      assertThat(as(place, "reader", SECRET).toString()).doesNotContain(SECRET, "reader");
      assertThat(new StorePlace.Redis(as(place, "reader", SECRET)).toString())
          .doesNotContain(SECRET);
    }
  }

  private static List<FeatureView> views() {
    return List.of(Views.weather());
  }

  /** Of who looks up, and of who writes besides, as features/README.md has them. */
  private static List<List<String>> rights() throws IOException {
    Path page = Path.of(System.getProperty("nightjar.root", "../.."), "features", "README.md");
    String line =
        Files.readAllLines(page).stream()
            .filter(text -> text.startsWith("- **Rights**"))
            .findFirst()
            .orElseThrow();
    return Arrays.stream(line.split("besides", -1))
        .map(part -> Arrays.stream(part.split("[ `;:.]+", -1)))
        .map(words -> words.filter(word -> word.startsWith("+")).toList())
        .toList();
  }

  private static RedisPlace as(RedisPlace place, String user, String password) {
    return new RedisPlace(
        place.host(),
        place.port(),
        place.database(),
        place.tls(),
        place.prefix(),
        Optional.of(user),
        Optional.of(new Template("${env:REDIS_PASSWORD}", password)),
        place.deadline(),
        place.whenDown());
  }

  @ParameterizedTest
  @CsvSource({
    "LOADING Redis is loading the dataset in memory, is still loading its data; try again",
    "BUSY Redis is busy running a script, does not answer now: BUSY Redis is busy",
    "MASTERDOWN Link with MASTER is down, does not answer now: MASTERDOWN",
  })
  void a_server_that_cannot_answer_for_a_while_is_down(String said, String words)
      throws IOException {
    try (ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> sayAlways(door, said), "says-" + said);
      server.setDaemon(true);
      server.start();
      RedisPlace place = at(door.getLocalPort(), Duration.ofSeconds(2), WhenDown.FAIL);
      assertTold(() -> RedisStore.read(place, views()), Kind.DOWN, words);
      RedisPlace lenient = at(door.getLocalPort(), Duration.ofSeconds(2), WhenDown.UNKNOWN);
      try (OnlineStore store = RedisStore.read(lenient, views())) {
        assertThat(weather(store, 50)).isInstanceOf(Answer.Unknown.class);
      }
    }
  }

  private static void sayAlways(ServerSocket door, String words) {
    byte[] answer = ("-" + words + "\r\n").getBytes(StandardCharsets.US_ASCII);
    while (!door.isClosed()) {
      try (Socket client = door.accept()) {
        byte[] bytes = new byte[1 << 12];
        while (client.getInputStream().read(bytes) >= 0) {
          client.getOutputStream().write(answer);
        }
      } catch (IOException e) {
        assertThat(e).as("the client has gone, or the test has ended").isNotNull();
      }
    }
  }
}
