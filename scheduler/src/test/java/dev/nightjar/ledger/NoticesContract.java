package dev.nightjar.ledger;

import static dev.nightjar.ledger.LedgerContract.JOB;
import static dev.nightjar.ledger.LedgerContract.MARGIN;
import static dev.nightjar.ledger.LedgerContract.NOON;
import static dev.nightjar.ledger.LedgerContract.due;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.ledger.Notice.Event;
import dev.nightjar.ledger.Notices.Carrier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people are told of, whatever database it lies in. */
abstract class NoticesContract {
  static final Instant LATER = NOON.plusSeconds(60);

  Ledger ledger;
  Notices notices;

  /** A place where nothing is yet. */
  abstract LedgerPlace empty();

  @BeforeEach
  void open() {
    ledger = Ledger.open(empty());
    notices = new Notices(ledger);
  }

  static Carrier carrier(String node, Instant now) {
    return new Carrier(node, now, now.plusSeconds(60), MARGIN);
  }

  static Optional<Parcel> take(Notices of, String node, Instant now) {
    List<String> jobs = of.jobs();
    return jobs.isEmpty()
        ? Optional.empty()
        : of.take("project", jobs, any -> true, carrier(node, now), 100);
  }

  /** All that is open, each as event, interval and what it is after. */
  private List<String> told() {
    return take(notices, "a", NOON).stream()
        .flatMap(parcel -> parcel.notices().stream())
        .map(
            notice ->
                notice.event().word()
                    + " "
                    + notice.interval()
                    + notice.trouble().map(trouble -> " after " + trouble.interval()).orElse(""))
        .toList();
  }

  static Lease lease(Ledger by, Slot slot, Instant now) {
    by.request(slot);
    return by.take(slot, "a", now, MARGIN, now.plusSeconds(10), 9, UUID.randomUUID()).orElseThrow();
  }

  void ends(Slot slot, SlotState state, Instant now) {
    Lease lease = lease(ledger, slot, now);
    Ending ending = ending(state);
    assertThat(ledger.settle(slot, lease, ending, now)).isTrue();
    assertThat(ledger.settle(slot, lease, ending, now)).as("asked again").isFalse();
  }

  static Ending ending(SlotState state) {
    return new Ending(state, NOON, "because", OptionalLong.of(1), OptionalLong.empty());
  }

  @Test
  void an_end_that_people_must_know_of_is_noted_once_with_all_that_the_slot_says() {
    ends(due(5), SlotState.FAILED, NOON);

    assertThat(take(notices, "a", NOON).orElseThrow())
        .isEqualTo(
            new Parcel(
                JOB + "/2024-03-05/failed/1/" + NOON.toEpochMilli(),
                "project",
                List.of(
                    new Notice(
                        JOB,
                        1,
                        "2024-03-05",
                        due(5).start(),
                        due(5).end(),
                        Event.FAILED,
                        SlotState.FAILED,
                        Cause.SCHEDULE,
                        NOON,
                        1,
                        1,
                        Optional.of("a"),
                        "because",
                        NOON,
                        OptionalLong.empty(),
                        Optional.empty())),
                0));
  }

  @Test
  void tries_that_are_made_again_and_what_a_person_or_the_job_asked_for_is_no_news() {
    ends(due(1), SlotState.DUE, NOON);
    ends(due(2), SlotState.CANCELLED, NOON);
    ends(due(3), SlotState.PUBLISHED, NOON);
    ledger.request(due(4));
    ledger.cancel(JOB, due(4).interval(), "by nina", NOON);
    ledger.advance(JOB, Optional.empty(), NOON, List.of(due(5).skipped("missed")));
    assertThat(notices.jobs()).isEmpty();

    ends(due(6), SlotState.UNKNOWN, NOON);
    ledger.request(due(7));
    assertThat(ledger.refuse(due(7), "has not come", NOON)).isTrue();
    assertThat(ledger.refuse(due(7), "asked again", NOON)).isFalse();
    assertThat(told()).containsExactly("failed 2024-03-06", "refused 2024-03-07");
  }

