package dev.nightjar.online.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.online.TestBundles;
import dev.nightjar.online.TestEndpoint;
import dev.nightjar.online.request.Tensors;
import dev.nightjar.online.settings.EndpointSettings;
import dev.nightjar.online.settings.ModelChoice;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What clients do wrong, by mistake or on purpose: each hears what it was, in both forms, and the
 * others are served.
 */
class BadRequestsTest {
  private static final String ROWS = "/v1/models/line/score";
  private static final String TENSORS = "/v2/models/iris/infer";
  private static final String GOOD = "{\"x\": 3, \"colour\": \"green\"}";
  private static final String IRIS =
      "{\"inputs\":[{\"name\":\"in\",\"shape\":[1,4],\"datatype\":\"FP32\",\"data\":[6.8,1,1,1]}]}";
  private static final int MOST = 64 << 10;

  @TempDir static Path folder;
  private static TestEndpoint endpoint;

  @BeforeAll
  static void start() {
    TestEndpoint.promote(folder, TestBundles.line("1", 10), "champion");
    TestEndpoint.promote(folder, TestBundles.iris(), "champion");
    EndpointSettings settings =
        TestEndpoint.settings(
            folder,
            ModelChoice.of("line@champion"),
            new ModelChoice(
                "iris@champion", Optional.empty(), Optional.of(new Tensors("in", "out"))));
    endpoint = TestEndpoint.start(settings);
  }

  @AfterAll
  static void stop() {
    endpoint.close();
  }

  /** The message of a refusal, in the form of the path. */
  private static String message(HttpResponse<String> response) {
    var error = TestEndpoint.json(response).path("error");
    return error.isTextual() ? error.asText() : error.path("message").asText();
  }

