package dev.nightjar.schedule.node;

import dev.nightjar.ledger.Cause;
import dev.nightjar.ledger.Ending;
import dev.nightjar.ledger.Lease;
import dev.nightjar.ledger.Slot;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A slot that this node has taken, from the lease to what became of it. What may take its time
 * (asking what is published, starting a process) is done by an executor, so that leases are renewed
 * meanwhile. Thread-safe.
 */
final class Attempt {
  /** A run is stopped so long before its lease ends: what is killed is not gone at once. */
  private static final Duration BEFORE_THE_END = Duration.ofSeconds(1);

  private final Slot slot;
  private final Lease lease;
  private final Verdict verdict;
  private final Launcher launcher;
  private final Clock clock;
  private final CompletableFuture<Ending> ending = new CompletableFuture<>();
  private Instant renewed;
  private Instant until;
  private Optional<Instant> started = Optional.empty();
  private Optional<Stop> stop = Optional.empty();
  private Launcher.@Nullable Child child;

  Attempt(Slot slot, Lease lease, Verdict verdict, Launcher launcher, Instant now) {
    this.slot = slot;
    this.lease = lease;
    this.verdict = verdict;
    this.launcher = launcher;
    this.clock = verdict.clock();
    this.renewed = now;
    this.until = lease.until();
  }

  Slot slot() {
    return slot;
  }

  Lease lease() {
    return lease;
  }

  /** Sets it going. What it comes to is told by {@link #ending}. */
  void begin(Executor executor) {
    executor.execute(
        () -> {
          try {
            beginNow(executor);
          } catch (RuntimeException e) {
            ending.complete(verdict.notStarted(e.toString()));
          }
        });
  }

  private void beginNow(Executor executor) {
    OptionalLong before;
    try {
      before = verdict.results().published(slot.job(), verdict.interval());
    } catch (IOException e) {
      ending.complete(verdict.later(String.valueOf(e.getMessage())));
      return;
    }
    boolean isAsked = slot.cause() == Cause.TRIGGER || slot.cause() == Cause.BACKFILL;
    if (before.isPresent() && !isAsked) {
      ending.complete(verdict.alreadyPublished(before.getAsLong()));
    } else if (verdict.isDeadly()) {
      ending.complete(verdict.deadly());
    } else if (stopped().isPresent()) {
      ending.complete(verdict.stopped(stopped().get()));
    } else {
      start(executor, before);
    }
  }

  private void start(Executor executor, OptionalLong before) {
    Launcher.Child running;
    try {
      running =
          launcher.start(
              new Launcher.Order(slot.job(), verdict.interval(), slot.cause(), lease.fence()));
    } catch (IOException e) {
      ending.complete(verdict.notStarted(String.valueOf(e.getMessage())));
      return;
    }
    runs(running);
    running
        .exit()
        .thenAcceptAsync(
            code -> ending.complete(verdict.of(code, before, stopped(), running.lastWords())),
            executor)
        .exceptionally(
            e -> {
              ending.complete(verdict.notStarted(e.toString()));
              return null;
            });
  }

  private synchronized void runs(Launcher.Child running) {
    child = running;
    started = Optional.of(clock.instant());
    stop.ifPresent(this::end);
  }

  /** Stops it. What was already stopped for another reason is only ended with more haste. */
  synchronized void stop(Stop why) {
    if (stop.isEmpty() || (why.isUrgent() && !stop.get().isUrgent())) {
      stop = Optional.of(why);
      end(why);
    }
  }

  private synchronized void end(Stop why) {
    if (child != null && why.isUrgent()) {
      child.kill();
    } else if (child != null) {
      child.stop();
    }
  }

  /** Why it is being stopped, if it is. */
  synchronized Optional<Stop> stopped() {
    return stop;
  }

  /** Stops it when its lease is about to end, or it has run for too long. */
  synchronized void watch(Instant now) {
    if (ending.isDone()) {
      return;
    }
    if (!now.isBefore(until.minus(BEFORE_THE_END))) {
      stop(Stop.LEASE_RAN_OUT);
    }
    Optional<Instant> latest = started.flatMap(at -> verdict.job().runs().timeout().map(at::plus));
    if (latest.filter(end -> !now.isBefore(end)).isPresent()) {
      stop(Stop.TIMED_OUT);
    }
  }

  /** When its lease is to be renewed. */
  synchronized boolean isToBeRenewed(Instant now) {
    return !now.isBefore(renewed.plus(verdict.settings().renew()));
  }

  /** Its lease goes on. */
  synchronized void renewed(Instant now, Instant end) {
    renewed = now;
    until = end;
  }

  /** What became of it, once nothing of it runs any more; never fails. */
  CompletableFuture<Ending> ending() {
    return ending;
  }
}
