package dev.nightjar.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** One job's slots in plain memory, by the words of {@link Ledger}'s documentation alone. */
final class NaiveLedger {
  /** A slot as it stands. */
  static final class Entry {
    SlotState state = SlotState.DUE;
    int tries;
    Instant notBefore;
    String holder = "";
    long fence;
    Instant until = Instant.EPOCH;
    boolean isCancelAsked;
    OptionalLong token = OptionalLong.empty();

    Entry(Instant notBefore) {
      this.notBefore = notBefore;
    }

    private boolean isHeldBy(Lease lease) {
      return state == SlotState.RUNNING && holder.equals(lease.node()) && fence == lease.fence();
    }
  }

  final TreeMap<String, Entry> slots = new TreeMap<>();
  private final Duration margin;
  private final int most;
  private boolean isPaused;

  NaiveLedger(Duration margin, int most) {
    this.margin = margin;
    this.most = most;
  }

  boolean request(String interval, Instant now) {
    Entry there = slots.get(interval);
    if (there == null) {
      slots.put(interval, new Entry(now));
      return true;
    }
    if (!there.state.isEnd()) {
      return false;
    }
    there.state = SlotState.DUE;
    there.tries = 0;
    there.notBefore = now;
    return true;
  }

  private boolean isOver(Entry entry, Instant now) {
    return entry.state == SlotState.RUNNING && entry.until.isBefore(now.minus(margin));
  }

  private boolean isTakeable(Entry entry, Instant now) {
    return isOver(entry, now) || (entry.state == SlotState.DUE && !entry.notBefore.isAfter(now));
  }

  List<String> takeable(Instant now) {
    List<String> names = new ArrayList<>();
    slots.forEach(
        (name, entry) -> {
          if (!isPaused && isTakeable(entry, now)) {
            names.add(name);
          }
        });
    return names;
  }

  Optional<Lease> take(String interval, String node, Instant now, Instant until) {
    Entry entry = slots.get(interval);
    if (entry == null) {
      return Optional.empty();
    }
    if (isOver(entry, now) && entry.isCancelAsked) {
      entry.state = SlotState.CANCELLED;
    }
    long running =
        slots.values().stream()
            .filter(other -> other != entry)
            .filter(other -> other.state == SlotState.RUNNING && !isOver(other, now))
            .count();
    if (isPaused || !isTakeable(entry, now) || running >= most) {
      return Optional.empty();
    }
    entry.state = SlotState.RUNNING;
    entry.tries++;
    entry.holder = node;
    entry.fence++;
    entry.until = until;
    entry.isCancelAsked = false;
    return Optional.of(new Lease(node, entry.fence, until));
  }

  Renewal renew(String interval, Lease lease, Instant until) {
    Entry entry = slots.get(interval);
    if (!entry.isHeldBy(lease)) {
      return Renewal.LOST;
    }
    entry.until = until;
    return entry.isCancelAsked ? Renewal.CANCEL_ASKED : Renewal.RENEWED;
  }

  boolean settle(String interval, Lease lease, Ending ending) {
    Entry entry = slots.get(interval);
    if (!entry.isHeldBy(lease)) {
      return false;
    }
    entry.state = ending.state();
    entry.notBefore = ending.notBefore();
    entry.token = ending.token().isPresent() ? ending.token() : entry.token;
    return true;
  }

  Ledger.Cancelled cancel(String interval, Instant now) {
    Entry entry = slots.get(interval);
    if (entry == null || entry.state.isEnd()) {
      return Ledger.Cancelled.NOT_RUNNING;
    }
    if (entry.state == SlotState.DUE || entry.until.isBefore(now)) {
      entry.state = SlotState.CANCELLED;
      return Ledger.Cancelled.AT_ONCE;
    }
    entry.isCancelAsked = true;
    return Ledger.Cancelled.ASKED;
  }

  boolean resolve(String interval, SlotState state, OptionalLong token, Instant now) {
    Entry entry = slots.get(interval);
    if (entry == null
        || (entry.state == SlotState.RUNNING && !entry.until.isBefore(now))
        || (entry.state == state && entry.token.equals(token))) {
      return false;
    }
    entry.state = state;
    entry.token = token;
    entry.notBefore = now;
    return true;
  }

  void pause() {
    isPaused = true;
  }

  boolean resume() {
    boolean was = isPaused;
    isPaused = false;
    return was;
  }
}
