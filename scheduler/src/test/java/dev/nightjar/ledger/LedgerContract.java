package dev.nightjar.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nightjar.ledger.Ledger.Cancelled;
import dev.nightjar.ledger.LedgerException.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every ledger does, whatever database it lies in. */
abstract class LedgerContract {
  static final String JOB = "flight-delay";
  static final Instant NOON = Instant.parse("2024-03-06T12:00:00Z");
  static final Duration MARGIN = Duration.ofSeconds(2);
  private static final Duration LEASE = Duration.ofSeconds(10);

  Ledger ledger;

  /** A place where nothing is yet. */
  abstract LedgerPlace empty();

  @BeforeEach
  void open() {
    ledger = Ledger.open(empty());
  }

  @Test
  void several_openers_at_once_make_the_tables_once() throws Exception {
    LedgerPlace place = empty();

    List<Ledger> opened = atOnce(6, n -> Ledger.open(place));

    opened.forEach(one -> assertThat(one.slots(JOB, 10)).isEmpty());
    Ledger.open(place).request(due(5));
    assertThat(opened.get(0).slot(JOB, "2024-03-05")).isPresent();
  }

  @Test
  void a_firing_becomes_due_once_however_many_say_so() throws Exception {
    assertThat(ledger.doneTo(JOB)).isEmpty();

    List<Boolean> first =
        atOnce(6, n -> ledger.advance(JOB, Optional.empty(), NOON, List.of(due(4), due(5))));
    assertThat(first).containsOnlyOnce(true);
    assertThat(ledger.doneTo(JOB)).contains(NOON);
    assertThat(ledger.advance(JOB, Optional.empty(), NOON, List.of(due(3)))).isFalse();

    Instant later = NOON.plusSeconds(86_400);
    List<Boolean> second =
        atOnce(6, n -> ledger.advance(JOB, Optional.of(NOON), later, List.of(due(5), due(6))));
    assertThat(second).containsOnlyOnce(true);
    assertThat(ledger.slots(JOB, 10))
        .extracting(Slot::interval)
        .containsExactly("2024-03-06", "2024-03-05", "2024-03-04");
    assertThat(ledger.slots(JOB, 10)).extracting(Slot::state).containsOnly(SlotState.DUE);
  }

  @Test
  void a_slot_is_read_as_it_was_written() {
    Slot slot = due(5).skipped("missed; catch-up: last asks for 'the newest' — \"only\" 1ẞ\u0001");
    ledger.advance(JOB, Optional.empty(), NOON, List.of(slot));

    assertThat(ledger.slot(JOB, slot.interval())).contains(slot);
    assertThat(ledger.slot("another", slot.interval())).isEmpty();
    assertThat(ledger.open()).isEmpty();
    Slot wordy = due(6).skipped("\0" + "x".repeat(5_000));
    ledger.request(wordy);
    assertThat(ledger.slot(JOB, wordy.interval()).orElseThrow().reason())
        .hasSize(4_000)
        .startsWith(" xx")
        .endsWith("x…");
  }

  @Test
  void one_of_many_takes_a_slot_and_all_see_who() throws Exception {
    ledger.request(due(5));
    Ledger other = Ledger.open(ledger.place());

    List<Optional<Lease>> leases =
        atOnce(10, n -> take(n % 2 == 0 ? ledger : other, due(5), "node-" + n, NOON, 1));

    assertThat(leases).filteredOn(Optional::isPresent).hasSize(1);
    Lease lease = leases.stream().flatMap(Optional::stream).findFirst().orElseThrow();
    assertThat(lease.fence()).isEqualTo(1);
    assertThat(lease.until()).isEqualTo(NOON.plus(LEASE));
    Slot taken = ledger.slot(JOB, due(5).interval()).orElseThrow();
    assertThat(taken.state()).isEqualTo(SlotState.RUNNING);
    assertThat(taken.lease()).contains(lease);
    assertThat(taken.tries()).isEqualTo(1);
    assertThat(ledger.tries(JOB, taken.interval()))
        .containsExactly(
            new Try(1, lease.node(), NOON, Optional.empty(), OptionalLong.empty(), ""));
    assertThat(ledger.takeable(NOON, MARGIN)).isEmpty();
  }

