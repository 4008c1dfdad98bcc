package dev.nightjar.online.model;

import static java.net.http.HttpRequest.BodyPublishers.noBody;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightjar.bundle.Bundle;
import dev.nightjar.online.TestBundles;
import dev.nightjar.online.TestEndpoint;
import dev.nightjar.online.http.EndpointMeters;
import dev.nightjar.online.http.EndpointServer;
import dev.nightjar.online.model.ModelState.State;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestLimits;
import dev.nightjar.online.rest.RowForm;
import dev.nightjar.online.score.ScoringQueue;
import dev.nightjar.online.settings.EndpointSettings;
import dev.nightjar.online.settings.ModelChoice;
import dev.nightjar.registry.Registry;
import dev.nightjar.store.StorePlace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Aliases move, and versions take over or do not. Nobody waits: the looks are taken by hand. */
class RegistryWatchTest {
  private static final RowForm FORM = new RowForm(RequestLimits.DEFAULT);
  private static final Bundle FIRST = TestBundles.line("1", 10);
  private static final Bundle SECOND = TestBundles.line("2", 20);

  @TempDir Path folder;

  private final List<String> heard = new ArrayList<>();
  private final List<RegistryWatch> opened = new ArrayList<>();
  private ServedModels models = new ServedModels(List.of());

  @AfterEach
  void close() {
    opened.forEach(RegistryWatch::close);
  }

  private RegistryWatch watch(ModelChoice... choices) {
    return watch(TestEndpoint.settings(folder, choices));
  }

  private RegistryWatch watch(EndpointSettings settings) {
    return watch(
        settings,
        new ModelListener() {
          @Override
          public void tookOver(String named, ModelCard card, long nanos) {
            heard.add(named + " took over " + card.version());
          }

          @Override
          public void failed(String named, String reason) {
            heard.add(named + " failed: " + reason);
          }
        });
  }

  private RegistryWatch watch(EndpointSettings settings, ModelListener listener) {
    models = new ServedModels(settings.models());
    RegistryWatch watch = new RegistryWatch(settings, models, listener);
    opened.add(watch);
    return watch;
  }

  private ModelState state(int slot) {
    return models.states().get(slot);
  }

  private static double answer(ServedModel model, String row) {
    String json =
        new String(
            FORM.encode(
                FORM.decode(row.getBytes(StandardCharsets.UTF_8), model.card()),
                model.score(
                    FORM.decode(row.getBytes(StandardCharsets.UTF_8), model.card()).rows(),
                    TestEndpoint.NOW)),
            StandardCharsets.UTF_8);
    return TestEndpoint.json(json).path("outputs").path("y").asDouble();
  }

  /** What a model gives for x = 3 in green: 6 and its offset. */
  private double answer(String name, Optional<String> version) {
    ServedModel model = models.retained(name, version);
    try {
      return answer(model, "{\"x\": 3, \"colour\": \"green\"}");
    } finally {
      model.release();
    }
  }

  private Registry registry() {
    return TestEndpoint.registry(folder);
  }

