package dev.nightjar.notice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nightjar.ledger.Cause;
import dev.nightjar.ledger.Ending;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.LedgerPlace;
import dev.nightjar.ledger.Notice;
import dev.nightjar.ledger.Notice.Event;
import dev.nightjar.ledger.Notices;
import dev.nightjar.ledger.Slot;
import dev.nightjar.ledger.SlotState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CourierTest {
  private static final Instant NOON = Instant.parse("2024-03-06T12:00:00Z");

  @TempDir Path folder;
  private final Moved clock = new Moved();
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
    return new Courier(
        node,
        notices,
        new Courier.Tools(
            job -> Optional.ofNullable(routes.get(job)),
            deliveries,
            new Here(),
            Runnable::run,
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

  /** A clock that stands still until it is moved. */
  private static final class Moved extends Clock {
    private volatile Instant at = NOON;

    void by(Duration time) {
      at = at.plus(time);
    }

    @Override
    public Instant instant() {
      return at;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
