package dev.nightjar.online.score;

import dev.nightjar.online.request.RequestException;
import dev.nightjar.online.request.RequestException.Kind;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Requests that wait for one of a few threads. One is taken only when, by what is known of those
 * before it, it can be answered within its deadline: whoever must wait in vain is told at once, and
 * no thread works on what nobody waits for any more. Thread-safe.
 */
public final class ScoringQueue implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(1);

  private final int capacity;
  private final int threads;
  private final LongSupplier nanoTime;
  private final ThreadPoolExecutor pool;
  private final AtomicLong expected = new AtomicLong();
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

  /** How many wait. */
  public int waiting() {
    return pool.getQueue().size();
  }

  /** How many are worked on. */
  public int working() {
    return working.get();
  }

  /**
   * Refuses a request that cannot be answered in time, before anybody reads its body.
   *
   * @throws RequestException of the kind {@link Kind#BUSY}
   */
  public void requireRoom(long expectedNanos, Deadline deadline) {
    if (waiting() >= capacity) {
      throw busy(capacity + " requests wait already");
    }
    long start = nanoTime.getAsLong() + expected.get() / threads;
    if (start + expectedNanos - deadline.nanos() > 0) { // the clock may run over
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
  public <T> CompletableFuture<T> submit(long expectedNanos, Deadline deadline, Callable<T> work) {
    requireRoom(expectedNanos, deadline);
    CompletableFuture<T> result = new CompletableFuture<>();
    expected.addAndGet(expectedNanos);
    try {
      pool.execute(() -> run(expectedNanos, deadline, work, result));
    } catch (RejectedExecutionException e) {
      expected.addAndGet(-expectedNanos);
      throw pool.isShutdown()
          ? new RequestException(Kind.NOT_READY, "the endpoint ends; ask another one", SOON)
          : busy(capacity + " requests wait already");
    }
    return result;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // whoever waits for the result hears of it
  private <T> void run(
      long expectedNanos, Deadline deadline, Callable<T> work, CompletableFuture<T> result) {
    working.incrementAndGet();
    try {
      if (result.isDone()) {
        return;
      }
      if (nanoTime.getAsLong() - deadline.nanos() > 0) {
        throw new RequestException(
            Kind.LATE,
            "its turn did not come within "
                + deadline.allowed().toMillis()
                + " ms; allow more, or send less at once");
      }
      result.complete(work.call());
    } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
      result.completeExceptionally(e);
    } finally {
      working.decrementAndGet();
      expected.addAndGet(-expectedNanos);
    }
  }

  /** Takes no more; what waits is still done. */
  @Override
  public void close() {
    pool.shutdown();
  }
}
