package dev.nightjar.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightjar.online.settings.EndpointSettings;
import dev.nightjar.online.settings.ModelChoice;
import dev.nightjar.store.RedisPlace;
import dev.nightjar.store.RedisPlace.WhenDown;
import dev.nightjar.store.RedisServer;
import dev.nightjar.store.StorePlace;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Redis that goes away under an endpoint and comes back; skipped where none can be started. */
class StoreDownTest {
  private static final String ROW = "{\"x\": 1, \"station\": \"a\"}";
  private static final String SCORE = "/v1/models/warm/score";

  @TempDir Path folder;

  private static RedisPlace place(RedisServer server, WhenDown whenDown) {
    return new RedisPlace(
        "127.0.0.1",
        server.port(),
        0,
        false,
        "down",
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(2),
        whenDown);
  }

  private TestEndpoint start(RedisPlace place) {
    TestEndpoint.promote(folder, TestBundles.warm(), "champion");
    EndpointSettings settings = TestEndpoint.settings(folder, ModelChoice.of("warm@champion"));
    return TestEndpoint.start(TestEndpoint.with(settings, new StorePlace.Redis(place)));
  }

  private static double y(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return TestEndpoint.json(answer).path("outputs").path("y").asDouble();
  }

  @Test
  void a_request_is_sent_away_while_the_store_is_down_and_answered_when_it_is_back() {
    try (RedisServer redis = RedisServer.start("--appendonly", "yes", "--appendfsync", "always")) {
      RedisPlace place = place(redis, WhenDown.FAIL);
      TestBundles.fillWeather(new StorePlace.Redis(place));
      try (TestEndpoint endpoint = start(place)) {
        assertThat(y(endpoint.post(SCORE, ROW))).isEqualTo(8.5);
        redis.kill();

        HttpResponse<String> down = endpoint.post(SCORE, ROW);
        assertThat(down.statusCode()).as(down.body()).isEqualTo(503);
        assertThat(down.headers().firstValue("retry-after")).contains("1");
        assertThat(TestEndpoint.json(down).path("error").path("message").asText())
            .contains("127.0.0.1:" + redis.port());
        // What brings its features along needs no store.
        assertThat(y(endpoint.post(SCORE, "{\"x\": 1, \"temp\": 2}"))).isEqualTo(3);
        assertThat(endpoint.get("/v2/health/live").statusCode()).isEqualTo(200);

        redis.startAgain();
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() -> assertThat(y(endpoint.post(SCORE, ROW))).isEqualTo(8.5));
        assertThat(endpoint.metric("nightjar_queue_working")).isZero();
      }
    }
  }

  @Test
  void rows_are_scored_without_features_and_flagged_where_that_is_asked_for() {
    try (RedisServer redis = RedisServer.start()) {
      RedisPlace place = place(redis, WhenDown.UNKNOWN);
      TestBundles.fillWeather(new StorePlace.Redis(place));
      try (TestEndpoint endpoint = start(place)) {
        assertThat(y(endpoint.post(SCORE, ROW))).isEqualTo(8.5);
        redis.kill();

        HttpResponse<String> answer = endpoint.post(SCORE, ROW);
        assertThat(y(answer)).isEqualTo(1001);
        JsonNode told = TestEndpoint.json(answer);
        assertThat(told.path("flags").toString()).contains("unknown:weather", "imputed:temp");
        assertThat(told.path("features").path("weather").path("standing").asText())
            .isEqualTo("unknown");
      }
    }
  }
}
