package dev.nightjar.notice;

import dev.nightjar.config.ConfigurationException;
import dev.nightjar.ledger.LedgerException;
import dev.nightjar.ledger.Notices;
import dev.nightjar.ledger.Notices.Carrier;
import dev.nightjar.ledger.Parcel;
import dev.nightjar.notice.Sender.Sent;
import java.io.Closeable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Brings notices to those who are to be told, each at least once and those of a job in their order.
 * A receiver is served by one scheduler at a time, and each by itself: one that does not answer
 * keeps no other waiting. {@link #round} is called by one thread, again and again.
 */
public final class Courier {
  /** A message that cannot be delivered is given up when what it tells is so old. */
  public static final Duration GIVEN_UP_AFTER = Duration.ofHours(24);

  /** What comes within so long after a message goes together in the next. */
  static final Duration BETWEEN = Duration.ofMinutes(1);

  static final int MOST_TOGETHER = 1_000;
  private static final String LEDGER = "the ledger";
  private static final Duration FIRST_WAIT = Duration.ofSeconds(10);
  private static final Duration MOST_WAIT = Duration.ofMinutes(15);
  private static final Duration MOST_ASKED_FOR = Duration.ofHours(1);

  /** Longer than any delivery may take. */
  private static final Duration LEASE = Duration.ofSeconds(60);

  private static final Duration MARGIN = Duration.ofSeconds(2);
  private static final Duration KEPT = Duration.ofDays(30);
  private static final Duration BETWEEN_PRUNES = Duration.ofHours(1);

  private final String node;
  private final Notices notices;
  private final Tools tools;
  private final Set<String> busy = ConcurrentHashMap.newKeySet();
  private final Map<String, Runnable> unmarked = new ConcurrentHashMap<>();
  private final Map<String, String> told = new ConcurrentHashMap<>();
  private Instant nextPrune = Instant.MIN;

  /**
   * What a courier works with.
   *
   * @param routes where notices go
   * @param sender delivers
   * @param site what messages say of this place
   * @param executor deliveries, several at once
   * @param clock that of this machine
   * @param say is told what happens, a line each, from any thread
   */
  public record Tools(
      Routes routes,
      Sender sender,
      Message.Site site,
      Executor executor,
      Clock clock,
      Consumer<String> say) {}

  /** A courier of a scheduler of that name. */
  public Courier(String node, Notices notices, Tools tools) {
    this.node = node;
    this.notices = notices;
    this.tools = tools;
  }

  /** Begins to deliver what can be delivered now. A ledger that does not answer is asked later. */
  public void round() {
    try {
      Map<String, Load> loads = new TreeMap<>();
      for (String job : notices.jobs()) {
        route(job)
            .ifPresent(
                route ->
                    loads
                        .computeIfAbsent(route.name(), any -> new Load(route, new ArrayList<>()))
                        .jobs()
                        .add(job));
      }
      for (Load load : loads.values()) {
        if (busy.add(load.route().name())) {
          tools.executor().execute(() -> serve(load.route(), load.jobs()));
        }
      }
      Instant now = now();
      if (!now.isBefore(nextPrune)) {
        nextPrune = now.plus(BETWEEN_PRUNES);
        notices.prune(now.minus(KEPT));
      }
      told.remove(LEDGER);
    } catch (LedgerException e) {
      sayOnce(LEDGER, "notices wait: " + e.getMessage());
    }
  }

  /**
   * Goes round once a second on a thread of its own until what is returned is closed, which waits
   * for nothing: what is under way is delivered again by whoever is there.
   */
  public Closeable start() {
    ScheduledExecutorService rounds =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "notify");
              thread.setDaemon(true);
              return thread;
            });
    var unused = rounds.scheduleWithFixedDelay(this::roundAndGoOn, 0, 1, TimeUnit.SECONDS);
    return rounds::shutdownNow;
  }

  /** Nobody would be told any more, by what nobody has thought of. */
  private void roundAndGoOn() {
    try {
      round();
    } catch (RuntimeException e) {
      sayOnce("unexpected", "notices: unexpected, and it goes on: " + e);
    }
  }

  /** Whether nothing is being delivered. */
  public boolean isIdle() {
    return busy.isEmpty();
  }

  /** What may go one way. */
  private record Load(Route route, List<String> jobs) {}

  private Optional<Route> route(String job) {
    try {
      Optional<Route> route = tools.routes().of(job);
      told.remove(job);
      if (route.isEmpty()) {
        notices.unasked(job, now());
      }
      return route;
    } catch (ConfigurationException e) {
      sayOnce(job, "notices of " + job + " wait until its files are mended: " + e.getMessage());
      return Optional.empty();
    }
  }

  private void serve(Route route, List<String> jobs) {
    try {
      Runnable unanswered = unmarked.get(route.name());
      if (unanswered != null) {
        unanswered.run();
        unmarked.remove(route.name());
      }
      Instant now = now();
      Carrier carrier = new Carrier(node, now, now.plus(LEASE), MARGIN);
      Optional<Parcel> parcel =
          notices.take(route.name(), jobs, route::isAsked, carrier, MOST_TOGETHER);
      if (parcel.isPresent()) {
        deliver(route, parcel.get());
      }
    } catch (LedgerException e) {
      // What was sent is marked in the next round. Should this process end before, it goes out
      // again when the lease has ended, with the same key.
      sayOnce(LEDGER, "notices wait: " + e.getMessage());
    } catch (RuntimeException e) {
      // On a thread of others nobody would hear of it.
      sayOnce(route.name(), "notices to " + route.receiver().shown() + ": unexpected: " + e);
    } finally {
      busy.remove(route.name());
    }
  }

  private void deliver(Route route, Parcel parcel) {
    Message message = Message.of(parcel, tools.site(), false);
    Sent sent = tools.sender().send(route.receiver(), route.name(), message);
    Instant now = now();
    Runnable mark = () -> mark(route, parcel, sent, now);
    unmarked.put(route.name(), mark);
    mark.run();
    unmarked.remove(route.name());
  }

  /** What the ledger is asked here may be asked twice. */
  private void mark(Route route, Parcel parcel, Sent sent, Instant now) {
    Carrier carrier = new Carrier(node, now, now, MARGIN);
    String what = "notice " + parcel.key() + " to " + route.receiver().shown();
    if (sent instanceof Sent.Arrived) {
      notices.delivered(parcel, carrier, now.plus(BETWEEN));
      told.remove(route.name());
      say(what + ": delivered");
    } else if (sent instanceof Sent.Refused refused) {
      notices.refused(parcel, refused.problem(), carrier, now.plus(BETWEEN));
      say(what + ": not delivered, and not tried again: " + refused.problem());
    } else if (sent instanceof Sent.Again again) {
      Instant next = now.plus(wait(again, parcel.failures()));
      int lost = notices.failed(parcel, again.problem(), carrier, next, now.minus(GIVEN_UP_AFTER));
      if (lost > 0) {
        say(what + ": given up after " + GIVEN_UP_AFTER.toHours() + " h: " + again.problem());
      } else {
        String problem = "not delivered, and tried again for " + GIVEN_UP_AFTER.toHours() + " h: ";
        sayOnce(route.name(), what + ": " + problem + again.problem());
      }
    }
  }

  /** Doubled with each failure, or as the receiver asks for. */
  static Duration wait(Sent.Again again, int failures) {
    Duration usual = MOST_WAIT;
    if (failures < Long.SIZE - Long.numberOfLeadingZeros(MOST_WAIT.dividedBy(FIRST_WAIT))) {
      Duration doubled = FIRST_WAIT.multipliedBy(1L << failures);
      usual = doubled.compareTo(MOST_WAIT) < 0 ? doubled : MOST_WAIT;
    }
    Duration asked = again.asked().orElse(usual);
    Duration wait = asked.compareTo(usual) < 0 ? usual : asked;
    return wait.compareTo(MOST_ASKED_FOR) < 0 ? wait : MOST_ASKED_FOR;
  }

  private void sayOnce(String about, String line) {
    if (!line.equals(told.put(about, line))) {
      say(line);
    }
  }

  private void say(String line) {
    tools.say().accept(line);
  }

  private Instant now() {
    return tools.clock().instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
