package dev.nightjar.schedule.page;

import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.Slot;
import dev.nightjar.ledger.Survey;
import dev.nightjar.schedule.Grain;
import dev.nightjar.schedule.node.JobFile;
import dev.nightjar.schedule.node.Node;
import dev.nightjar.schedule.page.Overview.JobLine;
import dev.nightjar.schedule.page.Overview.Standing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads what there is to be told. An overview costs seven queries, however many jobs and slots
 * there are, and is kept for a second, however many look at it. Throws {@link
 * dev.nightjar.ledger.LedgerException} where the ledger does not answer. Thread-safe.
 */
public final class Desk {
  /** Runs of a job that are listed. */
  static final int RUNS = 60;

  private static final int TROUBLED = 1_000;
  private static final int OPEN = 100;
  private static final Duration KEPT = Duration.ofSeconds(1);

  private final Sources sources;
  private final Survey survey;
  private final NextFirings firings = new NextFirings();
  private @Nullable Overview kept;

  /**
   * What it reads.
   *
   * @param project the project's folder, absolute
   * @param node how the scheduler of this process stands
   * @param redact takes secrets of the environment out of a text
   */
  public record Sources(
      Path project,
      Ledger ledger,
      Supplier<Node.Glance> node,
      RunFiles files,
      Clock clock,
      UnaryOperator<String> redact) {}

  /** A desk that reads these. */
  public Desk(Sources sources) {
    this.sources = sources;
    this.survey = new Survey(sources.ledger());
  }

  Ledger ledger() {
    return sources.ledger();
  }

  Instant now() {
    return sources.clock().instant();
  }

  /** The job of that name, unless it is broken or gone. */
  Optional<JobFile.Sound> sound(String name) {
    return file(name).filter(JobFile.Sound.class::isInstance).map(JobFile.Sound.class::cast);
  }

  private Optional<JobFile> file(String name) {
    return sources.node().get().jobs().stream().filter(job -> job.name().equals(name)).findFirst();
  }

  /** Whether the project has a file for a job, sound or not. */
  boolean isJob(String name) {
    return file(name).isPresent();
  }

  /** Since when the node's ledger does not answer; empty while it does. */
  Optional<Instant> outage() {
    return sources.node().get().outageSince();
  }

  /** How the scheduler of this process stands. */
  Node.Glance glance() {
    return sources.node().get();
  }

  /** A text without the secrets that may have got into it. */
  String redacted(String text) {
    return sources.redact().apply(text);
  }

  /** All jobs at a glance. */
  synchronized Overview overview() {
    Instant now = now();
    if (kept == null || !now.isBefore(kept.at().plus(KEPT)) || now.isBefore(kept.at())) {
      kept = read(now);
    }
    return kept;
  }

  /** After a change: whoever made it wants to see it. */
  synchronized void forget() {
    kept = null;
  }

  private Overview read(Instant now) {
    List<JobFile> files = sources.node().get().jobs();
    List<Slot> open = survey.open(OPEN);
    List<Slot> troubled = survey.troubled(TROUBLED);
    List<JobLine> jobs = lines(files, now);
    List<Overview.Scheduler> schedulers = Troubles.schedulers(sources.ledger().nodes(), now);
    long due =
        jobs.stream().mapToLong(job -> job.counts().getOrDefault(Mark.WAITING.word(), 0L)).sum();
    List<Standing> all = open.stream().map(Standing::of).toList();
    return new Overview(
        now,
        sources.project().toString(),
        sources.ledger().place().shown(),
        schedulers,
        new Troubles(now, outage()).of(jobs, schedulers, open, troubled),
        all.stream().filter(one -> one.mark() == Mark.RUNNING).toList(),
        all.stream().filter(one -> one.mark() == Mark.WAITING).toList(),
        due,
        jobs);
  }

  private List<JobLine> lines(List<JobFile> files, Instant now) {
    Found found = found();
    Map<String, JobFile> byName = new TreeMap<>();
    files.forEach(file -> byName.put(file.name(), file));
    TreeSet<String> names = new TreeSet<>(byName.keySet());
    names.addAll(found.newest().keySet());
    names.addAll(found.counts().keySet());
    return names.stream()
        .map(name -> line(name, Optional.ofNullable(byName.get(name)), found, now))
        .toList();
  }

  /** What the ledger has of all jobs. */
  private record Found(
      Map<String, Survey.Paused> paused,
      Map<String, Slot> newest,
      Map<String, Instant> publishedTo,
      Map<String, Map<String, Long>> counts) {}

  private Found found() {
    Map<String, Map<String, Long>> counts = new TreeMap<>();
    survey
        .counts()
        .forEach(
            (job, states) -> {
              Map<String, Long> words = new TreeMap<>();
              states.forEach((state, count) -> words.put(Mark.of(state).word(), count));
              counts.put(job, words);
            });
    return new Found(survey.paused(), survey.newestEnded(), survey.publishedTo(), counts);
  }