  @Test
  void a_job_has_recovered_when_what_failed_last_or_a_later_interval_is_published_and_only_then() {
    ends(due(5), SlotState.FAILED, NOON);
    ends(due(7), SlotState.REFUSED, NOON);
    ends(due(4), SlotState.PUBLISHED, NOON);
    ends(due(5), SlotState.PUBLISHED, NOON);
    assertThat(told()).containsExactly("failed 2024-03-05", "refused 2024-03-07");
    ends(due(8), SlotState.PUBLISHED, LATER);
    ends(due(9), SlotState.PUBLISHED, LATER);
    assertThat(delivered(NOON.plusSeconds(120)))
        .extracting(Notice::event)
        .containsExactly(Event.FAILED, Event.REFUSED);
    Notice recovered = take(notices, "a", LATER.plusSeconds(120)).orElseThrow().notices().get(0);
    assertThat(recovered.interval()).isEqualTo("2024-03-08");
    assertThat(recovered.key()).isEqualTo(JOB + "/2024-03-08/recovered/1/" + LATER.toEpochMilli());
    assertThat(recovered.trouble()).contains(new Notice.Trouble("2024-03-07", Event.REFUSED, NOON));
  }

  @Test
  void a_job_recovers_also_by_what_the_files_show() {
    ends(due(5), SlotState.UNKNOWN, NOON);
    ledger.resolve(JOB, due(5).interval(), SlotState.FAILED, OptionalLong.empty(), "no", LATER);
    ledger.resolve(JOB, due(5).interval(), SlotState.PUBLISHED, OptionalLong.of(3), "yes", LATER);
    assertThat(told())
        .containsExactly("failed 2024-03-05", "recovered 2024-03-05 after 2024-03-05");

    ends(due(6), SlotState.FAILED, LATER);
    FiledRuns.Result found =
        new FiledRuns.Result(due(6).interval(), due(6).start(), due(6).end(), 1, LATER);
    FiledRuns files = new FiledRuns(JOB, List.of(), List.of(found), Set.of());
    new RunIndex(ledger).reconcile(files, LATER);
    new RunIndex(ledger).reconcile(files, LATER);
    delivered(LATER);
    assertThat(take(notices, "a", LATER.plusSeconds(60)).orElseThrow().notices())
        .extracting(Notice::event)
        .containsExactly(Event.FAILED, Event.RECOVERED);
  }

  private List<Notice> delivered(Instant now) {
    Parcel parcel = take(notices, "a", now).orElseThrow();
    notices.delivered(parcel, carrier("a", now), now);
    notices.delivered(parcel, carrier("a", now), now);
    return parcel.notices();
  }

  @Test
  void one_scheduler_at_a_time_delivers_and_another_goes_on_with_the_same_parcel() {
    ends(due(5), SlotState.FAILED, NOON);
    Parcel first = take(notices, "a", NOON).orElseThrow();
    ends(due(6), SlotState.FAILED, NOON);

    assertThat(take(notices, "b", NOON)).isEmpty();
    assertThat(take(notices, "b", NOON.plusSeconds(61))).as("within the margin").isEmpty();
    assertThat(take(notices, "a", NOON.plusSeconds(1))).contains(first);
    Instant over = NOON.plusSeconds(64);
    assertThat(take(notices, "b", over)).contains(first);

    notices.delivered(first, carrier("b", over), over.plusSeconds(60));
    notices.delivered(first, carrier("a", over), over);
    assertThat(take(notices, "a", over.plusSeconds(59))).as("too early").isEmpty();
    assertThat(take(notices, "a", over.plusSeconds(60)).orElseThrow().notices())
        .extracting(Notice::interval)
        .containsExactly("2024-03-06");
  }

