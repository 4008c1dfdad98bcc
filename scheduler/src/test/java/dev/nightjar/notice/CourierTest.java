package dev.nightjar.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nightjar.config.Template;
import dev.nightjar.ledger.Cause;
import dev.nightjar.ledger.Ending;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.LedgerPlace;
import dev.nightjar.ledger.Notice;
import dev.nightjar.ledger.Notice.Event;
import dev.nightjar.ledger.Notices;
import dev.nightjar.ledger.Parcel;
import dev.nightjar.ledger.Slot;
import dev.nightjar.ledger.SlotState;
import dev.nightjar.schedule.node.MovedClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CourierTest {
  private static final Instant NOON = Instant.parse("2024-03-06T12:00:00Z");

  /** No other process of this machine has the same. */
  private static final String NAP = "sleep " + (1_000 + ProcessHandle.current().pid());

  @TempDir Path folder;
  private final MovedClock clock = new MovedClock(NOON.toString());
  private final Map<String, Route> routes = new ConcurrentHashMap<>();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private Hook hook;
  private Ledger ledger;
  private Notices notices;
  private Deliveries deliveries;
  private Courier courier;

  @BeforeEach
  void open() throws IOException {
    hook = new Hook();
    ledger = Ledger.open(new LedgerPlace.File(folder.resolve("ledger.db")));
    notices = new Notices(ledger);
    deliveries = new Deliveries(folder, clock, Duration.ofSeconds(5));
    courier = courier("a");
    told("flights", Route.PROJECT, hook.webhook());
  }

  @AfterEach
  void close() {
    deliveries.close();
    hook.close();
  }

  private Courier courier(String node) {
    return courier(node, deliveries, Runnable::run);
  }

  private Courier courier(String node, Sender sender, Executor executor) {
    return new Courier(
        node,
        notices,
        new Courier.Tools(
            job -> Optional.ofNullable(routes.get(job)),
            sender,
            new Here(),
            executor,
            clock,
            said::add));
  }

  private void told(String job, String name, Notify.Receiver receiver) {
    routes.put(job, new Route(name, EnumSet.allOf(Event.class), receiver));
  }

  private void ends(String job, int day, SlotState state, String reason) {
    Slot slot = slot(job, day);
    ledger.request(slot);
    var lease =
        ledger
            .take(
                slot,
                "a",
                clock.instant(),
                Duration.ofSeconds(2),
                clock.instant().plusSeconds(10),
                9,
                UUID.randomUUID())
            .orElseThrow();
    Ending ending =
        new Ending(state, clock.instant(), reason, OptionalLong.of(1), OptionalLong.empty());
    assertThat(ledger.settle(slot, lease, ending, clock.instant())).isTrue();
  }

  private static Slot slot(String job, int day) {
    Instant start = Instant.parse("2024-03-01T00:00:00Z").plus(Duration.ofDays(day - 1));
    return Slot.due(
        job,
        start.toString().substring(0, 10),
        start,
        start.plus(Duration.ofDays(1)),
        Cause.SCHEDULE,
        NOON);
  }

  @Test
  void a_failure_is_told_once_with_all_that_a_person_needs() {
    ends("flights", 5, SlotState.FAILED, "failed with code 1: no such column 'dep' (/p/log/x.log)");

    courier.round();
    clock.by(Duration.ofMinutes(2));
    courier.round();

    assertThat(hook.requests).hasSize(1);
    Hook.Request request = hook.requests.get(0);
    assertThat(request.key()).isEqualTo("flights/2024-03-05/failed/1/" + NOON.toEpochMilli());
    assertThat(request.type()).isEqualTo("application/json; charset=utf-8");
    assertThat(request.token()).isEqualTo("Bearer t0ken");
    assertThat(request.body())
        .startsWith(
            "{\"text\":\"flights 2024-03-05 has failed\\n"
                + "why: failed with code 1: no such column 'dep' (/p/log/x.log)\\n"
                + "when: 2024-03-06T12:00:00Z, due since 2024-03-06T12:00:00Z (schedule); 1 run,"
                + " the last by a\\n"
                + "readers: see nothing of 2024-03-05; what is published of other intervals"
                + " stands\\n"
                + "  nightjar runs show flights --interval 2024-03-05 --project /p\\n"
                + "  nightjar schedule trigger flights --interval 2024-03-05 --project /p\\n"
                + "log: /p/log/flights/2024-03-05.1.log\",\"version\":1,")
        .contains("\"event\":\"failed\",\"job\":\"flights\",\"interval\":\"2024-03-05\"");
    assertThat(said)
        .containsExactly(
            "notice flights/2024-03-05/failed/1/1709726400000 to ${env:ALERT_URL}: delivered");
    assertThat(notices.waiting()).isEmpty();
  }

  @Test
  void a_command_gets_the_message_and_one_that_fails_is_run_again() throws IOException {
    Path script = folder.resolve("page-me");
    Files.writeString(
        script,
        "#!/bin/sh\ncat > got.json\nprintf '%s|%s|%s|%s' \"$1\" \"$NIGHTJAR_EVENT\""
            + " \"$NIGHTJAR_JOB\" \"$NIGHTJAR_REASON\" > got.txt\necho said\n"
            + "test -e well || { touch well; exit 7; }\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    told("flights", "job flights", new Notify.Command(List.of("./page-me", "$(ops)")));
    ends("flights", 5, SlotState.REFUSED, "refused: `rm -rf` $HOME\n\"two\"\0\u001b[31m");

    courier.round();
    assertThat(said)
        .singleElement()
        .asString()
        .endsWith("ended with code 7 (" + folder.resolve("log/_notify/job.flights.log") + ")");
    clock.by(Duration.ofSeconds(10));
    courier.round();

    assertThat(notices.waiting()).isEmpty();
    assertThat(folder.resolve("got.txt"))
        .hasContent("$(ops)|refused|flights|refused: `rm -rf` $HOME \"two\"  [31m");
    assertThat(Files.readString(folder.resolve("got.json")))
        .contains("\"reason\":\"refused: `rm -rf` $HOME \\\"two\\\"  [31m\"");
    assertThat(folder.resolve("log/_notify/job.flights.log")).hasContent("said\nsaid");
  }

  @Test
  void what_does_not_arrive_is_sent_again_with_the_same_key_ever_later_or_as_it_is_asked() {
    hook.answers(503, 500, 429);
    hook.answers(503, "Retry-After", "120");
    hook.answers(503, "Retry-After", "Wed, 06 Mar 2024 12:30:00 GMT");
    ends("flights", 5, SlotState.FAILED, "because");

    courier.round();
    rounds(1, "PT9S", 1);
    rounds(2, "PT1S", 1);
    rounds(2, "PT19S", 1);
    rounds(3, "PT1S", 1);
    rounds(4, "PT40S", 1);
    rounds(4, "PT119S", 1);
    rounds(5, "PT1S", 1);
    clock.to("2024-03-06T12:29:59Z");
    rounds(5, "PT0S", 1);
    rounds(6, "PT1S", 1);

    assertThat(Set.copyOf(hook.keys())).hasSize(1);
    assertThat(notices.waiting()).isEmpty();
    assertThat(said)
        .containsExactly(
            notice() + "not delivered, and tried again for 24 h: it answers 503",
            notice() + "not delivered, and tried again for 24 h: it answers 500",
            notice() + "not delivered, and tried again for 24 h: it answers 429",
            notice() + "not delivered, and tried again for 24 h: it answers 503",
            notice() + "delivered");
  }

  /** After so long, a round has been so many requests. */
  private void rounds(int requests, String wait, int times) {
    clock.by(Duration.parse(wait));
    for (int i = 0; i < times; i++) {
      courier.round();
    }
    assertThat(hook.requests).hasSize(requests);
  }

  private static String notice() {
    return "notice flights/2024-03-05/failed/1/1709726400000 to ${env:ALERT_URL}: ";
  }

  @Test
  void what_is_not_taken_is_told_and_not_sent_again_and_the_next_goes_out() {
    hook.answers(404);
    hook.answers(302, "Location", hook.address() + "/elsewhere");
    ends("flights", 5, SlotState.FAILED, "because");
    courier.round();
    ends("flights", 6, SlotState.FAILED, "because");
    rounds(1, "PT59S", 3);
    rounds(2, "PT1S", 3);
    ends("flights", 7, SlotState.FAILED, "because");
    rounds(3, "PT1M", 3);

    assertThat(said.get(0))
        .isEqualTo(
            notice()
                + "not delivered, and not tried again: it answers 404; check address, headers and"
                + " what it takes");
    assertThat(said.get(1))
        .endsWith("it answers 302, and redirects are not followed; name the last address");
    assertThat(said.get(2)).endsWith(": delivered");
    assertThat(notices.lost(NOON, 9))
        .extracting(one -> one.notice().interval())
        .containsExactly("2024-03-06", "2024-03-05");
  }

  @Test
  void one_that_never_arrives_is_given_up_after_a_day_and_that_is_seen() {
    told("flights", Route.PROJECT, new Notify.Webhook(Template.of(unused()), Map.of()));
    ends("flights", 5, SlotState.FAILED, "because");
    courier.round();
    assertThat(said)
        .singleElement()
        .asString()
        .startsWith("notice flights/2024-03-05/failed/1/1709726400000 to http://127.0.0.1:")
        .contains(
            "/…: not delivered, and tried again for 24 h: cannot be reached (ConnectException")
        .doesNotContain("s3cret");

    clock.by(Duration.ofHours(24));
    courier.round();
    assertThat(notices.waiting()).as("a day old, and not older").hasSize(1);
    clock.by(Duration.ofMinutes(15));
    courier.round();

    assertThat(notices.waiting()).isEmpty();
    assertThat(said.get(said.size() - 1)).contains("given up after 24 h: cannot be reached");
    assertThat(notices.lost(NOON, 9)).extracting(Notices.Lost::fate).containsExactly("given-up");
  }

  /** Where nobody listens. */
  private static String unused() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://127.0.0.1:" + socket.getLocalPort() + "/s3cret";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void one_that_does_not_answer_keeps_no_other_waiting() throws IOException {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (ServerSocket silent = new ServerSocket(0, 9, InetAddress.getLoopbackAddress());
        Deliveries hasty = new Deliveries(folder, clock, Duration.ofMillis(900))) {
      String url = "http://127.0.0.1:" + silent.getLocalPort();
      told("planes", "job planes", new Notify.Webhook(Template.of(url), Map.of()));
      ends("planes", 5, SlotState.FAILED, "because");
      ends("flights", 5, SlotState.FAILED, "because");
      courier = courier("a", hasty, threads);

      courier.round();
      await().until(() -> hook.requests.size() == 1);
      assertThat(courier.isIdle()).as("the other is being tried").isFalse();
      await().until(courier::isIdle);

      assertThat(notices.waiting())
          .extracting(one -> one.name() + ": " + one.problem())
          .singleElement()
          .asString()
          .matches("job planes: (no answer within .*|cannot be reached \\(HttpTimeout.*)");
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void a_storm_is_one_message_a_minute_that_says_what_and_how_many() {
    for (int day = 1; day <= 31; day++) {
      ends("flights", day, SlotState.FAILED, "disk full on day " + day);
      told("job" + day, Route.PROJECT, hook.webhook());
      ends("job" + day, 5, SlotState.REFUSED, "too few rows");
    }
    ends("flights", 32, SlotState.PUBLISHED, "published");

    courier.round();
    rounds(1, "PT59S", 3);
    rounds(1, "PT1M", 3);

    String body = hook.requests.get(0).body();
    assertThat(body)
        .startsWith(
            "{\"text\":\"63 notices:\\nflights failed: 31 intervals, 2024-03-01 … 2024-03-31; the"
                + " last: disk full on day 31\\nflights recovered: 2024-04-01; published\\njob1"
                + " refused: 2024-03-05; too few rows\\n")
        .contains("\\nand more of 13 kinds\\n  nightjar schedule status --project /p\"");
    assertThat(body.split("\"key\":", -1)).as("its own, and one of each").hasSize(1 + 1 + 63);
    assertThat(hook.keys().get(0))
        .startsWith("several/flights/2024-03-01/failed/1/")
        .endsWith("/63");
  }

  @Test
  void a_thousand_go_together_and_the_message_stays_short() {
    ends("flights", 5, SlotState.FAILED, "x".repeat(4_000));
    Notices.Carrier carrier =
        new Notices.Carrier("a", NOON, NOON.plusSeconds(9), Duration.ofSeconds(2));
    Notice one =
        notices
            .take(Route.PROJECT, List.of("flights"), any -> true, carrier, 1)
            .orElseThrow()
            .notices()
            .get(0);
    List<Notice> thousand = Collections.nCopies(1_000, one);

    Message message = Message.of(new Parcel("k", Route.PROJECT, thousand, 0), new Here(), false);

    assertThat(message.text())
        .startsWith("1000 notices:\nflights failed: 1000 intervals, 2024-03-05 … 2024-03-05; the ");
    assertThat(message.json()).contains(",\"count\":1000,").hasSizeLessThan(200_000);
    assertThat(message.environment()).containsEntry("NIGHTJAR_NOTICES", "1000");
  }

  @Test
  void what_nobody_has_thought_of_is_told_once_and_the_next_round_goes_on() {
    ends("flights", 5, SlotState.FAILED, "because");
    Sender odd =
        (to, name, message) -> {
          throw new IllegalStateException("odd");
        };
    Courier broken = courier("a", odd, Runnable::run);
    broken.round();
    broken.round();
    assertThat(said)
        .containsExactly(
            "notices to ${env:ALERT_URL}: unexpected: java.lang.IllegalStateException: odd");
    courier.round();
    assertThat(hook.requests).hasSize(1);
  }

  @Test
  void a_scheduler_that_dies_before_it_says_so_is_followed_by_one_that_sends_the_same_key() {
    ends("flights", 5, SlotState.FAILED, "because");
    Sender dying =
        (to, name, message) -> {
          deliveries.send(to, name, message);
          throw new AssertionError("killed");
        };
    assertThatThrownBy(courier("a", dying, Runnable::run)::round).hasMessage("killed");
    assertThat(hook.requests).hasSize(1);
    courier = courier("b");
    rounds(1, "PT62S", 2);
    rounds(2, "PT0.001S", 2);

    assertThat(hook.keys().get(1)).isEqualTo(hook.keys().get(0));
    assertThat(notices.waiting()).isEmpty();
  }

  @Test
  void a_recovery_is_told_to_those_who_were_told_of_the_trouble() {
    routes.put(
        "flights",
        new Route(Route.PROJECT, EnumSet.of(Event.FAILED, Event.RECOVERED), hook.webhook()));
    ends("flights", 5, SlotState.REFUSED, "because");
    ends("flights", 6, SlotState.PUBLISHED, "published");
    courier.round();
    assertThat(hook.requests).isEmpty();
    ends("flights", 7, SlotState.FAILED, "because");
    courier.round();
    ends("flights", 8, SlotState.PUBLISHED, "published");
    rounds(2, "PT1M", 2);

    assertThat(hook.requests.get(1).body())
        .startsWith(
            "{\"text\":\"flights 2024-03-08 is published: the job is well again after 2024-03-07"
                + " (trouble since 2024-03-06T12:00:00Z)\\nwhy: published\\nreaders: see"
                + " 2024-03-08; look whether 2024-03-07 is still wanted\\n  nightjar schedule"
                + " trigger flights --interval 2024-03-07 --project /p\\nlog: ");
  }

  @Test
  void what_a_run_says_cannot_break_out_of_the_message_nor_tell_secrets() {
    ends("flights", 5, SlotState.FAILED, "\"},\n\u2028\\ 🦉 \ud800 hunter2 " + "x".repeat(9_000));

    courier.round();

    assertThat(hook.requests.get(0).body())
        .contains("\"reason\":\"\\\"}, \\\\ 🦉 ? ${env:PASSWORD} xxx")
        .doesNotContain("hunter2")
        .hasSizeLessThan(3_000);
  }

  @Test
  void what_goes_on_too_long_is_ended_with_all_it_has_started() {
    told("flights", "job flights", new Notify.Command(List.of("sh", "-c", NAP + " & wait")));
    ends("flights", 5, SlotState.FAILED, "because");
    try (Deliveries hasty = new Deliveries(folder, clock, Duration.ofMillis(300))) {
      courier("a", hasty, Runnable::run).round();
    }

    assertThat(said).singleElement().asString().contains("has not ended within 0.3 s");
    awaitTheEndOf(NAP);
  }

  private static void awaitTheEndOf(String command) {
    await()
        .until(
            () ->
                ProcessHandle.allProcesses()
                    .noneMatch(one -> one.info().commandLine().orElse("").endsWith(command)));
  }

  @Test
  void a_command_ends_with_its_scheduler_and_is_run_again_by_the_next() {
    Path begun = folder.resolve("begun");
    String script = "test -e begun && exit 0; touch begun; " + NAP + " & wait";
    told("flights", "job flights", new Notify.Command(List.of("sh", "-c", script)));
    ends("flights", 5, SlotState.FAILED, "because");
    ExecutorService threads = Executors.newCachedThreadPool();
    Deliveries ending = new Deliveries(folder, clock, Duration.ofMinutes(5));
    Courier stopped = courier("a", ending, threads);
    try {
      stopped.round();
      await().until(() -> Files.exists(begun));
    } finally {
      ending.close();
    }
    await().until(stopped::isIdle);
    threads.shutdownNow();
    assertThat(said).singleElement().asString().endsWith("the scheduler was stopped");
    awaitTheEndOf(NAP);

    clock.by(Duration.ofSeconds(10));
    courier("b").round();
    assertThat(notices.waiting()).isEmpty();
  }

  /** As messages name this place. */
  private static final class Here implements Message.Site {
    @Override
    public String command(String words) {
      return "nightjar " + words + " --project /p";
    }

    @Override
    public Optional<String> log(Notice notice) {
      return Optional.of(
          "/p/log/" + notice.job() + "/" + notice.interval() + "." + notice.fence() + ".log");
    }

    @Override
    public String redacted(String text) {
      return text.replace("hunter2", "${env:PASSWORD}");
    }
  }
}
