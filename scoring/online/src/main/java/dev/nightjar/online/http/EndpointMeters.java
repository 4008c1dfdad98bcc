package dev.nightjar.online.http;

import dev.nightjar.contract.Outcome;
import dev.nightjar.online.model.ModelListener;
import dev.nightjar.online.request.ModelCard;
import dev.nightjar.online.score.ScoringQueue;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What is measured, for Prometheus. Thread-safe. */
public final class EndpointMeters implements ModelListener {
  private static final Duration[] BOUNDS = {
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofMillis(3),
    Duration.ofMillis(10),
    Duration.ofMillis(30),
    Duration.ofMillis(100),
    Duration.ofMillis(300),
    Duration.ofSeconds(1),
    Duration.ofSeconds(3)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<String, Timer> timers = new ConcurrentHashMap<>();
  private final Map<String, Counter> rows = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> servings = new ConcurrentHashMap<>();

  /** Meters of a queue. */
  public EndpointMeters(ScoringQueue queue) {
    Gauge.builder("nightjar.queue.waiting", queue, ScoringQueue::waiting)
        .description("requests that wait for a thread")
        .register(registry);
    Gauge.builder("nightjar.queue.working", queue, ScoringQueue::working)
        .description("requests that are worked on")
        .register(registry);
    JvmMemoryMetrics memory = new JvmMemoryMetrics();
    memory.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
  }

  /** Counts a request that has ended. */
  void ended(Tally tally, int status, long nanos) {
    String reason = tally.reason();
    String outcome = reason == null ? "answered" : reason;
    String key =
        tally.form() + '\n' + tally.model() + '\n' + tally.version() + '\n' + status + outcome;
    timers
        .computeIfAbsent(
            key,
            any ->
                Timer.builder("nightjar.requests")
                    .description("requests, from their first byte to the answer's last")
                    .tags(
                        "form",
                        tally.form(),
                        "model",
                        tally.model(),
                        "version",
                        tally.version(),
                        "status",
                        Integer.toString(status),
                        "outcome",
                        outcome)
                    .serviceLevelObjectives(BOUNDS)
                    .register(registry))
        .record(Duration.ofNanos(nanos));
    for (Outcome of : Outcome.values()) {
      int count = tally.count(of);
      if (count > 0) {
        rows(tally.model(), tally.version(), of).increment(count);
      }
    }
  }

  private Counter rows(String model, String version, Outcome outcome) {
    String word = outcome.name().toLowerCase(Locale.ROOT);
    return rows.computeIfAbsent(
        model + '\n' + version + '\n' + word,
        any ->
            Counter.builder("nightjar.rows")
                .description("rows by what became of them")
                .tags("model", model, "version", version, "outcome", word)
                .register(registry));
  }

  @Override
  public void tookOver(String named, ModelCard card, long nanos) {
    registry
        .timer("nightjar.model.loads", "named", named, "outcome", "took-over")
        .record(Duration.ofNanos(nanos));
    String key = named + '\n' + card.version();
    servings.forEach(
        (other, serving) -> {
          if (other.startsWith(named + '\n')) {
            serving.set(0);
          }
        });
    servings
        .computeIfAbsent(
            key,
            any -> {
              AtomicLong serving = new AtomicLong();
              Gauge.builder("nightjar.model.serving", serving, AtomicLong::doubleValue)
                  .description("1 for the version that answers")
                  .tags(
                      Tags.of(
                          "named",
                          named,
                          "model",
                          card.name(),
                          "version",
                          card.version(),
                          "bundle",
                          card.digest()))
                  .register(registry);
              return serving;
            })
        .set(1);
  }

  @Override
  public void failed(String named, String reason) {
    registry.counter("nightjar.model.failures", "named", named).increment();
  }

  /** All of it, as Prometheus reads it. */
  String scrape() {
    return registry.scrape();
  }
}