  @Test
  void what_waits_in_vain_is_put_off_and_refused_in_one_call_unless_somebody_has_taken_it() {
    ledger.request(due(5));
    Instant later = NOON.plusSeconds(60);
    assertThat(ledger.postpone(due(5), later, "waits")).isTrue();
    assertThat(ledger.takeable(NOON, MARGIN)).isEmpty();
    assertThat(ledger.takeable(later, MARGIN)).hasSize(1);

    assertThat(ledger.refuse(due(5), "has not come", later)).isTrue();
    assertThat(ledger.refuse(due(5), "asked once more", later)).isFalse();
    assertThat(ledger.postpone(due(5), later, "too late")).isFalse();
    Slot refused = ledger.slot(JOB, due(5).interval()).orElseThrow();
    assertThat(refused.state()).isEqualTo(SlotState.REFUSED);
    assertThat(refused.reason()).isEqualTo("has not come");
    assertThat(refused.since()).isEqualTo(later);
    assertThat(ledger.tries(JOB, due(5).interval())).isEmpty();

    ledger.request(due(6));
    assertThat(take(ledger, due(6), "a", NOON, 1)).isPresent();
    assertThat(ledger.refuse(due(6), "has not come", NOON)).isFalse();
    assertThat(ledger.slot(JOB, due(6).interval()).orElseThrow().state())
        .isEqualTo(SlotState.RUNNING);
  }

  @Test
  void a_call_that_is_asked_again_gets_the_same_lease() {
    ledger.request(due(5));
    UUID asked = UUID.randomUUID();

    Optional<Lease> first = take(due(5), "a", asked);
    Optional<Lease> again = take(due(5), "a", asked);

    assertThat(again).isPresent().isEqualTo(first);
    assertThat(ledger.slot(JOB, due(5).interval()).orElseThrow().tries()).isEqualTo(1);
    assertThat(ledger.tries(JOB, due(5).interval())).hasSize(1);
    assertThat(take(due(5), "a", UUID.randomUUID())).isEmpty();
  }

  @Test
  void no_more_slots_of_a_job_run_than_it_may() throws Exception {
    List<Slot> slots = IntStream.rangeClosed(1, 9).mapToObj(LedgerContract::due).toList();
    slots.forEach(ledger::request);
    Slot elsewhere = Slot.due("other", "2024-03-05", start(5), start(6), Cause.SCHEDULE, NOON);
    ledger.request(elsewhere);
    Ledger other = Ledger.open(ledger.place());

    List<Optional<Lease>> leases =
        atOnce(9, n -> take(n % 2 == 0 ? ledger : other, slots.get(n), "node-" + n, NOON, 2));

    assertThat(leases).filteredOn(Optional::isPresent).hasSize(2);
    assertThat(ledger.open()).filteredOn(s -> s.state() == SlotState.RUNNING).hasSize(2);
    assertThat(take(ledger, elsewhere, "a", NOON, 1)).isPresent();
    // Those whose lease has ended run no more.
    Instant later = NOON.plus(LEASE).plus(MARGIN).plusMillis(1);
    List<Slot> due =
        ledger.takeable(later, MARGIN).stream().filter(s -> s.state() == SlotState.DUE).toList();
    assertThat(take(ledger, due.get(0), "a", later, 2)).isPresent();
  }

  @Test
  void an_ended_lease_is_taken_over_and_the_old_holder_hears_of_it() {
    ledger.request(due(5));
    Lease old = take(ledger, due(5), "old", NOON, 1).orElseThrow();
    Instant edge = NOON.plus(LEASE).plus(MARGIN);
    assertThat(ledger.takeable(edge, MARGIN)).isEmpty();
    assertThat(take(ledger, due(5), "new", edge, 1)).isEmpty();

    Instant later = edge.plusMillis(1);
    assertThat(ledger.takeable(later, MARGIN)).hasSize(1);
    Lease young = take(ledger, due(5), "new", later, 1).orElseThrow();

    assertThat(young.fence()).isGreaterThan(old.fence());
    assertThat(ledger.renew(due(5), old, later.plus(LEASE))).isEqualTo(Renewal.LOST);
    assertThat(ledger.settle(due(5), old, ended(SlotState.FAILED, 1, "it broke"), later)).isFalse();
    Slot slot = ledger.slot(JOB, due(5).interval()).orElseThrow();
    assertThat(slot.state()).isEqualTo(SlotState.RUNNING);
    assertThat(slot.lease()).contains(young);
    assertThat(ledger.tries(JOB, slot.interval()))
        .containsExactly(
            new Try(old.fence(), "old", NOON, Optional.of(later), OptionalLong.of(1), "it broke"),
            new Try(young.fence(), "new", later, Optional.empty(), OptionalLong.empty(), ""));
    assertThat(ledger.renew(due(5), young, later.plus(LEASE))).isEqualTo(Renewal.RENEWED);
    assertThat(ledger.slot(JOB, slot.interval()).orElseThrow().lease())
        .contains(new Lease("new", young.fence(), later.plus(LEASE)));
  }