  private JobLine line(String name, Optional<JobFile> file, Found found, Instant now) {
    Optional<JobFile.Sound> sound =
        file.filter(JobFile.Sound.class::isInstance).map(JobFile.Sound.class::cast);
    Optional<NextFirings.Next> next = sound.flatMap(job -> firings.of(job, now));
    Survey.Paused paused = found.paused().get(name);
    Slot newest = found.newest().get(name);
    return new JobLine(
        name,
        sound.map(job -> job.zone().getId()).orElse("UTC"),
        sound.map(job -> job.grain().word()).orElse(null),
        next.map(NextFirings.Next::cron).orElse(null),
        next.map(NextFirings.Next::words).orElse(null),
        next.flatMap(NextFirings.Next::at).orElse(null),
        next.flatMap(NextFirings.Next::scores).orElse(null),
        paused == null ? null : paused.by(),
        paused == null ? null : paused.since(),
        file.orElse(null) instanceof JobFile.Broken broken ? redacted(broken.problem()) : null,
        file.isEmpty(),
        newest == null ? null : Standing.of(newest),
        found.publishedTo().get(name),
        found.counts().getOrDefault(name, Map.of()));
  }

  /**
   * One job; empty for one that is neither in the project nor in the ledger.
   *
   * @param last the last day of its calendar; empty for today
   */
  Optional<JobView> job(String name, Optional<LocalDate> last) {
    Optional<JobLine> line =
        overview().jobs().stream().filter(one -> one.name().equals(name)).findFirst();
    if (line.isEmpty()) {
      return Optional.empty();
    }
    Instant now = now();
    Optional<JobFile.Sound> sound = sound(name);
    ZoneId zone = ZoneId.of(line.get().zone());
    Grain grain = sound.map(JobFile.Sound::grain).orElse(Grain.DAY);
    Calendar.Span span = Calendar.span(grain, last.orElse(LocalDate.ofInstant(now, zone)));
    List<Slot> slots =
        survey.between(
            name,
            span.from().atStartOfDay(zone).toInstant(),
            span.to().atStartOfDay(zone).toInstant());
    List<JobView.Cell> cells =
        sound
            .map(job -> new Calendar(job, now, survey.first(name)).cells(span, slots))
            .orElseGet(() -> Calendar.slotsOnly(slots, zone));
    return Optional.of(
        new JobView(now, line.get(), span.from(), span.to(), cells, runs(name, slots)));
  }

  private List<JobView.Run> runs(String name, List<Slot> slots) {
    Map<String, Long> tokens = new TreeMap<>();
    slots.forEach(slot -> slot.token().ifPresent(token -> tokens.put(slot.interval(), token)));
    List<JobView.Run> runs = new ArrayList<>();
    for (Survey.Started one : survey.started(name, RUNS)) {
      var run = one.run();
      Instant ended = run.ended().orElse(null);
      boolean isPublished = run.exit().isPresent() && run.exit().getAsLong() == 0;
      Long token = isPublished ? tokens.remove(one.interval()) : null;
      runs.add(
          new JobView.Run(
              one.interval(),
              run.fence(),
              run.node(),
              run.started(),
              ended,
              run.exit().isPresent() ? run.exit().getAsLong() : null,
              ended == null ? null : Duration.between(run.started(), ended).toMillis() / 1e3,
              token == null ? null : rowsRead(name, one.interval(), token),
              run.reason()));
    }
    return runs;
  }

  /** What a chart lacks is no reason to show none. */
  private @Nullable Long rowsRead(String job, String interval, long token) {
    return record(job, interval, token)
        .map(RunDetails::rows)
        .map(rows -> rows == null ? null : rows.read())
        .orElse(null);
  }

  /** The record of a published attempt; empty also where it cannot be read now. */
  Optional<RunDetails> record(String job, String interval, long token) {
    try {
      return sources.files().record(job, interval, token);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The record of what the ledger has as published; empty for nothing. */
  Optional<RunDetails> published(String job, String interval) {
    return sources
        .ledger()
        .slot(job, interval)
        .filter(slot -> slot.token().isPresent())
        .flatMap(slot -> record(job, interval, slot.token().getAsLong()));
  }

  /** One interval; empty for one of which nobody has heard. */
  Optional<RunView> run(String job, String interval) {
    if (file(job).isEmpty() && overview().jobs().stream().noneMatch(j -> j.name().equals(job))) {
      return Optional.empty();
    }
    Optional<Slot> slot = sources.ledger().slot(job, interval);
    List<RunDetails> attempts = List.of();
    String unread = null;
    try {
      attempts = new ArrayList<>(sources.files().attempts(job, interval));
      Collections.reverse(attempts);
    } catch (IOException e) {
      unread = String.valueOf(e.getMessage());
    }
    if (slot.isEmpty() && attempts.isEmpty() && !isPossible(job, interval)) {
      return Optional.empty();
    }
    String zone = sound(job).map(sound -> sound.zone().getId()).orElse("UTC");
    return Optional.of(
        new RunView(
            now(),
            job,
            zone,
            interval,
            slot.map(Standing::of).orElse(null),
            slot.filter(one -> one.token().isPresent())
                .map(one -> one.token().getAsLong())
                .orElse(null),
            attempts,
            unread,
            tries(job, interval),
            Commands.of(job, interval, attempts, sources.project())));
  }

  private boolean isPossible(String job, String interval) {
    return sound(job).filter(sound -> Calendar.isInterval(sound, interval)).isPresent();
  }

  private List<RunView.Tried> tries(String job, String interval) {
    List<RunView.Tried> tries = new ArrayList<>();
    for (var one : sources.ledger().tries(job, interval)) {
      tries.add(
          new RunView.Tried(
              one.fence(),
              one.node(),
              one.started(),
              one.ended().orElse(null),
              one.exit().isPresent() ? one.exit().getAsLong() : null,
              one.reason(),
              sources.files().log(job, interval, one.fence()).toString()));
    }
    Collections.reverse(tries);
    return tries;
  }
}
