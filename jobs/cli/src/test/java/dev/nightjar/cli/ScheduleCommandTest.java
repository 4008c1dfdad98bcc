package dev.nightjar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.LedgerPlace;
import dev.nightjar.ledger.SlotState;
import dev.nightjar.run.TestProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScheduleCommandTest {
  @TempDir Path folder;
  private final Shell shell = new Shell();
  private TestProject project;

  @BeforeEach
  void write() {
    project = TestProject.withoutBundle(folder);
    project.write("conf/jobs/readings.yaml", job("  cron: 0 30 2 * * ?\n"));
  }

  private static String job(String schedule) {
    return TestProject.JOB.replaceAll("(?m)^zone: .*$", "zone: America/New_York")
        + "schedule:\n"
        + schedule;
  }

  private Shell.Ended schedule(String... words) {
    List<String> all = new ArrayList<>(List.of("schedule"));
    all.addAll(Arrays.asList(words));
    all.addAll(List.of("--project", folder.toString()));
    return shell.run(all.toArray(String[]::new));
  }

  private Ledger ledger() {
    return Ledger.open(new LedgerPlace.File(folder.resolve("ledger/nightjar.db")));
  }

  @Test
  void next_tells_firings_and_what_they_score_by_the_clock_of_the_jobs_zone() throws IOException {
    Shell.Ended ended =
        schedule("next", "readings", "--count", "3", "--after", "2024-03-08T12:00:00Z");

    assertThat(ended.exit()).isZero();
    assertThat(ended.out().lines().map(line -> line.strip().replaceAll(" +", " ")))
        .containsExactly(
            "readings, at 02:30 in America/New_York (0 30 2 * * ?)",
            "fires scores from to",
            "2024-03-09T02:30-05:00 2024-03-08 2024-03-08T00:00-05:00 2024-03-09T00:00-05:00",
            "2024-03-10T03:30-04:00 2024-03-09 2024-03-09T00:00-05:00 2024-03-10T00:00-05:00",
            "2024-03-11T02:30-04:00 2024-03-10 2024-03-10T00:00-05:00 2024-03-11T00:00-04:00");
    JsonNode first =
        new ObjectMapper()
            .readTree(schedule("next", "readings", "--json", "--after", "2024-03-08").out());
    assertThat(first.get("fires").asText()).isEqualTo("2024-03-08T07:30:00Z");
    assertThat(first.get("interval").asText()).isEqualTo("2024-03-07");
  }

  @Test
  void next_of_a_job_without_a_schedule_and_of_one_whose_schedule_is_over() {
    project.write("conf/jobs/readings.yaml", job("  cron: 0 0 0 1 1 ? 2020\n"));
    assertThat(schedule("next", "readings").out()).contains("and never after that");

    project.write("conf/jobs/readings.yaml", TestProject.JOB);
    assertThat(schedule("next", "readings").out())
        .isEqualTo(
            "readings has no schedule; it runs when somebody asks for it" + System.lineSeparator());
  }

  @Test
  void a_trigger_is_shown_as_due_and_asked_for_once() throws IOException {
    assertThat(schedule("status").out())
        .contains("no scheduler has been there so far", "nothing is due");
    Shell.Ended first = schedule("trigger", "readings", "--interval", "2024-03-05");
    assertThat(first.exit()).isZero();
    assertThat(first.out()).startsWith("readings 2024-03-05 is due; see: ");
    Shell.Ended second = schedule("trigger", "readings", "--interval", "2024-03-05");
    assertThat(second.exit()).isEqualTo(4);
    assertThat(second.out()).startsWith("readings 2024-03-05 is due already; nothing is changed");

    assertThat(schedule("status").out().replaceAll(" +", " "))
        .contains("readings 2024-03-05 due trigger 0 now");
    JsonNode slot = new ObjectMapper().readTree(schedule("status", "--json").out()).at("/slots/0");
    assertThat(slot.get("interval").asText()).isEqualTo("2024-03-05");
    assertThat(slot.get("state").asText()).isEqualTo("due");
    assertThat(ledger().slot("readings", "2024-03-05").orElseThrow().state())
        .isEqualTo(SlotState.DUE);

    Shell.Ended wrong = schedule("trigger", "readings", "--interval", "yesterday");
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).startsWith("nightjar: 'yesterday' is not an interval of 1d");
  }

  @Test
  void a_job_is_paused_and_resumed_even_when_its_file_is_broken() throws IOException {
    project.write("conf/jobs/readings.yaml", "job: [");
    Shell.Ended paused = schedule("pause", "readings");
    assertThat(paused.exit()).isZero();
    assertThat(paused.out()).startsWith("readings is paused; go on with: ");
    assertThat(ledger().paused()).containsExactly("readings");
    assertThat(schedule("status").out()).contains("paused: readings");
    assertThat(schedule("resume", "readings").out()).startsWith("readings goes on");
    assertThat(schedule("resume", "readings").out()).startsWith("readings was not paused");

    Shell.Ended unknown = schedule("pause", "reading");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err()).contains("no job 'reading' here; did you mean 'readings'?");
  }

  @Test
  void a_ledger_that_cannot_be_opened_is_exit_1_and_one_message() throws IOException {
    Files.createDirectories(folder.resolve("ledger/nightjar.db"));

    Shell.Ended ended = schedule("status");

    assertThat(ended.exit()).isEqualTo(1);
    assertThat(ended.err())
        .startsWith("nightjar: the ledger " + folder.resolve("ledger/nightjar.db"))
        .contains("cannot be opened")
        .doesNotContain("\tat ");
    assertThat(ended.err().lines()).hasSize(1);
  }

  @Test
  void a_wrong_ledger_is_told_by_file_and_line() {
    project.write("conf/project.yaml", "ledger: {url: jdbc:mysql://x/y, password: open}\n");

    Shell.Ended ended = schedule("status");

    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err())
        .contains(
            "project.yaml:1: ledger.url: 'jdbc:mysql://x/y' is not jdbc:postgresql:",
            "project.yaml:1: ledger.user: the key is required and missing",
            "project.yaml:1: ledger.password: stands here for everyone to read");
  }

  @Test
  void a_scheduler_has_at_least_one_run_and_is_started_by_the_distribution() {
    assertThat(schedule("--runs", "0").err()).contains("--runs 0: give 1 or more");
    Shell.Ended ended = schedule("--once");
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.err()).contains("it starts runs by bin/nightjar; start it by that, too");
  }

  @Test
  void a_page_is_refused_where_it_cannot_be_shown_or_would_tell_tokens_to_everybody()
      throws IOException {
    assertThat(schedule("--page", "90000").exit()).isEqualTo(2);
    assertThat(schedule("--page", "90000").err())
        .contains("--page 90000: is neither a port nor HOST:PORT; write one such as 8090");
    assertThat(schedule("--once", "--page", "8090").err())
        .contains("--once ends before anybody could look at a page; leave out --page");

    project.write("conf/project.yaml", "page: {port: 8090, tokens: conf/tokens}\n");
    Shell.Ended absent = schedule();
    assertThat(absent.exit()).isEqualTo(2);
    assertThat(absent.err())
        .contains("there is no file " + folder.resolve("conf/tokens"), "nightjar serve token NAME");
    Files.writeString(folder.resolve("conf/tokens"), "ada sha256:" + "0".repeat(64) + "\n");
    assertThat(schedule("--page", "0.0.0.0:8090").err())
        .contains("--page 0.0.0.0:8090: tokens would go over the network", "behind-proxy: true");
  }
}
