package dev.nightjar.ledger;

import static dev.nightjar.ledger.LedgerContract.JOB;
import static dev.nightjar.ledger.LedgerContract.MARGIN;
import static dev.nightjar.ledger.LedgerContract.NOON;
import static dev.nightjar.ledger.LedgerContract.due;
import static dev.nightjar.ledger.LedgerContract.ended;
import static dev.nightjar.ledger.LedgerContract.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.ledger.RunIndex.Moved;
import dev.nightjar.ledger.RunIndex.Reconciled;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How index and slots follow the files. */
abstract class RunIndexContract {
  private static final Instant LATER = NOON.plusSeconds(60);

  private Ledger ledger;
  private RunIndex index;

  abstract LedgerPlace empty();

  @BeforeEach
  void open() {
    ledger = Ledger.open(empty());
    index = new RunIndex(ledger);
  }

  @Test
  void the_index_says_what_the_files_say_and_no_more() {
    FiledRuns files =
        new FiledRuns(
            JOB,
            List.of(attempt(5, 1, "failed", false), attempt(5, 2, "published", true)),
            List.of(result(5, 2)),
            Set.of());
    assertThat(index.reconcile(files, LATER).attempts()).isEqualTo(2);
    assertThat(index.reconcile(files, LATER)).isEqualTo(new Reconciled(0, List.of()));
    assertThat(index.runs(JOB, 10))
        .containsExactly(attempt(5, 2, "published", true), attempt(5, 1, "failed", false));
    assertThat(index.runs(JOB, 1)).hasSize(1);
    assertThat(index.runs("other", 10)).isEmpty();

    FiledRuns others =
        new FiledRuns("other", List.of(attempt(5, 1, "failed", false)), List.of(), Set.of());
    index.reconcile(others, LATER);
    FiledRuns next =
        new FiledRuns(
            JOB,
            List.of(attempt(5, 2, "published", false), attempt(5, 3, "published", true)),
            List.of(result(5, 3)),
            Set.of());
    assertThat(index.reconcile(next, LATER).attempts())
        .as("one is gone, one has changed, one is new")
        .isEqualTo(3);
    assertThat(index.runs(JOB, 10))
        .containsExactly(attempt(5, 3, "published", true), attempt(5, 2, "published", false));
    assertThat(index.runs("other", 10)).hasSize(1);
  }

  @Test
  void a_lost_ledger_comes_back_from_the_files() {
    Reconciled reconciled = index.reconcile(published(5, 2), LATER);

    assertThat(reconciled.slots())
        .containsExactly(
            new Moved("2024-03-05", Optional.empty(), SlotState.PUBLISHED, OptionalLong.of(2)));
    Slot slot = slot();
    assertThat(slot.state()).isEqualTo(SlotState.PUBLISHED);
    assertThat(slot.cause()).isEqualTo(Cause.FOUND);
    assertThat(slot.start()).isEqualTo(start(5));
    assertThat(slot.end()).isEqualTo(start(6));
    assertThat(slot.since()).isEqualTo(NOON);
    assertThat(slot.token()).hasValue(2);
    assertThat(slot.reason()).isEqualTo("found published as attempt 2");
    assertThat(ledger.advance(JOB, Optional.empty(), NOON, List.of(due(5)))).isTrue();
    assertThat(ledger.takeable(LATER, MARGIN)).as("it is done").isEmpty();
    assertThat(index.reconcile(published(5, 2), LATER)).isEqualTo(new Reconciled(0, List.of()));
  }

  @Test
  void what_ended_and_has_a_result_that_the_ledger_did_not_know_of_is_published() {
    for (SlotState state : SlotState.values()) {
      if (state.isEnd()) {
        settled(state);
        assertThat(index.reconcile(published(5, 2), LATER).slots())
            .as(state.word())
            .containsExactly(
                new Moved(
                    "2024-03-05", Optional.of(state), SlotState.PUBLISHED, OptionalLong.of(2)));
        assertThat(slot().token()).hasValue(2);
        assertThat(slot().reason()).isEqualTo("attempt 2 is published, as the files show");
        assertThat(index.reconcile(published(5, 2), LATER).slots()).isEmpty();
        execute("delete from slot");
      }
    }
  }

