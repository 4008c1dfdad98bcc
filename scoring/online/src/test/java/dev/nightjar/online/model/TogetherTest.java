package dev.nightjar.online.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.bundle.Bundle;
import dev.nightjar.online.TestBundles;
import dev.nightjar.online.TestEndpoint;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestLimits;
import dev.nightjar.online.request.RequestedRows;
import dev.nightjar.online.rest.RowForm;
import dev.nightjar.online.rest.RowsRequest;
import dev.nightjar.online.score.ScoringQueue;
import dev.nightjar.online.settings.EndpointSettings;
import dev.nightjar.online.settings.ModelChoice;
import dev.nightjar.store.StorePlace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that wait at once are scored in one batch, and each gets its own answer. */
class TogetherTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final RowForm FORM = new RowForm(RequestLimits.DEFAULT);

  @TempDir Path folder;

  private ServedModel served(Bundle bundle) {
    TestEndpoint.promote(folder, bundle, "champion");
    EndpointSettings settings =
        TestEndpoint.settings(folder, ModelChoice.of(bundle.manifest().name() + "@champion"));
    ServedModels models = new ServedModels(settings.models());
    new RegistryWatch(settings, models, TestEndpoint.DEAF).look();
    ServedModel model = models.retained(bundle.manifest().name(), Optional.empty());
    model.release();
    return model;
  }

  /** A request in our own form. */
  private static final class Sent implements ScoreJob {
    private final ServedModel model;
    private final byte[] body;
    private RowsRequest request = new RowsRequest(new RequestedRows(List.of()), false);

    Sent(ServedModel model, String body) {
      this.model = model;
      this.body = body.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int bodyBytes() {
      return body.length;
    }

    @Override
    public RequestedRows rows() {
      request = FORM.decode(body, model.card());
      return request.rows();
    }

    @Override
    public Instant time() {
      return TestEndpoint.NOW;
    }

    @Override
    public byte[] encoded(Answers answers) {
      return FORM.encode(request, answers);
    }
  }

  /** What each of the bodies is answered when the one thread meets all of them waiting. */
  private static List<CompletableFuture<byte[]>> together(ServedModel model, String... bodies) {
    CountDownLatch goesOn = new CountDownLatch(1);
    List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    try (ScoringQueue queue = new ScoringQueue(1, 50)) {
      var unused =
          queue.submit(
              0,
              queue.within(Duration.ofMinutes(1)),
              () -> {
                try {
                  return goesOn.await(1, TimeUnit.MINUTES);
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      for (String body : bodies) {
        answers.add(
            queue.submit(
                model.lane(), new Sent(model, body), 0, queue.within(Duration.ofMinutes(1))));
      }
      goesOn.countDown();
    }
    return answers;
  }

  private static JsonNode json(CompletableFuture<byte[]> answer) throws Exception {
    return JSON.readTree(answer.get(1, TimeUnit.MINUTES));
  }

  @Test
  void each_request_gets_the_answer_that_it_would_have_got_alone() throws Exception {
    ServedModel model = served(TestBundles.line("1", 10));

    List<CompletableFuture<byte[]>> answers =
        together(
            model,
            "{\"x\": 1, \"colour\": \"red\"}",
            "[{\"x\": 2, \"colour\": \"green\"}, {\"x\": 95, \"colour\": \"red\"},"
                + " {\"x\": 3, \"colour\": \"red\"}]",
            "{\"x\": null, \"colour\": \"red\"}",
            "[]",
            "{\"y\": 1}",
            "{\"x\": 4, \"colour\": \"green\"}");

    assertThat(json(answers.get(0)).at("/outputs/y").asDouble()).isEqualTo(12.5);
    JsonNode many = json(answers.get(1));
    assertThat(many).hasSize(3);
    assertThat(many.at("/0/outputs/y").asDouble()).isEqualTo(14);
    assertThat(many.at("/1/outcome").asText()).isEqualTo("filtered");
    assertThat(many.at("/2/outputs/y").asDouble()).isEqualTo(16.5);
    assertThat(json(answers.get(2)).at("/rejection/field").asText()).isEqualTo("x");
    assertThat(json(answers.get(3))).isEmpty();
    assertThatThrownBy(() -> json(answers.get(4)))
        .hasCauseInstanceOf(RequestException.class)
        .hasMessageContaining("the model 'line' has no such field");
    assertThat(json(answers.get(5)).at("/outputs/y").asDouble()).isEqualTo(18);
  }

  @Test
  void one_that_the_store_refuses_takes_none_of_the_others_with_it() throws Exception {
    TestBundles.fillWeather(new StorePlace.Folder(folder.resolve("store")));
    ServedModel model = served(TestBundles.warm());

    List<CompletableFuture<byte[]>> answers =
        together(
            model,
            "{\"x\": 1, \"station\": \"a\"}",
            "{\"x\": 2, \"station\": 7}",
            "{\"x\": 3, \"temp\": 100}",
            "{\"x\": 4, \"station\": \"a\"}");

    assertThat(json(answers.get(0)).at("/outputs/y").asDouble()).isEqualTo(8.5);
    assertThatThrownBy(() -> json(answers.get(1)))
        .hasCauseInstanceOf(RequestException.class)
        .hasMessageContaining("weather");
    assertThat(json(answers.get(2)).at("/outputs/y").asDouble()).isEqualTo(103);
    assertThat(json(answers.get(3)).at("/outputs/y").asDouble()).isEqualTo(11.5);
  }
}
