package dev.nightjar.schedule.page;

import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.Slot;
import dev.nightjar.ledger.SlotState;
import dev.nightjar.schedule.page.Overview.JobLine;
import dev.nightjar.schedule.page.Overview.Scheduler;
import dev.nightjar.schedule.page.Overview.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What somebody has to look at, the worst first: what keeps all jobs from running, then what keeps
 * one from it, then what was not published. Of what failed many times, each job and state is told
 * once.
 */
record Troubles(Instant now, Optional<Instant> outage) {
  /** Schedulers tell every 3 seconds that they are there. */
  private static final Duration QUIET = Duration.ofSeconds(15);

  /** Those that have been quiet for so long were taken away on purpose. */
  private static final Duration FORGOTTEN = Duration.ofDays(2);

  static List<Scheduler> schedulers(List<Ledger.Node> nodes, Instant now) {
    return nodes.stream()
        .filter(node -> node.seen().isAfter(now.minus(FORGOTTEN)))
        .map(
            node ->
                new Scheduler(
                    node.name(),
                    node.started(),
                    node.seen(),
                    node.seen().isAfter(now.minus(QUIET))))
        .toList();
  }

  List<Trouble> of(
      List<JobLine> jobs, List<Scheduler> schedulers, List<Slot> open, List<Slot> troubled) {
    List<Trouble> all = new ArrayList<>();
    outage.ifPresent(
        since ->
            all.add(trouble(null, "the ledger has stopped to answer", "nothing is begun", since)));
    if (schedulers.stream().noneMatch(Scheduler::there)) {
      all.add(trouble(null, "no scheduler is there", "start one with: nightjar schedule", null));
    }
    for (JobLine job : jobs) {
      if (job.broken() != null) {
        all.add(trouble(job.name(), "its files have mistakes", job.broken(), null));
      }
    }
    for (Slot slot : open) {
      if (slot.state() == SlotState.RUNNING
          && slot.lease().filter(lease -> lease.until().isBefore(now)).isPresent()) {
        all.add(
            new Trouble(
                Mark.RUNNING,
                slot.job(),
                slot.interval(),
                "without a word from its scheduler",
                slot.lease().get().node() + " has let its lease run out; another takes it over",
                slot.lease().get().until()));
      }
    }
    ended(all, jobs, troubled);
    for (Scheduler scheduler : schedulers) {
      if (!scheduler.there()) {
        all.add(
            trouble(
                null,
                "the scheduler " + scheduler.name() + " is gone",
                "it has not been heard of; others do its work, if there are any",
                scheduler.seen()));
      }
    }
    return all;
  }

  private static Trouble trouble(
      @Nullable String job, String what, String reason, @Nullable Instant since) {
    return new Trouble(Mark.FAILED, job, null, what, reason, since);
  }

  private static void ended(List<Trouble> all, List<JobLine> jobs, List<Slot> troubled) {
    Map<String, JobLine> lines = new LinkedHashMap<>();
    jobs.forEach(job -> lines.put(job.name(), job));
    Map<String, Slot> newest = new LinkedHashMap<>();
    // By the time of its end, the latest first: of each job and state the first is told.
    troubled.forEach(slot -> newest.putIfAbsent(slot.job() + '\0' + slot.state(), slot));
    for (Slot slot : newest.values()) {
      Mark mark = Mark.of(slot.state());
      JobLine line = lines.get(slot.job());
      long count = line == null ? 1 : line.counts().getOrDefault(mark.word(), 1L);
      all.add(
          new Trouble(
              mark,
              slot.job(),
              slot.interval(),
              count == 1 ? mark.word() : count + " intervals " + mark.word() + ", the last",
              slot.reason(),
              slot.since()));
    }
  }
}
