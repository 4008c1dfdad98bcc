package dev.nightjar.schedule.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.ledger.Cause;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.Slot;
import dev.nightjar.ledger.SlotState;
import dev.nightjar.schedule.Grain;
import dev.nightjar.schedule.Schedule;
import dev.nightjar.schedule.Schedule.CatchUp;
import dev.nightjar.schedule.Schedule.Runs;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeTest {
  @TempDir static Path folder;
  private static Ledger ledger;
  private Station station;
  private Node node;

  @BeforeAll
  static void openLedger() {
    ledger = Station.ledger(folder.resolve("ledger.db"));
  }

  @BeforeEach
  void open() throws SQLException {
    station = Station.emptying(ledger);
    node = station.node("a");
  }

  /** The job is known since noon, and its firing of the next morning is due. */
  private TestRuns.Run started() {
    node.turn();
    station.at("2024-03-06T04:30:00Z", node);
    return station.runs.last();
  }

  private SlotState state(String interval) {
    return station.slot("flights", interval).state();
  }

  private String reason() {
    return station.slot("flights", "2024-03-05").reason();
  }

  @Test
  void a_job_first_seen_begins_now_and_its_next_firing_is_run() {
    station.daily("flights");
    station.at("2024-03-05T12:00:00Z", node);
    assertThat(station.said).containsExactly("flights: next at 2024-03-06T04:30Z");

    station.at("2024-03-06T04:29:59Z", node);
    assertThat(station.runs.started).isEmpty();

    station.at("2024-03-06T04:30:00Z", node);
    assertThat(station.runs.labels()).containsExactly("flights 2024-03-05");
    Slot slot = station.slot("flights", "2024-03-05");
    assertThat(slot.state()).isEqualTo(SlotState.RUNNING);
    assertThat(slot.cause()).isEqualTo(Cause.SCHEDULE);
    assertThat(slot.scheduled()).isEqualTo(Instant.parse("2024-03-06T04:30:00Z"));

    station.publishes("flights", "2024-03-05", 7);
    station.runs.last().ends(0);
    station.at("2024-03-06T04:31:00Z", node);
    assertThat(state("2024-03-05")).isEqualTo(SlotState.PUBLISHED);
    assertThat(station.slot("flights", "2024-03-05").token()).hasValue(7);
    assertThat(station.said)
        .endsWith("flights 2024-03-05: taken (schedule, lease 1)", "flights 2024-03-05: published");
  }

  @ParameterizedTest
  @CsvSource({
    "ALL,  RUNNING, DUE,     DUE",
    "LAST, SKIPPED, SKIPPED, RUNNING",
    "NONE, SKIPPED, SKIPPED, SKIPPED"
  })
  void after_downtime_catch_up_says_what_is_made_up_for(
      CatchUp catchUp, SlotState first, SlotState second, SlotState last) {
    station.daily("flights", catchUp, Runs.DEFAULT);
    node.turn();

    station.at("2024-03-08T06:00:00Z", station.node("b"));

    // One at a time, the oldest first.
    assertThat(state("2024-03-05")).isEqualTo(first);
    assertThat(state("2024-03-06")).isEqualTo(second);
    assertThat(state("2024-03-07")).isEqualTo(last);
    if (catchUp != CatchUp.ALL) {
      assertThat(reason())
          .isEqualTo(
              "missed at 2024-03-06T04:30:00Z, noticed at 2024-03-08T06:00:00Z and not made up for"
                  + " (schedule.catch-up)");
    }
  }

  @Test
  void an_interval_that_was_missed_is_run_when_a_later_firing_asks_for_it_in_time() {
    station.files.put(
        "flights",
        new JobFile.Sound(
            "flights",
            "a1",
            Grain.DAY,
            Station.UTC,
            Optional.of(new Schedule("0 0 * * * ?", Station.UTC, CatchUp.NONE))));
    station.at("2024-03-05T23:30:00Z", node);
    station.at("2024-03-06T02:30:00Z", node);
    assertThat(state("2024-03-05")).isEqualTo(SlotState.SKIPPED);
    station.at("2024-03-06T03:00:00Z", node);

    assertThat(station.runs.labels()).containsExactly("flights 2024-03-05");
    station.runs.last().ends(0);
    station.at("2024-03-06T04:00:00Z", node);
    assertThat(station.runs.started).as("the slot is there and done").hasSize(1);
  }

  @Test
  void a_person_comes_before_today_and_today_before_what_was_missed_and_a_backfill() {
    station.daily("flights");
    node.turn();
    station.asks("flights", "2024-01-01", Cause.BACKFILL);
    station.ledger.pause("flights", "ann", station.clock.instant());
    station.at("2024-03-08T04:30:00Z", node);
    assertThat(station.runs.started).isEmpty();
    station.ledger.resume("flights");
    station.asks("flights", "2024-02-01", Cause.TRIGGER);

    for (int i = 0; i < 5; i++) {
      node.turn();
      station.runs.last().ends(0);
      node.turn();
      if (i < 4) {
        assertThat(station.runs.started).hasSize(i + 2);
      }
    }

    assertThat(station.runs.labels())
        .containsExactly(
            "flights 2024-02-01",
            "flights 2024-03-07",
            "flights 2024-03-05",
            "flights 2024-03-06",
            "flights 2024-01-01");
  }

  @Test
  void a_job_has_as_many_runs_as_it_may_and_a_node_too() {
    station.daily("flights", CatchUp.ALL, new Runs(2, 2, Optional.empty())).daily("trains");
    Node wide = station.node("wide", 3);
    wide.turn();
    for (String day : List.of("2024-01-01", "2024-01-02", "2024-01-03")) {
      station.asks("flights", day, Cause.BACKFILL);
      station.asks("trains", day, Cause.BACKFILL);
    }

    wide.turn();
    assertThat(station.runs.labels())
        .containsExactly("flights 2024-01-01", "trains 2024-01-01", "flights 2024-01-02");

    station.runs.started.get(1).ends(0);
    wide.turn();
    assertThat(station.runs.labels()).endsWith("trains 2024-01-02").hasSize(4);
  }

  @Test
  void what_failed_is_tried_again_after_ever_longer_waits_and_then_given_up() {
    station.daily("flights");
    started().ends(1);
    node.turn();
    assertThat(state("2024-03-05")).isEqualTo(SlotState.DUE);
    assertThat(reason())
        .isEqualTo("failed with code 1: its last words, 1 of 3 times; tried again in 30 s");

    station.at("2024-03-06T04:30:29Z", node);
    assertThat(station.runs.started).hasSize(1);
    station.at("2024-03-06T04:30:30Z", node);
    assertThat(station.runs.started).hasSize(2);
    station.runs.last().ends(137);
    node.turn();
    assertThat(reason())
        .isEqualTo("failed with code 137: its last words, 2 of 3 times; tried again in 1 min");

    station.at("2024-03-06T04:31:30Z", node);
    station.runs.last().ends(1);
    node.turn();
    assertThat(state("2024-03-05")).isEqualTo(SlotState.FAILED);
    assertThat(reason()).isEqualTo("failed with code 1: its last words, the 3rd time");

    station.asks("flights", "2024-03-05", Cause.TRIGGER);
    node.turn();
    station.runs.last().ends(1);
    node.turn();
    assertThat(reason()).as("asked for anew, it counts anew").contains("1 of 3 times");
  }

  @Test
  void a_wrong_configuration_is_tried_again_when_the_files_have_changed() {
    station.daily("flights");
    started().ends(2);
    node.turn();
    assertThat(state("2024-03-05")).isEqualTo(SlotState.FAILED);
    assertThat(reason())
        .isEqualTo(
            "the configuration is wrong (files a1); it is tried again when they have changed: its"
                + " last words");
    station.at("2024-03-06T09:00:00Z", node);
    assertThat(station.runs.started).hasSize(1);

    station.changes("flights", "b2");
    // Also a scheduler that was not there then.
    Node other = station.node("b");
    other.turn();

    assertThat(station.runs.started).hasSize(2);
    assertThat(station.said)
        .contains("flights 2024-03-05: due again, for the job's files have changed");
  }

  @Test
  void what_was_refused_is_not_tried_again() {
    station.daily("flights");
    started().ends(3);
    node.turn();

    assertThat(state("2024-03-05")).isEqualTo(SlotState.REFUSED);
    assertThat(reason()).isEqualTo("refused: its last words");
  }

  @Test
  void a_newer_attempt_that_has_published_is_believed_and_one_that_has_not_is_waited_for() {
    station.daily("flights");
    started().ends(4);
    node.turn();
    assertThat(state("2024-03-05")).isEqualTo(SlotState.DUE);
    assertThat(reason()).isEqualTo("a newer attempt has it and has not published");

    station.at("2024-03-06T04:30:30Z", node);
    station.publishes("flights", "2024-03-05", 9);
    station.runs.last().ends(4);
    node.turn();
    assertThat(state("2024-03-05")).isEqualTo(SlotState.PUBLISHED);
    assertThat(reason()).isEqualTo("published by a newer attempt");
  }

  @ParameterizedTest
  @CsvSource({
    "5, true, PUBLISHED, though it ended with code 5",
    "137, true, PUBLISHED, though it ended with code 137",
    "5, false, DUE, failed with code 5"
  })
  void what_the_exit_code_leaves_open_is_told_by_the_manifest(
      int code, boolean isPublished, SlotState state, String reason) {
    station.daily("flights");
    TestRuns.Run run = started();
    if (isPublished) {
      station.publishes("flights", "2024-03-05", 3);
    }
    run.ends(code);
    node.turn();

    assertThat(state("2024-03-05")).isEqualTo(state);
    assertThat(reason()).contains(reason);
  }

  @Test
  void what_nobody_can_tell_is_unknown() {
    station.daily("flights");
    TestRuns.Run run = started();
    station.unreadable = Optional.of("the disk is gone");
    run.ends(5);
    node.turn();

    assertThat(state("2024-03-05")).isEqualTo(SlotState.UNKNOWN);
    assertThat(reason())
        .isEqualTo(
            "ended with code 5, and whether its result is published cannot be told: the disk is"
                + " gone; 'nightjar runs resolve' tells as soon as it can be");
  }

  @Test
  void what_somebody_ran_by_hand_is_not_run_but_for_who_asks() {
    station.daily("flights");
    node.turn();
    station.publishes("flights", "2024-03-05", 4);
    station.at("2024-03-06T04:30:00Z", node, node);
    assertThat(station.runs.started).isEmpty();
    assertThat(state("2024-03-05")).isEqualTo(SlotState.PUBLISHED);
    assertThat(reason()).isEqualTo("was published already");

    station.asks("flights", "2024-03-05", Cause.TRIGGER);
    node.turn();
    assertThat(station.runs.started).hasSize(1);
  }

  @Test
  void nothing_is_started_while_it_cannot_be_told_what_is_published() {
    station.daily("flights");
    node.turn();
    station.unreadable = Optional.of("the disk is gone");
    station.at("2024-03-06T04:30:00Z", node, node);
    assertThat(station.runs.started).isEmpty();
    assertThat(reason())
        .isEqualTo("not started: what is published cannot be told: the disk is gone");

    station.unreadable = Optional.empty();
    station.at("2024-03-06T04:30:30Z", node);
    assertThat(station.runs.started).hasSize(1);
  }

  @Test
  void a_run_that_cannot_be_started_has_failed() {
    station.daily("flights");
    station.runs.refusal = Optional.of("no more processes");
    node.turn();
    station.at("2024-03-06T04:30:00Z", node, node);

    assertThat(state("2024-03-05")).isEqualTo(SlotState.DUE);
    assertThat(reason()).isEqualTo("could not be started: no more processes");
  }

  @Test
  void a_run_that_takes_too_long_is_stopped_and_has_failed() {
    station.daily("flights", CatchUp.ALL, new Runs(1, 2, Optional.of(Duration.ofSeconds(20))));
    TestRuns.Run run = started();
    station.until("2024-03-06T04:30:19Z", node);
    assertThat(run.stops).hasValue(0);
    station.until("2024-03-06T04:30:20Z", node);
    assertThat(run.stops).hasValue(1);
    run.ends(143);
    node.turn();

    assertThat(state("2024-03-05")).isEqualTo(SlotState.FAILED);
    assertThat(reason()).isEqualTo("stopped after 20 s (schedule.timeout)");
  }

  @Test
  void a_run_that_is_cancelled_is_stopped() {
    station.daily("flights");
    TestRuns.Run run = started();
    station.ledger.cancel("flights", "2024-03-05", "wrong day", station.clock.instant());
    station.until("2024-03-06T04:30:03Z", node);
    assertThat(run.stops).hasValue(1);
    run.ends(143);
    node.turn();

    assertThat(state("2024-03-05")).isEqualTo(SlotState.CANCELLED);
  }

  @Test
  void the_other_interval_of_a_job_whose_zone_has_changed_is_not_run() {
    station.daily("flights");
    node.turn();
    station.asks("flights", "2024-03-01", Cause.TRIGGER);
    JobFile.Sound old = (JobFile.Sound) station.files.get("flights");
    station.files.put(
        "flights",
        new JobFile.Sound(
            "flights", "b2", old.grain(), ZoneId.of("Asia/Kathmandu"), Optional.empty()));
    station.at("2024-03-05T12:00:10Z", node);

    assertThat(station.runs.started).isEmpty();
    assertThat(station.slot("flights", "2024-03-01").reason())
        .isEqualTo(
            "the job has other intervals by now (1d in Asia/Kathmandu), and 2024-03-01 is none of"
                + " them");
  }
}