  @Test
  void a_holder_of_the_same_name_does_not_pass_for_the_one_before_it() {
    ledger.request(due(5));
    Lease old = take(ledger, due(5), "a", NOON, 1).orElseThrow();
    Instant later = NOON.plus(LEASE).plus(MARGIN).plusMillis(1);
    assertThat(take(ledger, due(5), "a", later, 1)).isPresent();

    assertThat(ledger.renew(due(5), old, later.plus(LEASE))).isEqualTo(Renewal.LOST);
    assertThat(ledger.settle(due(5), old, ended(SlotState.PUBLISHED, 0, "done"), later)).isFalse();
  }

  @Test
  void a_try_that_failed_waits_and_is_tried_again() {
    ledger.request(due(5));
    Lease lease = take(ledger, due(5), "a", NOON, 1).orElseThrow();
    Instant again = NOON.plusSeconds(30);
    Ending ending =
        new Ending(
            SlotState.DUE, again, "the disk is full", OptionalLong.of(1), OptionalLong.empty());

    assertThat(ledger.settle(due(5), lease, ending, NOON.plusSeconds(1))).isTrue();
    assertThat(ledger.settle(due(5), lease, ending, NOON.plusSeconds(1))).isFalse();

    assertThat(ledger.takeable(again.minusMillis(1), MARGIN)).isEmpty();
    assertThat(take(ledger, due(5), "a", again.minusMillis(1), 1)).isEmpty();
    Slot slot = ledger.takeable(again, MARGIN).get(0);
    assertThat(slot.reason()).isEqualTo("the disk is full");
    assertThat(slot.since()).isEqualTo(NOON.plusSeconds(1));
    assertThat(take(ledger, due(5), "a", again, 1).orElseThrow().fence()).isEqualTo(2);
    assertThat(ledger.slot(JOB, slot.interval()).orElseThrow().tries()).isEqualTo(2);
  }

  @Test
  void what_was_published_is_not_taken_back_by_a_run_that_fails() {
    ledger.request(due(5));
    Lease lease = take(ledger, due(5), "a", NOON, 1).orElseThrow();
    ledger.settle(
        due(5),
        lease,
        new Ending(SlotState.PUBLISHED, NOON, "done", OptionalLong.of(0), OptionalLong.of(7)),
        NOON);
    assertThat(ledger.open()).isEmpty();
    assertThat(ledger.request(due(5))).isTrue();
    Lease second = take(ledger, due(5), "a", NOON, 1).orElseThrow();
    ledger.settle(due(5), second, ended(SlotState.FAILED, 1, "it broke"), NOON);

    Slot slot = ledger.slot(JOB, due(5).interval()).orElseThrow();
    assertThat(slot.state()).isEqualTo(SlotState.FAILED);
    assertThat(slot.token()).hasValue(7);
  }

  @Test
  void what_is_asked_for_is_due_whatever_came_of_it_before() {
    Slot asked =
        Slot.due(JOB, "2024-03-05", start(5), start(6), Cause.TRIGGER, NOON.plusSeconds(5));
    for (SlotState state : SlotState.values()) {
      ledger.request(due(5));
      Lease lease = take(ledger, due(5), "a", NOON, 1).orElseThrow();
      if (state != SlotState.RUNNING) {
        ledger.settle(due(5), lease, ended(state, 1, "so it came"), NOON);
      }
      assertThat(ledger.request(asked)).as(state.word()).isEqualTo(state.isEnd());
      if (state.isEnd()) {
        Slot slot = ledger.slot(JOB, asked.interval()).orElseThrow();
        assertThat(slot.cause()).isEqualTo(Cause.TRIGGER);
        assertThat(slot.tries()).isZero();
        assertThat(slot.reason()).isEmpty();
        assertThat(slot.notBefore()).isEqualTo(NOON.plusSeconds(5));
        assertThat(slot.lease()).isPresent();
      }
      assertThat(ledger.request(asked)).as("again").isFalse();
      execute("delete from slot");
    }
  }

