package dev.nightjar.schedule.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page over HTTP, on a real ledger with slots in all states. */
class PageServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @TempDir static Path folder;
  private static Scene scene;
  private static PageServer server;

  @BeforeAll
  static void start() throws Exception {
    scene = Scene.full(folder);
    server = scene.serve(new PageSettings(PageSettings.LOOPBACK, 0, Optional.empty(), false));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpResponse<String> get(String address) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + address);
    return CLIENT.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(String address) throws Exception {
    HttpResponse<String> answer = get(address);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    return JSON.readTree(answer.body());
  }

  @Test
  void the_overview_tells_problems_first() throws Exception {
    JsonNode all = json("/api/jobs");

    assertThat(all.get("problems").findValuesAsText("what"))
        .containsExactly(
            "its files have mistakes",
            "10 intervals failed, the last",
            "unknown",
            "refused",
            "failed",
            "the scheduler night-2 is gone");
    assertThat(all.get("running").get(0).get("interval").asText()).isEqualTo("2024-03-18");
    assertThat(all.get("running").get(0).get("scheduler").asText()).isEqualTo("night-1");
    assertThat(all.get("waiting").get(0).get("reason").asText())
        .contains("data/flights/2024-03-19/_SUCCESS is not there");
    String page = get("/").body();
    assertThat(page.indexOf("To look at")).isLessThan(page.indexOf(">Jobs<"));
    assertThat(page).contains("conf/jobs/revenue.yaml:7: &#39;cron&#39; is missing", "night-2");
  }

  @Test
  void a_job_in_the_overview_tells_when_it_fires_in_its_own_zone() throws Exception {
    JsonNode job = json("/api/jobs").get("jobs").get(0);

    assertThat(job.get("name").asText()).isEqualTo("arrival-delay");
    assertThat(job.get("next").asText()).isEqualTo("2024-03-20T08:30:00Z");
    assertThat(job.get("scores").asText()).isEqualTo("2024-03-19");
    assertThat(job.get("published-to").asText()).isEqualTo("2024-03-18T04:00:00Z");
    assertThat(get("/").body()).contains("Wed 20 Mar 04:30", "in 80 min, scores 2024-03-19");
  }

  @Test
  void the_calendar_tells_the_state_of_each_interval() throws Exception {
    Map<String, String> marks = new TreeMap<>();
    json("/api/jobs/arrival-delay")
        .get("cells")
        .forEach(cell -> marks.put(cell.get("interval").asText(), cell.get("mark").asText()));

    assertThat(marks)
        .containsEntry("2024-01-31", "not asked for")
        .containsEntry("2024-03-09", "published")
        .containsEntry("2024-03-10", "failed")
        .containsEntry("2024-03-11", "refused")
        .containsEntry("2024-03-12", "unknown")
        .containsEntry("2024-03-13", "missing")
        .containsEntry("2024-03-14", "cancelled")
        .containsEntry("2024-03-15", "skipped")
        .containsEntry("2024-03-18", "running")
        .containsEntry("2024-03-19", "waiting")
        .containsEntry("2024-03-20", "not asked for");
    assertThat(get("/jobs/arrival-delay").body())
        .contains("aria-label=\"2024-03-13: missing\"", "aria-label=\"2024-03-10: failed\"");
  }

  @Test
  void a_run_tells_its_record_its_tries_and_where_to_look_further() throws Exception {
    JsonNode run = json("/api/jobs/arrival-delay/2024-03-17");
    assertThat(run.get("attempts").get(0).get("rows").get("rejected").asLong()).isEqualTo(678);
    assertThat(run.get("tries").get(0).get("log").asText()).endsWith("log/2024-03-17.1.log");

    assertThat(get("/jobs/arrival-delay/2024-03-17").body())
        .contains(
            "10,062,000",
            "out of range",
            "imputed:wind_speed",
            "the registry has a newer version",
            "nightjar runs show arrival-delay --interval 2024-03-17 --project ",
            "nightjar quarantine show arrival-delay --interval 2024-03-17 --project ",
            "2024-03-17.1.log");
  }

  @Test
  void metrics_are_what_prometheus_reads() throws Exception {
    HttpResponse<String> answer = get("/metrics");

    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(answer.body().lines())
        .contains(
            "nightjar_schedule_slots{job=\"arrival-delay\",state=\"failed\"} 1.0",
            "nightjar_schedule_slots{job=\"features-hourly\",state=\"failed\"} 10.0",
            "nightjar_schedule_published_age_seconds{job=\"arrival-delay\"} 184200.0",
            "nightjar_schedule_last_run_seconds{job=\"arrival-delay\"} 262.0",
            "nightjar_schedule_last_run_rows{job=\"arrival-delay\",outcome=\"rejected\"} 678.0",
            "nightjar_schedule_job_paused{job=\"features-hourly\"} 1.0",
            "nightjar_schedule_job_broken{job=\"revenue\"} 1.0",
            "nightjar_schedule_nodes_alive 1.0",
            "nightjar_schedule_ledger_outages_total 2.0",
            "nightjar_schedule_ledger_up 1.0");
  }
}
