package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.nightjar.ledger.Cause;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.LedgerPlace;
import dev.nightjar.ledger.Notices;
import dev.nightjar.ledger.Slot;
import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people see of being told. */
class ScheduleNotifyTestTest {
  @TempDir Path folder;
  private final Shell shell = new Shell();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private TestProject project;
  private HttpServer server;
  private volatile int status = 200;

  @BeforeEach
  void write() throws IOException {
    project = TestProject.withoutBundle(folder);
    project.write("conf/jobs/readings.yaml", TestProject.JOB + "schedule:\n  cron: 0 30 2 * * ?\n");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private Shell.Ended schedule(String... words) {
    List<String> all = new ArrayList<>(List.of("schedule"));
    all.addAll(Arrays.asList(words));
    all.addAll(List.of("--project", folder.toString()));
    return shell.run(all.toArray(String[]::new));
  }

  @Test
  void a_made_up_notice_reaches_who_would_be_told_and_is_one_that_any_reader_takes()
      throws IOException {
    project.write("conf/project.yaml", "notify: {webhook: {url: " + url() + "/s3cret}}\n");

    Shell.Ended ended = schedule("notify-test", "readings");

    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out())
        .startsWith("delivered to " + url() + "/…:")
        .contains("  [test; nothing has happened] readings ")
        .doesNotContain("s3cret");
    JsonNode message = new ObjectMapper().readTree(bodies.get(0));
    assertThat(message.get("text").asText()).startsWith("[test; nothing has happened] readings ");
    assertThat(message.get("version").asInt()).isEqualTo(1);
    assertThat(message.get("test").asBoolean()).isTrue();
    assertThat(message.get("key").asText()).startsWith("test/readings/");
    JsonNode notice = message.at("/notices/0");
    assertThat(notice.get("event").asText()).isEqualTo("failed");
    assertThat(notice.get("reason").asText())
        .isEqualTo("made up by 'nightjar schedule notify-test'");
    assertThat(notice.at("/do/1").asText())
        .startsWith("nightjar schedule trigger readings --interval 20")
        .endsWith(" --project " + folder);
    assertThat(notice.get("log").isNull()).isTrue();
  }

  @Test
  void a_scheduler_tells_of_a_run_that_was_refused() throws IOException {
    project.write("conf/project.yaml", "notify: {webhook: {url: " + url() + "}}\n");
    Path nightjar = folder.resolve("home/bin/nightjar");
    Files.createDirectories(nightjar.getParent());
    Files.writeString(nightjar, "#!/bin/sh\necho nightjar: too few rows\nexit 3\n");
    assertThat(nightjar.toFile().setExecutable(true)).isTrue();
    System.setProperty("nightjar.home", folder.resolve("home").toString());
    try {
      schedule("trigger", "readings", "--interval", "2024-03-05");
      Shell.Ended ended = schedule("--once", "--node", "night-1");
      assertThat(ended.exit()).as(ended.err()).isZero();
      assertThat(ended.out())
          .contains("notice readings/2024-03-05/refused/1/")
          .contains(" to " + url() + "/…: delivered");
    } finally {
      System.clearProperty("nightjar.home");
    }

    JsonNode message = new ObjectMapper().readTree(bodies.get(0));
    Path log = folder.resolve("log/readings/2024-03-05.1.log");
    assertThat(message.get("text").asText().lines())
        .contains(
            "readings 2024-03-05 was refused",
            "why: refused: too few rows (" + log + ")",
            "readers: see nothing of 2024-03-05; what is published of other intervals stands",
            "  nightjar runs show readings --interval 2024-03-05 --project " + folder,
            "log: " + log);
    assertThat(message.at("/notices/0/scheduler").asText()).isEqualTo("night-1");
    assertThat(schedule("status").out()).doesNotContain("delivered");
  }