  private static void assertRefused(HttpResponse<String> response, int status, String words) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(message(response)).contains(words);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
  }

  private static void assertServes() {
    HttpResponse<String> answer = endpoint.post(ROWS, GOOD);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(TestEndpoint.json(answer).path("outputs").path("y").asDouble()).isEqualTo(16);
  }

  private static byte[] gzip(byte[] bytes, int times) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      for (int i = 0; i < times; i++) {
        out.write(bytes);
      }
    }
    return packed.toByteArray();
  }

  private static HttpResponse<String> gzipped(String path, byte[] body) {
    return endpoint.send(
        endpoint
            .request(path)
            .header("Content-Encoding", "gzip")
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }

  @ParameterizedTest
  @ValueSource(strings = {ROWS, TENSORS})
  void a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(String path) {
    byte[] large = " ".repeat(MOST + 1).getBytes(StandardCharsets.UTF_8);
    String words =
        "the body is larger than the 65536 bytes that a request may have (limits.body-bytes)";
    assertRefused(endpoint.post(path, large), 413, words);
    assertRefused(
        endpoint.post(path, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))),
        413,
        words);
    assertServes();
  }

  @Test
  void a_body_of_exactly_the_limit_is_read() {
    assertThat(endpoint.post(ROWS, GOOD + " ".repeat(MOST - GOOD.length())).statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {ROWS, TENSORS})
  void a_small_body_that_unpacks_to_a_large_one_is_refused_before_it_has(String path)
      throws IOException {
    byte[] bomb = gzip(new byte[1 << 20], 48); // 48 MiB in less than 64 KiB
    assertThat(bomb.length).isLessThan(MOST);
    System.gc();
    long before = used();
    for (int i = 0; i < 20; i++) {
      assertRefused(
          gzipped(path, bomb),
          413,
          "the body unpacks to more than the 65536 bytes that a request may have (limits.body-bytes)");
    }
    System.gc();
    assertThat(used() - before).isLessThan(16L << 20);
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  @Test
  void a_packed_body_is_read_and_one_that_is_not_packed_or_cut_off_is_refused() throws IOException {
    byte[] packed = gzip(GOOD.getBytes(StandardCharsets.UTF_8), 1);
    assertThat(gzipped(ROWS, packed).statusCode()).isEqualTo(200);
    String words = "the body is said to be packed by gzip and is not";
    assertRefused(gzipped(ROWS, GOOD.getBytes(StandardCharsets.UTF_8)), 400, words);
    assertRefused(gzipped(ROWS, java.util.Arrays.copyOf(packed, packed.length - 9)), 400, words);
    assertRefused(gzipped(ROWS, new byte[0]), 400, words);
    assertRefused(
        endpoint.send(
            endpoint
                .request(ROWS)
                .header("Content-Encoding", "br")
                .POST(BodyPublishers.ofString(GOOD))
                .build()),
        415,
        "the body may be packed by gzip, or plain, and in no other way");
  }

  @ParameterizedTest
  @ValueSource(strings = {ROWS, TENSORS})
  void a_body_that_is_no_json_by_its_type_is_refused(String path) {
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "text/json")) {
      assertRefused(
          typed(path, type), 415, "send it with the header 'Content-Type: application/json'");
    }
    HttpRequest without =
        HttpRequest.newBuilder(endpoint.uri(path)).POST(BodyPublishers.ofString(GOOD)).build();
    assertRefused(endpoint.send(without), 415, "the body must be JSON");
    assertRefused(
        typed(path, "application/json; charset=utf-16"), 415, "the body must be in UTF-8");
    assertThat(typed(ROWS, "application/json; charset=UTF-8").statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> typed(String path, String type) {
    return endpoint.send(
        HttpRequest.newBuilder(endpoint.uri(path))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(GOOD))
            .build());
  }

  @ParameterizedTest
  @ValueSource(strings = {ROWS, TENSORS})
  void json_that_is_none_or_is_more_than_json_is_refused(String path) {
    List<String> bodies =
        List.of(
            "",
            "nonsense",
            "[".repeat(30_000),
            "{\"a\":".repeat(10_000),
            GOOD + GOOD,
            "{\"x\": NaN, \"colour\": \"red\"}",
            "{\"x\": 3, \"x\": 4, \"colour\": \"red\"}",
            "{\"x\": 03, \"colour\": \"red\"}",
            "{'x': 3}",
            "\ufeff" + GOOD,
            "{\"x\": 1" + "0".repeat(60_000) + ", \"colour\": \"red\"}",
            IRIS.replace("6.8", "NaN"),
            IRIS.replace("\"name\"", "\"name\":\"in\",\"name\""),
            IRIS.replace("[6.8", "[".repeat(500) + "6.8"));
    for (String body : bodies) {
      HttpResponse<String> refused = endpoint.post(path, body);
      assertThat(refused.statusCode()).as(body).isEqualTo(400);
      assertThat(message(refused)).isNotBlank().hasSizeLessThan(2_000);
    }
    byte[] notUtf8 = GOOD.replace("green", "gr\u00e9en").getBytes(StandardCharsets.ISO_8859_1);
    assertRefused(endpoint.post(path, notUtf8), 400, "UTF-8");
    assertServes();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity"})
  void a_number_that_json_does_not_have_is_named_with_what_to_write(String number) {
    assertRefused(
        endpoint.post(ROWS, GOOD.replace("3", number)),
        400,
        number + " is no number of JSON (line 1, column ");
    assertRefused(
        endpoint.post(TENSORS, IRIS.replace("6.8", number)),
        400,
        "; write null where a value is missing");
  }

  @Test
  void numbers_that_no_double_holds_are_refused_or_rejected_and_never_scored() {
    for (String number : List.of("1e400", "-1e400", "1e999999999", "\"Infinity\"", "\"NaN\"")) {
      HttpResponse<String> answer = endpoint.post(ROWS, GOOD.replace("3", number));
      boolean isRefused = answer.statusCode() == 400;
      assertThat(isRefused || TestEndpoint.json(answer).path("outcome").asText().equals("rejected"))
          .as(number + ": " + answer.body())
          .isTrue();
      assertThat(answer.body()).doesNotContain("\"y\"");
    }
  }

  @Test
  void a_field_that_is_written_wrong_is_named_with_the_one_that_was_meant() {
    assertRefused(
        endpoint.post(ROWS, GOOD.replace("colour", "color")), 400, "did you mean 'colour'?");
    assertRefused(endpoint.post(ROWS, "{\"x\": 3}"), 400, "colour");
    assertRefused(endpoint.post(ROWS, GOOD.replace("3", "\"three\"")), 400, "x");
  }

  @Test
  void more_rows_than_a_request_may_have_are_refused() {
    String rows = "[" + (GOOD + ",").repeat(100) + GOOD + "]";
    assertRefused(endpoint.post(ROWS, rows), 413, "100");
    assertThat(endpoint.post(ROWS, "[" + (GOOD + ",").repeat(99) + GOOD + "]").statusCode())
        .isEqualTo(200);
    assertRefused(
        endpoint.post(
            TENSORS,
            IRIS.replace("[1,4]", "[101,4]").replace("[6.8,1,1,1]", "[" + "1,".repeat(403) + "1]")),
        413,
        "more than 400 values, which are more than the rows of one request can have");
  }

  @Test
  void methods_and_paths_that_are_not_there_are_told_what_is() {
    assertRefused(endpoint.get(ROWS), 405, "this path does not answer to GET");
    assertRefused(endpoint.post("/v1/models", GOOD), 405, "this path does not answer to POST");
    assertRefused(
        endpoint.send(endpoint.request(TENSORS).DELETE().build()),
        405,
        "does not answer to DELETE");
    assertRefused(endpoint.get("/v1/modells"), 404, "/openapi.json tells what there is");
    assertRefused(endpoint.get("/v2/nothing"), 404, "/openapi.json tells what there is");
    assertRefused(endpoint.post("/v1/models/lien/score", GOOD), 404, "did you mean 'line'?");
  }

  @Test
  void times_that_are_none_are_refused() {
    for (String time : List.of("yesterday", "2013-11-29", "2013-11-29T10:00:00", "", "1e9")) {
      assertRefused(
          endpoint.post(ROWS + "?as-of=" + time, GOOD),
          400,
          "the parameter as-of is no time with an offset, such as 2013-11-29T10:00:00Z");
    }
    assertThat(endpoint.post(ROWS + "?as-of=2013-11-29T10:00:00%2B01:00", GOOD).statusCode())
        .isEqualTo(200);
    for (String millis : List.of("0", "-1", "1.5", "soon", "9999999999", "")) {
      HttpResponse<String> refused =
          endpoint.send(
              endpoint
                  .request(ROWS)
                  .header("x-request-timeout-ms", millis)
                  .POST(BodyPublishers.ofString(GOOD))
                  .build());
      assertRefused(
          refused, 400, "the header x-request-timeout-ms is not a whole number of milliseconds");
    }
  }

  @Test
  void one_row_is_explained_at_a_time() {
    assertRefused(
        endpoint.post("/v1/models/line/explain", "[" + GOOD + "," + GOOD + "]"),
        400,
        "there are 2 rows, and one is explained at a time");
    assertThat(TestEndpoint.json(endpoint.post("/v1/models/line/explain", GOOD)).path("stages"))
        .isNotEmpty();
  }
}
