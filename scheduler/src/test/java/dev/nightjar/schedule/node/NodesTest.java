package dev.nightjar.schedule.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nightjar.ledger.Cause;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.SlotState;
import dev.nightjar.ledger.Try;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several nodes on one ledger, and one that is broken off. */
class NodesTest {
  @TempDir static Path folder;
  private static Ledger ledger;
  private Station station;
  private Node a;
  private Node b;

  @BeforeAll
  static void openLedger() {
    ledger = Station.ledger(folder.resolve("ledger.db"));
  }

  @BeforeEach
  void open() throws SQLException {
    station = Station.emptying(ledger).daily("flights");
    a = station.node("a");
    b = station.node("b");
    a.turn();
    b.turn();
  }

  private SlotState state() {
    return station.slot("flights", "2024-03-05").state();
  }

  private String holder() {
    return station.slot("flights", "2024-03-05").lease().orElseThrow().node();
  }

  @Test
  void of_two_nodes_one_runs_an_interval_for_as_long_as_it_lives() {
    station.at("2024-03-06T04:30:00Z", b, a);
    station.until("2024-03-06T04:30:40Z", a, b);

    assertThat(station.runs.labels()).containsExactly("flights 2024-03-05");
    assertThat(holder()).isEqualTo("b");
    assertThat(station.ledger.nodes()).extracting(node -> node.name()).containsExactly("a", "b");
  }

  @Test
  void a_node_that_dies_is_followed_by_another_within_fifteen_seconds() {
    station.at("2024-03-06T04:30:00Z", a, b);
    station.until("2024-03-06T04:30:30Z", a, b);
    station.until("2024-03-06T04:30:38Z", b);
    assertThat(station.runs.started).as("the lease of the dead one").hasSize(1);

    station.until("2024-03-06T04:30:45Z", b);

    assertThat(station.runs.labels()).containsExactly("flights 2024-03-05", "flights 2024-03-05");
    assertThat(holder()).isEqualTo("b");
    assertThat(station.runs.last().order.fence()).isEqualTo(2);
  }

  @Test
  void a_node_that_dies_after_it_has_published_is_not_followed_by_a_second_run() {
    station.at("2024-03-06T04:30:00Z", a);
    station.publishes("flights", "2024-03-05", 1);
    station.until("2024-03-06T04:30:15Z", b);

    assertThat(station.runs.started).hasSize(1);
    assertThat(state()).isEqualTo(SlotState.PUBLISHED);
  }

  @Test
  void a_run_under_which_schedulers_keep_dying_is_given_up() {
    station.clock.to("2024-03-06T04:30:00Z");
    for (int i = 0; i < 5; i++) {
      station.node("n" + i).turn();
      station.clock.by(Duration.ofSeconds(15));
    }
    assertThat(station.runs.started).hasSize(5);

    b.turn();
    b.turn();

    assertThat(station.runs.started).hasSize(5);
    assertThat(state()).isEqualTo(SlotState.FAILED);
    assertThat(station.slot("flights", "2024-03-05").reason())
        .startsWith("its scheduler has died 5 times while it ran; look for what kills it");
  }

  @Test
  void a_node_that_stood_still_beyond_its_lease_is_fenced_off() {
    station.at("2024-03-06T04:30:00Z", a);
    TestRuns.Run old = station.runs.last();
    station.until("2024-03-06T04:30:20Z", b);
    assertThat(holder()).isEqualTo("b");

    a.watch();
    assertThat(old.kills).as("before it asks the ledger anything").hasValue(1);
    a.turn();
    assertThat(station.runs.started).as("nothing beside what is still being ended").hasSize(2);
    old.ends(0);
    a.turn();

    assertThat(state()).isEqualTo(SlotState.RUNNING);
    assertThat(holder()).isEqualTo("b");
    assertThat(station.said)
        .contains("flights 2024-03-05: no longer this scheduler's; not told: published");
    assertThat(station.ledger.tries("flights", "2024-03-05"))
        .extracting(Try::node)
        .containsExactly("a", "b");
  }

  @Test
  void a_node_that_stood_still_and_whom_nobody_followed_runs_it_again() {
    station.at("2024-03-06T04:30:00Z", a);
    station.at("2024-03-06T04:31:00Z", a);
    assertThat(station.runs.last().kills).hasValue(1);
    station.runs.last().ends(137);
    a.turn();

    assertThat(station.runs.started).hasSize(2);
    assertThat(station.runs.last().order.fence()).isEqualTo(2);
    assertThat(station.said)
        .contains("flights 2024-03-05: its scheduler could not keep its lease, and stopped it");
  }