  @Test
  void one_that_does_not_arrive_is_exit_1_and_one_for_nobody_exit_2() {
    Shell.Ended nobody = schedule("notify-test");
    assertThat(nobody.exit()).isEqualTo(2);
    assertThat(nobody.err()).contains("conf/project.yaml: notify: nobody is told; write 'notify:");

    status = 403;
    project.write("conf/project.yaml", "notify: {webhook: {url: " + url() + "}}\n");
    Shell.Ended ended = schedule("notify-test");
    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.err())
        .isEqualTo(
            "nightjar: a notice for "
                + url()
                + "/… was not delivered: it answers 403; check address, headers and what it takes"
                + System.lineSeparator());

    project.write(
        "conf/jobs/readings.yaml",
        TestProject.JOB
            + "schedule:\n  cron: 0 30 2 * * ?\n  notify: {command: [sh, -c, 'exit 3']}\n");
    assertThat(schedule("notify-test", "readings").err())
        .contains("a notice for sh was not delivered: ended with code 3");
  }

  @Test
  void mistakes_are_told_by_file_and_line_by_who_sends_and_by_validate() {
    project.write(
        "conf/project.yaml",
        """
        notify:
          on: [failed, recoverd]
          command: []
          webhook:
            url: ftp://x/y
            headers: {Host: x, Authorization: "${interval.id}"}
            retries: 3
        """);

    for (Shell.Ended ended :
        List.of(
            schedule("notify-test"),
            shell.run("validate", "readings", "--project", folder.toString()))) {
      assertThat(ended.exit()).isEqualTo(2);
      assertThat(ended.err())
          .contains(
              "project.yaml:2: notify.on[1]: 'recoverd' is not known here; use failed | refused |"
                  + " recovered; did you mean 'recovered'?",
              "project.yaml:3: notify.command: names no program; write a list such as",
              "project.yaml:5: notify.webhook.url: is not an address such as https://HOST/PATH",
              "project.yaml:6: notify.webhook.headers.Host: cannot be sent as a header",
              "project.yaml:6: notify.webhook.headers.Authorization: ${interval.id} cannot stand",
              "project.yaml:7: notify.webhook.retries: there is no such key");
    }
  }

  @Test
  void status_shows_what_has_not_been_delivered() throws IOException {
    Ledger ledger = Ledger.open(new LedgerPlace.File(folder.resolve("ledger/nightjar.db")));
    Notices notices = new Notices(ledger);
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    refuse(ledger, "2024-03-05", now);
    assertThat(schedule("status").out()).contains("1 notice not delivered so far, since ");
    Notices.Carrier carrier =
        new Notices.Carrier("a", now, now.plusSeconds(60), Duration.ofSeconds(2));
    var parcel =
        notices.take("project", List.of("readings"), any -> true, carrier, 9).orElseThrow();
    notices.failed(parcel, "it answers 503", carrier, now.plusSeconds(10), now);
    assertThat(schedule("status").out())
        .contains("1 notice for 'project' not delivered so far, since ")
        .contains(": it answers 503; tried again at ");
    JsonNode waiting =
        new ObjectMapper().readTree(schedule("status", "--json").out()).at("/notices/0");
    assertThat(waiting.get("receiver").asText()).isEqualTo("project");
    assertThat(waiting.get("failures").asInt()).isEqualTo(1);

    notices.refused(parcel, "it answers 404", carrier, now);
    assertThat(schedule("status").out())
        .contains("never delivered to 'project': readings 2024-03-05 refused (not taken at ")
        .contains(": it answers 404)");
    assertThat(
            new ObjectMapper()
                .readTree(schedule("status", "--json").out())
                .at("/notices-lost/0/fate")
                .asText())
        .isEqualTo("refused");
  }

  private static void refuse(Ledger ledger, String day, Instant now) {
    Instant start = Instant.parse(day + "T00:00:00Z");
    Slot slot =
        Slot.due("readings", day, start, start.plus(1, ChronoUnit.DAYS), Cause.SCHEDULE, now);
    ledger.request(slot);
    assertThat(ledger.refuse(slot, "has not come", now)).isTrue();
  }
}
