package dev.nightjar.online.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.server.Server;
import dev.nightjar.online.TestBundles;
import dev.nightjar.online.TestEndpoint;
import dev.nightjar.online.model.ModelListener;
import dev.nightjar.online.model.RegistryWatch;
import dev.nightjar.online.model.ServedModel;
import dev.nightjar.online.model.ServedModels;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.rest.RowForm;
import dev.nightjar.online.score.ScoringQueue;
import dev.nightjar.online.settings.EndpointSettings;
import dev.nightjar.online.settings.ModelChoice;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that go away, and the model that answered them. */
class AbandonedRequestsTest {
  private static final ModelListener DEAF =
      new ModelListener() {
        @Override
        public void tookOver(String named, ModelCard card, long nanos) {}

        @Override
        public void failed(String named, String reason) {}
      };

  @TempDir Path folder;

  @Test
  void clients_that_reset_their_connections_leave_no_hold_on_the_model() throws Exception {
    TestEndpoint.promote(folder, TestBundles.line("1", 10), "champion");
    EndpointSettings settings = TestEndpoint.settings(folder, ModelChoice.of("line@champion"));
    ServedModels models = new ServedModels(settings.models());
    RegistryWatch watch = new RegistryWatch(settings, models, DEAF);
    watch.look();
    ServedModel model = models.retained("line", Optional.empty());
    model.release();
    Form rows = ScoreForm.rows(new RowForm(settings.limits().request()), Clock.systemUTC());
    String body = "{\"x\": 3, \"colour\": \"green\"}";
    try (ScoringQueue queue = new ScoringQueue(1, 8);
        Server server = server(rows, models, queue, settings)) {
      for (int i = 0; i < 60; i++) {
        try (Socket socket =
            new Socket(InetAddress.getLoopbackAddress(), server.activeLocalPort())) {
          socket.setSoLinger(true, 0);
          socket
              .getOutputStream()
              .write(
                  ("POST /line HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                          + "Content-Length: "
                          + body.length()
                          + "\r\n\r\n"
                          + body.substring(0, i % 3 == 0 ? 5 : body.length()))
                      .getBytes(StandardCharsets.US_ASCII));
          if (i % 3 == 2) {
            socket.getInputStream().read(); // one that has its answer
          }
        }
      }
      watch.close(); // frees the model as soon as nobody holds it
      await().until(() -> isFreed(model));
      assertThat(queue.waiting()).isZero();
    }
  }

  private static boolean isFreed(ServedModel model) {
    boolean isThere = model.retain();
    if (isThere) {
      model.release();
    }
    return !isThere;
  }

  private Server server(
      Form form, ServedModels models, ScoringQueue queue, EndpointSettings settings) {
    Server server =
        Server.builder()
            .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .service("/{model}", new ScoreService(form, models, queue, settings.limits()))
            .build();
    server.start().join();
    return server;
  }
}
