package dev.nightjar.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger served = new AtomicInteger();
  private final HttpServer server = started();
  private final URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());

  /** Answers with the status that is the body; a body of "slow" with 200 after 20 ms. */
  private HttpServer started() {
    try {
      HttpServer started =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      started.setExecutor(threads);
      started.createContext(
          "/",
          exchange -> {
            try (exchange) {
              String body =
                  new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
              served.incrementAndGet();
              if (body.equals("slow")) {
                long until = System.nanoTime() + 20_000_000;
                while (System.nanoTime() < until) {
                  LockSupport.parkNanos(until - System.nanoTime());
                }
              }
              exchange.sendResponseHeaders(body.equals("slow") ? 200 : Integer.parseInt(body), -1);
            }
          });
      started.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void end() {
    server.stop(0);
    threads.shutdownNow();
  }

  private Load load(int connections, String... bodies) {
    return Load.of(
        address,
        Stream.of(bodies)
            .map(body -> Message.json("/", body.getBytes(StandardCharsets.UTF_8)))
            .toList(),
        connections);
  }

  @Test
  void so_many_requests_are_sent_and_counted_by_what_became_of_them() {
    Tally tally = load(3, "200", "200", "429", "503").run(Pace.count(300));

    assertThat(served.get()).isEqualTo(300);
    assertThat(tally.sent()).isEqualTo(300);
    // Each connection sends them by turns, so no more than one round apart from the others.
    assertThat(tally.accepted()).isBetween(147L, 153L);
    assertThat(tally.serverErrors()).isEqualTo(tally.answeredWith(503)).isBetween(72L, 78L);
    assertThat(tally.lost()).isZero();
    assertThat(tally.words()).startsWith("200: ").contains("429: ").contains("503: ");
    assertThat(tally.millis(50)).isPositive().isLessThanOrEqualTo(tally.millis(99));
  }

  @Test
  void what_took_longer_than_the_deadline_is_late() {
    Tally tally = load(2, "slow").within(Duration.ofMillis(10)).run(Pace.count(6));

    assertThat(tally.accepted()).isEqualTo(6);
    assertThat(tally.late()).isEqualTo(6);
    assertThat(tally.millis(0)).isGreaterThanOrEqualTo(20);
    assertThat(load(2, "slow").run(Pace.count(6)).late()).isZero();
  }

  @Test
  void at_a_rate_requests_are_sent_when_they_are_due_and_wait_counts() {
    // One connection takes 50 a second at the most, and 200 a second are due.
    Tally tally = load(1, "slow").run(Pace.rate(200, Duration.ofMillis(250)));

    assertThat(tally.sent()).isEqualTo(50);
    assertThat(tally.seconds()).isGreaterThanOrEqualTo(50 * 0.020);
    // The last was due after 245 ms, and was answered after a second at the earliest.
    assertThat(tally.millis(100)).isGreaterThan(700);

    Tally slowly = load(2, "200").run(Pace.rate(100, Duration.ofMillis(300)));

    assertThat(slowly.sent()).isEqualTo(30);
    // The last was due after 290 ms; without a rate all are sent within a few.
    assertThat(slowly.seconds()).isGreaterThan(0.2);
  }

  @Test
  void a_load_goes_on_until_it_is_stopped_or_nobody_listens() {
    Load.Running running = load(2, "200").start();
    await().until(() -> served.get() > 20);
    Tally stopped = running.stop();
    assertThat(stopped.accepted()).isEqualTo(served.get());
    assertThat(stopped.refused()).isZero();

    server.stop(0);
    Tally refused = load(2, "200").run(Pace.count(10));

    assertThat(refused.refused()).isEqualTo(2);
    assertThat(refused.sent()).isZero();
    assertThat(refused.words()).isEqualTo("no answers; 2 refused connections");
  }

  @Test
  void a_load_for_a_time_ends_after_it() {
    Tally tally = load(2, "200").run(Pace.during(Duration.ofMillis(100)));

    assertThat(tally.seconds()).isBetween(0.1, 5.0);
    assertThat(tally.acceptedPerSecond()).isEqualTo(tally.accepted() / tally.seconds());
    assertThat(List.of(tally.sent(), tally.accepted())).containsOnly((long) served.get());
  }
}
