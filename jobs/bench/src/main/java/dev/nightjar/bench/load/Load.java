package dev.nightjar.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/**
 * Requests over several connections, each with a thread of its own. Immutable.
 *
 * @param server {@code http://host:port}
 * @param messages the request of a number, from 0 for each connection; called by several threads
 * @param connections how many
 * @param deadline what an answer with 200 may take from when it was sent; later ones are counted
 */
public record Load(URI server, LongFunction<Message> messages, int connections, Duration deadline) {
  private static final Duration SILENCE = Duration.ofSeconds(30);
  private static final double NANOS = 1e9;

  /** These by turns, over so many connections. */
  public static Load of(URI server, List<Message> messages, int connections) {
    List<Message> all = List.copyOf(messages);
    return new Load(server, i -> all.get((int) (i % all.size())), connections, SILENCE);
  }

  /** The same with another deadline. */
  public Load within(Duration allowed) {
    return new Load(server, messages, connections, allowed);
  }

  /** A load that goes on until it is stopped. */
  public static final class Running {
    private final AtomicBoolean enough;
    private final ExecutorService threads;
    private final List<Future<Tally>> lanes;
    private final long begin = System.nanoTime();

    private Running(AtomicBoolean enough, ExecutorService threads, List<Future<Tally>> lanes) {
      this.enough = enough;
      this.threads = threads;
      this.lanes = lanes;
    }

    /** Ends it after the answers that are under way. */
    public Tally stop() {
      enough.set(true);
      return whole();
    }

    private Tally whole() {
      Tally all = new Tally();
      try {
        for (Future<Tally> lane : lanes) {
          all.add(lane.get());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while a load ends", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException("a load failed", e.getCause());
      } finally {
        threads.shutdownNow();
      }
      all.took((System.nanoTime() - begin) / NANOS);
      return all;
    }
  }

  /** Sends requests at a pace until it ends. A connection that nobody takes ends its share. */
  public Tally run(Pace pace) {
    return begin(pace, new AtomicBoolean()).whole();
  }

  /** Sends requests, each as soon as a connection is free, until it is stopped. */
  public Running start() {
    AtomicBoolean enough = new AtomicBoolean();
    return begin(Pace.until(enough), enough);
  }

  private Running begin(Pace pace, AtomicBoolean enough) {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            connections,
            work -> {
              Thread thread = new Thread(work, "load");
              thread.setDaemon(true);
              return thread;
            });
    List<Future<Tally>> lanes = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      long first = (long) i << 20; // so that they do not all send the same at once
      lanes.add(threads.submit(() -> lane(pace, first)));
    }
    return new Running(enough, threads, lanes);
  }

  private Tally lane(Pace pace, long first) {
    Tally tally = new Tally();
    try (Connection connection = new Connection(server, SILENCE)) {
      long number = first;
      for (OptionalLong due = pace.next(); due.isPresent(); due = pace.next()) {
        await(due.getAsLong());
        if (!send(connection, messages.apply(number++), due.getAsLong(), tally)) {
          return tally;
        }
      }
    }
    return tally;
  }

  private static void await(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Whether anybody listens. */
  private boolean send(Connection connection, Message message, long due, Tally tally) {
    long begin = System.nanoTime();
    try {
      int status = connection.send(message).status();
      long end = System.nanoTime();
      tally.answered(status, end - due, end - begin > deadline.toNanos());
    } catch (ConnectException e) {
      tally.foundNobody();
      return false;
    } catch (SocketTimeoutException e) {
      tally.heardNothing();
    } catch (Unanswered e) {
      tally.ended(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return true;
  }
}