  @Test
  void what_runs_goes_on_without_a_ledger_until_its_lease_ends_and_all_goes_on_when_it_is_back()
      throws IOException {
    station.at("2024-03-06T04:30:00Z", a);
    TestRuns.Run run = station.runs.last();
    Path file = folder.resolve("ledger.db");
    Path away = folder.resolve("away.db");
    Files.move(file, away);
    Files.createDirectory(file);

    station.until("2024-03-06T04:30:08Z", a);
    assertThat(run.kills.get() + run.stops.get()).isZero();
    assertThat(station.said)
        .last()
        .asString()
        .startsWith("the ledger " + file + " does not answer: ")
        .endsWith("what runs goes on until its lease ends");
    int told = station.said.size();
    station.until("2024-03-06T04:30:10Z", a);
    assertThat(run.kills).hasValue(1);
    run.ends(137);
    station.until("2024-03-06T04:31:00Z", a);
    assertThat(station.said).as("told once").hasSize(told);

    Files.delete(file);
    Files.move(away, file);
    station.until("2024-03-06T04:31:02Z", a);
    assertThat(station.said).contains("the ledger answers again, after 1 min");
    assertThat(station.runs.started).hasSize(2);
    assertThat(state()).isEqualTo(SlotState.RUNNING);
  }

  @Test
  void a_node_that_is_stopped_takes_no_more_and_gives_back_what_runs() throws Exception {
    station.at("2024-03-06T04:30:00Z", a);
    station.asks("flights", "2024-02-01", Cause.TRIGGER);
    a.stop();
    CompletableFuture<Void> over = CompletableFuture.runAsync(a::run);
    await().until(() -> station.runs.last().stops.get() > 0);
    assertThat(over).isNotDone();
    station.runs.last().ends(143);
    over.get(10, TimeUnit.SECONDS);

    assertThat(state()).isEqualTo(SlotState.DUE);
    assertThat(station.slot("flights", "2024-03-05").reason())
        .isEqualTo("its scheduler was stopped");
    assertThat(station.runs.started).hasSize(1);
    // It does not count as a failure.
    b.turn();
    station.runs.last().ends(0);
    b.turn();
    station.runs.last().ends(1);
    b.turn();
    assertThat(station.slot("flights", "2024-03-05").reason()).contains("1 of 3 times");
  }

  @Test
  void once_does_what_is_due_and_ends() throws Exception {
    station.clock.to("2024-03-06T04:30:00Z");
    CompletableFuture<Void> over = CompletableFuture.runAsync(a::runOnce);
    await().until(() -> station.runs.started.size() == 1);
    assertThat(over).isNotDone();
    station.publishes("flights", "2024-03-05", 1);
    station.runs.last().ends(0);
    over.get(10, TimeUnit.SECONDS);

    assertThat(state()).isEqualTo(SlotState.PUBLISHED);
  }

  @Test
  void a_broken_job_keeps_no_other_from_running_and_is_told_once() {
    station.daily("trains");
    station.files.put("flights", new JobFile.Broken("flights", "flights.yaml:3: no such zone"));
    station.at("2024-03-05T13:00:00Z", a);
    station.until("2024-03-05T13:00:20Z", a);
    String told = "flights: not run until its files are mended: flights.yaml:3: no such zone";
    assertThat(station.said).containsOnlyOnce(told);

    station.at("2024-03-06T04:30:00Z", a);
    assertThat(station.runs.labels()).containsExactly("trains 2024-03-05");
    station.files.put("flights", new JobFile.Broken("flights", "flights.yaml:4: no such key"));
    station.until("2024-03-06T04:30:06Z", a);
    assertThat(station.said)
        .contains("flights: not run until its files are mended: flights.yaml:4: no such key");

    station.daily("flights");
    station.runs.last().ends(0);
    station.until("2024-03-06T04:30:12Z", a);
    assertThat(station.said).contains("flights: its files are sound again");
    assertThat(station.runs.labels()).containsExactly("trains 2024-03-05", "flights 2024-03-05");
  }

  @Test
  void a_job_whose_file_is_gone_gets_no_slots_until_it_is_back() {
    station.files.remove("flights");
    station.at("2024-03-06T04:30:00Z", a);
    assertThat(station.said)
        .contains(
            "flights: its file is gone; it gets no new slots, and those that are due wait for it");
    assertThat(station.ledger.slot("flights", "2024-03-05")).isEmpty();

    station.daily("flights");
    station.until("2024-03-06T04:30:06Z", a);
    assertThat(station.runs.labels()).containsExactly("flights 2024-03-05");
  }

  @Test
  void jobs_that_cannot_be_listed_stay_as_they_are() {
    station.unlisted = Optional.of("the folder is not there");
    station.until("2024-03-05T12:00:30Z", a);
    station.at("2024-03-06T04:30:00Z", a);

    assertThat(station.said)
        .containsOnlyOnce("the jobs cannot be read, and stay as they are: the folder is not there");
    assertThat(station.runs.started).hasSize(1);
  }

  @Test
  void how_far_a_clock_is_off_is_known_but_for_the_time_that_the_question_took() {
    Instant at = Instant.parse("2024-03-05T12:00:00Z");
    assertThat(ClockCheck.off(at, at.minusSeconds(1), at.plusSeconds(1))).isZero();
    assertThat(ClockCheck.off(at, at.plusSeconds(3), at.plusSeconds(4)))
        .isEqualTo(Duration.ofSeconds(3));
    assertThat(ClockCheck.off(at, at.minusSeconds(4), at.minusSeconds(3)))
        .isEqualTo(Duration.ofSeconds(-3));
  }
}
