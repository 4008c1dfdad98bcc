package dev.nightjar.run;

import dev.nightjar.bundle.Bundle;
import dev.nightjar.bundle.BundleException;
import dev.nightjar.certificate.ParityCheck;
import dev.nightjar.certificate.References;
import dev.nightjar.config.Section;
import dev.nightjar.contract.Outcome;
import dev.nightjar.engine.Placement;
import dev.nightjar.fault.Failpoint;
import dev.nightjar.job.Job;
import dev.nightjar.registry.Move;
import dev.nightjar.registry.Resolved;
import dev.nightjar.result.FullDisk;
import dev.nightjar.result.Manifest;
import dev.nightjar.result.ParityCertificate;
import dev.nightjar.result.Replayed;
import dev.nightjar.result.ResultException;
import dev.nightjar.result.ResultStore;
import dev.nightjar.result.Retention;
import dev.nightjar.result.RunRecord;
import dev.nightjar.result.RunRecord.Ending;
import dev.nightjar.result.RunRecord.Status;
import dev.nightjar.schedule.Interval;
import dev.nightjar.spark.Sampling;
import java.time.Clock;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt, from preflight to record: what every step finds out goes into the record. */
final class AttemptSteps {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptSteps.class);

  private final SparkSession spark;
  private final Job job;
  private final Interval interval;
  private final ResultStore store;
  private final long token;
  private final Publication publication;
  private final References references;
  private final Clock clock;
  private final StepTimer timer;
  private final RunRecord.Builder record;

  AttemptSteps(
      SparkSession spark,
      Job job,
      Interval interval,
      ResultStore store,
      long token,
      Publication publication,
      References references,
      Clock clock,
      StepTimer timer) {
    this.spark = spark;
    this.job = job;
    this.interval = interval;
    this.store = store;
    this.token = token;
    this.references = references;
    this.publication = publication;
    this.clock = clock;
    this.timer = timer;
    this.record =
        RunRecord.of(job.name(), interval.id(), token, clock.instant())
            .versions(
                new RunRecord.Versions(
                    nightjarVersion(), spark.version(), Runtime.version().toString()));
  }

  /** Walks the steps; what ends the run on the way is told by the result. */
  RunResult run(Supplier<Plan> preflight) {
    try {
      Failpoint.RUN_CLAIMED.hit();
      publication.catchUp(interval.id());
      publication.requireWanted(interval.id());
      Plan plan = timer.time(Step.PREFLIGHT, preflight::get);
      publication.check(() -> Attempt.readerColumns(plan, ScoredRows.of(plan, run()).schema()));
      Failpoint.PLAN_CHECKED.hit();
      return checked(plan, Optional.empty());
    } catch (PublishedAlreadyException e) {
      return leave(e);
    } catch (RuntimeException | LinkageError | ServiceConfigurationError | AssertionError e) {
      // Errors too: natives that cannot be loaded are the commonest way in which a first run ends.
      return end(e);
    }
  }

  /** A replay, and what it was found to come to before the token was claimed. */
  private record Replaying(Replay replay, ReplayTally tally) {}

  /** Walks the steps after preflight with the rows of a replay. */
  RunResult replay(Plan plan, Replay replay, ReplayTally tally) {
    try {
      Failpoint.RUN_CLAIMED.hit();
      record.replay(new Replayed(replay.of(), tally.taken(), tally.again()));
      return checked(plan, Optional.of(new Replaying(replay, tally)));
    } catch (RuntimeException | LinkageError | ServiceConfigurationError | AssertionError e) {
      return end(e);
    }
  }

  private RunResult checked(Plan plan, Optional<Replaying> replay) {
    record.digests(
        new RunRecord.Digests(
            plan.digests().input(),
            job.digest(),
            plan.scoring().bundle().digest(),
            plan.digests().views(),
            plan.digests().snapshots()));
    record.lineage(plan.lineage(store.attemptFolder(interval.id(), token)));
    record.model(plan.model().map(this::recorded).orElse(null));
    Placement placement = plan.scoring().placement();
    record.placement(placement.engine(), Section.word(placement.device()));
    plan.notices().forEach(record::warning);
    return score(plan, replay);
  }

  /** From the first row that is read to the end. */
  private RunResult score(Plan plan, Optional<Replaying> replay) {
    Job.Audit wanted = job.audit();
    // It may start a process, which loads while this one counts and scores.
    ParityCheck parity =
        ParityCheck.begin(
            plan.scoring(),
            new ParityCheck.Settings(wanted.sample(), wanted.deadline(), job.input().key()),
            references);
    InputRows.Counts input = timer.time(Step.READ, () -> plan.input().count());
    record.counts(new RunRecord.Counts(input.read(), 0, 0, 0, input.unassigned()));
    InputRows.require(job, interval, input);
    UniqueKeys.require(plan);
    Failpoint.INPUT_SNAPSHOT.hit();
    long scored = replay.map(of -> of.tally().again()).orElse(input.read());
    Attempt attempt =
        timer.time(Step.SCORE, () -> write(plan, replay, parity.sampling(scored, run())));
    Audit audit = timer.time(Step.AUDIT, () -> audit(plan, attempt, input, parity));
    Manifest manifest = manifest(plan, attempt, audit);
    audit.requireListed(manifest);
    Failpoint.VERIFY_DONE.hit();
    Optional<String> overtaken = replay.flatMap(of -> overtaken(of.replay()));
    if (overtaken.isPresent()) {
      return end(
          ExitCode.SUPERSEDED,
          Status.SUPERSEDED,
          overtaken.get(),
          Optional.empty(),
          Optional.empty());
    }
    ExitCode exit = timer.time(Step.PUBLISH, () -> publication.publish(manifest));
    return exit == ExitCode.PUBLISHED
        ? end(exit, Status.PUBLISHED, "published", Optional.of(manifest), Optional.empty())
        : end(exit, Status.SUPERSEDED, superseded(), Optional.empty(), Optional.empty());
  }

  /** The interval has a result, which is durable when this has returned; this one is not needed. */
  private RunResult leave(PublishedAlreadyException published) {
    try {
      store.makePublicationDurable(interval.id(), published.token());
    } catch (ResultException e) {
      return end(e);
    }
    discard();
    return end(
        ExitCode.PUBLISHED,
        Status.SKIPPED,
        String.valueOf(published.getMessage()),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * A replay is made of a published result and may only take the place of that one: an attempt that
   * had claimed before it can have published meanwhile, with a lower token.
   */
  private Optional<String> overtaken(Replay replay) {
    return store
        .current(interval.id())
        .map(Manifest::token)
        .filter(current -> current != replay.of())
        .map(
            current ->
                "attempt "
                    + current
                    + " has published meanwhile, and this replay was of attempt "
                    + replay.of()
                    + "; its result stands, replay that");
  }

  private RunResult end(Throwable thrown) {
    Failure failure =
        spark.sparkContext().isStopped() ? Failure.interrupted(thrown) : Failure.of(thrown);
    Status status =
        switch (failure.exit()) {
          case REFUSED -> Status.REFUSED;
          case UNKNOWN -> Status.UNKNOWN;
          default -> Status.FAILED;
        };
    if (failure.exit() == ExitCode.FAILED && FullDisk.in(thrown)) {
      discard();
    }
    return end(failure.exit(), status, failure.message(), Optional.empty(), Optional.of(failure));
  }

  private RunRecord.Model recorded(Resolved model) {
    return new RunRecord.Model(
        job.bundle().written(),
        job.environment().redact(model.name()),
        job.environment().redact(model.version()),
        model.move().map(Move::number).orElse(null));
  }

  private String superseded() {
    try {
      Optional<Manifest> newer = store.current(interval.id()).filter(m -> m.token() > token);
      if (newer.isPresent()) {
        return "attempt " + newer.get().token() + " has published a newer result, which stands";
      }
      return store
          .newerAttempt(interval.id(), token)
          .map(
              other ->
                  "attempt "
                      + other
                      + " has claimed the interval since, so its result will stand and this one is"
                      + " not published; when attempt "
                      + other
                      + " has died, run the interval again")
          .orElse("a newer attempt has published its result");
    } catch (ResultException e) {
      return "a newer attempt has published its result";
    }
  }

  private Attempt write(Plan plan, Optional<Replaying> replay, Optional<Sampling> sampling) {
    Dataset<Row> rows =
        replay.isPresent()
            ? replay.get().replay().rows(run(), sampling)
            : ScoredRows.of(plan, run(), sampling);
    try {
      return Attempt.write(spark, rows, store, interval.id(), token);
    } catch (Exception e) { // Spark throws checked exceptions that its signatures do not name
      Optional<BundleException> reason = plan.scoring().reasonOf(e);
      if (reason.isPresent()) {
        throw reason.get();
      }
      throw e;
    }
  }

  private Audit audit(Plan plan, Attempt attempt, InputRows.Counts input, ParityCheck parity) {
    Dataset<Row> written = attempt.readBack(store);
    parity.read(written);
    Audit audit = Audit.of(plan, written);
    record
        .counts(
            new RunRecord.Counts(
                input.read(),
                audit.rows(Outcome.SCORED),
                audit.rows(Outcome.FILTERED),
                audit.rows(Outcome.REJECTED),
                input.unassigned()))
        .rejections(audit.rejections())
        .flags(audit.flags())
        .keys(audit.input(), audit.output());
    plan.snapshot().requireUnchanged(input.read(), audit.input().count()).forEach(record::warning);
    audit.requireConserved(plan, written);
    audit.requireWithinLimits(job);
    parity.conclude().ifPresent(this::requireEqual);
    return audit;
  }

  private void requireEqual(ParityCheck.Verdict verdict) {
    ParityCertificate certificate = verdict.certificate();
    record.parity(certificate);
    verdict
        .refusal()
        .ifPresent(
            why -> {
              throw new RefusedException(why);
            });
    String silent = certificate.withoutReference();
    if (silent != null && !certificate.isOfForeignModel()) {
      String words = "the sample was not compared with the reference: " + silent;
      if (job.audit().withoutReference() == Job.WithoutReference.REFUSE) {
        throw new RefusedException(
            words
                + ". Nothing is published, as audit.without-reference asks; mend that, and run again");
      }
      record.warning(words);
    }
  }

  private Manifest manifest(Plan plan, Attempt attempt, Audit audit) {
    Bundle bundle = plan.scoring().bundle();
    Placement placement = plan.scoring().placement();
    return new Manifest(
        job.name(),
        interval.id(),
        interval.start(),
        interval.end(),
        token,
        clock.instant(),
        new Manifest.BundleName(
            bundle.digest(), bundle.label(), placement.engine(), Section.word(placement.device())),
        audit.output(),
        attempt.readerSchemas(plan),
        attempt.files());
  }

  private RunResult end(
      ExitCode exit,
      Status status,
      String reason,
      Optional<Manifest> manifest,
      Optional<Failure> failure) {
    timer.took().forEach((step, took) -> record.step(step.word(), took.toMillis() / 1000.0));
    RunRecord ended =
        record.ended(
            clock.instant(), new Ending(status, exit.code(), job.environment().redact(reason)));
    try {
      Failpoint.RECORD_BEFORE.hit();
      store.record(ended);
      Failpoint.RECORD_AFTER.hit();
    } catch (RuntimeException e) {
      // The manifest is the truth; a record that cannot be written must not deny it.
      LOG.warn(
          "the run record of {} cannot be written: {}",
          run(),
          job.environment().redact(String.valueOf(e.getMessage())));
    }
    if (exit == ExitCode.PUBLISHED) {
      collect();
    }
    return new RunResult(exit, ended, manifest, failure);
  }

  /**
   * Takes away what this attempt has written: nobody needs it when another one has published, and
   * on a full disk it is in the way of everybody, of its own record first. That nothing of it is
   * published is known by now.
   */
  private void discard() {
    try {
      store.discard(interval.id(), token);
    } catch (RuntimeException e) {
      LOG.warn("{}", job.environment().redact(String.valueOf(e.getMessage())));
    }
  }

  /** What is not taken away today is taken away after the next run: no reason to fail this one. */
  private void collect() {
    try {
      new Retention(store, job.output().keep(), clock).collect(interval.id());
    } catch (RuntimeException e) {
      LOG.warn("{}", job.environment().redact(String.valueOf(e.getMessage())));
    }
  }

  private String run() {
    return job.name() + "/" + interval.id() + "/" + token;
  }

  private static String nightjarVersion() {
    String version = AttemptSteps.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