  /** Takes a byte of a version's network away, in the registry's folder. */
  private Path damage(Bundle bundle) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("models"))) {
      Path network =
          files
              .filter(file -> file.toString().endsWith(".onnx"))
              .filter(file -> file.toString().contains(bundle.digest().substring(7, 20)))
              .findFirst()
              .orElseThrow();
      byte[] bytes = Files.readAllBytes(network);
      bytes[bytes.length / 2] ^= 1;
      Files.write(network, bytes);
      return network;
    }
  }

  private static void mend(Path network) throws IOException {
    byte[] bytes = Files.readAllBytes(network);
    bytes[bytes.length / 2] ^= 1;
    Files.write(network, bytes);
  }

  @Test
  void a_version_to_which_the_alias_moves_takes_over_at_the_next_look() {
    TestEndpoint.promote(folder, FIRST, "champion");
    RegistryWatch watch = watch(ModelChoice.of("line@champion"));
    assertThat(models.areReady()).isFalse();
    assertThat(state(0).state()).isEqualTo(State.LOADING);
    watch.look();
    assertThat(models.areReady()).isTrue();
    assertThat(answer("line", Optional.empty())).isEqualTo(16);

    TestEndpoint.promote(folder, SECOND, "champion");
    assertThat(answer("line", Optional.empty())).isEqualTo(16);
    watch.look();
    watch.look();

    assertThat(answer("line", Optional.empty())).isEqualTo(26);
    assertThat(answer("line", Optional.of("champion"))).isEqualTo(26);
    assertThat(answer("line", Optional.of("2"))).isEqualTo(26);
    assertThatThrownBy(() -> models.retained("line", Optional.of("1")))
        .hasMessageStartingWith("the model 'line' is not served in the version '1' here");
    assertThat(heard).containsExactly("line@champion took over 1", "line@champion took over 2");
  }

  @Test
  void a_damaged_version_never_takes_over_and_does_when_it_is_whole_again() throws IOException {
    TestEndpoint.promote(folder, FIRST, "champion");
    RegistryWatch watch = watch(ModelChoice.of("line@champion"));
    watch.look();
    TestEndpoint.promote(folder, SECOND, "champion");
    Path network = damage(SECOND);

    watch.look();

    assertThat(answer("line", Optional.empty())).isEqualTo(16);
    assertThat(models.areReady()).isTrue();
    assertThat(state(0).state()).isEqualTo(State.READY);
    assertThat(state(0).serving().orElseThrow().version()).isEqualTo("1");
    assertThat(state(0).reason().orElseThrow()).contains("model.onnx");
    assertThat(heard).hasSize(2);
    assertThat(heard.get(1)).startsWith("line@champion failed: ");

    mend(network);
    watch.look(); // passed over: it was tried a moment ago
    assertThat(answer("line", Optional.empty())).isEqualTo(16);
    watch.look();

    assertThat(answer("line", Optional.empty())).isEqualTo(26);
    assertThat(state(0).reason()).isEmpty();
    assertThat(heard).hasSize(3);
  }

  @Test
  void what_stays_broken_is_tried_ever_more_seldom_and_complained_of_once() throws IOException {
    TestEndpoint.promote(folder, FIRST, "champion");
    Path network = damage(FIRST);
    RegistryWatch watch = watch(ModelChoice.of("line@champion"));
    for (int look = 0; look < 40; look++) {
      watch.look();
    }
    assertThat(heard).hasSize(1);
    assertThat(state(0).state()).isEqualTo(State.FAILED);
    assertThatThrownBy(() -> models.retained("line", Optional.empty()))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> assertThat(e.kind()).isEqualTo(RequestException.Kind.NOT_READY))
        .hasMessageStartingWith("the model 'line@champion' is not ready: ")
        .hasMessageContaining("model.onnx");

    mend(network);
    int looks = 0;
    while (!models.areReady()) {
      watch.look();
      looks++;
    }
    assertThat(looks).isBetween(2, 33);
  }

  @Test
  void why_a_version_did_not_take_over_is_told_over_http() throws Exception {
    TestEndpoint.promote(folder, FIRST, "champion");
    EndpointSettings settings = TestEndpoint.settings(folder, ModelChoice.of("line@champion"));
    try (ScoringQueue queue = new ScoringQueue(1, 8)) {
      EndpointMeters meters = new EndpointMeters(queue);
      RegistryWatch watch = watch(settings, meters);
      EndpointServer server =
          EndpointServer.start(
              new InetSocketAddress(settings.listening().host(), 0),
              settings.listening(),
              settings.limits(),
              models,
              queue,
              meters,
              Clock.systemUTC(),
              "test");
      watch.look();
      TestEndpoint.promote(folder, SECOND, "champion");
      Path network = damage(SECOND);
      watch.look();

      JsonNode told = TestEndpoint.json(get(server, "/v1/models")).path("models").get(0);
      assertThat(told.path("state").asText()).isEqualTo("ready");
      assertThat(told.path("version").asText()).isEqualTo("1");
      assertThat(told.path("reason").asText()).contains("model.onnx");
      JsonNode indexed =
          TestEndpoint.json(send(server, "/v2/repository/index", builder -> builder.POST(noBody())))
              .get(0);
      assertThat(indexed.path("state").asText()).isEqualTo("READY");
      assertThat(indexed.path("reason").asText()).isEqualTo(told.path("reason").asText());
      assertThat(get(server, "/metrics"))
          .contains("nightjar_model_failures_total{named=\"line@champion\"} 1.0")
          .containsPattern("nightjar_model_serving\\{.*version=\"1\"} 1.0")
          .doesNotContainPattern("nightjar_model_serving\\{.*version=\"2\"}");

      mend(network);
      watch.look();
      watch.look();
      assertThat(get(server, "/metrics"))
          .containsPattern("nightjar_model_serving\\{.*version=\"1\"} 0.0")
          .containsPattern("nightjar_model_serving\\{.*version=\"2\"} 1.0");
      assertThat(TestEndpoint.json(get(server, "/v1/models")).path("models").get(0).has("reason"))
          .isFalse();
      server.stop();
    }
  }

  private static String get(EndpointServer server, String path) throws Exception {
    return send(server, path, HttpRequest.Builder::GET);
  }

  private static String send(
      EndpointServer server, String path, UnaryOperator<HttpRequest.Builder> as) throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                as.apply(HttpRequest.newBuilder(URI.create(server.address() + path))).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body();
  }

  @Test
  void another_version_is_tried_at_once_after_one_that_failed() throws IOException {
    TestEndpoint.promote(folder, FIRST, "champion");
    damage(FIRST);
    RegistryWatch watch = watch(ModelChoice.of("line@champion"));
    watch.look();
    watch.look();
    watch.look();
    TestEndpoint.promote(folder, SECOND, "champion");
    watch.look();
    assertThat(answer("line", Optional.empty())).isEqualTo(26);
  }

  @Test
  void an_alias_that_goes_back_to_what_is_served_takes_the_complaint_away() throws IOException {
    TestEndpoint.promote(folder, FIRST, "champion");
    RegistryWatch watch = watch(ModelChoice.of("line@champion"));
    watch.look();
    TestEndpoint.promote(folder, SECOND, "champion");
    damage(SECOND);
    watch.look();
    assertThat(state(0).reason()).isPresent();
    registry().rollBack("line", "champion", "test");
    watch.look();
    assertThat(state(0).reason()).isEmpty();
    assertThat(answer("line", Optional.empty())).isEqualTo(16);
  }

  @Test
  void two_aliases_of_one_bundle_share_it_until_the_last_has_moved_on() {
    TestEndpoint.promote(folder, FIRST, "champion");
    TestEndpoint.promote(folder, FIRST, "rival");
    RegistryWatch watch = watch(ModelChoice.of("line@champion"), ModelChoice.of("line@rival"));
    watch.look();
    ServedModel champion = models.retained("line", Optional.of("champion"));
    ServedModel rival = models.retained("line", Optional.of("rival"));
    assertThat(rival).isSameAs(champion);
    assertThat(models.described(champion).aliases()).containsExactly("champion", "rival");
    champion.release();
    rival.release();

    TestEndpoint.promote(folder, SECOND, "champion");
    watch.look();

    assertThat(answer("line", Optional.of("champion"))).isEqualTo(26);
    assertThat(answer("line", Optional.of("rival"))).isEqualTo(16);
    assertThat(answer("line", Optional.of("1"))).isEqualTo(16);
    TestEndpoint.promote(folder, SECOND, "rival");
    watch.look();
    assertThat(answer("line", Optional.of("rival"))).isEqualTo(26);
    assertThat(champion.retain()).as("freed").isFalse();
  }

  @Test
  void a_request_in_flight_ends_with_the_version_with_which_it_began() {
    TestEndpoint.promote(folder, FIRST, "champion");
    RegistryWatch watch = watch(ModelChoice.of("line@champion"));
    watch.look();
    ServedModel before = models.retained("line", Optional.empty());
    TestEndpoint.promote(folder, SECOND, "champion");
    watch.look();

    assertThat(answer(before, "{\"x\": 3, \"colour\": \"red\"}")).isEqualTo(16.5);
    assertThat(before.retain()).as("as long as one is in flight").isTrue();
    before.release();
    before.release();
    assertThat(before.retain()).as("freed").isFalse();
  }

  @Test
  void a_withdrawn_version_goes_on_until_there_is_another_and_does_not_come_back() {
    TestEndpoint.promote(folder, FIRST, "champion");
    RegistryWatch watch = watch(ModelChoice.of("line@champion"));
    watch.look();
    registry().withdraw("line", "1", "it was trained on the wrong year", "test");
    watch.look();
    assertThat(answer("line", Optional.empty())).isEqualTo(16);
    assertThat(state(0).reason().orElseThrow()).contains("it was trained on the wrong year");

    RegistryWatch fresh = watch(ModelChoice.of("line@champion"));
    fresh.look();
    assertThat(models.areReady()).isFalse();
    assertThat(state(0).reason().orElseThrow()).contains("it was trained on the wrong year");
  }

  @Test
  void a_bundle_with_views_waits_for_its_store_and_is_served_when_it_is_filled() {
    TestEndpoint.promote(folder, TestBundles.warm(), "champion");
    RegistryWatch watch = watch(ModelChoice.of("warm@champion"));
    watch.look();
    assertThat(state(0).state()).isEqualTo(State.FAILED);
    assertThat(state(0).reason().orElseThrow()).contains(folder.resolve("store").toString());

    TestBundles.fillWeather(new StorePlace.Folder(folder.resolve("store")));
    for (int look = 0; look < 3 && !models.areReady(); look++) {
      watch.look();
    }

    ServedModel model = models.retained("warm", Optional.empty());
    assertThat(answer(model, "{\"x\": 1, \"station\": \"a\"}")).isEqualTo(8.5);
    assertThat(answer(model, "{\"x\": 1, \"station\": \"elsewhere\"}")).isEqualTo(1001);
    model.release();
  }
}
