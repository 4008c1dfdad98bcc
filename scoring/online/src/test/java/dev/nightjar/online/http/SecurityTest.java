package dev.nightjar.online.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.server.Route;
import dev.nightjar.access.AccessTokens;
import dev.nightjar.config.ConfigurationException;
import dev.nightjar.online.TestBundles;
import dev.nightjar.online.TestEndpoint;
import dev.nightjar.online.model.ServedModels;
import dev.nightjar.online.request.Tensors;
import dev.nightjar.online.score.ScoringQueue;
import dev.nightjar.online.settings.EndpointSettings;
import dev.nightjar.online.settings.Listening;
import dev.nightjar.online.settings.ModelChoice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may ask, who may listen, and what nobody gets to see. */
class SecurityTest {
  private static final String TOKEN = AccessTokens.fresh();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir static Path folder;
  private static TestEndpoint open;
  private static TestEndpoint guarded;

  @BeforeAll
  static void start() throws IOException {
    TestEndpoint.promote(folder, TestBundles.line("1", 10), "champion");
    EndpointSettings settings =
        TestEndpoint.settings(
            folder,
            ModelChoice.of("line@champion"),
            new ModelChoice(
                "absent@champion", Optional.empty(), Optional.of(new Tensors("in", "out"))));
    open = TestEndpoint.start(settings);
    Path tokens =
        Files.writeString(
            folder.resolve("tokens"),
            "# who may ask\n\n" + AccessTokens.line("team", TOKEN) + "\n");
    guarded = TestEndpoint.start(TestEndpoint.with(settings, listening(tokens)));
  }

  @AfterAll
  static void stop() {
    TestEndpoint.closeAll(open, guarded);
  }

  private static Listening listening(Path tokens) {
    return new Listening(Listening.LOOPBACK, 0, Optional.empty(), Optional.of(tokens), false);
  }

  private static HttpResponse<String> guarded(String path, String authorization) {
    return guarded.send(guarded.request(path).header("Authorization", authorization).build());
  }

  @Test
  void every_route_but_health_and_the_page_is_closed_to_those_without_a_token() throws Exception {
    try (ScoringQueue queue = new ScoringQueue(1, 8)) {
      EndpointServer server =
          EndpointServer.start(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              listening(folder.resolve("tokens")),
              TestEndpoint.settings(folder).limits(),
              new ServedModels(List.of()),
              queue,
              new EndpointMeters(queue),
              Clock.systemUTC(),
              "test");
      Set<String> left = new TreeSet<>();
      int closed = 0;
      assertThat(server.routes()).hasSizeGreaterThan(20);
      assertThat(server.config().unloggedExceptionsReportIntervalMillis())
          .as("Armeria would log what clients have sent, as messages of refusals quote it")
          .isZero();
      for (Route route : server.routes()) {
        for (HttpMethod method : route.methods()) {
          String path = route.patternString().replaceAll("[{:][a-z]+}?", "any");
          HttpRequest.Builder request =
              HttpRequest.newBuilder(URI.create(server.address() + path))
                  .method(method.name(), BodyPublishers.noBody());
          int without = send(request.build());
          int with = send(request.header("Authorization", "Bearer " + TOKEN).build());
          assertThat(with).as(method + " " + path).isNotEqualTo(401);
          if (without == 401) {
            closed++;
          } else {
            left.add(path.replaceFirst("^/page/.*", "/page/"));
          }
        }
      }
      assertThat(left).containsExactly("/", "/page/", "/v2/health/live", "/v2/health/ready");
      assertThat(closed).isGreaterThan(20);
      server.stop();
    }
  }

  private static int send(HttpRequest request) throws IOException, InterruptedException {
    return CLIENT.send(request, BodyHandlers.discarding()).statusCode();
  }

  @Test
  void only_the_whole_token_opens() {
    assertThat(guarded("/v1/models", "Bearer " + TOKEN).statusCode()).isEqualTo(200);
    assertThat(guarded("/v1/models", "bearer  " + TOKEN).statusCode()).isEqualTo(200);
    List<String> wrong =
        List.of(
            "Bearer " + AccessTokens.fresh(),
            "Bearer " + TOKEN.substring(1),
            "Bearer " + TOKEN + "x",
            "Bearer " + TOKEN.toUpperCase(java.util.Locale.ROOT),
            "Bearer",
            "Bearer ",
            "Basic " + TOKEN,
            TOKEN,
            AccessTokens.line("team", TOKEN));
    for (String authorization : wrong) {
      HttpResponse<String> refused = guarded("/v1/models", authorization);
      assertThat(refused.statusCode()).as(authorization).isEqualTo(401);
      assertThat(refused.headers().firstValue("www-authenticate")).contains("Bearer");
      assertThat(TestEndpoint.json(refused).path("error").path("message").asText())
          .isEqualTo(
              "this endpoint answers to those who have a token; send it as 'Authorization: Bearer"
                  + " TOKEN'");
    }
    // A path that is written otherwise is no way round.
    for (String path : List.of("/page/../v1/models", "/page/%2e%2e/v1/models", "//v1/models")) {
      assertThat(guarded.get(path).statusCode()).as(path).isNotEqualTo(200);
    }
  }

