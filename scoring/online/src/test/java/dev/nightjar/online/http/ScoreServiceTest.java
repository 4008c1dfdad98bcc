package dev.nightjar.online.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.nightjar.online.TestBundles;
import dev.nightjar.online.TestEndpoint;
import dev.nightjar.online.model.ModelListener;
import dev.nightjar.online.model.RegistryWatch;
import dev.nightjar.online.model.ServedModel;
import dev.nightjar.online.model.ServedModels;
import dev.nightjar.online.request.Answers;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.score.ScoringQueue;
import dev.nightjar.online.settings.EndpointSettings;
import dev.nightjar.online.settings.ModelChoice;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model whose client has gone is kept for the thread that still works with it. */
class ScoreServiceTest {
  private static final ModelListener DEAF =
      new ModelListener() {
        @Override
        public void tookOver(String named, ModelCard card, long nanos) {}

        @Override
        public void failed(String named, String reason) {}
      };

  @TempDir Path folder;

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch goesOn = new CountDownLatch(1);
  private final AtomicReference<@Nullable Boolean> wasThere = new AtomicReference<>();
  private final AtomicReference<@Nullable ServiceRequestContext> asked = new AtomicReference<>();

  /** Works until the test lets it go on, and notes whether its model is there still. */
  private final class Slow implements Form {
    @Override
    public String word() {
      return "slow";
    }

    @Override
    public Reply reply(ServedModel model, byte[] body, Optional<Instant> asOf) {
      begun.countDown();
      try {
        goesOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      boolean isThere = model.retain();
      if (isThere) {
        model.release();
      }
      wasThere.set(isThere);
      return new Reply(new byte[0], new Answers(model.card(), List.of(), List.of()));
    }
  }

  @Test
  void a_model_that_is_retired_is_not_freed_under_work_whose_client_has_gone() throws Exception {
    TestEndpoint.promote(folder, TestBundles.line("1", 10), "champion");
    EndpointSettings settings = TestEndpoint.settings(folder, ModelChoice.of("line@champion"));
    ServedModels models = new ServedModels(settings.models());
    RegistryWatch watch = new RegistryWatch(settings, models, DEAF);
    watch.look();
    try (ScoringQueue queue = new ScoringQueue(1, 8);
        Server server = server(models, queue, settings)) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.activeLocalPort())) {
        socket.setSoLinger(true, 0);
        socket
            .getOutputStream()
            .write(
                ("POST /line HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 2\r\n\r\n{}")
                    .getBytes(StandardCharsets.US_ASCII));
        begun.await();
      }
      await().until(() -> isOver(asked.get()));
      ServedModel model = models.retained("line", Optional.empty());
      model.release();

      watch.close(); // retires all models
      assertThat(model.retain()).as("is kept for the work").isTrue();
      model.release();
      goesOn.countDown();

      await().untilAsserted(() -> assertThat(queue.working()).isZero());
      assertThat(wasThere.get()).isTrue();
      assertThat(model.retain()).as("is freed behind the work").isFalse();
    }
  }

  private Server server(ServedModels models, ScoringQueue queue, EndpointSettings settings) {
    Server server =
        Server.builder()
            .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .service("/{model}", new ScoreService(new Slow(), models, queue, settings.limits()))
            .decorator(
                (next, context, request) -> {
                  asked.set(context);
                  return next.serve(context, request);
                })
            .build();
    server.start().join();
    return server;
  }

  private static boolean isOver(@Nullable ServiceRequestContext context) {
    return context != null && context.log().isComplete();
  }
}
