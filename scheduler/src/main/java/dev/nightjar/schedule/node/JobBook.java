package dev.nightjar.schedule.node;

import dev.nightjar.ledger.Cause;
import dev.nightjar.ledger.Ledger;
import dev.nightjar.ledger.Slot;
import dev.nightjar.ledger.SlotState;
import dev.nightjar.schedule.Firing;
import dev.nightjar.schedule.Firings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The jobs as this node has last read them, and how far their firings have become slots. Not
 * thread-safe.
 */
final class JobBook {
  /** How far back a job's slots are looked through when its files have changed. */
  private static final int SLOTS_LOOKED_AT = 1_000;

  private final JobSource source;
  private final Ledger ledger;
  private final Duration misfire;
  private final Consumer<String> say;
  private final Map<String, JobFile> jobs = new TreeMap<>();
  private final Map<String, Cursor> cursors = new TreeMap<>();
  private final TreeSet<String> changed = new TreeSet<>();
  private String unread = "";

  /**
   * Up to where a job's firings are slots, and when it next fires.
   *
   * @param to as the ledger has it
   * @param next empty for never again
   */
  private record Cursor(Firings firings, Instant to, Optional<Instant> next) {
    static Cursor at(Firings firings, Instant to) {
      return new Cursor(firings, to, firings.next(to));
    }
  }

  JobBook(JobSource source, Ledger ledger, Duration misfire, Consumer<String> say) {
    this.source = source;
    this.ledger = ledger;
    this.misfire = misfire;
    this.say = say;
  }

  /** The job of that name, unless it is broken or gone. */
  Optional<JobFile.Sound> sound(String name) {
    return jobs.get(name) instanceof JobFile.Sound sound ? Optional.of(sound) : Optional.empty();
  }

  /** All of them, by name. */
  List<JobFile> all() {
    return List.copyOf(jobs.values());
  }

  /** The jobs that have a schedule. */
  List<JobFile.Sound> scheduled() {
    return jobs.values().stream()
        .filter(JobFile.Sound.class::isInstance)
        .map(JobFile.Sound.class::cast)
        .filter(job -> job.schedule().isPresent())
        .toList();
  }

  /**
   * Reads the jobs again and tells what has changed, each once.
   *
   * @return whether anything has
   */
  boolean reload() {
    List<JobFile> found;
    try {
      found = source.read();
    } catch (IOException e) {
      String problem = "the jobs cannot be read, and stay as they are: " + e.getMessage();
      if (!problem.equals(unread)) {
        say.accept(problem);
      }
      unread = problem;
      return false;
    }
    unread = "";
    boolean anything = false;
    for (JobFile job : found) {
      JobFile known = jobs.put(job.name(), job);
      if (!job.equals(known)) {
        anything = true;
        tell(known, job);
        cursors.remove(job.name());
        changed.add(job.name());
      }
    }
    List<String> names = found.stream().map(JobFile::name).toList();
    for (String name : List.copyOf(jobs.keySet())) {
      if (!names.contains(name)) {
        anything = true;
        jobs.remove(name);
        cursors.remove(name);
        say.accept(
            name + ": its file is gone; it gets no new slots, and those that are due wait for it");
      }
    }
    return anything;
  }

  private void tell(@Nullable JobFile known, JobFile job) {
    if (job instanceof JobFile.Broken broken) {
      say.accept(job.name() + ": not run until its files are mended: " + broken.problem());
    } else if (known instanceof JobFile.Broken) {
      say.accept(job.name() + ": its files are sound again");
    } else if (known != null) {
      say.accept(job.name() + ": its files have changed");
    }
  }

  /** Makes slots of what has become due, and of what failed by files that have changed since. */
  void advance(Instant now) {
    for (String name : List.copyOf(changed)) {
      sound(name).ifPresent(job -> tryAgain(job, now));
      changed.remove(name);
    }
    for (JobFile.Sound job : scheduled()) {
      advance(job, now);
    }
  }

  private void tryAgain(JobFile.Sound job, Instant now) {
    for (Slot slot : ledger.slots(job.name(), SLOTS_LOOKED_AT)) {
      if (slot.state() == SlotState.FAILED
          && Verdict.isOutdated(slot.reason(), job.version())
          && ledger.request(due(slot, now))) {
        say.accept(slot.label() + ": due again, for the job's files have changed");
      }
    }
  }

  private void advance(JobFile.Sound job, Instant now) {
    Optional<Cursor> cursor = cursor(job, now);
    if (cursor.isEmpty()
        || cursor.get().next().filter(at -> !at.isAfter(now)).isEmpty()
        // A job that was paused has been away: its catch-up says what becomes of the time.
        || ledger.paused().contains(job.name())) {
      return;
    }
    Cursor at = cursor.get();
    List<Firing> firings = at.firings().due(at.to(), now, misfire);
    List<Slot> slots = firings.stream().map(firing -> slot(job, firing, now)).toList();
    if (!ledger.advance(job.name(), Optional.of(at.to()), now, slots)) {
      cursors.remove(job.name()); // Another scheduler was first.
      return;
    }
    cursors.put(job.name(), Cursor.at(at.firings(), now));
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      if (firings.get(i).fate() == Firing.Fate.SKIPPED) {
        say.accept(slot.label() + ": " + slot.reason());
      } else if (ledger.slot(slot.job(), slot.interval()).map(Slot::state).orElse(slot.state())
          == SlotState.SKIPPED) {
        ledger.request(slot); // An earlier firing for the same interval was missed; this is not.
      }
    }
  }

  private Optional<Cursor> cursor(JobFile.Sound job, Instant now) {
    Cursor known = cursors.get(job.name());
    if (known != null) {
      return Optional.of(known);
    }
    Firings firings = new Firings(job.schedule().orElseThrow(), job.grain());
    Optional<Instant> to = ledger.doneTo(job.name());
    if (to.isEmpty()) {
      if (!ledger.advance(job.name(), Optional.empty(), now, List.of())) {
        return Optional.empty();
      }
      to = Optional.of(now);
    }
    Cursor cursor = Cursor.at(firings, to.get());
    cursors.put(job.name(), cursor);
    say.accept(
        job.name()
            + ": "
            + cursor
                .next()
                .map(next -> "next at " + next.atZone(job.zone()).toOffsetDateTime())
                .orElse("its schedule is over"));
    return Optional.of(cursor);
  }

  private static Slot slot(JobFile.Sound job, Firing firing, Instant now) {
    Slot slot =
        Slot.due(
            job.name(),
            firing.interval().id(),
            firing.interval().start(),
            firing.interval().end(),
            firing.fate() == Firing.Fate.ON_TIME ? Cause.SCHEDULE : Cause.CATCH_UP,
            firing.scheduled());
    return firing.fate() == Firing.Fate.SKIPPED
        ? slot.skipped(
            "missed at "
                + firing.scheduled()
                + ", noticed at "
                + now
                + " and not made up for (schedule.catch-up)")
        : slot;
  }

  private static Slot due(Slot slot, Instant now) {
    return Slot.due(slot.job(), slot.interval(), slot.start(), slot.end(), slot.cause(), now);
  }
}