  @Test
  void a_file_of_tokens_says_which_of_its_lines_are_wrong() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("wrong-tokens"),
            "# comment\n"
                + AccessTokens.line("team", TOKEN)
                + "\nplain "
                + TOKEN
                + "\n"
                + AccessTokens.line("team", "another")
                + "\n");
    assertThatThrownBy(() -> AccessTokens.read(file))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            e ->
                assertThat(e.problems().stream().map(Object::toString))
                    .containsExactly(
                        file
                            + ":3: this is no line 'NAME sha256:DIGEST'; make one with 'nightjar"
                            + " serve token NAME'",
                        file + ":4: there is a token of team already; give this one another name"))
        .hasMessageNotContaining(TOKEN);
    Path empty = Files.writeString(folder.resolve("no-tokens"), "# nobody\n");
    assertThatThrownBy(() -> AccessTokens.read(empty))
        .hasMessageContaining("there is no token in it, so nobody could ask");
    assertThatThrownBy(() -> AccessTokens.read(folder.resolve("absent")))
        .hasMessageContaining("the tokens cannot be read");
  }

  @Test
  void an_endpoint_of_this_machine_answers_to_its_names_alone() throws IOException {
    int port = open.uri("/").getPort();
    for (String host :
        List.of("localhost", "LocalHost:" + port, "127.0.0.1", "127.0.0.1:" + port, "[::1]:80")) {
      assertThat(asking(open, "Host: " + host)).as(host).startsWith("HTTP/1.1 200");
    }
    for (String host :
        List.of(
            "evil.example",
            "evil.example:" + port,
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "localhost@evil.example",
            "evil.example@127.0.0.1",
            "128.0.0.1",
            "0.0.0.0:" + port)) {
      assertThat(asking(open, "Host: " + host))
          .as(host)
          .startsWith("HTTP/1.1 403")
          .contains(
              "answers to 'localhost' and 127.0.0.1, not to the host that this request names");
    }
    assertThat(asking(open, "Host: localhost\r\nHost: evil.example"))
        .doesNotStartWith("HTTP/1.1 200");
    // Who has a token has not been lured here by a name.
    assertThat(asking(guarded, "Host: my.name\r\nAuthorization: Bearer " + TOKEN))
        .startsWith("HTTP/1.1 200");
  }

  private static String asking(TestEndpoint endpoint, String headers) throws IOException {
    return endpoint.raw("GET /v1/models HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n");
  }

  @Test
  void no_answer_tells_of_what_it_runs_on() throws IOException {
    List<String> answers = new ArrayList<>();
    String good = "Host: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n";
    answers.add(open.raw("GET / HTTP/1.1\r\n" + good + "\r\n"));
    answers.add(open.raw("GET /nothing HTTP/1.1\r\n" + good + "\r\n"));
    answers.add(open.raw("BREW /v1/models HTTP/1.1\r\n" + good + "\r\n"));
    answers.add(open.raw("GET /v1/models/line/score HTTP/1.1\r\n" + good + "\r\n"));
    answers.add(open.raw("GET /%zz HTTP/1.1\r\n" + good + "\r\n"));
    answers.add(open.raw("nonsense\r\n\r\n"));
    answers.add(open.raw("GET /" + "a".repeat(8000) + " HTTP/1.1\r\n" + good + "\r\n"));
    answers.add(
        open.raw("GET / HTTP/1.1\r\n" + good + "X-Long: " + "a".repeat(40_000) + "\r\n\r\n"));
    answers.add(
        open.raw("POST /v1/models/line/score HTTP/1.1\r\n" + good + "Content-Length: -1\r\n\r\n"));
    answers.add(
        open.raw(
            "POST /v1/models/line/score HTTP/1.1\r\n" + good + "Content-Length: 3\r\n\r\n{,}"));
    answers.add(
        open.raw(
            "POST /v2/models/absent/infer HTTP/1.1\r\n" + good + "Content-Length: 2\r\n\r\n{}"));
    assertThat(answers)
        .allSatisfy(
            answer ->
                assertThat(answer.toLowerCase(java.util.Locale.ROOT))
                    .doesNotContain("server:", "armeria", "netty", "exception", "\tat ", "java."));
    assertThat(answers.get(0)).startsWith("HTTP/1.1 200");
    assertThat(answers.subList(1, answers.size()))
        .allSatisfy(answer -> assertThat(answer).matches("(?s)(HTTP/1.1 [45]\\d\\d.*)?"));
  }
}
