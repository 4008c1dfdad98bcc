package dev.nightjar.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.online.settings.EndpointSettings;
import dev.nightjar.online.settings.ModelChoice;
import dev.nightjar.online.settings.ServingLimits;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An endpoint that is told to end loses no request that it took. It takes some seconds: clients
 * that go on asking are answered until its time is up, and connections have a moment to be closed
 * by them.
 */
class DrainTest {
  private static final int CLIENTS = 8;

  @TempDir Path folder;

  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicBoolean isClosing = new AtomicBoolean();
  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();

  private TestEndpoint start() {
    TestEndpoint.promote(folder, TestBundles.line("1", 10), "champion");
    EndpointSettings settings = TestEndpoint.settings(folder, ModelChoice.of("line@champion"));
    ServingLimits usual = settings.limits();
    return TestEndpoint.start(
        TestEndpoint.with(
            settings,
            new ServingLimits(
                usual.request(),
                usual.queue(),
                usual.threads(),
                usual.deadline(),
                usual.receiving(),
                usual.idle(),
                usual.connections(),
                Duration.ofMillis(500))));
  }

  private static byte[] request(int x) {
    String body = "{\"x\": " + x + ", \"colour\": \"green\"}";
    return ("POST /v1/models/line/score HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Asks again and again, as clients do that heed {@code connection: close}. */
  private void ask(TestEndpoint endpoint, AtomicBoolean isOver) {
    int x = 0;
    while (!isOver.get()) {
      boolean isNew = true;
      try (Socket socket = endpoint.connect()) {
        for (boolean goesOn = true; goesOn && !isOver.get(); x = (x + 1) % 90) {
          goesOn = askOnce(socket, x);
          isNew = false;
        }
      } catch (ConnectException e) {
        refused.incrementAndGet();
        return;
      } catch (IOException e) {
        if (isNew && isClosing.get()) {
          refused.incrementAndGet(); // the port closed before the endpoint saw the connection
        } else {
          wrong.add(e.toString());
        }
        return;
      }
    }
  }

  /** Whether the connection may be used again. */
  private boolean askOnce(Socket socket, int x) throws IOException {
    socket.getOutputStream().write(request(x));
    String answer = TestEndpoint.answer(socket.getInputStream());
    if (answer.isEmpty()) {
      throw new EOFException("no answer to " + x);
    }
    if (!answer.startsWith("HTTP/1.1 200") || !answer.contains("\"y\":" + (2 * x + 10) + ".0")) {
      wrong.add(x + ": " + answer);
      return false;
    }
    answered.incrementAndGet();
    return !answer.toLowerCase(Locale.ROOT).contains("connection: close");
  }

  @Test
  void nothing_that_was_sent_before_the_port_closed_goes_unanswered() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    AtomicBoolean isOver = new AtomicBoolean();
    TestEndpoint endpoint = start();
    try {
      List<Future<?>> asking = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        asking.add(clients.submit(() -> ask(endpoint, isOver)));
      }
      await().until(() -> answered.get() > 200);
      endpoint.endpoint().drain();
      int before = answered.get();
      await().until(() -> answered.get() > before + 50);
      isClosing.set(true);
      endpoint.close();
      for (Future<?> one : asking) {
        one.get();
      }
    } finally {
      isOver.set(true);
      clients.shutdown();
    }
    assertThat(wrong).isEmpty();
    assertThat(refused).hasValue(CLIENTS);
    assertThat(answered.get()).isGreaterThan(250);
  }

  @Test
  void one_that_drains_is_not_ready_and_sends_clients_elsewhere_with_their_next_request()
      throws IOException {
    try (TestEndpoint endpoint = start();
        Socket kept = endpoint.connect()) {
      assertThat(endpoint.get("/v2/health/ready").statusCode()).isEqualTo(200);
      kept.getOutputStream().write(request(1));
      assertThat(TestEndpoint.answer(kept.getInputStream()))
          .startsWith("HTTP/1.1 200")
          .doesNotContain("connection: close");

      endpoint.endpoint().drain();

      kept.getOutputStream().write(request(2));
      assertThat(TestEndpoint.answer(kept.getInputStream()))
          .startsWith("HTTP/1.1 200")
          .contains("connection: close")
          .contains("\"y\":14.0");
      HttpResponse<String> ready = endpoint.get("/v2/health/ready");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(TestEndpoint.json(ready).path("ready").asBoolean(true)).isFalse();
      assertThat(endpoint.get("/v2/health/live").statusCode()).isEqualTo(200);
      assertThat(endpoint.post("/v1/models/line/score", "{\"x\": 3, \"colour\": \"red\"}").body())
          .contains("\"y\":16.5");
    }
  }
}
