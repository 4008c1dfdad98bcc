package dev.nightjar.ledger;

import static dev.nightjar.ledger.LedgerContract.NOON;
import static dev.nightjar.ledger.LedgerContract.due;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Notices in a server. */
class PostgresNoticesTest extends NoticesContract {
  @Override
  LedgerPlace empty() {
    return LedgerServer.empty();
  }

  @Test
  void a_call_whose_answer_is_lost_leaves_one_notice_and_asks_for_the_same_again()
      throws IOException {
    try (Wire wire = new Wire(LedgerServer.port())) {
      LedgerPlace.Database direct = (LedgerPlace.Database) ledger.place();
      Ledger far = Ledger.open(LedgerServer.behind(wire.port(), direct));
      Notices there = new Notices(far);
      Lease lease = lease(far, due(5), NOON);

      lost(wire, () -> far.settle(due(5), lease, ending(SlotState.FAILED), NOON));
      assertThat(far.settle(due(5), lease, ending(SlotState.FAILED), NOON)).isFalse();
      lost(wire, () -> take(there, "a", NOON));
      Parcel parcel = take(there, "a", NOON).orElseThrow();
      assertThat(parcel.notices()).hasSize(1);

      lost(wire, () -> there.failed(parcel, "it answers 503", carrier("a", NOON), LATER, NOON));
      there.failed(parcel, "it answers 503", carrier("a", NOON), LATER, NOON);
      Parcel again = take(there, "a", LATER).orElseThrow();
      assertThat(again).isEqualTo(new Parcel(parcel.key(), "project", parcel.notices(), 1));
      lost(wire, () -> there.delivered(again, carrier("a", LATER), LATER));
      there.delivered(again, carrier("a", LATER), LATER);
      assertThat(there.jobs()).isEqualTo(List.of());
    }
  }

  private static void lost(Wire wire, Runnable call) {
    wire.loseNextCommit();
    assertThatThrownBy(call::run).isInstanceOf(LedgerException.class);
  }
}
