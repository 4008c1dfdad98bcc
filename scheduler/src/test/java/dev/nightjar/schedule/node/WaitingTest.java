package dev.nightjar.schedule.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.config.Template;
import dev.nightjar.ledger.Cause;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.Slot;
import dev.nightjar.ledger.SlotState;
import dev.nightjar.schedule.Gate;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that wait for what is not there yet. The job fires at 4:30 and waits for an hour. */
class WaitingTest {
  private static final String PARTITION = "data/flights/date=2024-03-05";

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
    station =
        Station.emptying(ledger)
            .waiting(
                "flights",
                new Gate.Present(Template.of("data/flights/date=${interval.date}")),
                Duration.ofHours(1));
    node = station.node("a");
    node.turn();
  }

  private Slot slot() {
    return station.slot("flights", "2024-03-05");
  }

  @Test
  void a_run_begins_when_what_it_waits_for_is_there_and_its_firing_has_not_been_lost() {
    station.at("2024-03-06T04:30:00Z", node);
    assertThat(station.runs.started).isEmpty();
    assertThat(slot().state()).isEqualTo(SlotState.DUE);
    assertThat(slot().notBefore()).isEqualTo(Instant.parse("2024-03-06T04:31:00Z"));
    assertThat(slot().reason())
        .isEqualTo("waits until 2024-03-06T05:30:00Z: " + PARTITION + " is not there");

    station.there.add(PARTITION);
    station.at("2024-03-06T04:30:30Z", node);
    assertThat(station.runs.started).as("looked at once a minute").isEmpty();

    station.at("2024-03-06T04:31:00Z", node);
    assertThat(station.runs.labels()).containsExactly("flights 2024-03-05");
    assertThat(slot().state()).isEqualTo(SlotState.RUNNING);
    assertThat(ledger.tries("flights", "2024-03-05")).as("waiting is no try").hasSize(1);
  }

  @Test
  void what_has_not_come_in_time_refuses_the_run_by_name_and_starts_nothing() {
    station.at("2024-03-06T04:30:00Z", node);
    station.until("2024-03-06T05:30:05Z", node);

    assertThat(station.runs.started).isEmpty();
    assertThat(slot().state()).isEqualTo(SlotState.REFUSED);
    assertThat(slot().reason())
        .isEqualTo(
            "what it waits for has not come in time (schedule.wait-at-most): "
                + PARTITION
                + " is not there");
    assertThat(station.said)
        .as("each said once")
        .containsOnlyOnce(
            "flights 2024-03-05: waits until 2024-03-06T05:30:00Z: " + PARTITION + " is not there")
        .endsWith("flights 2024-03-05: refused: " + slot().reason());
  }

  @Test
  void a_person_who_asks_for_an_interval_waits_for_nothing() {
    station.asks("flights", "2024-03-01", Cause.TRIGGER);
    node.turn();
    assertThat(station.runs.labels()).containsExactly("flights 2024-03-01");
  }

  @Test
  void a_look_that_fails_is_no_open_gate_and_is_tried_again() {
    station.hidden = Optional.of("the disk is gone");
    station.there.add(PARTITION);
    station.at("2024-03-06T04:30:00Z", node);
    assertThat(slot().reason()).endsWith(PARTITION + " cannot be looked for: the disk is gone");

    station.hidden = Optional.empty();
    station.at("2024-03-06T04:31:00Z", node);
    assertThat(station.runs.labels()).containsExactly("flights 2024-03-05");
  }

  @Test
  void a_job_that_waits_keeps_no_other_from_its_run() {
    station.daily("delays");
    station.at("2024-03-05T12:01:00Z", node);
    station.at("2024-03-06T04:30:00Z", node);
    assertThat(station.runs.labels()).containsExactly("delays 2024-03-05");
  }
}
