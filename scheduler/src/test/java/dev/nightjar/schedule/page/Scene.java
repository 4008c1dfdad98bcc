package dev.nightjar.schedule.page;

import dev.nightjar.ledger.Cause;
import dev.nightjar.ledger.Ending;
import dev.nightjar.ledger.Lease;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.LedgerPlace;
import dev.nightjar.ledger.Slot;
import dev.nightjar.ledger.SlotState;
import dev.nightjar.schedule.Grain;
import dev.nightjar.schedule.Interval;
import dev.nightjar.schedule.Schedule;
import dev.nightjar.schedule.Schedule.CatchUp;
import dev.nightjar.schedule.node.JobFile;
import dev.nightjar.schedule.node.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A real ledger with slots in all states, at three in the morning of a night in March. */
final class Scene implements RunFiles {
  static final Instant NOW = Instant.parse("2024-03-20T07:10:00Z");
  static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  static final String HOSTILE = "<script>alert(1)</script>\"' onload=x \u202Egnp.exe";

  final Ledger ledger;
  final Path folder;
  final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
  final List<JobFile> jobs = new ArrayList<>();
  final List<String> said = new CopyOnWriteArrayList<>();
  final AtomicInteger woken = new AtomicInteger();
  final Map<String, RunDetails> records = new ConcurrentHashMap<>();
  Optional<String> unreadable = Optional.empty();

  Scene(Path folder) {
    this.folder = folder;
    this.ledger = Ledger.open(new LedgerPlace.File(folder.resolve("nightjar.db")));
  }

  PageServer serve(PageSettings settings) throws IOException {
    return PageServer.start(
        settings, new PageServer.Tools(sources(), Map::of, woken::incrementAndGet, said::add));
  }

  Desk.Sources sources() {
    return new Desk.Sources(
        folder,
        ledger,
        () -> new Node.Glance(List.copyOf(jobs), 2, Optional.empty()),
        this,
        clock,
        text -> text.replace("s3cret", "***"));
  }

  JobFile.Sound job(String name, Grain grain, String cron) {
    JobFile.Sound job =
        new JobFile.Sound(
            name, "a1", grain, NEW_YORK, Optional.of(new Schedule(cron, NEW_YORK, CatchUp.ALL)));
    jobs.add(job);
    return job;
  }

  Interval interval(JobFile.Sound job, String id) {
    return Interval.parse(id, job.grain(), job.zone());
  }

  Slot due(JobFile.Sound job, String id, Instant at) {
    Interval interval = interval(job, id);
    Slot slot =
        Slot.due(job.name(), interval.id(), interval.start(), interval.end(), Cause.SCHEDULE, at);
    ledger.request(slot);
    return slot;
  }

  /** A slot that was run once, and how that ended. */
  Slot ended(JobFile.Sound job, String id, SlotState state, int exit, String reason, long seconds) {
    Instant began = interval(job, id).end().plus(Duration.ofMinutes(270));
    Instant ended = began.plusSeconds(seconds);
    Slot slot = due(job, id, began);
    Lease lease = take(slot, "night-1", began, began.plusSeconds(10));
    ledger.settle(
        slot,
        lease,
        new Ending(
            state,
            ended,
            reason,
            OptionalLong.of(exit),
            state == SlotState.PUBLISHED ? OptionalLong.of(lease.fence()) : OptionalLong.empty()),
        ended);
    return slot;
  }

  /** A slot of which nobody remembers how it came to its end. */
  static Slot ended(JobFile.Sound job, Interval at, SlotState state, String reason) {
    Instant ended = at.end().plusSeconds(300);
    return new Slot(
        job.name(),
        at.id(),
        at.start(),
        at.end(),
        state,
        Cause.SCHEDULE,
        at.end(),
        1,
        ended,
        Optional.empty(),
        reason,
        ended,
        state == SlotState.PUBLISHED ? OptionalLong.of(1) : OptionalLong.empty());
  }

  Lease take(Slot slot, String node, Instant now, Instant until) {
    return ledger
        .take(slot, node, now, Duration.ofSeconds(2), until, 9, UUID.randomUUID())
        .orElseThrow();
  }

