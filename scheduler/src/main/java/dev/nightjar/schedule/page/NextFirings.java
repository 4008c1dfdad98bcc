package dev.nightjar.schedule.page;

import dev.nightjar.schedule.Firings;
import dev.nightjar.schedule.Schedule;
import dev.nightjar.schedule.node.JobFile;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** When jobs fire next. It remembers: to read an expression takes longer than all else. */
final class NextFirings {
  private final Map<String, Known> known = new HashMap<>();

  /** Of one job; {@code at} is empty for never again, {@code scores} likewise. */
  record Next(String cron, String words, Optional<Instant> at, Optional<String> scores) {}

  private record Known(JobFile.Sound job, Firings firings, Next next) {}

  /** Empty for a job without a schedule. */
  synchronized Optional<Next> of(JobFile.Sound job, Instant now) {
    if (job.schedule().isEmpty()) {
      return Optional.empty();
    }
    Known before = known.get(job.name());
    if (before == null || !before.job().equals(job)) {
      Schedule schedule = job.schedule().get();
      Next none = new Next(schedule.cron(), schedule.inWords(), Optional.of(now), Optional.empty());
      before = new Known(job, new Firings(schedule, job.grain()), none);
    }
    if (before.next().at().filter(at -> !at.isAfter(now)).isPresent()) {
      Firings firings = before.firings();
      Optional<Instant> at = firings.next(now);
      Next next =
          new Next(
              before.next().cron(),
              before.next().words(),
              at,
              at.map(time -> firings.scoredAt(time).id()));
      before = new Known(job, firings, next);
    }
    known.put(job.name(), before);
    return Optional.of(before.next());
  }
}
