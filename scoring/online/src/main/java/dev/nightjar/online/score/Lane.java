package dev.nightjar.online.score;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Requests of one kind, of which a thread takes as many as wait, up to a number, and works on them
 * together. Nothing waits for company: where no other waits, one is worked on alone. Thread-safe.
 *
 * @param <I> what comes in
 * @param <O> what comes out
 */
public final class Lane<I, O> {
  private final int most;
  private final Function<List<I>, List<Supplier<O>>> work;
  private final ConcurrentLinkedQueue<Entry<I, O>> waiting = new ConcurrentLinkedQueue<>();

  /**
   * @param most how many are worked on together
   * @param work gives for each input, in order, what it comes to; a supplier may throw
   */
  public Lane(int most, Function<List<I>, List<Supplier<O>>> work) {
    this.most = most;
    this.work = work;
  }

  /**
   * One request on its way.
   *
   * @param expectedNanos what was counted for it when it was taken
   */
  record Entry<I, O>(
      I input, long expectedNanos, ScoringQueue.Deadline deadline, CompletableFuture<O> result) {}

  void add(Entry<I, O> entry) {
    waiting.add(entry);
  }

  void remove(Entry<I, O> entry) {
    waiting.remove(entry);
  }

  /** Those that are worked on next; none when others have taken them along. */
  List<Entry<I, O>> next() {
    List<Entry<I, O>> entries = new ArrayList<>();
    while (entries.size() < most) {
      Entry<I, O> entry = waiting.poll();
      if (entry == null) {
        break;
      }
      entries.add(entry);
    }
    return entries;
  }

  List<Supplier<O>> work(List<I> inputs) {
    return work.apply(inputs);
  }
}