  @Test
  void a_wish_to_cancel_comes_through_in_each_state() {
    assertThat(cancel()).isEqualTo(Cancelled.NOT_RUNNING);
    ledger.request(due(5));
    assertThat(cancel()).isEqualTo(Cancelled.AT_ONCE);
    assertThat(ledger.slot(JOB, due(5).interval()).orElseThrow().reason()).isEqualTo("by nina");
    assertThat(cancel()).isEqualTo(Cancelled.NOT_RUNNING);
    assertThat(ledger.takeable(NOON, MARGIN)).isEmpty();

    ledger.request(due(5));
    Lease lease = take(ledger, due(5), "a", NOON, 1).orElseThrow();
    assertThat(ledger.renew(due(5), lease, lease.until())).isEqualTo(Renewal.RENEWED);
    assertThat(cancel()).isEqualTo(Cancelled.ASKED);
    assertThat(cancel()).isEqualTo(Cancelled.ASKED);
    assertThat(ledger.renew(due(5), lease, lease.until())).isEqualTo(Renewal.CANCEL_ASKED);
    assertThat(ledger.settle(due(5), lease, ended(SlotState.CANCELLED, 143, "stopped"), NOON))
        .isTrue();
    assertThat(cancel()).isEqualTo(Cancelled.NOT_RUNNING);

    ledger.request(due(5));
    Lease next = take(ledger, due(5), "a", NOON, 1).orElseThrow();
    assertThat(ledger.renew(due(5), next, next.until()))
        .as("the old wish is done with")
        .isEqualTo(Renewal.RENEWED);
    assertThat(ledger.cancel(JOB, due(5).interval(), "by nina", next.until().plusMillis(1)))
        .as("its holder is silent")
        .isEqualTo(Cancelled.AT_ONCE);
    assertThat(ledger.renew(due(5), next, next.until().plusSeconds(9))).isEqualTo(Renewal.LOST);
  }

  @Test
  void a_wish_to_cancel_outlives_the_holder_that_did_not_hear_it() {
    ledger.request(due(5));
    assertThat(take(ledger, due(5), "a", NOON, 1)).isPresent();
    assertThat(cancel()).isEqualTo(Cancelled.ASKED);
    Instant later = NOON.plus(LEASE).plus(MARGIN).plusMillis(1);

    assertThat(take(ledger, due(5), "b", later, 1)).isEmpty();

    Slot slot = ledger.slot(JOB, due(5).interval()).orElseThrow();
    assertThat(slot.state()).isEqualTo(SlotState.CANCELLED);
    assertThat(slot.reason()).isEqualTo("cancelled; its scheduler died before it heard of it");
    assertThat(ledger.takeable(later, MARGIN)).isEmpty();
  }

  @Test
  void nothing_of_a_paused_job_is_taken_and_what_runs_goes_on() {
    ledger.request(due(5));
    ledger.request(due(6));
    Lease running = take(ledger, due(6), "a", NOON, 2).orElseThrow();
    List<Slot> seen = ledger.takeable(NOON, MARGIN);

    ledger.pause(JOB, "nina", NOON);
    ledger.pause(JOB, "otto", NOON.plusSeconds(1));

    assertThat(ledger.paused()).containsExactly(JOB);
    assertThat(ledger.takeable(NOON, MARGIN)).isEmpty();
    assertThat(take(ledger, seen.get(0), "a", NOON, 2)).as("seen before the pause").isEmpty();
    assertThat(ledger.renew(due(6), running, NOON.plus(LEASE))).isEqualTo(Renewal.RENEWED);
    assertThat(text("select pausedby from job where name = '" + JOB + "'")).isEqualTo("nina");
    assertThat(ledger.resume(JOB)).isTrue();
    assertThat(ledger.resume(JOB)).isFalse();
    assertThat(ledger.paused()).isEmpty();
    assertThat(take(ledger, due(5), "a", NOON, 2)).isPresent();
    assertThat(ledger.doneTo(JOB)).as("pausing is no firing").isEmpty();
  }