  @Test
  void what_fails_is_counted_once_and_what_is_too_old_is_given_up() {
    ends(due(5), SlotState.FAILED, NOON);
    Parcel parcel = take(notices, "a", NOON).orElseThrow();
    for (int i = 0; i < 2; i++) {
      assertThat(notices.failed(parcel, "it answers 503", carrier("a", NOON), LATER, NOON))
          .isZero();
    }
    assertThat(notices.waiting())
        .containsExactly(new Notices.Waiting("project", 1, NOON, 1, "it answers 503", LATER));
    Parcel again = take(notices, "b", LATER).orElseThrow();
    assertThat(again.key()).isEqualTo(parcel.key());
    assertThat(again.failures()).isEqualTo(1);
    Instant day = NOON.plus(Duration.ofDays(1));
    assertThat(notices.failed(again, "still 503", carrier("b", day), day, LATER)).isEqualTo(1);

    assertThat(notices.waiting()).isEmpty();
    assertThat(notices.lost(NOON, 9))
        .extracting(one -> one.fate() + " " + one.receiver() + ": " + one.problem())
        .containsExactly("given-up project: still 503");
  }

  @Test
  void what_nobody_asks_for_and_what_is_not_taken_is_done_with() {
    ends(due(5), SlotState.REFUSED, NOON);
    ends(due(6), SlotState.FAILED, NOON);
    Parcel parcel =
        notices
            .take(
                "project",
                List.of(JOB),
                notice -> notice.event() == Event.FAILED,
                carrier("a", NOON),
                100)
            .orElseThrow();
    assertThat(parcel.notices()).extracting(Notice::interval).containsExactly("2024-03-06");
    notices.refused(parcel, "it answers 404", carrier("a", NOON), NOON);
    assertThat(notices.jobs()).isEmpty();
    assertThat(notices.lost(NOON, 9)).extracting(Notices.Lost::fate).containsExactly("refused");

    ends(due(7), SlotState.FAILED, NOON);
    notices.unasked(JOB, NOON);
    assertThat(notices.jobs()).isEmpty();
    ends(due(8), SlotState.PUBLISHED, NOON);
    assertThat(told())
        .as("trouble is trouble")
        .containsExactly("recovered 2024-03-08 after 2024-03-07");
  }

  @Test
  void many_at_once_go_together_and_those_of_a_job_in_their_order_whatever_clocks_say() {
    Stream.of(3, 1, 2).forEach(day -> ends(due(day), SlotState.FAILED, NOON.plusSeconds(day)));

    Parcel parcel =
        notices.take("project", List.of(JOB), any -> true, carrier("a", NOON), 2).orElseThrow();

    assertThat(parcel.notices())
        .extracting(Notice::interval)
        .containsExactly("2024-03-03", "2024-03-01");
    assertThat(parcel.key()).isEqualTo("several/" + parcel.notices().get(0).key() + "/2");
  }

  @Test
  void what_is_told_to_another_now_goes_there() {
    ends(due(5), SlotState.FAILED, NOON);
    take(notices, "a", NOON);

    Optional<Parcel> moved =
        notices.take("job " + JOB, List.of(JOB), any -> true, carrier("b", NOON), 100);

    assertThat(moved.orElseThrow().receiver()).isEqualTo("job " + JOB);
    assertThat(moved.orElseThrow().notices()).hasSize(1);
  }

  @Test
  void old_ones_are_taken_away_but_for_troubles_that_last() {
    ends(due(1), SlotState.FAILED, NOON);
    ends(due(2), SlotState.PUBLISHED, NOON);
    ends(due(3), SlotState.FAILED, NOON);
    notices.unasked(JOB, NOON);

    assertThat(notices.prune(NOON)).as("nothing is so old").isZero();
    assertThat(notices.prune(LATER)).isEqualTo(2);
    assertThat(notices.prune(LATER)).isZero();
    ends(due(4), SlotState.PUBLISHED, LATER);
    assertThat(told()).containsExactly("recovered 2024-03-04 after 2024-03-03");
  }

  @Test
  void a_ledger_of_before_there_were_notices_gets_them_and_keeps_its_slots() throws SQLException {
    ledger.request(due(5));
    try (Connection connection = Connections.open(ledger.place());
        Statement statement = connection.createStatement()) {
      statement.execute("drop table notice");
      statement.execute("drop table receiver");
      statement.execute("delete from nightjar_ledger_version where version = '2'");
    }

    ledger = Ledger.open(ledger.place());
    notices = new Notices(ledger);

    ends(due(5), SlotState.FAILED, NOON);
    assertThat(told()).containsExactly("failed 2024-03-05");
  }
}
