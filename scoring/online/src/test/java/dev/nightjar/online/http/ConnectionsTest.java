package dev.nightjar.online.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.MediaType;
import dev.nightjar.online.TestBundles;
import dev.nightjar.online.TestEndpoint;
import dev.nightjar.online.settings.EndpointSettings;
import dev.nightjar.online.settings.ModelChoice;
import dev.nightjar.online.settings.ServingLimits;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Connections of every kind: slow ones, too many, ones that break off, and those of both versions
 * of HTTP. Waiting for the slow ones to be closed takes some seconds.
 */
class ConnectionsTest {
  private static final String ROWS = "/v1/models/line/score";
  private static final String GOOD = "{\"x\": 3, \"colour\": \"green\"}";
  private static final int MOST = 64 << 10;

  @TempDir static Path folder;
  private static TestEndpoint endpoint;
  private static TestEndpoint impatient;

  @BeforeAll
  static void start() {
    TestEndpoint.promote(folder, TestBundles.line("1", 10), "champion");
    EndpointSettings settings = TestEndpoint.settings(folder, ModelChoice.of("line@champion"));
    endpoint = TestEndpoint.start(settings);
    ServingLimits usual = settings.limits();
    impatient =
        TestEndpoint.start(
            TestEndpoint.with(
                settings,
                new ServingLimits(
                    usual.request(),
                    usual.queue(),
                    usual.threads(),
                    usual.deadline(),
                    Duration.ofMillis(300),
                    usual.idle(),
                    20,
                    usual.drain())));
  }

  @AfterAll
  static void stop() {
    TestEndpoint.closeAll(endpoint, impatient);
  }

  private static void assertServes(TestEndpoint asked) {
    HttpResponse<String> answer = asked.post(ROWS, GOOD);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(TestEndpoint.json(answer).path("outputs").path("y").asDouble()).isEqualTo(16);
  }

  @Test
  void what_comes_slowly_is_cut_off_while_others_are_served() throws IOException {
    List<Socket> slow = new ArrayList<>();
    try {
      for (String part :
          List.of(
              "",
              "P",
              "POST " + ROWS + " HTTP/1.1\r\nHost: localhost\r\nContent-",
              "POST "
                  + ROWS
                  + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  + "Content-Length: 30\r\n\r\n{\"x\"",
              "POST "
                  + ROWS
                  + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  + "Transfer-Encoding: chunked\r\n\r\n4\r\n{\"x\"\r\n")) {
        for (int i = 0; i < 3; i++) {
          Socket socket = impatient.connect();
          slow.add(socket);
          socket.getOutputStream().write(part.getBytes(StandardCharsets.US_ASCII));
        }
      }
      assertServes(impatient);
      for (Socket socket : slow) {
        // Those whose head was there are told; all are closed long before this gives up.
        assertThat(rest(socket)).matches("(?s)|HTTP/1.1 408.*did not come in whole in time.*");
      }
      assertThat(rest(slow.get(10))).isEmpty();
      assertServes(impatient);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  private static String rest(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketException e) {
      return ""; // closed with something unread
    }
  }

  @Test
  void no_more_connections_are_taken_than_there_may_be_and_new_ones_when_some_have_ended()
      throws IOException {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        idle.add(impatient.connect());
      }
      // Those beyond the limit are closed at once, the others when nothing has come in time.
      for (Socket socket : idle) {
        assertThat(rest(socket)).isEmpty();
      }
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
    await().untilAsserted(() -> assertServes(impatient));
  }

  @Test
  void clients_that_go_away_in_the_middle_leave_nothing_behind() throws IOException {
    int threads = Thread.activeCount();
    for (int i = 0; i < 100; i++) {
      try (Socket socket = endpoint.connect()) {
        socket.setSoLinger(true, 0); // closed by a reset
        String body = i % 2 == 0 ? GOOD : GOOD.substring(0, 5);
        socket
            .getOutputStream()
            .write(
                ("POST "
                        + ROWS
                        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: "
                        + GOOD.length()
                        + "\r\n\r\n"
                        + body)
                    .getBytes(StandardCharsets.US_ASCII));
      }
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              assertThat(endpoint.metric("nightjar_queue_waiting")).isZero();
              assertThat(endpoint.metric("nightjar_queue_working")).isZero();
            });
    assertServes(endpoint);
    assertThat(Thread.activeCount()).isLessThan(threads + 10);
  }

  @Test
  void http_1_and_http_2_get_the_same_answers() {
    List<AggregatedHttpResponse> answers = new ArrayList<>();
    try (ClientFactory factory = ClientFactory.builder().build()) {
      for (String scheme : List.of("h1c", "h2c")) {
        WebClient client =
            WebClient.builder(scheme + "://127.0.0.1:" + endpoint.uri("/").getPort())
                .factory(factory)
                .build();
        answers.add(
            client
                .prepare()
                .method(HttpMethod.POST)
                .path(ROWS)
                .content(MediaType.JSON, GOOD)
                .execute()
                .aggregate()
                .join());
        answers.add(
            client
                .prepare()
                .method(HttpMethod.POST)
                .path(ROWS)
                .content(MediaType.JSON, " ".repeat(MOST + 1))
                .execute()
                .aggregate()
                .join());
      }
    }
    assertThat(answers.get(0).status().code()).isEqualTo(200);
    assertThat(answers.get(2).status().code()).isEqualTo(200);
    assertThat(answers.get(2).contentUtf8()).isEqualTo(answers.get(0).contentUtf8());
    assertThat(answers.get(1).status().code()).isEqualTo(413);
    assertThat(answers.get(3).status().code()).isEqualTo(413);
  }

  @Test
  void the_head_alone_is_answered_without_a_body() throws IOException {
    try (Socket socket = endpoint.connect()) {
      socket
          .getOutputStream()
          .write((get("HEAD") + get("GET")).getBytes(StandardCharsets.US_ASCII));
      byte[] begin = socket.getInputStream().readNBytes(12);
      assertThat(new String(begin, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) socket.getInputStream().read());
      }
      assertThat(TestEndpoint.answer(socket.getInputStream()))
          .startsWith("HTTP/1.1 200")
          .endsWith("{\"live\":true}");
    }
  }

  private static String get(String method) {
    return method + " /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }

  @Test
  void requests_that_come_one_behind_the_other_are_answered_in_their_order() throws IOException {
    StringBuilder requests = new StringBuilder();
    for (int x = 0; x < 20; x++) {
      String body = GOOD.replace("3", Integer.toString(x));
      requests
          .append("POST ")
          .append(ROWS)
          .append(" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n")
          .append("Content-Length: ")
          .append(body.length())
          .append("\r\n\r\n")
          .append(body);
    }
    try (Socket socket = endpoint.connect()) {
      socket.getOutputStream().write(requests.toString().getBytes(StandardCharsets.US_ASCII));
      for (int x = 0; x < 20; x++) {
        String answer = TestEndpoint.answer(socket.getInputStream());
        assertThat(answer).startsWith("HTTP/1.1 200").contains("\"y\":" + (2 * x + 10) + ".0");
      }
    }
  }
}
