package dev.nightjar.online.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nightjar.online.TestBundles;
import dev.nightjar.online.TestEndpoint;
import dev.nightjar.online.settings.ModelChoice;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is logged of requests, and what never is. */
class LogsTest {
  @TempDir static Path folder;
  private static TestEndpoint open;

  @BeforeAll
  static void start() {
    TestEndpoint.promote(folder, TestBundles.line("1", 10), "champion");
    open = TestEndpoint.start(TestEndpoint.settings(folder, ModelChoice.of("line@champion")));
  }

  @AfterAll
  static void stop() {
    open.close();
  }

  private static String asking(String headers) throws IOException {
    return open.raw("GET /v1/models HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n");
  }

  @Test
  void a_requests_name_comes_back_and_one_that_is_not_fit_for_a_log_is_replaced() {
    assertThat(id("my-request.7:a/b+c=")).isEqualTo("my-request.7:a/b+c=");
    assertThat(id("a".repeat(64))).isEqualTo("a".repeat(64));
    for (String hostile : List.of("a".repeat(65), "a".repeat(1000), "<b>", "a b", "é", "a\"b")) {
      assertThat(id(hostile)).as(hostile).matches("[0-9a-f]{16}");
    }
  }

  private static String id(String asked) {
    HttpResponse<String> response =
        open.send(open.request("/nothing").header("x-request-id", asked).build());
    String id = response.headers().firstValue("x-request-id").orElse("");
    assertThat(TestEndpoint.json(response).path("error").path("request-id").asText()).isEqualTo(id);
    return id;
  }

  @Test
  void bytes_that_no_client_library_sends_get_into_neither_answer_nor_log() throws IOException {
    try (LogLines log = new LogLines()) {
      for (String hostile :
          List.of(
              "a\u001b[31mred", "a\r\n injected: 1", "a\u00e2\u0080\u00a8b", "a\0b", "\u0007")) {
        String answer = asking("Host: localhost\r\nx-request-id: " + hostile).replace("\r\n", "\n");
        assertThat(answer).doesNotContain("\u001b", "injected", "\u2028", "\0", "\u0007");
      }
      await().untilAsserted(() -> assertThat(log.lines()).isNotEmpty());
      assertThat(log.lines())
          .allSatisfy(
              line -> {
                assertThat(line).matches("[^\\p{Cntrl}\u2028\u2029]*\\R");
                assertThat(line).doesNotContain("injected");
              });
    }
  }

  @Test
  void logs_hold_nothing_that_stood_in_a_request() throws IOException {
    try (LogLines log = new LogLines()) {
      String row = "{\"x\": 71.4711, \"colour\": \"green\"}";
      List<HttpResponse<String>> answers = new ArrayList<>();
      answers.add(open.post("/v1/models/line/score", row));
      answers.add(open.post("/v1/models/line/explain", row));
      answers.add(open.post("/v1/models/line/score", row.replace("green", "canary-colour")));
      answers.add(open.post("/v1/models/line/score", row.replace("71.4711", "\"canary-x\"")));
      answers.add(open.post("/v1/models/line/score", row.replace("colour", "canary-field")));
      answers.add(open.post("/v1/models/line/score", row.replace("}", "canary")));
      answers.add(open.post("/v1/models/line/score?as-of=canary", row));
      answers.add(open.post("/v1/models/canary/score", row));
      answers.add(open.post("/canary/path", row));
      answers.add(
          open.post(
              "/v2/models/line/infer",
              "{\"id\": \"canary-id\", \"inputs\": [{\"name\": \"canary-tensor\", \"shape\": [1],"
                  + " \"datatype\": \"BYTES\", \"data\": [\"canary-data\"]}]}"));
      answers.add(
          open.send(
              open.request("/v1/models/line/score")
                  .header("x-request-timeout-ms", "canary")
                  .header("x-request-id", "<canary>")
                  .header("Authorization", "Bearer canary")
                  .POST(BodyPublishers.ofString(row))
                  .build()));
      assertThat(answers.stream().map(HttpResponse::statusCode))
          .containsExactly(200, 200, 200, 400, 400, 400, 400, 404, 404, 400, 400);

      await().untilAsserted(() -> assertThat(log.lines()).hasSize(answers.size()));
      assertThat(log.lines()).allSatisfy(line -> assertThat(line).doesNotContain("canary", "71.4"));
      List<JsonNode> logged = new ArrayList<>();
      for (HttpResponse<String> answer : answers) {
        String id = answer.headers().firstValue("x-request-id").orElseThrow();
        logged.add(
            log.lines().stream()
                .map(line -> TestEndpoint.json(line).path("with"))
                .filter(with -> with.path("request").asText().equals(id))
                .findFirst()
                .orElseThrow());
        assertThat(logged.get(logged.size() - 1).path("status").asInt())
            .isEqualTo(answer.statusCode());
      }
      assertThat(logged.get(0).path("model").asText()).isEqualTo("line");
      assertThat(logged.get(0).path("rows").asText()).isEqualTo("1");
      assertThat(logged.get(2).path("rejected").asText()).isEqualTo("1");
      assertThat(open.get("/metrics").body()).doesNotContain("canary");
    }
  }
}
