package dev.nightjar.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nightjar.ledger.LedgerException.Kind;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A ledger in a server. */
class PostgresLedgerTest extends LedgerContract {
  @Override
  LedgerPlace empty() {
    return LedgerServer.empty();
  }

  @Test
  void its_clock_is_that_of_the_server() {
    Instant before = Instant.now().minusSeconds(1);
    assertThat(ledger.now().orElseThrow()).isBetween(before, Instant.now().plusSeconds(1));
  }

  @Test
  void one_that_is_gone_is_told_and_is_of_use_again_when_it_is_back() throws IOException {
    try (Wire wire = new Wire(LedgerServer.port())) {
      Ledger far = behind(wire);
      far.request(due(5));
      wire.cut();

      assertThatThrownBy(() -> far.takeable(NOON, MARGIN))
          .isInstanceOfSatisfying(
              LedgerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE))
          .hasMessageStartingWith("the ledger " + far.place().shown() + " does not answer: ")
          .hasMessageNotContaining("null")
          .hasMessageEndingWith("check that the database runs and can be reached from here");
      assertThatThrownBy(() -> Ledger.open(far.place()))
          .isInstanceOf(LedgerException.class)
          .hasMessageStartingWith("the ledger " + far.place().shown() + " cannot be opened: ");

      wire.mend();
      assertThat(far.takeable(NOON, MARGIN)).hasSize(1);
    }
  }

  /** What the database has done and nobody was told of is not done twice. */
  @Test
  void a_call_whose_answer_is_lost_is_asked_again() throws IOException {
    try (Wire wire = new Wire(LedgerServer.port())) {
      Ledger far = behind(wire);

      lost(wire, () -> far.advance(JOB, Optional.empty(), NOON, List.of(due(5))));
      assertThat(far.advance(JOB, Optional.empty(), NOON, List.of(due(5)))).isFalse();
      assertThat(far.slots(JOB, 9)).hasSize(1);

      UUID asked = UUID.randomUUID();
      lost(wire, () -> far.take(due(5), "a", NOON, MARGIN, NOON.plusSeconds(10), 1, asked));
      Lease lease =
          far.take(due(5), "a", NOON, MARGIN, NOON.plusSeconds(10), 1, asked).orElseThrow();
      assertThat(lease.fence()).isEqualTo(1);

      lost(wire, () -> far.cancel(JOB, due(5).interval(), "by nina", NOON));
      assertThat(far.cancel(JOB, due(5).interval(), "by nina", NOON))
          .isEqualTo(Ledger.Cancelled.ASKED);
      lost(wire, () -> far.renew(due(5), lease, NOON.plusSeconds(13)));
      assertThat(far.renew(due(5), lease, NOON.plusSeconds(13))).isEqualTo(Renewal.CANCEL_ASKED);

      Ending ending = ended(SlotState.UNKNOWN, 5, "nobody knows");
      lost(wire, () -> far.settle(due(5), lease, ending, NOON.plusSeconds(4)));
      assertThat(far.settle(due(5), lease, ending, NOON.plusSeconds(5))).isFalse();

      lost(wire, () -> resolved(far));
      assertThat(resolved(far)).isFalse();
      assertThat(far.tries(JOB, due(5).interval()))
          .containsExactly(
              new Try(
                  1,
                  "a",
                  NOON,
                  Optional.of(NOON.plusSeconds(4)),
                  OptionalLong.of(5),
                  "nobody knows"));
      Slot slot = far.slot(JOB, due(5).interval()).orElseThrow();
      assertThat(slot.state()).isEqualTo(SlotState.PUBLISHED);
      assertThat(slot.tries()).isEqualTo(1);

      lost(wire, () -> far.request(due(5)));
      assertThat(far.request(due(5))).isFalse();
      assertThat(far.takeable(NOON, MARGIN)).hasSize(1);
    }
  }

  /** Two who count the running slots of a job at the very same time count none. */
  @Test
  void no_more_slots_run_than_may_also_when_two_count_at_once() throws Exception {
    ledger.request(due(5));
    ledger.request(due(6));
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try (Connection holding = Connections.open(ledger.place());
        Statement statement = holding.createStatement()) {
      holding.setAutoCommit(false);
      statement.execute("select * from slot for update");

      Future<Optional<Lease>> one = pool.submit(() -> take(ledger, due(5), "a", NOON, 1));
      Future<Optional<Lease>> other = pool.submit(() -> take(ledger, due(6), "b", NOON, 1));
      await()
          .atMost(Duration.ofSeconds(4))
          .until(
              () -> {
                try (ResultSet row =
                    statement.executeQuery(
                        "select count(*) from pg_stat_activity where wait_event_type = 'Lock'")) {
                  return row.next() && row.getInt(1) == 2;
                }
              });
      holding.commit();

      assertThat(List.of(one.get(), other.get())).filteredOn(Optional::isPresent).hasSize(1);
    } finally {
      pool.shutdownNow();
    }
  }

  private static boolean resolved(Ledger far) {
    return far.resolve(
        JOB,
        due(5).interval(),
        SlotState.PUBLISHED,
        OptionalLong.of(1),
        "as the files say",
        NOON.plusSeconds(6));
  }

  private static void lost(Wire wire, Runnable call) {
    wire.loseNextCommit();
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            LedgerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
  }

  private Ledger behind(Wire wire) {
    return Ledger.open(LedgerServer.behind(wire.port(), (LedgerPlace.Database) ledger.place()));
  }
}
