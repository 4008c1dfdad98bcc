package dev.nightjar.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever is asked in whatever order, a ledger answers as a plain memory would. */
class LedgerProperties {
  private static final Instant NOON = Instant.parse("2024-03-06T12:00:00Z");
  private static final Duration MARGIN = Duration.ofSeconds(2);
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final int MOST = 2;

  private static Path folder;
  private static Ledger ledger;
  private static int jobs;

  @BeforeContainer
  static void open() throws IOException {
    folder = Files.createTempDirectory("nightjar-ledger-");
    ledger = Ledger.open(new LedgerPlace.File(folder.resolve("nightjar.db")));
  }

  @AfterContainer
  static void takeAway() throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  enum Kind {
    REQUEST,
    TAKE,
    TAKE_ANY,
    RENEW,
    SETTLE,
    CANCEL,
    RESOLVE,
    PAUSE,
    RESUME,
    WAIT
  }

  /** Something that is asked: of one of three slots, by one of two schedulers. */
  record Ask(Kind kind, int slot, int node, SlotState state, int seconds) {}

  @Provide
  Arbitrary<List<Ask>> asks() {
    return Combinators.combine(
            Arbitraries.frequency(
                Tuple.of(4, Kind.REQUEST),
                Tuple.of(4, Kind.TAKE),
                Tuple.of(4, Kind.TAKE_ANY),
                Tuple.of(3, Kind.RENEW),
                Tuple.of(3, Kind.SETTLE),
                Tuple.of(2, Kind.CANCEL),
                Tuple.of(2, Kind.RESOLVE),
                Tuple.of(1, Kind.PAUSE),
                Tuple.of(1, Kind.RESUME),
                Tuple.of(3, Kind.WAIT)),
            Arbitraries.integers().between(1, 3),
            Arbitraries.integers().between(0, 1),
            Arbitraries.of(SlotState.class).filter(state -> state != SlotState.RUNNING),
            Arbitraries.integers().between(0, 15))
        .as(Ask::new)
        .list()
        .ofMinSize(5)
        .ofMaxSize(40);
  }

  @Property(tries = 25)
  void a_ledger_answers_as_a_plain_memory_would(@ForAll("asks") List<Ask> asks) {
    new Play("job-" + jobs++).play(asks);
  }

  /** One job's life, in the ledger and in memory. */
  private static final class Play {
    private final String job;
    private final NaiveLedger naive = new NaiveLedger(MARGIN, MOST);
    private final Map<String, Lease> leases = new HashMap<>();
    private Instant now = NOON;
    private long tokens;

    Play(String job) {
      this.job = job;
    }

    void play(List<Ask> asks) {
      for (Ask ask : asks) {
        now = now.plusMillis(1);
        step(ask);
        compare(ask);
      }
    }

    private Slot slot(int n) {
      Instant start = NOON.plusSeconds(86_400L * n);
      return Slot.due(job, "day-" + n, start, start.plusSeconds(86_400), Cause.SCHEDULE, now);
    }

    private void step(Ask ask) {
      Slot slot = slot(ask.slot());
      String name = slot.interval();
      Lease lease = leases.get(name + ask.node());
      switch (ask.kind()) {
        case REQUEST -> same(ask, ledger.request(slot), naive.request(name, now));
        case TAKE -> take(ask, slot);
        case TAKE_ANY -> {
          List<String> takeable = naive.takeable(now);
          if (!takeable.isEmpty()) {
            String first = takeable.get(0);
            take(ask, slot(Integer.parseInt(first.substring(first.length() - 1))));
          }
        }
        case RENEW -> {
          if (lease != null) {
            Instant until = now.plus(LEASE);
            same(ask, ledger.renew(slot, lease, until), naive.renew(name, lease, until));
          }
        }
        case SETTLE -> {
          if (lease != null) {
            Ending ending =
                new Ending(
                    ask.state(),
                    now.plusSeconds(ask.seconds()),
                    "so it came",
                    OptionalLong.of(0),
                    token(ask.state()));
            same(ask, ledger.settle(slot, lease, ending, now), naive.settle(name, lease, ending));
          }
        }
        case CANCEL -> same(ask, ledger.cancel(job, name, "why", now), naive.cancel(name, now));
        case RESOLVE -> {
          OptionalLong token = token(ask.state());
          same(
              ask,
              ledger.resolve(job, name, ask.state(), token, "files", now),
              naive.resolve(name, ask.state(), token, now));
        }
        case PAUSE -> {
          ledger.pause(job, "nina", now);
          naive.pause();
        }
        case RESUME -> same(ask, ledger.resume(job), naive.resume());
        case WAIT -> now = now.plusSeconds(ask.seconds());
      }
    }

    private OptionalLong token(SlotState state) {
      return state == SlotState.PUBLISHED ? OptionalLong.of(++tokens) : OptionalLong.empty();
    }

    private void take(Ask ask, Slot slot) {
      String node = "node-" + ask.node();
      Instant until = now.plus(LEASE);
      UUID asked = UUID.randomUUID();
      Optional<Lease> taken = ledger.take(slot, node, now, MARGIN, until, MOST, asked);
      same(ask, taken, naive.take(slot.interval(), node, now, until));
      taken.ifPresent(
          lease -> {
            leases.put(slot.interval() + ask.node(), lease);
            assertThat(ledger.take(slot, node, now, MARGIN, until, MOST, asked)).contains(lease);
          });
    }

    private static void same(Ask ask, Object real, Object expected) {
      assertThat(real).as("%s", ask).isEqualTo(expected);
    }

    private void compare(Ask ask) {
      assertThat(
              ledger.takeable(now, MARGIN).stream()
                  .filter(slot -> slot.job().equals(job))
                  .map(Slot::interval))
          .as("takeable after %s", ask)
          .containsExactlyElementsOf(naive.takeable(now));
      List<Slot> slots = ledger.slots(job, 10);
      assertThat(slots).hasSize(naive.slots.size());
      for (Slot slot : slots) {
        NaiveLedger.Entry entry = naive.slots.get(slot.interval());
        assertThat(slot.state()).as("state after %s", ask).isEqualTo(entry.state);
        assertThat(slot.tries()).as("tries after %s", ask).isEqualTo(entry.tries);
        assertThat(slot.notBefore()).as("not before, after %s", ask).isEqualTo(entry.notBefore);
        assertThat(slot.token()).as("token after %s", ask).isEqualTo(entry.token);
        assertThat(slot.lease())
            .as("lease after %s", ask)
            .isEqualTo(
                entry.fence == 0
                    ? Optional.empty()
                    : Optional.of(new Lease(entry.holder, entry.fence, entry.until)));
      }
    }
  }
}
