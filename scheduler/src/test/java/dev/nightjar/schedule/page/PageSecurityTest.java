package dev.nightjar.schedule.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.access.AccessTokens;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.SlotState;
import dev.nightjar.schedule.Grain;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may change what, what is shown of hostile names, and what many jobs cost. */
class PageSecurityTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final String TOKEN = AccessTokens.fresh();

  @TempDir Path folder;
  private Scene scene;
  private PageServer server;

  @BeforeEach
  void open() {
    scene = new Scene(folder);
    scene.job("daily", Grain.DAY, "0 30 4 * * ?");
  }

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
  }

  private void serve(boolean withTokens) throws Exception {
    Path tokens = Files.writeString(folder.resolve("tokens"), AccessTokens.line("ada", TOKEN));
    server =
        scene.serve(
            new PageSettings(
                PageSettings.LOOPBACK,
                0,
                withTokens ? Optional.of(tokens) : Optional.empty(),
                false));
  }

  private URI at(String address) {
    return URI.create("http://127.0.0.1:" + server.port() + address);
  }

  private HttpResponse<String> get(String address) throws Exception {
    return CLIENT.send(
        HttpRequest.newBuilder(at(address)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String address, String form, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at(address)).POST(HttpRequest.BodyPublishers.ofString(form));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void without_tokens_there_are_no_buttons_and_changes_are_refused() throws Exception {
    serve(false);

    assertThat(get("/jobs/daily").body()).doesNotContain("<form", "<button", "/login");
    HttpResponse<String> answer = post("/jobs/daily/pause", "", "Authorization", "Bearer " + TOKEN);
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("this page is for reading", "page.tokens");
    assertThat(scene.ledger.paused()).isEmpty();
  }

  @Test
  void a_token_pauses_resumes_triggers_and_cancels() throws Exception {
    serve(true);
    String[] known = {"Authorization", "Bearer " + TOKEN};

    assertThat(post("/jobs/daily/pause", "", known).body())
        .contains("daily is paused; what runs goes on");
    assertThat(scene.ledger.paused()).containsExactly("daily");
    assertThat(post("/jobs/daily/resume", "", known).body()).contains("daily goes on");
    assertThat(post("/jobs/daily/trigger", "interval=2024-03-05", known).body())
        .contains("daily 2024-03-05 is due");
    HttpResponse<String> twice = post("/jobs/daily/2024-03-05/trigger", "", known);
    assertThat(twice.statusCode()).isEqualTo(409);
    assertThat(twice.body()).contains("daily 2024-03-05 is due already; nothing is changed");
    assertThat(post("/jobs/daily/2024-03-05/cancel", "", known).body())
        .contains("is cancelled and will not be run");
    assertThat(scene.ledger.slot("daily", "2024-03-05").orElseThrow().state())
        .isEqualTo(SlotState.CANCELLED);
    assertThat(scene.ledger.slot("daily", "2024-03-05").orElseThrow().reason())
        .isEqualTo("cancelled by ada");
    HttpResponse<String> wrong = post("/jobs/daily/trigger", "interval=yesterday", known);
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("'yesterday' is not an interval of 1d");
    assertThat(scene.said).noneMatch(line -> line.contains(TOKEN));
  }

  @Test
  void a_wrong_token_and_a_form_of_another_site_change_nothing() throws Exception {
    serve(true);
    String here = "http://127.0.0.1:" + server.port();
    assertThat(post("/jobs/daily/pause", "").statusCode()).isEqualTo(401);
    assertThat(
            post("/jobs/daily/pause", "", "Authorization", "Bearer " + AccessTokens.fresh())
                .statusCode())
        .isEqualTo(401);
    HttpResponse<String> login = post("/login", "token=" + TOKEN, "Origin", here);
    assertThat(login.statusCode()).isEqualTo(303);
    String setCookie = login.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(setCookie).contains("HttpOnly", "SameSite=Strict").doesNotContain(TOKEN);
    String cookie = setCookie.replaceAll(";.*", "");
    String page =
        CLIENT
            .send(
                HttpRequest.newBuilder(at("/jobs/daily")).header("Cookie", cookie).build(),
                HttpResponse.BodyHandlers.ofString())
            .body();
    String secret = page.replaceAll("(?s).*name=\"secret\" value=\"([^\"]+)\".*", "$1");

    assertThat(post("/login", "token=" + TOKEN, "Origin", "http://evil.example").statusCode())
        .isEqualTo(403);
    assertThat(
            post("/jobs/daily/pause", "secret=" + secret, "Cookie", cookie, "Origin", "null")
                .statusCode())
        .isEqualTo(401);
    assertThat(
            post(
                    "/jobs/daily/pause",
                    "secret=" + secret,
                    "Cookie",
                    cookie,
                    "Origin",
                    "http://evil.example")
                .statusCode())
        .isEqualTo(401);
    assertThat(post("/jobs/daily/pause", "", "Cookie", cookie, "Origin", here).statusCode())
        .isEqualTo(401);
    assertThat(scene.ledger.paused()).isEmpty();
    assertThat(
            post("/jobs/daily/pause", "secret=" + secret, "Cookie", cookie, "Origin", here)
                .statusCode())
        .isEqualTo(303);
    assertThat(scene.ledger.paused()).containsExactly("daily");
  }

  @Test
  void a_host_of_somebody_else_that_points_here_reads_nothing() throws Exception {
    serve(false);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      assertThat(answer.readLine()).isEqualTo("HTTP/1.1 403 Forbidden");
    }
  }

  @Test
  void names_and_reasons_are_shown_and_never_obeyed() throws Exception {
    var job = scene.job(Scene.HOSTILE, Grain.DAY, "0 30 4 * * ?");
    scene.ledger.seen(Scene.HOSTILE, Scene.NOW, Scene.NOW);
    scene.ended(job, "2024-03-05", SlotState.FAILED, 1, Scene.HOSTILE + "x".repeat(3_000), 5);
    scene.records.put(
        Scene.HOSTILE + " 2024-03-05", Scene.details(50, 20_000, "<img src=x onerror=y>"));
    serve(true);
    String address = "/jobs/" + URLEncoder.encode(Scene.HOSTILE, StandardCharsets.UTF_8);

    for (String page :
        List.of("/", address.replace("+", "%20"), address.replace("+", "%20") + "/2024-03-05")) {
      HttpResponse<String> answer = get(page);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body())
          .contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; onload=x")
          .doesNotContain("<script>", "<img src=x", "\"' onload");
      assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "script-src 'self'")
          .doesNotContain("unsafe");
    }
    assertThat(get(address.replace("+", "%20") + "/2024-03-05").body())
        .contains("nightjar runs show &#39;&lt;script&gt;");
    assertThat(get("/jobs/" + "%3Cb%3E/nothing").body())
        .isEqualTo("there is no interval 'nothing' of a job '<b>'\n");
  }

  @Test
  void a_thousand_jobs_cost_no_more_queries_than_one() throws Exception {
    AtomicInteger queries = new AtomicInteger();
    var field = Ledger.class.getDeclaredField("jdbi");
    field.setAccessible(true);
    ((Jdbi) field.get(scene.ledger))
        .setSqlLogger(
            new SqlLogger() {
              @Override
              public void logAfterExecution(StatementContext context) {
                queries.incrementAndGet();
              }
            });
    Desk few = new Desk(scene.sources());
    few.overview();
    int ofOne = queries.getAndSet(0);
    for (int i = 0; i < 1_000; i++) {
      scene.job("job-" + i, Grain.HOUR, "0 5 * * * ?");
    }
    Desk many = new Desk(scene.sources());
    assertThat(new ArrayList<>(many.overview().jobs())).hasSize(1_001);
    assertThat(queries.get()).isEqualTo(ofOne).isEqualTo(7);
    many.overview();
    assertThat(queries.getAndSet(0)).as("kept for a second").isEqualTo(7);
    assertThat(many.job("job-7", Optional.empty())).isPresent();
    assertThat(queries.get()).isLessThanOrEqualTo(3);
  }

  @Test
  void tokens_are_not_taken_over_a_network_in_the_clear() {
    PageSettings open =
        new PageSettings("0.0.0.0", 8090, Optional.of(folder.resolve("tokens")), false);
    assertThat(open.mistake().orElseThrow())
        .contains("tokens would go over the network", "behind-proxy: true");
    assertThat(new PageSettings("0.0.0.0", 8090, Optional.empty(), false).mistake()).isEmpty();
  }
}
