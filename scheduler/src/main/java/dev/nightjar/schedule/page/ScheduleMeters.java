package dev.nightjar.schedule.page;

import dev.nightjar.ledger.LedgerException;
import dev.nightjar.schedule.node.RunCounts;
import dev.nightjar.schedule.page.Overview.JobLine;
import dev.nightjar.schedule.page.Overview.Standing;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What is measured, for Prometheus. The labels are names of jobs, of which there are at most {@link
 * #MOST_JOBS}, and words of ours: no interval, reason or path. Thread-safe.
 */
final class ScheduleMeters {
  /** Jobs beyond these, by name, have no figures of their own. */
  static final int MOST_JOBS = 2_000;

  /** Records that one scrape reads: the first ones after a start come in several. */
  private static final int MOST_RECORDS = 50;

  private static final List<Mark> STATES =
      List.of(Mark.WAITING, Mark.RUNNING, Mark.FAILED, Mark.REFUSED, Mark.UNKNOWN);

  private final Desk desk;
  private final Supplier<Map<String, RunCounts.Count>> counts;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final MultiGauge slots =
      gauge("slots", "slots that are due, run, or were not published, by state");
  private final MultiGauge age =
      gauge("published.age.seconds", "since the end of the newest published interval");
  private final MultiGauge paused = gauge("job.paused", "1 for a job that is paused");
  private final MultiGauge broken = gauge("job.broken", "1 for a job whose files have mistakes");
  private final MultiGauge seconds =
      gauge("last.run.seconds", "that the newest published run took");
  private final MultiGauge rows =
      gauge("last.run.rows", "of the newest published run, by what became of them");
  private final Map<String, Known> records = new HashMap<>();
  private final Set<String> counted = ConcurrentHashMap.newKeySet();
  private volatile double there;
  private volatile double up;

  private record Known(String interval, RunDetails record) {}

  ScheduleMeters(Desk desk, Supplier<Map<String, RunCounts.Count>> counts) {
    this.desk = desk;
    this.counts = counts;
    Gauge.builder("nightjar.schedule.nodes.alive", this, one -> one.there)
        .description("schedulers of this ledger that were heard of in the last 15 seconds")
        .register(registry);
    Gauge.builder("nightjar.schedule.ledger.up", this, one -> one.up)
        .description("1 when the ledger has answered, else 0")
        .register(registry);
    FunctionCounter.builder("nightjar.schedule.ledger.outages", desk, of -> of.glance().outages())
        .description("how often the ledger has stopped to answer this scheduler")
        .register(registry);
  }

  private MultiGauge gauge(String name, String description) {
    return MultiGauge.builder("nightjar.schedule." + name)
        .description(description)
        .register(registry);
  }

  /** All of it as text. Where the ledger does not answer, what it told last stays. */
  synchronized String scrape() {
    counts.get().keySet().forEach(this::countRuns);
    try {
      read(desk.overview());
      up = 1;
    } catch (LedgerException e) {
      up = 0; // The metric says it; the page and the scheduler's own lines say why.
    }
    return registry.scrape();
  }

  private void countRuns(String job) {
    if (counted.size() < MOST_JOBS && counted.add(job)) {
      FunctionCounter.builder(
              "nightjar.schedule.tries.failed", counts, of -> count(of, job).failed())
          .description("runs of this scheduler that failed, also those that are tried again")
          .tags("job", job)
          .register(registry);
      FunctionCounter.builder("nightjar.schedule.leases.lost", counts, of -> count(of, job).lost())
          .description("runs of this scheduler whose lease another had by their end")
          .tags("job", job)
          .register(registry);
    }
  }

  private static RunCounts.Count count(Supplier<Map<String, RunCounts.Count>> all, String job) {
    return all.get().getOrDefault(job, RunCounts.NONE);
  }

  private void read(Overview all) {
    there = all.schedulers().stream().filter(Overview.Scheduler::there).count();
    List<JobLine> jobs = all.jobs().stream().limit(MOST_JOBS).toList();
    List<Row<?>> states = new ArrayList<>();
    List<Row<?>> ages = new ArrayList<>();
    for (JobLine job : jobs) {
      for (Mark state : STATES) {
        Tags tags = Tags.of("job", job.name(), "state", state.word());
        states.add(Row.of(tags, job.counts().getOrDefault(state.word(), 0L)));
      }
      if (job.publishedTo() != null) {
        Duration since = Duration.between(job.publishedTo(), all.at());
        ages.add(Row.of(Tags.of("job", job.name()), since.toMillis() / 1e3));
      }
    }
    slots.register(states, true);
    age.register(ages, true);
    paused.register(flags(jobs, job -> job.pausedBy() != null), true);
    broken.register(flags(jobs, job -> job.broken() != null), true);
    readRecords(jobs);
  }

  private static List<Row<?>> flags(List<JobLine> jobs, java.util.function.Predicate<JobLine> is) {
    List<Row<?>> rows = new ArrayList<>();
    jobs.forEach(job -> rows.add(Row.of(Tags.of("job", job.name()), is.test(job) ? 1 : 0)));
    return rows;
  }

  private void readRecords(List<JobLine> jobs) {
    int left = MOST_RECORDS;
    List<Row<?>> took = new ArrayList<>();
    List<Row<?>> outcomes = new ArrayList<>();
    for (JobLine job : jobs) {
      Standing last = job.last();
      if (last == null || last.mark() != Mark.PUBLISHED) {
        continue;
      }
      Known known = records.get(job.name());
      String label = last.interval() + " " + last.since();
      if ((known == null || !known.interval().equals(label)) && left > 0) {
        left--;
        Optional<RunDetails> record = desk.published(job.name(), last.interval());
        known = record.map(one -> new Known(label, one)).orElse(null);
        if (known != null) {
          records.put(job.name(), known);
        }
      }
      if (known != null) {
        took.add(Row.of(Tags.of("job", job.name()), known.record().seconds()));
        byOutcome(known.record())
            .forEach(
                (outcome, count) ->
                    outcomes.add(Row.of(Tags.of("job", job.name(), "outcome", outcome), count)));
      }
    }
    seconds.register(took, true);
    rows.register(outcomes, true);
  }

  private static Map<String, Long> byOutcome(RunDetails record) {
    RunDetails.Rows rows = record.rows();
    Map<String, Long> outcomes = new TreeMap<>();
    if (rows != null) {
      outcomes.put("scored", rows.scored());
      outcomes.put("filtered", rows.filtered());
      outcomes.put("rejected", rows.rejected());
    }
    return outcomes;
  }
}
