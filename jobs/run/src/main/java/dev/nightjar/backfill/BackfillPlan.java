package dev.nightjar.backfill;

import dev.nightjar.backfill.BackfillRequest.Which;
import dev.nightjar.backfill.Decision.What;
import dev.nightjar.job.Job;
import dev.nightjar.job.Project;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.RunRecord;
import dev.nightjar.run.Repeat;
import dev.nightjar.schedule.Firings;
import dev.nightjar.schedule.Interval;
import dev.nightjar.schedule.Schedule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides about intervals, from the output path and from what goes in, without Spark. */
public final class BackfillPlan {
  private final BackfillRequest request;
  private final Job job;
  private final ResultStore store;
  private final Changes changes;

  /** That say which intervals are due; empty when all are wanted, or the job has no schedule. */
  private final Optional<Firings> firings;

  private BackfillPlan(BackfillRequest request) {
    this.request = request;
    this.job = request.job();
    this.store = ResultStore.at(Project.resolved(job.project(), job.output().path().text()));
    this.changes = new Changes(job);
    this.firings =
        request.allIntervals()
            ? Optional.empty()
            : job.schedule().map(schedule -> new Firings(schedule, job.grain()));
  }

  /**
   * What is to be done about each interval, in their order.
   *
   * @param now by which an interval is over or not
   * @throws dev.nightjar.result.ResultException when the output path cannot be read
   */
  public static List<Decision> of(BackfillRequest request, Instant now) {
    BackfillPlan plan = new BackfillPlan(request);
    List<Decision> decisions = new ArrayList<>();
    for (Interval interval : request.intervals()) {
      decisions.add(plan.decide(interval, now));
    }
    return List.copyOf(decisions);
  }

  private Decision decide(Interval interval, Instant now) {
    if (firings.filter(schedule -> !schedule.score(interval)).isPresent()) {
      return new Decision(
          interval,
          What.NOT_DUE,
          "no firing of the job's schedule ("
              + job.schedule().map(Schedule::cron).orElse("")
              + ") scores it",
          Optional.empty(),
          Repeat.LEAVE);
    }
    if (interval.end().isAfter(now)) {
      return new Decision(
          interval,
          What.NOT_COMPLETE,
          "it ends at " + interval.end() + ", and now it is " + now,
          Optional.empty(),
          Repeat.LEAVE);
    }
    Optional<Long> published = store.currentToken(interval.id());
    Repeat repeat = request.which() == Which.ALL ? Repeat.PUBLISH_AGAIN : Repeat.LEAVE;
    return published
        .map(token -> decidePublished(interval, token))
        .orElseGet(
            () -> new Decision(interval, What.SCORE, "it is not published", published, repeat));
  }

  private Decision decidePublished(Interval interval, long token) {
    What what = What.SCORE;
    String why = "it is asked for again, after token " + token;
    if (request.which() == Which.ONLY_MISSING) {
      what = What.PUBLISHED;
      why = "it is published already as token " + token;
    } else if (request.which() == Which.CHANGED) {
      List<String> reasons = reasons(interval, token);
      what = reasons.isEmpty() ? What.UNCHANGED : What.SCORE;
      why =
          reasons.isEmpty()
              ? "input, views, bundle and configuration are those of token " + token
              : "since token " + token + ": " + String.join("; ", reasons);
    }
    return new Decision(
        interval, what, job.environment().redact(why), Optional.of(token), Repeat.PUBLISH_AGAIN);
  }

  /** Why it is not proven that a new run would come to the same; empty when it is. */
  private List<String> reasons(Interval interval, long token) {
    Optional<RunRecord> record = store.record(interval.id(), token);
    if (record.isEmpty()) {
      return List.of("it has no record that says what went in");
    }
    return record.get().isUnreadable()
        ? List.of(record.get().ending().reason())
        : changes.since(record.get().digests(), interval);
  }
}