  @Test
  void the_files_resolve_what_nobody_works_on() {
    assertThat(resolve(SlotState.PUBLISHED, 3)).as("no slot").isFalse();
    ledger.request(due(5));
    Lease lease = take(ledger, due(5), "a", NOON, 1).orElseThrow();
    assertThat(resolve(SlotState.PUBLISHED, 3)).as("under a lease").isFalse();
    ledger.settle(due(5), lease, ended(SlotState.UNKNOWN, 5, "nobody knows"), NOON);

    assertThat(resolve(SlotState.PUBLISHED, 3)).isTrue();
    assertThat(resolve(SlotState.PUBLISHED, 3)).as("again").isFalse();

    Slot slot = ledger.slot(JOB, due(5).interval()).orElseThrow();
    assertThat(slot.state()).isEqualTo(SlotState.PUBLISHED);
    assertThat(slot.token()).hasValue(3);
    assertThat(slot.reason()).isEqualTo("as the files say");
    assertThat(resolve(SlotState.PUBLISHED, 4)).as("a newer one").isTrue();
    assertThat(
            ledger.resolve(
                JOB, slot.interval(), SlotState.FAILED, OptionalLong.empty(), "gone", NOON))
        .isTrue();
    assertThat(ledger.slot(JOB, slot.interval()).orElseThrow().token()).isEmpty();

    ledger.request(due(5));
    Lease silent = take(ledger, due(5), "a", NOON, 1).orElseThrow();
    assertThat(
            ledger.resolve(
                JOB,
                slot.interval(),
                SlotState.PUBLISHED,
                OptionalLong.of(5),
                "its holder is silent",
                silent.until().plusMillis(1)))
        .isTrue();
    assertThat(ledger.renew(due(5), silent, silent.until())).isEqualTo(Renewal.LOST);
  }

  @Test
  void what_waits_comes_by_cause_then_by_interval_then_by_job() {
    List<Slot> slots = new ArrayList<>();
    int day = 18;
    for (Cause cause : List.of(Cause.BACKFILL, Cause.CATCH_UP, Cause.SCHEDULE, Cause.TRIGGER)) {
      day -= 2;
      for (String job : List.of("b", "a")) {
        slots.add(Slot.due(job, "d" + (day + 1), start(day + 1), start(day + 2), cause, NOON));
        slots.add(Slot.due(job, "d" + day, start(day), start(day + 1), cause, NOON));
      }
    }
    slots.forEach(ledger::request);
    ledger.request(Slot.due("a", "later", start(1), start(2), Cause.TRIGGER, NOON.plusMillis(1)));

    assertThat(ledger.takeable(NOON, MARGIN))
        .extracting(slot -> slot.cause().word() + " " + slot.interval() + " " + slot.job())
        .containsExactly(
            "trigger d10 a",
            "trigger d10 b",
            "trigger d11 a",
            "trigger d11 b",
            "schedule d12 a",
            "schedule d12 b",
            "schedule d13 a",
            "schedule d13 b",
            "catch-up d14 a",
            "catch-up d14 b",
            "catch-up d15 a",
            "catch-up d15 b",
            "backfill d16 a",
            "backfill d16 b",
            "backfill d17 a",
            "backfill d17 b");
  }

  @Test
  void a_row_that_cannot_be_is_told_once_and_keeps_nobody_from_the_others() {
    ledger.request(due(4));
    ledger.request(due(5));
    ledger.request(due(6));
    execute("update slot set cause = 'whim' where span = '2024-03-04'");
    execute("update slot set ends = starts - 1 where span = '2024-03-06'");
    List<String> told = new ArrayList<>();
    Handler handler = new Told(told);
    Logger logger = Logger.getLogger(Ledger.class.getName());
    logger.addHandler(handler);
    try {
      for (int i = 0; i < 2; i++) {
        assertThat(ledger.takeable(NOON, MARGIN))
            .extracting(Slot::interval)
            .containsExactly("2024-03-05");
      }
      execute("update slot set state = 'odd' where span = '2024-03-04'");
      assertThat(ledger.slots(JOB, 10)).hasSize(1);
      assertThat(ledger.open()).hasSize(1);
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(told)
        .hasSize(3)
        .anyMatch(line -> line.contains("the slot flight-delay 2024-03-04 has the cause 'whim'"))
        .anyMatch(line -> line.contains("the slot flight-delay 2024-03-04 has the state 'odd'"))
        .anyMatch(
            line ->
                line.contains("the slot flight-delay 2024-03-06 ends (2024-03-05T23:59:59.999Z)")
                    && line.contains("before it starts (2024-03-06T00:00:00Z)"));
    assertThat(take(ledger, due(5), "a", NOON, 1)).isPresent();
    assertThatThrownBy(() -> ledger.slot(JOB, "2024-03-04"))
        .isInstanceOfSatisfying(
            LedgerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSOUND))
        .hasMessageContaining("the ledger " + ledger.place().shown() + " has been changed")
        .hasMessageContaining("take that row away; what is published is read again");
  }

