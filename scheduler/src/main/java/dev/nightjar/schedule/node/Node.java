package dev.nightjar.schedule.node;

import dev.nightjar.ledger.Lease;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.LedgerException;
import dev.nightjar.ledger.Renewal;
import dev.nightjar.ledger.Slot;
import dev.nightjar.ledger.Try;
import dev.nightjar.schedule.Interval;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A scheduler. {@link #run} goes round once a second, or at once when somebody calls {@link #wake},
 * and ends after {@link #stop}; all else happens on the thread that runs it, but for {@link
 * #watch}, which keeps runs to their leases also while a ledger makes that thread wait.
 */
public final class Node {
  private static final System.Logger LOG = System.getLogger(Node.class.getName());
  private static final long LOOK_MILLIS = 1_000;
  private static final long WATCH_MILLIS = 250;

  private final NodeSettings settings;
  private final Ledger ledger;
  private final JobBook jobs;
  private final Tools tools;
  private final Running running;
  private final Outage outage;
  private final ClockCheck clocks;
  private final Waiting waiting;
  private final Instant started;
  private final Semaphore woken = new Semaphore(0);
  private Instant nextReload = Instant.MIN;
  private Instant nextSeen = Instant.MIN;
  private Optional<Asked> unanswered = Optional.empty();
  private String unexpected = "";
  private List<JobFile> known = List.of();
  private boolean isIdle;
  private volatile boolean isStopping;
  private volatile Glance glance = new Glance(List.of(), 0, Optional.empty());

  /**
   * How it stands, for whoever looks on.
   *
   * @param jobs as it has last read them, by name
   * @param outages how often its ledger has stopped to answer
   * @param outageSince since when it does not answer; empty while it does
   */
  public record Glance(List<JobFile> jobs, long outages, Optional<Instant> outageSince) {}

  /**
   * What a node works with.
   *
   * @param jobs the jobs of its project
   * @param launcher starts runs
   * @param results tells what is published
   * @param gates looks for what runs wait for
   * @param timer wakes it when jobs are due
   * @param executor does what may take its time, several things at once
   * @param clock that of this machine
   * @param say is told what happens, a line each, from any thread
   */
  public record Tools(
      JobSource jobs,
      Launcher launcher,
      ResultIndex results,
      GateKeeper gates,
      Timer timer,
      Executor executor,
      Clock clock,
      Consumer<String> say) {}

  /**
   * A lease that is asked for. Asked again by the same name, it is the same lease.
   *
   * @param interval of the slot; empty when the job has other ones by now
   */
  private record Asked(
      Slot slot, JobFile.Sound job, Optional<Interval> interval, List<Try> tries, UUID name) {}

  /** A node on a ledger, which stands still until it is run. */
  public Node(NodeSettings settings, Ledger ledger, Tools tools) {
    this.settings = settings;
    this.ledger = ledger;
    this.tools = tools;
    this.jobs = new JobBook(tools.jobs(), ledger, settings.misfire(), tools.say());
    this.running = new Running(settings, ledger, tools.say());
    this.outage = new Outage(tools.say());
    this.clocks = new ClockCheck(ledger, tools.clock(), tools.say());
    this.waiting = new Waiting(tools.gates(), tools.executor(), this::wake);
    this.started = now();
  }

  /** Goes round until it is stopped and nothing of it runs any more. */
  public void run() {
    watched(
        () -> {
          while (!isOver()) {
            turnAndGoOn();
            await();
          }
        });
  }

  /** Goes round until nothing is left to be done now. */
  public void runOnce() {
    watched(
        () -> {
          turn();
          while (!isOver() && !isIdle) {
            await();
            turn();
          }
        });
  }

  private void watched(Runnable loop) {
    ScheduledExecutorService watching =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "watch-leases");
              thread.setDaemon(true);
              return thread;
            });
    var unused = watching.scheduleAtFixedRate(this::watch, 0, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    try {
      loop.run();
    } finally {
      watching.shutdownNow();
    }
  }

  /** Takes no more, stops what runs, and gives it back to be run again. Thread-safe. */
  public void stop() {
    isStopping = true;
    wake();
  }

  /** Goes round at once. Thread-safe. */
  public void wake() {
    woken.release();
  }

  /** Stops each run whose lease is about to end, or that takes too long. Thread-safe. */
  public void watch() {
    running.watch(now());
  }

  /** How it stands, as of its last round. Thread-safe. */
  public Glance glance() {
    return glance;
  }

  /** What has become of the runs that it has taken. Thread-safe. */
  public RunCounts counts() {
    return running.counts();
  }

  /** A scheduler does not end by what nobody has thought of: others' nights hang on it. */
  private void turnAndGoOn() {
    try {
      turn();
    } catch (RuntimeException e) {
      String problem = "unexpected, and it goes on: " + e;
      if (!problem.equals(unexpected)) {
        tools.say().accept(problem);
        LOG.log(Level.ERROR, problem, e);
      }
      unexpected = problem;
    }
  }

  /** Once round. */
  void turn() {
    Instant now = now();
    isIdle = false;
    running.watch(now);
    if (isStopping) {
      running.stopAll();
    }
    if (!now.isBefore(nextReload)) {
      nextReload = now.plus(settings.reload());
      if (jobs.reload()) {
        known = jobs.all();
        tools.timer().set(jobs.scheduled(), this::wake);
      }
    }
    try {
      withLedger(now);
      outage.over(now);
    } catch (LedgerException e) {
      outage.began(e, now);
    }
    glance = new Glance(known, outage.count(), outage.since());
  }

  private void withLedger(Instant now) {
    running.settle(now);
    running.renew(now);
    if (!now.isBefore(nextSeen)) {
      ledger.seen(settings.name(), started, now);
      nextSeen = now.plus(settings.renew());
    }
    if (!isStopping && clocks.agrees()) {
      jobs.advance(now);
      boolean nothing = !take(now);
      // What was begun may have ended at once, and wait to be settled.
      isIdle = nothing && running.isEmpty();
    }
  }

  /** Whether there was anything that this node could have taken. */
  private boolean take(Instant now) {
    if (unanswered.isPresent()) {
      take(unanswered.get(), now);
    }
    if (running.size() >= settings.runs()) {
      return true; // Thousands may wait: they are not read each second for nothing.
    }
    boolean anything = false;
    for (Slot slot : ledger.takeable(now, settings.margin())) {
      Optional<JobFile.Sound> job = jobs.sound(slot.job());
      if (job.isEmpty() || running.has(slot)) {
        continue;
      }
      anything = true;
      if (running.size() < settings.runs()
          && running.of(slot.job()) < job.get().runs().parallel()) {
        takeWhenReady(slot, job.get(), now);
      }
    }
    return anything;
  }

  /** Takes a slot when what it waits for is there; else it is put off, or refused in the end. */
  private void takeWhenReady(Slot slot, JobFile.Sound job, Instant now) {
    Optional<Interval> interval = interval(slot, job);
    Waiting.Look look = waiting.at(slot, job, interval);
    if (look instanceof Waiting.Open) {
      List<Try> tries = ledger.tries(slot.job(), slot.interval());
      take(new Asked(slot, job, interval, tries, UUID.randomUUID()), now);
    } else if (look instanceof Waiting.Closed closed) {
      Instant until = Waiting.until(slot, job);
      if (now.isBefore(until)) {
        Instant again = now.plus(settings.recheck());
        String reason = "waits until " + until + ": " + closed.what();
        if (ledger.postpone(slot, again.isBefore(until) ? again : until, reason)
            && !reason.equals(slot.reason())) {
          tools.say().accept(slot.label() + ": " + reason);
        }
      } else {
        refuse(slot, closed.what(), now);
      }
    }
  }

  private void refuse(Slot slot, String missing, Instant now) {
    String reason = "what it waits for has not come in time (schedule.wait-at-most): " + missing;
    if (ledger.refuse(slot, reason, now)) {
      tools.say().accept(slot.label() + ": refused: " + reason);
    }
  }

  /** Nothing may fail between the lease and the attempt that keeps it. */
  private void take(Asked asked, Instant now) {
    Slot slot = asked.slot();
    unanswered = Optional.of(asked);
    Optional<Lease> lease =
        ledger
            .take(
                slot,
                settings.name(),
                now,
                settings.margin(),
                now.plus(settings.lease()),
                asked.job().runs().parallel(),
                asked.name())
            .flatMap(given -> lasting(slot, given, now));
    unanswered = Optional.empty();
    if (lease.isPresent()) {
      begin(asked, lease.get(), now);
    }
  }

  /** One that was given to an earlier call, whose answer was lost, may have run out meanwhile. */
  private Optional<Lease> lasting(Slot slot, Lease given, Instant now) {
    Instant until = now.plus(settings.lease());
    if (given.until().equals(until)) {
      return Optional.of(given);
    }
    return ledger.renew(slot, given, until) == Renewal.LOST
        ? Optional.empty()
        : Optional.of(new Lease(given.node(), given.fence(), until));
  }

  private void begin(Asked asked, Lease lease, Instant now) {
    Slot slot = asked.slot();
    JobFile.Sound job = asked.job();
    if (asked.interval().isEmpty()) {
      ledger.settle(slot, lease, Verdict.misfit(slot, job, now), now);
      tools.say().accept(slot.label() + ": failed: the job has other intervals by now");
      return;
    }
    List<Try> tries = asked.tries();
    // Those before a person asked for it anew do not count.
    List<Try> counted = tries.subList(Math.max(0, tries.size() - slot.tries()), tries.size());
    int failures = (int) counted.stream().filter(one -> Verdict.isFailure(one.exit())).count();
    int deaths = (int) counted.stream().filter(one -> one.ended().isEmpty()).count();
    Verdict verdict =
        new Verdict(
            job,
            asked.interval().get(),
            failures,
            deaths,
            settings,
            tools.results(),
            tools.clock());
    Attempt attempt = new Attempt(slot, lease, verdict, tools.launcher(), now);
    running.add(attempt);
    String how = slot.cause().word() + ", lease " + lease.fence();
    tools.say().accept(slot.label() + ": taken (" + how + ")");
    attempt.begin(tools.executor());
    var unused = attempt.ending().thenRun(this::wake);
  }

  /** The interval of a slot, as long as the job still has it. */
  private static Optional<Interval> interval(Slot slot, JobFile.Sound job) {
    try {
      Interval interval = Interval.parse(slot.interval(), job.grain(), job.zone());
      return interval.start().equals(slot.start()) && interval.end().equals(slot.end())
          ? Optional.of(interval)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void await() {
    try {
      if (woken.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        woken.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      isStopping = true;
    }
  }

  /** A ledger that does not answer is not waited for: leases end by themselves. */
  private boolean isOver() {
    return isStopping && (running.isEmpty() || (outage.isOn() && running.haveEnded()));
  }

  private Instant now() {
    return tools.clock().instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
