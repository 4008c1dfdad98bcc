package dev.nightjar.schedule.node;

import dev.nightjar.ledger.Ending;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.Renewal;
import dev.nightjar.ledger.Slot;
import dev.nightjar.ledger.SlotState;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * What a node has taken. {@link #watch} may be called from any thread, all else from the node's
 * alone.
 */
final class Running {
  private final NodeSettings settings;
  private final Ledger ledger;
  private final Consumer<String> say;
  private final List<Attempt> attempts = new CopyOnWriteArrayList<>();
  private final RunCounts counts = new RunCounts();

  Running(NodeSettings settings, Ledger ledger, Consumer<String> say) {
    this.settings = settings;
    this.ledger = ledger;
    this.say = say;
  }

  /** What has become of all that this node has taken. */
  RunCounts counts() {
    return counts;
  }

  void add(Attempt attempt) {
    attempts.add(attempt);
  }

  int size() {
    return attempts.size();
  }

  boolean isEmpty() {
    return attempts.isEmpty();
  }

  /** Whether nothing runs any more of what has not been settled. */
  boolean haveEnded() {
    return attempts.stream().allMatch(attempt -> attempt.ending().isDone());
  }

  /** Whether something of that slot runs here, or has not been settled. */
  boolean has(Slot slot) {
    return attempts.stream()
        .anyMatch(
            attempt ->
                attempt.slot().job().equals(slot.job())
                    && attempt.slot().interval().equals(slot.interval()));
  }

  /** How many slots of a job. */
  int of(String job) {
    return (int) attempts.stream().filter(one -> one.slot().job().equals(job)).count();
  }

  void watch(Instant now) {
    attempts.forEach(attempt -> attempt.watch(now));
  }

  void stopAll() {
    attempts.forEach(attempt -> attempt.stop(Stop.SHUT_DOWN));
  }

  /** Tells the ledger of each that has ended. */
  void settle(Instant now) {
    for (Attempt attempt : List.copyOf(attempts)) {
      if (attempt.ending().isDone()) {
        Ending ending = attempt.ending().join();
        boolean isTaken = ledger.settle(attempt.slot(), attempt.lease(), ending, now);
        attempts.remove(attempt);
        counts.ended(attempt.slot().job(), ending, isTaken);
        say.accept(
            attempt.slot().label()
                + ": "
                + (isTaken
                    ? word(ending) + ending.reason()
                    : "no longer this scheduler's; not told: " + ending.reason()));
      }
    }
  }

  private static String word(Ending ending) {
    boolean isSaid = ending.reason().startsWith(ending.state().word());
    return ending.state() == SlotState.DUE || isSaid ? "" : ending.state().word() + ": ";
  }

  /** Asks for each lease to go on, and stops what it is told to. */
  void renew(Instant now) {
    for (Attempt attempt : attempts) {
      if (attempt.ending().isDone() || !attempt.isToBeRenewed(now)) {
        continue;
      }
      Instant until = now.plus(settings.lease());
      Renewal answer = ledger.renew(attempt.slot(), attempt.lease(), until);
      if (answer == Renewal.LOST) {
        attempt.stop(Stop.LEASE_LOST);
      } else {
        attempt.renewed(now, until);
      }
      if (answer == Renewal.CANCEL_ASKED) {
        attempt.stop(Stop.CANCELLED);
      }
    }
  }
}