  /** One slot of each state and more, in two jobs, and a third that is broken. */
  static Scene full(Path folder) {
    Scene scene = new Scene(folder);
    scene.ledger.seen("night-1", NOW.minus(Duration.ofDays(3)), NOW.minusSeconds(1));
    scene.ledger.seen("night-2", NOW.minus(Duration.ofDays(9)), NOW.minus(Duration.ofHours(4)));
    JobFile.Sound days = scene.job("arrival-delay", Grain.DAY, "0 30 4 * * ?");
    List<Slot> february = new ArrayList<>();
    for (int day = 1; day <= 29; day++) {
      Interval interval = scene.interval(days, String.format("2024-02-%02d", day));
      february.add(ended(days, interval, SlotState.PUBLISHED, "published as attempt 1"));
    }
    scene.ledger.advance("arrival-delay", Optional.empty(), NOW.minusSeconds(60), february);
    for (int day = 1; day <= 9; day++) {
      published(scene, days, "2024-03-0" + day, 250 + day * 11L % 70);
    }
    scene.ended(days, "2024-03-10", SlotState.FAILED, 1, "out of memory (/log/x.log)", 33);
    scene.ended(days, "2024-03-11", SlotState.REFUSED, 3, "1.2 % of the rows were rejected", 210);
    scene.ended(days, "2024-03-12", SlotState.UNKNOWN, 5, "the output path cannot be read", 400);
    // 2024-03-13 is missing: nobody made a slot of it.
    scene.due(days, "2024-03-14", NOW.minusSeconds(60));
    scene.ledger.cancel("arrival-delay", "2024-03-14", "cancelled by ada", NOW.minusSeconds(50));
    Interval skipped = scene.interval(days, "2024-03-15");
    scene.ledger.advance(
        "arrival-delay",
        scene.ledger.doneTo("arrival-delay"),
        NOW,
        List.of(
            Slot.due(
                    "arrival-delay",
                    skipped.id(),
                    skipped.start(),
                    skipped.end(),
                    Cause.CATCH_UP,
                    NOW)
                .skipped("missed at 2024-03-16T08:30:00Z and not made up for")));
    published(scene, days, "2024-03-16", 255);
    published(scene, days, "2024-03-17", 262);
    Slot running = scene.due(days, "2024-03-18", NOW.minusSeconds(300));
    scene.take(running, "night-1", NOW.minusSeconds(280), NOW.plusSeconds(8));
    Slot waiting = scene.due(days, "2024-03-19", NOW.minusSeconds(200));
    scene.ledger.postpone(
        waiting,
        NOW.plusSeconds(40),
        "waits until 2024-03-20T11:30:00Z: data/flights/2024-03-19/_SUCCESS is not there");
    hours(scene);
    scene.jobs.add(
        new JobFile.Broken("revenue", "conf/jobs/revenue.yaml:7: 'cron' is missing; write one"));
    return scene;
  }

  private static void hours(Scene scene) {
    JobFile.Sound hours = scene.job("features-hourly", Grain.HOUR, "0 5 * * * ?");
    Interval first = scene.interval(hours, "2024-03-15T05");
    List<Slot> slots = new ArrayList<>();
    for (Interval at = first; at.end().isBefore(NOW); at = at.next()) {
      if (!at.id().equals("2024-03-17T03-0400")) {
        boolean isBad = at.id().startsWith("2024-03-15T1");
        slots.add(
            isBad
                ? ended(hours, at, SlotState.FAILED, "the feature store does not answer")
                : ended(hours, at, SlotState.PUBLISHED, "published as attempt 1"));
      }
    }
    scene.ledger.advance("features-hourly", Optional.empty(), NOW, slots);
    scene.ledger.pause("features-hourly", "grace", NOW.minusSeconds(900));
  }

  static void published(Scene scene, JobFile.Sound job, String id, long seconds) {
    Slot slot = scene.ended(job, id, SlotState.PUBLISHED, 0, "published as attempt 1", seconds);
    scene.records.put(
        slot.label(), details((double) seconds, 9_800_000 + seconds * 1_000, "out of range"));
  }

  static RunDetails details(double seconds, long rows, String example) {
    return new RunDetails(
        1,
        "published",
        "its manifest is complete, and none is higher",
        "published",
        "The result is published.",
        NOW.minusSeconds(7_200),
        NOW.minusSeconds(7_200 - (long) seconds),
        new RunDetails.Rows(rows, rows - 12_345 - 678, 12_345, 678, 9),
        List.of(
            new RunDetails.Rejection("contract", "distance", example, 600),
            new RunDetails.Rejection("join", "", "two rows of weather at one time", 78)),
        Map.of("imputed:wind_speed", 10_482L),
        List.of(
            new RunDetails.Step("preflight", 4.2),
            new RunDetails.Step("score", seconds - 44.2),
            new RunDetails.Step("audit", 28.5),
            new RunDetails.Step("publish", 11.5)),
        "100 rows (75 scored, 25 filtered, 0 rejected) = online (2.1 % of tolerance)",
        Map.of("model", "arrival-delay:7, as arrival-delay@champion", "files", "out/data"),
        Map.of("bundle", "5f0c2b77e1"),
        List.of("the registry has a newer version"));
  }

  @Override
  public Optional<RunDetails> record(String job, String interval, long token) throws IOException {
    refuse();
    return Optional.ofNullable(records.get(job + " " + interval));
  }

  @Override
  public List<RunDetails> attempts(String job, String interval) throws IOException {
    refuse();
    return Optional.ofNullable(records.get(job + " " + interval)).stream().toList();
  }

  private void refuse() throws IOException {
    if (unreadable.isPresent()) {
      throw new IOException(unreadable.get());
    }
  }

  @Override
  public Path log(String job, String interval, long fence) {
    return folder.resolve("log").resolve(interval + "." + fence + ".log");
  }
}