  @Test
  void a_row_that_was_taken_away_and_comes_again_goes_on_with_its_fences() {
    ledger.request(due(5));
    Lease old = take(ledger, due(5), "a", NOON, 1).orElseThrow();
    execute("delete from slot");
    ledger.request(due(5));

    Lease young = take(ledger, due(5), "a", NOON, 1).orElseThrow();

    assertThat(young.fence()).isGreaterThan(old.fence());
    assertThat(ledger.renew(due(5), old, NOON)).isEqualTo(Renewal.LOST);
  }

  @Test
  void a_ledger_that_a_newer_nightjar_has_changed_is_refused_by_name() {
    execute(
        "update nightjar_ledger_version set version = '9', script = 'V9__more.sql' where version ="
            + " '1'");

    assertThatThrownBy(() -> Ledger.open(ledger.place()))
        .isInstanceOfSatisfying(
            LedgerException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSOUND))
        .hasMessage(
            "the ledger "
                + ledger.place().shown()
                + " has tables of version 9, which this Nightjar does not know; use the Nightjar"
                + " that wrote it, or a newer one");
  }

  @Test
  void schedulers_are_known_by_when_they_were_last_seen() {
    ledger.seen("b", NOON, NOON);
    ledger.seen("a", NOON, NOON.plusSeconds(1));
    ledger.seen("b", NOON.plusSeconds(2), NOON.plusSeconds(3));

    assertThat(ledger.nodes())
        .containsExactly(
            new Ledger.Node("a", NOON, NOON.plusSeconds(1)),
            new Ledger.Node("b", NOON.plusSeconds(2), NOON.plusSeconds(3)));
  }

  private Cancelled cancel() {
    return ledger.cancel(JOB, due(5).interval(), "by nina", NOON);
  }

  private boolean resolve(SlotState state, long token) {
    return ledger.resolve(
        JOB, due(5).interval(), state, OptionalLong.of(token), "as the files say", NOON);
  }

  static Ending ended(SlotState state, long exit, String reason) {
    return new Ending(state, NOON, reason, OptionalLong.of(exit), OptionalLong.empty());
  }

  static Slot due(int day) {
    return Slot.due(JOB, "2024-03-0" + day, start(day), start(day + 1), Cause.SCHEDULE, NOON);
  }

  static Instant start(int day) {
    return Instant.parse("2024-03-01T00:00:00Z").plusSeconds(86_400L * (day - 1));
  }

  private Optional<Lease> take(Slot slot, String node, UUID asked) {
    return ledger.take(slot, node, NOON, MARGIN, NOON.plus(LEASE), 1, asked);
  }

  static Optional<Lease> take(Ledger by, Slot slot, String node, Instant now, int most) {
    return by.take(slot, node, now, MARGIN, now.plus(LEASE), most, UUID.randomUUID());
  }

  void execute(String sql) {
    try (Connection connection = Connections.open(ledger.place());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private String text(String sql) {
    try (Connection connection = Connections.open(ledger.place());
        Statement statement = connection.createStatement();
        java.sql.ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** The same in as many threads, all of which begin when the last one is there. */
  static <T> List<T> atOnce(int threads, Numbered<T> work) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      CountDownLatch ready = new CountDownLatch(threads);
      List<Future<T>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int n = i;
        Callable<T> one =
            () -> {
              ready.countDown();
              ready.await();
              return work.of(n);
            };
        all.add(pool.submit(one));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> one : all) {
        results.add(one.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  /** What one of several threads does. */
  interface Numbered<T> {
    T of(int n) throws Exception;
  }

  private static final class Told extends Handler {
    private final List<String> lines;

    Told(List<String> lines) {
      this.lines = lines;
    }

    @Override
    public void publish(LogRecord told) {
      lines.add(told.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
