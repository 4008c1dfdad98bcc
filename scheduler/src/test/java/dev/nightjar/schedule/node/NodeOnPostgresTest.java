package dev.nightjar.schedule.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.ledger.Cause;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.LedgerPlace;
import dev.nightjar.ledger.SlotState;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What only a ledger with a clock of its own, and a server that can go away, shows. */
class NodeOnPostgresTest {
  private static EmbeddedPostgres start() throws IOException {
    try {
      return EmbeddedPostgres.builder().start();
    } catch (IllegalStateException | LinkageError e) {
      return Assumptions.abort("no PostgreSQL can be started here: " + e.getMessage());
    }
  }

  @Test
  void nothing_is_taken_by_a_wrong_clock_and_nothing_is_lost_when_the_server_goes()
      throws IOException {
    Station station;
    Node node;
    String url;
    try (EmbeddedPostgres server = start()) {
      url = "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
      station =
          new Station(Ledger.open(new LedgerPlace.Database(url, "postgres", "postgres")))
              .daily("flights");
      Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      node = station.node("a");

      station.at(now.plusSeconds(60).toString(), node, node);
      station.asks("flights", "2024-03-05", Cause.TRIGGER);
      node.turn();
      assertThat(station.runs.started).isEmpty();
      assertThat(station.said)
          .singleElement()
          .asString()
          .startsWith("this machine's clock is ")
          .contains(
              " s before that of the ledger " + url,
              "nothing is taken until they agree to 2 s: set this machine's clock");

      station.at(Instant.now().toString());
      station.asks("flights", "2024-03-06", Cause.TRIGGER);
      node.turn();
      assertThat(station.said).contains("this machine's clock agrees with the ledger's again");
      assertThat(station.runs.labels()).containsExactly("flights 2024-03-06");
      assertThat(station.ledger.slot("flights", "2024-03-06").orElseThrow().state())
          .isEqualTo(SlotState.RUNNING);
    }

    station.clock.by(Duration.ofSeconds(4));
    node.turn();
    assertThat(station.said)
        .last()
        .asString()
        .startsWith("the ledger " + url + " does not answer: ")
        .endsWith("what runs goes on until its lease ends");
    assertThat(station.runs.last().kills).hasValue(0);
    station.clock.by(Duration.ofSeconds(5));
    node.watch();
    assertThat(station.runs.last().kills).hasValue(1);
  }
}
