package dev.nightjar.schedule.node;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs that go on until the test ends them. */
final class TestRuns implements Launcher {
  final List<Run> started = new CopyOnWriteArrayList<>();
  Optional<String> refusal = Optional.empty();

  /** A run that was started. */
  static final class Run implements Launcher.Child {
    final Launcher.Order order;
    final CompletableFuture<Integer> exit = new CompletableFuture<>();
    final AtomicInteger stops = new AtomicInteger();
    final AtomicInteger kills = new AtomicInteger();

    Run(Launcher.Order order) {
      this.order = order;
    }

    String label() {
      return order.job() + " " + order.interval().id();
    }

    void ends(int code) {
      exit.complete(code);
    }

    @Override
    public CompletableFuture<Integer> exit() {
      return exit;
    }

    @Override
    public void stop() {
      stops.incrementAndGet();
    }

    @Override
    public void kill() {
      kills.incrementAndGet();
    }

    @Override
    public String lastWords() {
      return "its last words";
    }
  }

  @Override
  public Child start(Order order) throws IOException {
    if (refusal.isPresent()) {
      throw new IOException(refusal.get());
    }
    Run run = new Run(order);
    started.add(run);
    return run;
  }

  Run last() {
    return started.get(started.size() - 1);
  }

  /** What was started, as job and interval. */
  List<String> labels() {
    return started.stream().map(Run::label).toList();
  }
}
