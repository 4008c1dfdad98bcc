package dev.nightjar.schedule.node;

import dev.nightjar.ledger.Cause;
import dev.nightjar.ledger.Slot;
import dev.nightjar.ledger.SlotState;
import dev.nightjar.schedule.Gate;
import dev.nightjar.schedule.Interval;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The slots of which this node looks whether what they wait for is there. It looks by an executor,
 * for a file system may take its time. Not thread-safe.
 */
final class Waiting {
  private final GateKeeper keeper;
  private final Executor executor;
  private final Runnable wake;
  private final Map<String, CompletableFuture<Optional<String>>> looks = new TreeMap<>();

  /**
   * @param wake called when there is something to be told, from any thread
   */
  Waiting(GateKeeper keeper, Executor executor, Runnable wake) {
    this.keeper = keeper;
    this.executor = executor;
    this.wake = wake;
  }

  /** What is known of a slot. */
  sealed interface Look {}

  /** It may be run. */
  record Open() implements Look {}

  /** Somebody is looking. */
  record Looking() implements Look {}

  /**
   * It may not be run.
   *
   * @param what is missing, for people
   */
  record Closed(String what) implements Look {}

  /**
   * Looks, or tells what was seen; whoever is told {@link Closed} must wait before asking again.
   */
  Look at(Slot slot, JobFile.Sound job, Optional<Interval> interval) {
    boolean hasBegun = slot.state() == SlotState.RUNNING;
    if (job.readiness().gates().isEmpty() || hasBegun || isAskedFor(slot) || interval.isEmpty()) {
      return new Open();
    }
    CompletableFuture<Optional<String>> look =
        looks.computeIfAbsent(slot.label(), label -> begin(job, interval.get()));
    if (!look.isDone()) {
      return new Looking();
    }
    looks.remove(slot.label());
    return look.join().<Look>map(Closed::new).orElseGet(Open::new);
  }

  /** Whoever asks for an interval by name means now. */
  private static boolean isAskedFor(Slot slot) {
    return slot.cause() == Cause.TRIGGER || slot.cause() == Cause.BACKFILL;
  }

  private CompletableFuture<Optional<String>> begin(JobFile.Sound job, Interval interval) {
    CompletableFuture<Optional<String>> look =
        CompletableFuture.supplyAsync(() -> missing(job, interval), executor);
    var unused = look.whenComplete((missing, failed) -> wake.run());
    return look;
  }

  private Optional<String> missing(JobFile.Sound job, Interval interval) {
    for (Gate gate : job.readiness().gates()) {
      try {
        Optional<String> missing = keeper.missing(job.name(), interval, gate);
        if (missing.isPresent()) {
          return missing;
        }
      } catch (IOException e) {
        return Optional.of(gate.shown(interval) + " cannot be looked for: " + e.getMessage());
      } catch (RuntimeException e) {
        return Optional.of(gate.shown(interval) + " cannot be looked for: " + e);
      }
    }
    return Optional.empty();
  }

  /** Until when a slot waits. */
  static Instant until(Slot slot, JobFile.Sound job) {
    return slot.scheduled().plus(job.readiness().atMost());
  }
}
