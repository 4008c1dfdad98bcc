package dev.nightjar.online.score;

import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Requests that wait for one of a few threads. One is taken only when, by what is known of those
 * before it, it can be answered within its deadline: whoever must wait in vain is told at once, and
 * no thread works on what nobody waits for any more. Thread-safe.
 */
public final class ScoringQueue implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(1);

  /**
   * Only the third part of the time that is left may be spent waiting and working. The rest is for
   * what nobody can foresee: under overload the sockets' threads are as busy as these.
   */
  private static final int UNFORESEEN = 3;

  /** A body that takes more than this part of the deadline to come begins a new one. */
  private static final int SLOW = 2;

  private final int capacity;
  private final int threads;
  private final LongSupplier nanoTime;
  private final ThreadPoolExecutor pool;
  private final AtomicLong expected = new AtomicLong();
  private final AtomicLong announced = new AtomicLong();
  private final AtomicInteger working = new AtomicInteger();

  /**
   * @param threads that work
   * @param capacity how many wait at the most
   */
  public ScoringQueue(int threads, int capacity) {
    this(threads, capacity, System::nanoTime);
  }

  ScoringQueue(int threads, int capacity, LongSupplier nanoTime) {
    this.capacity = capacity;
    this.threads = threads;
    this.nanoTime = nanoTime;
    AtomicInteger number = new AtomicInteger();
    this.pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(capacity),
            work -> new Thread(work, "nightjar-score-" + number.incrementAndGet()));
    pool.prestartAllCoreThreads();
  }

  /**
   * The time by which an answer is needed.
   *
   * @param nanos on the queue's clock
   * @param allowed how long that was when it began, for messages
   */
  public record Deadline(long nanos, Duration allowed) {}

  /** A deadline from now on. */
  public Deadline within(Duration allowed) {
    return new Deadline(nanoTime.getAsLong() + allowed.toNanos(), allowed);
  }

  /**
   * A deadline as a request meets it whose body is there: the one that began with its head, or, for
   * a client that has taken its time with the body, one that begins now.
   */
  public Deadline since(Deadline head) {
    long left = head.nanos() - nanoTime.getAsLong();
    return left < head.allowed().toNanos() / SLOW ? within(head.allowed()) : head;
  }

  /** How many wait. */
  public int waiting() {
    return pool.getQueue().size();
  }

  /** How many are worked on. */
  public int working() {
    return working.get();
  }

  /** Work of a request whose body is still coming. Closing it more than once does nothing more. */
  public final class Announcement implements AutoCloseable {
    private final AtomicLong nanos;

    private Announcement(long nanos) {
      this.nanos = new AtomicLong(nanos);
      announced.addAndGet(nanos);
    }

    /** The body is there, or will not come. */
    @Override
    public void close() {
      announced.addAndGet(-nanos.getAndSet(0));
    }
  }

  /**
   * Counts the work of a request of which only the head is there, so that no more bodies are taken
   * in than can be answered in time.
   *
   * @param expectedNanos how long it will take, as far as that is known
   * @throws RequestException of the kind {@link Kind#BUSY} when it could not be answered in time
   */
  public Announcement announce(long expectedNanos, Deadline deadline) {
    requireRoom(announced.get() + expected.get(), expectedNanos, deadline);
    return new Announcement(expectedNanos);
  }

  /**
   * Refuses a request that cannot be answered in time.
   *
   * @throws RequestException of the kind {@link Kind#BUSY}
   */
  public void requireRoom(long expectedNanos, Deadline deadline) {
    requireRoom(expected.get(), expectedNanos, deadline);
  }

  private void requireRoom(long before, long expectedNanos, Deadline deadline) {
    if (waiting() >= capacity) {
      throw busy(capacity + " requests wait already");
    }
    long needed = before / threads + expectedNanos;
    long left = deadline.nanos() - nanoTime.getAsLong();
    // Where nothing waits little is unforeseen, and what is refused is never known better.
    if (needed > (before == 0 ? left : left / UNFORESEEN)) {
      throw busy(
          "by what waits already it could not be answered within "
              + deadline.allowed().toMillis()
              + " ms");
    }
  }

  private RequestException busy(String why) {
    long seconds = TimeUnit.NANOSECONDS.toSeconds(expected.get() / threads);
    return new RequestException(
        Kind.BUSY,
        "the endpoint has more to do than it can: "
            + why
            + "; send it again later, and less at once",
        seconds < SOON.toSeconds() ? SOON : Duration.ofSeconds(seconds));
  }

  /**
   * Has work done by one of the threads. Cancelling what is returned takes it out of the queue.
   *
   * @param expectedNanos how long it will take, as far as that is known
   * @param work what it throws becomes the future's
   * @throws RequestException when it cannot be done in time
   */
  public <T> CompletableFuture<T> submit(long expectedNanos, Deadline deadline, Supplier<T> work) {
    return submit(new Lane<Supplier<T>, T>(1, one -> one), work, expectedNanos, deadline);
  }

  /**
   * Has a request worked on by one of the threads, together with others that wait in its lane.
   * Cancelling what is returned takes it out of the queue.
   *
   * @param expectedNanos how long it will take, as far as that is known
   * @throws RequestException when it cannot be done in time
   */
  public <I, O> CompletableFuture<O> submit(
      Lane<I, O> lane, I input, long expectedNanos, Deadline deadline) {
    requireRoom(expectedNanos, deadline);
    CompletableFuture<O> result = new CompletableFuture<>();
    Lane.Entry<I, O> entry = new Lane.Entry<>(input, expectedNanos, deadline, result);
    expected.addAndGet(expectedNanos);
    lane.add(entry);
    try {
      pool.execute(() -> run(lane));
    } catch (RejectedExecutionException e) {
      lane.remove(entry);
      expected.addAndGet(-expectedNanos);
      throw pool.isShutdown()
          ? new RequestException(Kind.NOT_READY, "the endpoint ends; ask another one", SOON)
          : busy(capacity + " requests wait already");
    }
    return result;
  }

  private <I, O> void run(Lane<I, O> lane) {
    List<Lane.Entry<I, O>> entries = lane.next();
    working.addAndGet(entries.size());
    try {
      List<Lane.Entry<I, O>> due = entries.stream().filter(this::isDue).toList();
      if (!due.isEmpty()) {
        work(lane, due);
      }
    } finally {
      working.addAndGet(-entries.size());
      entries.forEach(entry -> expected.addAndGet(-entry.expectedNanos()));
    }
  }

  private static <I, O> void work(Lane<I, O> lane, List<Lane.Entry<I, O>> due) {
    try {
      List<Supplier<O>> results = lane.work(due.stream().map(Lane.Entry::input).toList());
      for (int i = 0; i < due.size(); i++) {
        complete(due.get(i).result(), results.get(i));
      }
    } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
      due.forEach(entry -> entry.result().completeExceptionally(e));
    }
  }

  private static <O> void complete(CompletableFuture<O> result, Supplier<O> outcome) {
    try {
      result.complete(outcome.get());
    } catch (RuntimeException | LinkageError | StackOverflowError | OutOfMemoryError e) {
      result.completeExceptionally(e);
    }
  }

  /** Whether somebody still waits for it. */
  private boolean isDue(Lane.Entry<?, ?> entry) {
    if (entry.result().isDone()) {
      return false;
    }
    if (nanoTime.getAsLong() - entry.deadline().nanos() > 0) { // the clock may run over
      entry
          .result()
          .completeExceptionally(
              new RequestException(
                  Kind.LATE,
                  "its turn did not come within "
                      + entry.deadline().allowed().toMillis()
                      + " ms; allow more, or send less at once"));
      return false;
    }
    return true;
  }

  /** Takes no more; what waits is still done. */
  @Override
  public void close() {
    pool.shutdown();
  }
}