  @Test
  void what_waits_or_runs_is_left_to_its_scheduler_and_what_a_dead_one_ran_is_not() {
    ledger.request(due(5));
    assertThat(index.reconcile(published(5, 2), LATER).slots()).isEmpty();
    assertThat(slot().state()).isEqualTo(SlotState.DUE);

    Lease lease = LedgerContract.take(ledger, due(5), "a", NOON, 1).orElseThrow();
    assertThat(index.reconcile(published(5, 2), lease.until()).slots()).isEmpty();
    assertThat(slot().state()).isEqualTo(SlotState.RUNNING);

    assertThat(index.reconcile(published(5, 2), lease.until().plusMillis(1)).slots()).hasSize(1);
    assertThat(slot().state()).isEqualTo(SlotState.PUBLISHED);
    assertThat(ledger.renew(due(5), lease, LATER)).isEqualTo(Renewal.LOST);
  }

  @Test
  void that_a_later_run_of_a_published_interval_failed_stays_said() {
    index.reconcile(published(5, 2), LATER);
    settled(SlotState.FAILED);

    assertThat(index.reconcile(published(5, 2), LATER).slots()).isEmpty();
    assertThat(slot().state()).isEqualTo(SlotState.FAILED);
    assertThat(slot().token()).hasValue(2);
    assertThat(index.reconcile(published(5, 4), LATER).slots()).hasSize(1);
    assertThat(slot().state()).isEqualTo(SlotState.PUBLISHED);
  }

  @Test
  void what_nobody_knew_has_failed_once_nothing_of_it_can_be_published() {
    settled(SlotState.UNKNOWN);
    FiledRuns undecided =
        new FiledRuns(
            JOB, List.of(attempt(5, 1, "running", false)), List.of(), Set.of("2024-03-05"));
    assertThat(index.reconcile(undecided, LATER).slots()).isEmpty();
    assertThat(slot().state()).isEqualTo(SlotState.UNKNOWN);

    FiledRuns decided =
        new FiledRuns(JOB, List.of(attempt(5, 1, "not-published", false)), List.of(), Set.of());
    assertThat(index.reconcile(decided, LATER).slots())
        .containsExactly(
            new Moved(
                "2024-03-05",
                Optional.of(SlotState.UNKNOWN),
                SlotState.FAILED,
                OptionalLong.empty()));
    assertThat(slot().state()).isEqualTo(SlotState.FAILED);
    assertThat(slot().reason()).isEqualTo("nothing of it was published, as the files show");
  }

  @Test
  void a_row_that_cannot_be_stays_as_it_is_and_the_others_follow() {
    settled(SlotState.FAILED);
    execute("update slot set state = 'odd'");
    FiledRuns files = new FiledRuns(JOB, List.of(), List.of(result(5, 2), result(6, 1)), Set.of());

    assertThat(index.reconcile(files, LATER).slots())
        .extracting(Moved::interval)
        .containsExactly("2024-03-06");
  }

  @Test
  void several_who_reconcile_at_once_come_to_the_same() throws Exception {
    List<Reconciled> all = LedgerContract.atOnce(4, n -> index.reconcile(published(5, 2), LATER));

    assertThat(all).filteredOn(one -> one.attempts() == 1 && one.slots().size() == 1).hasSize(1);
    assertThat(all).filteredOn(one -> one.attempts() == 0 && one.slots().isEmpty()).hasSize(3);
  }

  private void settled(SlotState state) {
    ledger.request(due(5));
    Lease lease = LedgerContract.take(ledger, due(5), "a", NOON, 1).orElseThrow();
    ledger.settle(due(5), lease, ended(state, 1, "so it came"), NOON);
  }

  private Slot slot() {
    return ledger.slot(JOB, "2024-03-05").orElseThrow();
  }

  private static FiledRuns published(int day, long token) {
    return new FiledRuns(
        JOB,
        List.of(attempt(day, token, "published", true)),
        List.of(result(day, token)),
        Set.of());
  }

  private static FiledRuns.Result result(int day, long token) {
    return new FiledRuns.Result("2024-03-0" + day, start(day), start(day + 1), token, NOON);
  }

  private static IndexedRun attempt(int day, long token, String status, boolean isVisible) {
    return new IndexedRun(
        "2024-03-0" + day,
        token,
        status,
        isVisible,
        NOON.minusSeconds(9).plusNanos(1_234_567),
        NOON,
        6,
        4,
        1,
        1,
        "it's so");
  }

  private void execute(String sql) {
    try (Connection connection = Connections.open(ledger.place());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }
}
